"""Every class of fault in a small diagram: found at its element, with a path that is really one; and its sound sisters."""

from __future__ import annotations

import pytest

from engine import dialect, soundness
from engine.xml import parse
from tests.engine.soundness.test_planted_faults import replay_of
from tests.engine.spiff import diagrams as draw
from tests.engine.spiff.diagrams import (
    both,
    boundary,
    call,
    cancel_end,
    catch,
    diagram,
    end,
    error,
    error_end,
    escalation,
    event_sub,
    first,
    link,
    message,
    on_cancel,
    on_error,
    on_escalation,
    on_message,
    script,
    some,
    start,
    starts,
    sub,
    terminate_end,
    throw,
    timer,
    transaction,
    user,
    xor,
)
from tests.engine.spiff.play import Play, play

HOUR = timer("duration", "PT1H")
MORE = error("E") + error("F") + escalation("X") + escalation("Y") + message("M")
A_B = (user("a"), user("b"))


def two(*nodes: draw.Node, flows: str) -> bytes:
    return diagram(start(), end(), *nodes, flows=flows, more=MORE)


def check(document: bytes):
    return soundness.check(dialect.read(parse(document)), "model.bpmn")


PLAYED = {
    "exclusive into parallel": (
        two(
            xor("s"),
            *A_B,
            both("j"),
            flows="start -> s; s -> a [=c_s_to_a = 1]; s -> b [=c_s_to_b = 1]; a -> j; b -> j -> end",
        ),
        "deadlock",
        "j",
    ),
    "event gateway into parallel": (
        two(
            first("g"),
            catch("m", on_message("M")),
            catch("t", HOUR),
            both("j"),
            flows="start -> g -> m -> j; g -> t -> j -> end",
        ),
        "deadlock",
        "j",
    ),
    "boundary path into parallel": (
        two(
            user("a"),
            boundary("late", "a", HOUR),
            user("b"),
            both("j"),
            flows="start -> a -> j; late -> b -> j -> end",
        ),
        "deadlock",
        "j",
    ),
    "reminder into parallel": (
        two(
            user("a"),
            boundary("late", "a", HOUR, False),
            user("b"),
            both("j"),
            flows="start -> a -> j; late -> b -> j -> end",
        ),
        "deadlock",
        "j",
    ),
    "an interrupted branch never joins": (
        two(
            both("s"),
            *A_B,
            boundary("late", "a", HOUR),
            end("gone"),
            both("j"),
            flows="start -> s -> a -> j; s -> b -> j -> end; late -> gone",
        ),
        "deadlock",
        "j",
    ),
    "a loop into a parallel join": (
        two(
            user("a"),
            both("j"),
            xor("s"),
            flows="start -> j -> a -> s; s -> j [=c_s_to_j = 1]; s -> end [=c_s_to_end = 1]",
        ),
        "deadlock",
        "j",
    ),
    "two starts into one parallel join": (
        diagram(
            start(),
            start("told", inner=on_message("M")),
            *A_B,
            both("j"),
            end(),
            flows="start -> a -> j; told -> b -> j -> end",
            more=MORE,
        ),
        "deadlock",
        "j",
    ),
    "an error path into parallel": (
        two(
            user("a"),
            boundary("failed", "a", on_error("E")),
            user("b"),
            both("j"),
            flows="start -> a -> j; failed -> b -> j -> end",
        ),
        "deadlock",
        "j",
    ),
    "a link into parallel": (
        two(
            xor("s"),
            user("a"),
            throw("over", inner=link("L")),
            catch("on", link("L")),
            both("j"),
            flows="start -> s; s -> a [=c_s_to_a = 1]; s -> over [=c_s_to_over = 1]; a -> j; on -> j -> end",
        ),
        "deadlock",
        "j",
    ),
    "inside a sub-process behind a task": (
        two(
            user("before"),
            sub(
                "inner",
                start("begin"),
                xor("s"),
                *A_B,
                both("j"),
                end("done"),
                flows="begin -> s; s -> a [=c_s_to_a = 1]; s -> b [=c_s_to_b = 1]; a -> j; b -> j -> done",
            ),
            flows="start -> before -> inner -> end",
        ),
        "deadlock",
        "j",
    ),
    "parallel into exclusive": (
        two(both("s"), *A_B, xor("j"), user("c"), flows="start -> s -> a -> j; s -> b -> j -> c -> end"),
        "lack_of_synchronisation",
        "j",
    ),
    "parallel into a task": (
        two(both("s"), *A_B, user("c"), flows="start -> s -> a -> c; s -> b -> c -> end"),
        "lack_of_synchronisation",
        "c",
    ),
    "a task with two flows": (
        two(user("a"), user("b"), xor("j"), user("c"), flows="start -> a -> b -> j; a -> j -> c -> end"),
        "lack_of_synchronisation",
        "j",
    ),
    "a reminder that comes back": (
        two(
            user("a"),
            boundary("late", "a", HOUR, False),
            xor("j"),
            user("c"),
            flows="start -> a -> j; late -> j -> c -> end",
        ),
        "lack_of_synchronisation",
        "j",
    ),
    "inclusive into exclusive": (
        two(
            some("s"),
            *A_B,
            xor("j"),
            user("c"),
            flows="start -> s; s -> a [=c_s_to_a = 1]; s -> b [=c_s_to_b = 1]; a -> j; b -> j -> c -> end",
        ),
        "lack_of_synchronisation",
        "j",
    ),
    "a task left behind in each round": (
        two(
            xor("e"),
            *A_B,
            both("s"),
            xor("q"),
            end("over"),
            flows="start -> e -> a -> s -> b -> end; s -> q; q -> e [=c_q_to_e = 1]; q -> over [=c_q_to_over = 1]",
        ),
        "lack_of_synchronisation",
        "s",
    ),
    "a loop that ends a bit in each round": (
        two(user("a"), both("s"), user("b"), xor("j"), flows="start -> j -> a -> s -> b -> j; s -> end"),
        "end_unreachable",
        "s",
    ),
    "a loop of tasks without a way out": (
        two(xor("e"), *A_B, flows="start -> e -> a -> b -> e").replace(
            b'<endEvent id="end"></endEvent>', b""
        ),
        "end_unreachable",
        "e",
    ),
}


