"""Escalation: handed upwards to the nearest catcher; its thrower goes on unless that catcher interrupts."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.spiff.diagrams import (
    boundary,
    call,
    diagram,
    each,
    end,
    escalation,
    event_sub,
    mappings,
    on_escalation,
    start,
    starts,
    sub,
    throw,
    user,
    xor,
)
from tests.engine.spiff.play import Play, play

LATE = escalation("late", "LATE") + escalation("lost", "LOST")


def inner(*more, throws="late", zeebe="", flows="s -> go -> tell -> rest", **attributes):
    return sub(
        "sp", start("s"), user("go"), throw("tell", zeebe, on_escalation(throws)), user("rest"), *more, flows=flows,
        **attributes,
    )  # fmt: skip


def played(*nodes, flows="start -> sp -> after; heard -> handle", body=None, **variables) -> Play:
    document = diagram(
        start(), body or inner(), *nodes, user("after"), user("handle"), end(), flows=flows, more=LATE
    )
    return play(document, **variables).complete("go")


@pytest.mark.parametrize("caught", ["late", None])
def test_a_non_interrupting_boundary_event_catches_and_the_thrower_goes_on(caught):
    one = played(boundary("heard", "sp", on_escalation(caught), False))

    assert one.open == ["handle", "rest"]
    assert one.complete("rest").open == ["after", "handle"]


def test_an_interrupting_catcher_takes_the_thrower_with_it():
    one = played(boundary("heard", "sp", on_escalation("late")))

    assert one.open == ["handle"]
    assert "tell_to_rest" not in one.taken


def test_nobody_catches_and_the_thrower_goes_on():
    one = played(boundary("heard", "sp", on_escalation("lost")))

    assert one.open == ["rest"]
    (fact,) = [f for f in one.facts if isinstance(f, spiff.EscalationUncaught)]
    assert (fact.element_id, fact.code) == ("tell", "LATE")
    assert one.complete("rest").open == ["after"]


def test_what_is_caught_is_not_told_as_uncaught():
    one = played(boundary("heard", "sp", on_escalation("late"), False))

    assert not any(isinstance(f, spiff.EscalationUncaught) for f in one.facts)


def test_an_exact_code_comes_before_the_catch_all_on_one_level():
    one = played(
        boundary("all", "sp", on_escalation(), False), boundary("heard", "sp", on_escalation("late"), False),
        flows="start -> sp -> after; heard -> handle; all -> end",
    )  # fmt: skip

    assert one.open == ["handle", "rest"]


def test_only_the_nearest_level_catches():
    outer = sub("outer", start("o"), inner(), boundary("near", "sp", on_escalation(), False), user("note"),
                flows="o -> sp; near -> note")  # fmt: skip
    one = played(
        boundary("heard", "outer", on_escalation("late")),
        body=outer,
        flows="start -> outer -> after; heard -> handle",
    )

    assert one.open == ["note", "rest"]


def test_an_event_sub_process_comes_before_a_boundary_event_of_its_scope_on_a_tie():
    body = inner(
        event_sub("esp", starts("in", on_escalation("late"), False), user("note"), flows="in -> note")
    )
    one = played(boundary("heard", "sp", on_escalation("late")), body=body)

    assert one.open == ["note", "rest"]


def test_an_exact_boundary_event_comes_before_a_catch_all_event_sub_process():
    body = inner(event_sub("esp", starts("in", on_escalation(), False), user("note"), flows="in -> note"))
    one = played(boundary("heard", "sp", on_escalation("late")), body=body)

    assert one.open == ["handle"]


def test_an_interrupting_event_sub_process_ends_the_thrower():
    body = inner(event_sub("esp", starts("in", on_escalation("late")), user("note"), flows="in -> note"))
    one = played(boundary("heard", "sp", on_escalation("late")), body=body)

    assert one.open == ["note"]
    assert one.complete("note").open == ["after"]


def test_what_an_event_sub_process_throws_is_not_caught_by_it_or_a_sibling():
    body = inner(
        event_sub("esp", starts("in", on_escalation("late"), False), throw("more", inner=on_escalation("late")),
                  user("note"), flows="in -> more -> note"),
        event_sub("sibling", starts("in_2", on_escalation(), False), user("never"), flows="in_2 -> never"),
    )  # fmt: skip
    one = played(boundary("heard", "sp", on_escalation("late"), False), body=body)

    assert one.open == ["handle", "note", "rest"]


def test_an_escalation_of_a_called_process_reaches_the_call():
    called = diagram(start("s"), user("go"), throw("tell", inner=on_escalation("late")), user("rest"),
                     flows="s -> go -> tell -> rest", id="called", more=LATE)  # fmt: skip
    document = diagram(start(), call("sp", "called"), boundary("heard", "sp", on_escalation("late"), False), user("handle"),
                       flows="start -> sp; heard -> handle", more=LATE)  # fmt: skip
    one = play(document, called).complete("go")

    assert one.open == ["handle", "rest"]


def test_an_escalation_end_event_ends_its_path():
    body = sub(
        "sp", start("s"), user("go"), end("tell", inner=on_escalation("late")), flows="s -> go -> tell"
    )

    assert played(boundary("heard", "sp", on_escalation("late"), False), body=body).open == [
        "after",
        "handle",
    ]
    assert played(boundary("heard", "sp", on_escalation("late")), body=body).open == ["handle"]


def test_the_code_may_be_computed_and_a_missing_one_is_an_incident():
    document = diagram(start(), throw("tell", inner=on_escalation("any")), user("on"), flows="start -> tell -> on",
                       more=escalation("any", "=code"))  # fmt: skip
    one = play(document)
    assert one.open == ["tell!"]

    one.write(code="X").retry("tell")

    (fact,) = [f for f in one.facts if isinstance(f, spiff.EscalationUncaught)]
    assert (fact.code, one.open) == ("X", ["on"])


@pytest.mark.parametrize(
    ("outputs", "root"),
    [({}, {}), ({"why": "=escalationCode", "days": "=late_by"}, {"why": "LATE", "days": 3})],
)
def test_the_variables_of_an_escalation_leave_the_catcher_only_by_its_mappings(outputs, root):
    body = inner(zeebe=mappings({"late_by": "=1 + 2"}))
    one = played(boundary("heard", "sp", on_escalation("late"), False, mappings(outputs=outputs)), body=body)

    assert one.root == root


def test_in_a_loop_it_is_caught_each_time():
    document = diagram(
        start(),
        sub("sp", start("s"), user("go"), throw("tell", inner=on_escalation("late")), xor("again"), end("e"),
            flows="s -> go -> tell -> again -> go [default]; again -> e [=stop = true]"),
        boundary("heard", "sp", on_escalation("late"), False), user("handle"),
        flows="start -> sp; heard -> handle", more=LATE,
    )  # fmt: skip
    one = play(document, stop=False)

    for _ in range(4):
        one.complete("go")
    assert one.open == ["go"] + ["handle"] * 4


def test_a_multi_instance_activity_has_its_catcher_at_the_body():
    body = inner(inner=each("=[1, 2, 3]"))
    goes_on = played(boundary("heard", "sp", on_escalation("late"), False), body=body)
    assert goes_on.open == ["go", "go", "handle", "rest"]

    ends = played(boundary("heard", "sp", on_escalation("late")), body=body)
    assert ends.open == ["handle"]
