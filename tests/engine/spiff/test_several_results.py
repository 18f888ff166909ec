"""Throw and end events with several results, of which one undoes or cancels: all occur, and what undoes is waited for."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.spiff.diagrams import (
    both,
    boundary,
    compensate,
    diagram,
    each,
    end,
    error,
    escalation,
    event_sub,
    handler,
    listeners,
    mappings,
    on_cancel,
    on_error,
    on_escalation,
    on_signal,
    pair,
    script,
    signal,
    start,
    starts,
    sub,
    throw,
    timer,
    transaction,
    undone_by,
    user,
    xor,
)
from tests.engine.spiff.play import Play, play

MORE = signal("one") + signal("two") + error("e") + escalation("esc")
CANCEL = "<cancelEventDefinition/>"
TERMINATE = "<terminateEventDefinition/>"


def signals(played: Play) -> list[str]:
    return [fact.name for fact in played.facts if isinstance(fact, spiff.SignalThrown)]


def back(*results: str, zeebe: str = "", at_the_end: bool = False) -> tuple:
    """An event with these results, and what comes behind it."""
    inner = "".join(results)
    return (
        (end("back", zeebe, inner), "back") if at_the_end else (throw("back", zeebe, inner), "back -> after")
    )


def through(
    *results: str, nodes=(), flows: str = "", zeebe: str = "", at_the_end: bool = False, **variables
) -> Play:
    """start -> a -> b -> the event, with a and b completed."""
    event, rest = back(*results, zeebe=zeebe, at_the_end=at_the_end)
    behind = () if at_the_end else (user("after"),)
    document = diagram(
        start(), *pair("a"), *pair("b"), event, *behind, *nodes, flows=f"start -> a -> b -> {rest}; {flows}", more=MORE
    )  # fmt: skip
    return play(document, **variables).complete("a").complete("b")


@pytest.mark.parametrize("at_the_end", [False, True])
def test_all_are_thrown_in_drawn_order_and_what_undoes_is_waited_for(at_the_end):
    played = through(on_signal("one"), compensate(), on_signal("two"), at_the_end=at_the_end)
    assert (played.open, signals(played)) == (["undo_b"], ["one"])

    assert signals(played.complete("undo_b")) == []
    assert signals(played.complete("undo_a")) == ["two"]
    assert played.is_finished if at_the_end else played.open == ["after"]


def test_nothing_to_undo_holds_nothing_up():
    event, rest = back(compensate(), on_signal("two"))
    played = play(diagram(start(), event, user("after"), flows=f"start -> {rest}", more=MORE))

    assert (played.open, signals(played)) == (["after"], ["two"])


def test_single_activities_can_be_named_one_after_the_other():
    played = through(compensate("a"), on_signal("one"), compensate("b"))
    assert played.open == ["undo_a"]

    played.complete("undo_a")
    assert (played.open, signals(played)) == (["undo_b"], ["one"])
    assert played.complete("undo_b").open == ["after"]


def test_its_own_variables_are_thrown_and_not_seen_by_the_handlers():
    played = through(compensate(), on_signal("two"), zeebe=mappings({"x": "=2"}), x=1)
    assert played.sees("undo_b")["x"] == 1

    played.complete("undo_b", x=5).complete("undo_a")

    [thrown] = [fact for fact in played.facts if isinstance(fact, spiff.SignalThrown)]
    assert (thrown.variables, played.root) == ({"x": 2}, {"x": 5})


def test_what_fails_after_the_undoing_is_retried_without_undoing_twice():
    escalating = '<escalation id="esc2" escalationCode="=code"/>'
    event, rest = back(compensate(), on_escalation("esc2"))
    played = play(diagram(
        start(), *pair("a"), event, user("after"), flows=f"start -> a -> {rest}", more=escalating
    ))  # fmt: skip
    played.complete("a").complete("undo_a")
    assert played.incident()[0] == spiff.EXTRACT_VALUE_ERROR

    assert played.write(code="E").retry("back").open == ["after"]


def test_an_event_sub_process_undoes_the_scope_around_it():
    caring = event_sub(
        "esp", starts("hear", on_signal("one"), False), end("back", inner=compensate() + on_signal("two")), flows="hear -> back"
    )  # fmt: skip
    played = play(
        diagram(start(), *pair("a"), user("b"), caring, flows="start -> a -> b", more=MORE)
    ).complete("a")

    assert played.signal("one") == 1
    assert played.open == ["b", "undo_a"]
    assert signals(played.complete("undo_a")) == ["two"]


def test_terminate_and_error_come_after_the_undoing():
    ends = sub(
        "s", start("s1"), *pair("a"), end("back", inner=TERMINATE + compensate()), flows="s1 -> a -> back"
    )
    played = play(diagram(start(), ends, user("after"), flows="start -> s -> after")).complete("a")
    assert played.open == ["undo_a"]
    assert played.complete("undo_a").open == ["after"]

    fails = sub(
        "s", start("s1"), *pair("a"), end("back", inner=on_error("e") + compensate()), flows="s1 -> a -> back"
    )
    played = play(diagram(
        start(), fails, boundary("oops", "s", on_error("e")), user("care"), flows="start -> s; oops -> care", more=MORE
    )).complete("a")  # fmt: skip
    assert played.complete("undo_a").open == ["care"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_what_ends_around_it_ends_the_undoing(interrupting):
    inside = sub(
        "s",
        start("s1"),
        *pair("a"),
        end("back", inner=compensate() + on_signal("two")),
        flows="s1 -> a -> back",
    )
    late = boundary("late", "s", timer("duration", "PT1H"), interrupting)
    played = play(diagram(start(), inside, late, user("hurry"), flows="start -> s; late -> hurry", more=MORE))
    played.complete("a").wait(hours=1)

    assert played.open == (["hurry"] if interrupting else ["hurry", "undo_a"])


def test_in_a_loop_each_round_undoes_what_it_did():
    event = throw("back", inner=compensate() + on_signal("one"))
    played = play(diagram(
        start(), xor("meet"), *pair("a"), event, user("again"), xor("which"), user("after"),
        flows="start -> meet -> a -> back -> again -> which; which -> meet [=more]; which -> after [=not(more)]", more=MORE,
    ))  # fmt: skip
    for more in (True, False):
        played.complete("a").complete("undo_a").complete("again", more=more)

    assert played.open == ["after"]


def test_listeners_are_asked_before_the_first_and_after_the_last():
    played = through(on_signal("one"), compensate(), zeebe=listeners("start load", "end save"))
    assert signals(played) == []

    assert signals(played.answer("back")) == ["one"]
    played.complete("undo_b").complete("undo_a")
    assert played.answer("back").open == ["after"]


# -- cancel ---------------------------------------------------------------------------------------------------------------


def cancelling(*results: str, inner: str = "", zeebe: str = "") -> bytes:
    deal = transaction(
        "deal",
        start("s1"),
        *pair("a"),
        end("back", zeebe, "".join(results)),
        flows="s1 -> a -> back",
        inner=inner,
    )
    return diagram(
        start(), deal, boundary("lost", "deal", on_cancel()), user("care"), user("after"),
        flows="start -> deal -> after; lost -> care", more=MORE,
    )  # fmt: skip


@pytest.mark.parametrize("results", [(CANCEL, on_signal("one")), (on_signal("one"), CANCEL)])
def test_a_transaction_is_cancelled_when_all_else_is_thrown(results):
    played = play(cancelling(*results)).complete("a")
    assert (played.open, signals(played)) == (["undo_a"], ["one"])

    assert played.complete("undo_a").open == ["care"]


def test_what_is_undone_before_is_not_undone_again_by_the_cancel():
    played = play(cancelling(compensate("a"), CANCEL)).complete("a")

    assert played.open == ["undo_a"]
    assert played.complete("undo_a").open == ["care"]


@pytest.mark.parametrize("sequential", [True, False])
def test_one_instance_cancels_all(sequential):
    played = play(cancelling(on_signal("one"), CANCEL, inner=each("=[1, 2]", sequential=sequential)))
    played.complete("a").complete("undo_a")

    assert played.open == ["care"]


def test_an_end_listener_that_is_at_work_ends_with_the_transaction():
    played = play(cancelling(on_signal("one"), CANCEL, zeebe=listeners("end save"))).complete("a")

    assert played.open == ["undo_a"]
    assert played.complete("undo_a").open == ["care"]


# -- stored states and versions ------------------------------------------------------------------------------------------


def test_a_state_of_before_says_only_how_many_were_thrown():
    document = diagram(start(), throw("back", inner=on_signal("one")), flows="start -> back", more=MORE)

    assert Play(document).process.elements["back"].restore_memo(1).thrown == 1


def test_a_running_one_moves_to_another_version():
    played = through(on_signal("one"), compensate(), on_signal("two"))
    event, rest = back(on_signal("one"), compensate(), on_signal("two"))
    new = Play(diagram(
        start(), *pair("a"), *pair("b"), event, user("after"), user("more"), flows=f"start -> a -> b -> {rest}; after -> more",
        more=MORE,
    )).process  # fmt: skip

    moved = spiff.move(spiff.dump(played.instance), played.process, new, {}, played.house)

    played.instance, played.process = spiff.load(spiff.dump(moved), new, played.house), new
    assert played.complete("undo_b").complete("undo_a").complete("after").open == ["more"]


def test_it_does_not_move_to_a_version_that_throws_something_else():
    played = through(on_signal("one"), compensate(), on_signal("two"))
    event, rest = back(compensate(), on_signal("two"))
    new = Play(
        diagram(
            start(),
            *pair("a"),
            *pair("b"),
            event,
            user("after"),
            flows=f"start -> a -> b -> {rest}",
            more=MORE,
        )
    ).process

    with pytest.raises(spiff.CannotMove, match="throw the same as before"):
        spiff.move(spiff.dump(played.instance), played.process, new, {}, played.house)


def test_a_handler_that_fails_is_an_incident_of_its_own():
    broken = handler(script("undo_a", "=assert(x, false)", "y"))
    played = play(diagram(
        start(), user("a"), undone_by("a", "undo_a"), broken, throw("back", inner=compensate() + on_signal("one")), user("after"),
        flows="start -> a -> back -> after", more=MORE,
    )).complete("a")  # fmt: skip

    assert played.open == ["undo_a!"]


def test_what_is_undone_is_taken_before_what_the_other_results_began_goes_on():
    document = diagram(
        start(), both("f"), user("w"), boundary("b", "w", on_signal("one"), False), user("y"), *pair("a"),
        throw("back", inner=on_signal("one") + compensate()), flows="start -> f -> w; f -> a -> back; b -> y", more=MORE,
    )  # fmt: skip
    played = play(document).complete("a")

    entered = [fact.element_id for fact in played.facts if isinstance(fact, spiff.Entered)]
    assert entered.index("b") < entered.index("undo_a") < entered.index("y")
    assert played.open == ["undo_a", "w", "y"]
