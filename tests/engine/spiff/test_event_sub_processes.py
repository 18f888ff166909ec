"""Event sub-processes: all start types, interrupting and not, in every scope, in loops, with boundary events, reloaded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import spiff
from tests.engine.spiff.diagrams import (
    both,
    boundary,
    call,
    diagram,
    each,
    end,
    error_end,
    event_sub,
    mappings,
    on_error,
    on_message,
    on_signal,
    script,
    service,
    start,
    starts,
    sub,
    terminate_end,
    throw,
    timer,
    user,
    xor,
)
from tests.engine.spiff.event_sub_processes import (
    MORE,
    NON_INTERRUPTING,
    TRIGGERS,
    handler,
    in_process,
    in_sub_process,
)
from tests.engine.spiff.play import NOON, play


@pytest.mark.parametrize("make", [in_process, in_sub_process])
@pytest.mark.parametrize("kind", TRIGGERS)
def test_an_interrupting_one_ends_everything_else_in_its_scope(make, kind):
    played = make(handler(kind))
    assert played.open == ["a", "b", "fail_it", "tell_it"]

    TRIGGERS[kind][1](played)

    assert (played.open, played.waits) == (["handle"], [])
    played.complete("handle")
    assert played.is_finished if make is in_process else played.open == ["after"]


@pytest.mark.parametrize("make", [in_process, in_sub_process])
@pytest.mark.parametrize("kind", NON_INTERRUPTING)
def test_a_non_interrupting_one_runs_beside_its_scope_which_waits_for_it(make, kind):
    played = make(handler(kind, interrupting=False))

    TRIGGERS[kind][1](played)

    rest = [
        each for each in ("a", "b", "fail_it", "tell_it") if not (kind == "escalation" and each == "tell_it")
    ]
    assert played.open == sorted([*rest, "handle"])
    for each_one in rest:
        if each_one != "fail_it":
            played.complete(each_one)
    assert not played.is_finished
    assert "handle" in played.open


@pytest.mark.parametrize("kind", NON_INTERRUPTING)
def test_it_is_given_up_when_its_scope_is_left(kind):
    body = sub("sp", start("s"), user("a"), handler(kind, False), flows="s -> a")
    played = play(diagram(start(), body, user("after"), flows="start -> sp -> after", more=MORE), key="k")

    played.complete("a")

    assert (played.open, played.waits) == (["after"], [])


@pytest.mark.parametrize("kind", NON_INTERRUPTING)
def test_it_is_given_up_when_its_scope_is_cancelled(kind):
    played = in_sub_process(
        handler(kind, False), around=(boundary("stop", "sp", on_message("m")),), flows="stop -> end"
    )

    played.send("stop")

    assert (played.is_finished, played.waits) == (True, [])


def test_a_scope_that_waits_for_its_event_sub_process_only_still_hears_of_further_ones():
    played = in_process(handler("message", False)).send("begins").send("begins")
    for each_one in ("a", "b", "tell_it"):
        played.complete(each_one)
    played.fail("fail_it", "x")
    played.instance.terminate()

    body = sub("sp", start("s"), user("a"), handler("message", False), flows="s -> a")
    played = play(diagram(start(), body, user("after"), flows="start -> sp -> after", more=MORE), key="k")
    played.send("begins").complete("a").send("begins")
    assert played.open == ["handle", "handle"]

    assert played.complete("handle").complete("handle").open == ["after"]


def test_an_interrupting_one_ends_running_non_interrupting_ones_and_closes_all_others():
    beside = event_sub("beside", starts("seen", on_signal("sig"), False), user("look"), flows="seen -> look")
    third = event_sub(
        "third", starts("late", timer("duration", "PT9H")), user("too_late"), flows="late -> too_late"
    )
    played = in_sub_process(
        handler("message"), beside, third, around=(boundary("limit", "sp", timer("duration", "PT5H")),),
        flows="limit -> end",
    )  # fmt: skip
    played.signal("sig")
    played.signal("sig")
    assert played.open.count("look") == 2

    played.send("begins")

    assert (played.open, played.waits) == (["handle"], ["limit"])
    assert played.wait(hours=5).is_finished


def test_joins_of_the_scope_are_forgotten_by_an_interrupting_one():
    document = diagram(
        start(), both("f"), user("a"), user("b"), both("join"), user("never"),
        event_sub("esp", starts("begins", on_message("m")), user("handle"), flows="begins -> handle"),
        flows="start -> f -> a -> join -> never; f -> b -> join", more=MORE,
    )  # fmt: skip
    played = play(document, key="k").complete("a")
    assert played.open == ["b", "join+"]

    assert played.send("begins").open == ["handle"]
    assert played.complete("handle").is_finished


def test_its_waits_open_before_the_start_event_of_its_scope_runs():
    document = diagram(
        start(), throw("ring", inner=on_signal("sig")), user("a"),
        event_sub("esp", starts("begins", on_signal("sig"), False), user("handle"), flows="begins -> handle"),
        flows="start -> ring -> a", more=MORE,
    )  # fmt: skip

    assert play(document).open == ["a", "handle"]


def test_a_timer_sees_the_locals_of_its_scope():
    body = sub(
        "sp", start("s"), user("a"), event_sub("esp", starts("begins", timer("duration", "=limit")), flows=""), flows="s -> a",
        zeebe=mappings({"limit": '="PT" + string(n) + "H"'}),
    )  # fmt: skip
    played = play(diagram(start(), body, flows="start -> sp"), n=3)

    assert played.instance.waits()[0].due_at == NOON + timedelta(hours=3)


def test_a_cycle_begins_it_as_often_as_it_says():
    repeated = event_sub(
        "esp", starts("begins", timer("cycle", "R2/PT1H"), False), user("handle"), flows="begins -> handle"
    )
    played = in_process(repeated)

    assert played.wait(hours=1).open.count("handle") == 1
    assert played.wait(hours=5).open.count("handle") == 2
    assert played.waits == []


@pytest.mark.parametrize(
    ("zeebe", "root"),
    [
        ("", {"key": "k", "why": "x", "seen": "x"}),
        (mappings(outputs={"reason": "=why"}), {"key": "k", "reason": "x", "seen": None}),
    ],
)
def test_what_starts_it_brings_its_variables_to_the_scope(zeebe, root):
    document = diagram(
        start(), user("a"),
        event_sub("esp", starts("begins", on_message("m"), zeebe=zeebe), script("look", "=why", "seen"), flows="begins -> look"),
        flows="start -> a", more=MORE,
    )  # fmt: skip

    assert play(document, key="k").send("begins", why="x").root == root


def test_it_writes_the_locals_of_its_scope():
    body = sub(
        "sp",
        start("s"),
        user("a"),
        handler("message", False),
        flows="s -> a",
        zeebe=mappings({"x": "=1"}, {"out": "=x"}),
    )
    played = play(diagram(start(), body, user("after"), flows="start -> sp -> after", more=MORE), key="k")

    played.send("begins", x=2).complete("a").complete("handle")

    assert played.root == {"key": "k", "out": 2}


def test_its_own_mappings_make_a_scope_of_its_own():
    esp = event_sub(
        "esp", starts("begins", on_message("m"), False), user("handle"), flows="begins -> handle",
        zeebe=mappings({"y": "=x + 1"}, {"z": "=y * 10"}),
    )  # fmt: skip
    played = play(diagram(start(), user("a"), esp, flows="start -> a", more=MORE), key="k", x=1).send(
        "begins"
    )
    assert played.sees("handle")["y"] == 2

    assert played.complete("handle").root == {"key": "k", "x": 1, "z": 20}


@pytest.mark.parametrize(
    ("zeebe", "root"),
    [
        ("", {"key": "k"}),
        (mappings(outputs={"code": "=errorCode", "d": "=detail"}), {"key": "k", "code": "e", "d": 1}),
    ],
)
def test_the_variables_of_an_error_leave_its_start_event_only_by_its_mappings(zeebe, root):
    document = diagram(
        start(), service("work"), event_sub("esp", starts("begins", on_error(), zeebe=zeebe), user("handle"), flows="begins -> handle"),
        flows="start -> work", more=MORE,
    )  # fmt: skip
    played = play(document, key="k")

    assert played.fail("work", "e", detail=1)
    assert (played.open, played.root) == (["handle"], root)


def test_one_level_asks_the_exact_code_first_wherever_it_is():
    all_errors = event_sub("esp", starts("begins", on_error()), user("handle"), flows="begins -> handle")
    exact = boundary("exact", "sp", on_error("e"))
    played = in_sub_process(all_errors, around=(exact, user("exactly")), flows="exact -> exactly")
    assert played.complete("fail_it").open == ["exactly"]

    tie = in_sub_process(handler("error"), around=(exact, user("exactly")), flows="exact -> exactly")
    assert tie.complete("fail_it").open == ["handle"]


def test_an_error_from_inside_is_caught_by_a_boundary_event_of_its_scope_never_by_it_or_a_sibling():
    throwing = event_sub(
        "esp", starts("begins", on_message("m"), False), error_end("bad", "e"), flows="begins -> bad"
    )
    sibling = event_sub("sibling", starts("never", on_error()), user("wrong"), flows="never -> wrong")
    caught = boundary("caught", "sp", on_error())
    played = in_sub_process(throwing, sibling, around=(caught, user("right")), flows="caught -> right")

    assert played.send("begins").open == ["right"]


def test_an_error_from_inside_that_nothing_around_catches_is_an_incident():
    throwing = event_sub("esp", starts("begins", on_error()), error_end("bad", "e"), flows="begins -> bad")
    played = in_process(throwing).complete("fail_it")

    assert (played.open, played.incident()[0]) == (["bad!"], spiff.UNHANDLED_ERROR_EVENT)


def test_an_error_goes_through_a_called_process_that_does_not_catch_it():
    called = diagram(start("s"), user("go"), error_end("bad", "e"), handler("message", id="inner"),
                     flows="s -> go -> bad", id="called", more=MORE)  # fmt: skip
    document = diagram(start(), call("c", "called"),
                       event_sub("outer", starts("o", on_error("e")), user("rescue"), flows="o -> rescue"),
                       flows="start -> c", more=MORE)  # fmt: skip

    assert play(document, called, key="k").complete("go").open == ["rescue"]


def test_a_called_process_has_its_own():
    called = diagram(start("s"), user("go"), handler("message"), flows="s -> go", id="called", more=MORE)
    document = diagram(start(), call("c", "called"), user("after"), flows="start -> c -> after", more=MORE)
    played = play(document, called, key="k").send("begins")
    assert played.open == ["handle"]

    assert played.complete("handle").open == ["after"]


def test_one_inside_another():
    inner = event_sub("inner", starts("again", on_signal("sig")), user("rescue"), flows="again -> rescue")
    outer = event_sub(
        "esp", starts("begins", on_message("m"), False), user("handle"), inner, flows="begins -> handle"
    )
    played = in_process(outer)
    assert played.waits == ["begins"]

    played.send("begins").send("begins")
    assert played.waits == ["again", "again", "begins"]
    played.signal("sig")

    assert played.open == ["a", "b", "fail_it", "rescue", "rescue", "tell_it"]


def test_a_terminate_end_event_inside_ends_only_it():
    esp = event_sub("esp", starts("begins", on_message("m"), False), both("fork"), user("x"), terminate_end(),
                    flows="begins -> fork -> x; fork -> stop")  # fmt: skip

    assert in_process(esp).send("begins").open == ["a", "b", "fail_it", "tell_it"]


def test_a_terminate_end_event_of_the_scope_ends_it():
    document = diagram(start(), both("f"), user("a"), terminate_end(), handler("message", False),
                       flows="start -> f -> a -> stop", more=MORE)  # fmt: skip

    assert play(document, key="k").send("begins").complete("a").is_finished


def test_each_instance_of_a_multi_instance_sub_process_has_its_own():
    played = in_sub_process(handler("error"), inner=each("=[1, 2, 3]"))

    played.complete("fail_it")

    assert played.open.count("handle") == 1
    assert played.open.count("a") == 2
    played.complete("fail_it").complete("fail_it")
    assert played.complete("handle").complete("handle").complete("handle").open == ["after"]


def test_in_a_loop_each_round_has_it_anew():
    body = sub("sp", start("s"), user("a"), handler("message"), flows="s -> a")
    document = diagram(start(), xor("m1"), body, xor("again"), end(),
                       flows="start -> m1 -> sp -> again -> m1 [default]; again -> end [=stop = true]", more=MORE)  # fmt: skip
    played = play(document, key="k", stop=False)

    for _ in range(5):
        assert played.send("begins").complete("handle").open == ["a"]
    assert played.complete("a", stop=True).is_finished


def test_one_with_an_incident_at_its_scope_wait_is_opened_by_a_retry():
    body = sub(
        "sp",
        start("s"),
        user("a"),
        event_sub("esp", starts("begins", timer("duration", "=soon"))),
        flows="s -> a",
    )
    played = play(diagram(start(), body, flows="start -> sp"))
    assert played.open == ["sp!"]

    assert played.write(soon="PT1H").retry("sp").waits == ["begins"]


def test_it_works_with_an_interrupting_one_and_an_incident_in_the_scope():
    document = diagram(start(), service("work"), handler("message"), flows="start -> work", more=MORE)
    played = play(document, key="k")
    played.instance.raise_incident(played.token("work"), spiff.JOB_NO_RETRIES, "It broke.")

    assert played._reload().send("begins").open == ["handle"]
