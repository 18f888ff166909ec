"""Every class of fault in a small diagram: found at its element, with a path that is really one; and its sound sisters."""

from __future__ import annotations

import pytest

from engine import dialect, soundness
from engine.xml import parse
from tests.engine.soundness.checked import check
from tests.engine.soundness.faulty import DEAD, MORE, PLAYED, two
from tests.engine.soundness.replay import replay_of
from tests.engine.soundness.well_drawn import SOUND
from tests.engine.spiff import diagrams as draw
from tests.engine.spiff.diagrams import (
    both,
    catch,
    diagram,
    end,
    error_end,
    message,
    on_message,
    script,
    start,
    throw,
    user,
    xor,
)
from tests.engine.spiff.play import Play, play


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


def waiting_pools(first_of_p: str, first_of_q: str, *flows: str, more: str = "") -> bytes:
    """Two pools that each wait for a message of the other and send it one: `wait` or `tell` comes first."""
    drawn = "".join(
        f'<messageFlow id="mf{at}" sourceRef="{source}" targetRef="{target}"/>'
        for at, (source, target) in enumerate(flow.split(" -> ") for flow in flows)
    )

    def content(pool: str, first: str, waits: str, sends: str) -> dict:
        second = "tell" if first == "wait" else "wait"
        nodes = (
            start(f"{pool}_start"),
            catch(f"{pool}_wait", on_message(waits)),
            throw(f"{pool}_tell", inner=on_message(sends)),
            end(f"{pool}_end"),
        )
        return {"nodes": nodes, "flows": f"{pool}_start -> {pool}_{first} -> {pool}_{second} -> {pool}_end"}

    p, q = content("p", first_of_p, "M", "N"), content("q", first_of_q, "N", "M")
    return diagram(
        *p["nodes"],
        flows=p["flows"],
        more=message("M")
        + message("N")
        + f'<collaboration id="c"><participant id="pp" processRef="p"/><participant id="qq" processRef="q"/>{more}{drawn}'
        + "</collaboration>"
        + draw.process(*q["nodes"], flows=q["flows"], id="q"),
    )


FLOWS = ("q_tell -> p_wait", "p_tell -> q_wait")


def test_pools_that_wait_for_each_other_are_found_once():
    (finding,) = check(waiting_pools("wait", "wait", *FLOWS))

    assert (finding.rule, finding.severity, finding.path) == (
        "messages_in_a_circle",
        "warning",
        ("p_start", "p_start_to_p_wait", "p_wait"),
    )
    assert '"q_wait", which waits in turn' in finding.sentence


@pytest.mark.parametrize(
    "document",
    [
        waiting_pools("tell", "wait", *FLOWS),
        waiting_pools("wait", "tell", *FLOWS),
        waiting_pools("wait", "wait", FLOWS[0]),  # nobody says who sends the other
        waiting_pools("wait", "wait", *FLOWS, "customer -> p_wait", more='<participant id="customer"/>'),
    ],
)
def test_pools_of_which_one_may_begin_are_no_finding(document):
    assert check(document) == []