@pytest.mark.parametrize("name", PLAYED)
def test_a_fault_is_found_and_its_path_leads_there_in_the_engine(name):
    document, rule, element_id = PLAYED[name]
    model = dialect.read(parse(document))

    found = [each for each in soundness.check(model, "model.bpmn") if each.rule == rule]

    assert element_id in {each.element_id for each in found} or rule == "end_unreachable", found
    replay_of(found[0], document, model)


def test_an_endless_loop_without_a_wait_stops_in_the_engine_as_well():
    document = two(xor("e"), script("s", "=1"), flows="start -> e -> s -> e")

    (finding,) = check(document)

    assert (finding.rule, finding.path[0]) == ("endless_loop", "start")
    assert play(document).incident()[0] == "LOOP_WITHOUT_WAIT"


DEAD = {
    "behind a sub-process that only fails": (
        two(
            sub("inner", start("begin"), error_end("fail", "E"), flows="begin -> fail"),
            boundary("caught", "inner", on_error("E")),
            user("next"),
            end("other"),
            flows="start -> inner -> next -> end; caught -> other",
        ),
        "next",
    ),
    "an escalation that nobody throws": (
        two(
            sub("inner", start("begin"), user("a"), end("done"), flows="begin -> a -> done"),
            boundary("told", "inner", on_escalation("X"), False),
            end("other"),
            flows="start -> inner -> end; told -> other",
        ),
        "told",
    ),
    "an escalation that somebody nearer catches": (
        two(
            sub(
                "outer",
                start("o"),
                sub(
                    "inner", start("i"), throw("t", inner=on_escalation("X")), end("ie"), flows="i -> t -> ie"
                ),
                boundary("near", "inner", on_escalation("X"), False),
                end("oe"),
                end("ne"),
                flows="o -> inner -> oe; near -> ne",
            ),
            boundary("far", "outer", on_escalation("X"), False),
            end("other"),
            flows="start -> outer -> end; far -> other",
        ),
        "far",
    ),
    "behind an escalation that always interrupts": (
        two(
            sub(
                "inner",
                start("begin"),
                throw("t", inner=on_escalation("X")),
                user("after"),
                end("done"),
                flows="begin -> t -> after -> done",
            ),
            boundary("caught", "inner", on_escalation("X")),
            end("other"),
            flows="start -> inner -> end; caught -> other",
        ),
        "after",
    ),
    "a cancel event that nothing triggers": (
        two(
            transaction("inner", start("begin"), user("a"), end("done"), flows="begin -> a -> done"),
            boundary("cancelled", "inner", on_cancel()),
            end("other"),
            flows="start -> inner -> end; cancelled -> other",
        ),
        "cancelled",
    ),
    "behind a transaction that is always cancelled": (
        two(
            transaction("inner", start("begin"), cancel_end("no"), flows="begin -> no"),
            boundary("cancelled", "inner", on_cancel()),
            user("next"),
            end("other"),
            flows="start -> inner -> next -> end; cancelled -> other",
        ),
        "next",
    ),
}


@pytest.mark.parametrize("name", DEAD)
def test_a_dead_step_is_found_with_the_way_that_is_drawn(name):
    document, element_id = DEAD[name]

    found = check(document)

    rules = {(each.rule, each.element_id) for each in found}
    assert ("dead_step", element_id) in rules or ("deadlock", element_id) in rules, found
    assert all(
        each.path[0] == "start" or each.rule != "dead_step" for each in found if each.element_id in ("next",)
    )


def pools(*flows: str, sends: str = "N", outside: bool = False) -> bytes:
    """Two pools: one waits for the message M, the other sends. flows: message flows as `source -> target`."""
    drawn = "".join(
        f'<messageFlow id="mf{at}" sourceRef="{flow.split(" -> ")[0]}" targetRef="{flow.split(" -> ")[1]}"/>'
        for at, flow in enumerate(flows)
    )
    partner = '<participant id="customer" name="Customer"/>' if outside else ""
    other = draw.process(
        start("begin"),
        throw("tell", inner=on_message(sends)),
        end("over"),
        flows="begin -> tell -> over",
        id="q",
    )
    collaboration = (
        f'<collaboration id="c"><participant id="pp" processRef="p"/><participant id="qq" processRef="q"/>'
        f"{partner}{drawn}</collaboration>"
    )
    return diagram(
        start(),
        user("a"),
        catch("wait", on_message("M")),
        end(),
        flows="start -> a -> wait -> end",
        more=message("M") + message("N") + collaboration + other,
    )


@pytest.mark.parametrize(
    "document",
    [
        pools("tell -> wait"),
        pools("tell -> pp"),
        pools("tell -> a"),
    ],
)
def test_a_message_that_nobody_sends_is_found(document):
    (finding,) = check(document)

    assert (finding.rule, finding.element_id) == ("message_never_sent", "wait")
    assert finding.path == ("start", "start_to_a", "a", "a_to_wait", "wait")


@pytest.mark.parametrize(
    "document",
    [
        pools(),
        pools("tell -> wait", sends="M"),
        pools("tell -> a", sends="M"),
        pools("tell -> a", outside=True),
        pools("customer -> wait", outside=True),
        pools("tell -> wait", "customer -> wait", outside=True),
        pools("qq -> wait"),
    ],
)
def test_a_message_that_may_come_is_no_finding(document):
    assert check(document) == []


def test_an_error_that_nothing_can_catch_is_found():
    document = diagram(
        start("told", inner=on_message("M")), error_end("fail", "E"), flows="told -> fail", more=MORE
    )

    (finding,) = check(document)

    assert (finding.rule, finding.path) == ("throw_uncaught", ("told", "told_to_fail", "fail"))
    assert Play(document, key="k").start("told").open == ["fail!"]


SOUND = {
    "inclusive of both kinds": two(
        some("s"), *A_B, some("j"), flows="start -> s; s -> a [=x]; s -> b [default]; a -> j; b -> j -> end"
    ),
    "parallel paths with ends of their own": two(
        both("s"), *A_B, end("e2"), flows="start -> s -> a -> end; s -> b -> e2"
    ),
    "parallel paths into one end": two(both("s"), *A_B, flows="start -> s -> a -> end; s -> b -> end"),
    "the first of two ends everything": two(
        both("s"), *A_B, xor("j"), terminate_end("stop"), flows="start -> s -> a -> j; s -> b -> j -> stop"
    ),
    "a reminder with its own end": two(
        user("a"),
        boundary("late", "a", timer("cycle", "R/PT1H"), False),
        user("b"),
        end("told"),
        flows="start -> a -> end; late -> b -> told",
    ),
    "a reminder to the same end": two(
        user("a"),
        boundary("late", "a", HOUR, False),
        user("b"),
        xor("j"),
        flows="start -> a -> j; late -> b -> j -> end",
    ),
    "two reminders share a path": two(
        user("a"),
        boundary("late", "a", HOUR, False),
        boundary("asked", "a", on_message("M"), False),
        xor("j"),
        user("b"),
        end("told"),
        flows="start -> a -> end; late -> j; asked -> j -> b -> told",
    ),
    "a reminder joined inclusively": two(
        user("a"),
        boundary("late", "a", HOUR, False),
        user("b"),
        some("j"),
        flows="start -> a -> j; late -> b -> j -> end",
    ),
    "a reminder in a loop": two(
        xor("e"),
        user("a"),
        boundary("late", "a", HOUR, False),
        user("b"),
        end("told"),
        xor("q"),
        flows="start -> e -> a -> q; q -> e [=x]; q -> end [default]; late -> b -> told",
    ),
    "an event sub-process rescues an endless round": diagram(
        start(),
        xor("e"),
        user("a"),
        event_sub("stop", starts("told", on_message("M")), end("over"), flows="told -> over"),
        sub(
            "inner",
            start("i"),
            xor("x"),
            catch("t", HOUR),
            xor("y"),
            end("ie"),
            flows="i -> x -> t -> y; y -> x [=x]; y -> ie [default]",
        ),
        end(),
        flows="start -> e -> a -> inner -> end",
        more=MORE,
    ),
    "a call that may fail": two(
        call("called", "other"),
        boundary("failed", "called", on_error()),
        end("other"),
        flows="start -> called -> end; failed -> other",
    ),
    "a caught error goes round": two(
        xor("e"),
        sub(
            "inner",
            start("i"),
            user("a"),
            xor("q"),
            error_end("f", "E"),
            end("ie"),
            flows="i -> a -> q; q -> f [=x]; q -> ie [default]",
        ),
        boundary("failed", "inner", on_error("E")),
        flows="start -> e -> inner -> end; failed -> e",
    ),
}


@pytest.mark.parametrize("name", SOUND)
def test_what_is_sound_has_no_finding(name):
    assert check(SOUND[name]) == []


def test_what_is_too_large_is_said_to_be_undecided():
    branches = range(16)
    document = diagram(
        start(),
        both("s"),
        *(xor(f"x{n}") for n in branches),
        *(user(f"a{n}") for n in branches),
        *(end(f"e{n}") for n in branches),
        both("j"),
        end(),
        flows="start -> s; j -> end;"
        + ";".join(f"s -> x{n}; x{n} -> a{n} [=x]; a{n} -> j; x{n} -> e{n} [default]" for n in branches),
    )

    found = soundness.check(dialect.read(parse(document)), "model.bpmn", most_moves=2_000)

    assert [(each.rule, each.severity) for each in found if each.rule == "not_decided"] == [
        ("not_decided", "info")
    ]
    assert "positions of its tokens were looked at" in found[-1].sentence + found[0].sentence
