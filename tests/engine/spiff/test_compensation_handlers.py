"""Handlers of compensation: any activity can be one, it ends with its throw event, and what cannot be is refused."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.spiff.diagrams import (
    both,
    boundary,
    call,
    compensate,
    diagram,
    end,
    error,
    event_sub,
    handler,
    mappings,
    message,
    on_error,
    on_message,
    pair,
    script,
    service,
    start,
    sub,
    terminate_end,
    throw,
    timer,
    undone_by,
    user,
)
from tests.engine.spiff.play import play

# -- handlers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        lambda: service("undo_a", "undoing"),
        lambda: script("undo_a", "=amount - 1", "amount"),
        lambda: sub("undo_a", start("us"), script("first", "=amount - 1", "amount"), flows="us -> first"),
        lambda: call("undo_a", "child"),
    ],
    ids=["operation", "script", "sub-process", "call"],
)
def test_any_activity_can_be_a_handler_and_its_result_counts(kind):
    child = diagram(start("cs"), script("first", "=amount - 1", "amount"), flows="cs -> first", id="child")
    made = play(diagram(
        start(), user("a"), undone_by("a", "undo_a"), handler(kind()), throw("back", inner=compensate()), user("after"),
        flows="start -> a -> back -> after",
    ), child, amount=5)  # fmt: skip
    made.house.operations["undoing"] = lambda call: {"amount": call.variables["amount"] - 1}

    made.complete("a")

    assert (made.open, made.root["amount"]) == (["after"], 4)


def test_the_mappings_of_a_handler_count():
    undo_a = handler(user("undo_a", mappings({"twice": "=amount * 2"}, {"refund": "=twice + fee"})))
    played = play(diagram(
        start(), user("a"), undone_by("a", "undo_a"), undo_a, end("back", inner=compensate()), flows="start -> a -> back",
    ), amount=5)  # fmt: skip
    played.complete("a")
    assert played.sees("undo_a")["twice"] == 10

    assert played.complete("undo_a", fee=1).root == {"amount": 5, "refund": 11}


def test_what_the_throw_event_maps_for_itself_is_not_seen_by_handlers():
    back = throw("back", mappings({"amount": "=77"}), compensate())
    played = play(
        diagram(start(), *pair("a"), back, user("after"), flows="start -> a -> back -> after"), amount=5
    )
    played.complete("a")
    assert played.sees("undo_a") == {"amount": 5}

    assert played.complete("undo_a", amount=4).root == {"amount": 4}


def test_an_error_in_a_handler_goes_to_the_scope_of_the_throw_event():
    inside = sub("inside", start("s"), user("a"), undone_by("a", "undo_a"), handler(service("undo_a", "undoing")),
                 throw("back", inner=compensate()), user("never"), flows="s -> a -> back -> never")  # fmt: skip
    document = diagram(start(), inside, boundary("failed", "inside", on_error("bad")), user("told"),
                       flows="start -> inside; failed -> told", more=error("bad"))  # fmt: skip
    played = play(document).complete("a")

    assert played.fail("undo_a", "bad")

    assert played.open == ["told"]


def test_a_handler_with_an_incident_holds_up_the_throw_event_until_it_is_retried():
    played = play(diagram(
        start(), *pair("a"), user("b"), undone_by("b", "undo_b"), handler(script("undo_b", "=assert(x, x > 1)", "y")),
        throw("back", inner=compensate()), user("after"), flows="start -> a -> b -> back -> after",
    ), x=1)  # fmt: skip
    played.complete("a").complete("b")
    assert played.open == ["undo_b!"]

    assert played.write(x=2).retry("undo_b").open == ["undo_a"]
    played.complete("undo_a")

    assert played.open == ["after"]


# -- terminated ---------------------------------------------------------------------------------------------------------


def beside(*others, flows: str):
    """A sub-process in which `a` is being undone while something else goes on."""
    return sub("inside", start("s"), both("split"), *pair("a"), throw("back", inner=compensate()), user("never"),
               *others, flows=f"s -> split -> a -> back -> never; {flows}")  # fmt: skip


def test_handlers_end_with_their_throw_event_by_a_terminate_end_event():
    inside = beside(user("work"), terminate_end(), flows="split -> work -> stop")
    played = play(diagram(start(), inside, user("after"), flows="start -> inside -> after")).complete("a")
    assert played.open == ["undo_a", "work"]

    assert played.complete("work").open == ["after"]


def test_handlers_end_with_their_throw_event_by_an_interrupting_event_sub_process():
    rescue = event_sub(
        "rescue", start("called", inner=on_message("stop")), user("told"), flows="called -> told"
    )
    inside = beside(rescue, flows="")
    document = diagram(start(), inside, user("after"), flows="start -> inside -> after", more=message("stop"))
    played = play(document, key="k").complete("a")
    assert played.open == ["undo_a"]

    assert played.send("called").open == ["told"]


def test_handlers_end_when_the_sub_process_is_interrupted():
    document = diagram(start(), beside(flows=""), boundary("give_up", "inside", timer("duration", "PT1H")), user("late"),
                       flows="start -> inside; give_up -> late")  # fmt: skip
    played = play(document).complete("a")

    assert played.wait(hours=1).open == ["late"]


def test_handlers_end_when_the_process_instance_is_cancelled():
    played = play(diagram(start(), beside(flows=""), flows="start -> inside")).complete("a")

    played.instance.terminate()

    assert played._reload().is_finished


def test_in_parallel_two_throw_events_undo_everything_once():
    played = play(diagram(
        start(), *pair("a"), *pair("b"), both("split"), throw("one", inner=compensate("a")),
        throw("two", inner=compensate()), both("meet"), user("after"),
        flows="start -> a -> b -> split -> one -> meet; split -> two -> meet -> after",
    ))  # fmt: skip
    played.complete("a").complete("b")
    assert played.open == ["undo_a", "undo_b"]

    assert played.complete("undo_b").complete("undo_a").open == ["after"]


# -- what cannot be -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document, sentence",
    [
        (diagram(start(), user("a"), boundary("b", "a", compensate()), flows="start -> a"), "an association with one"),
        (diagram(start(), user("a"), undone_by("a", "b"), user("b"), flows="start -> a -> b"), "an association with one"),
        (diagram(start(), user("a"), handler(user("undo_a")), flows="start -> a"), "this one is not"),
        (diagram(start(), *pair("a"), user("b"), flows="start -> a; undo_a -> b"), "without sequence flows"),
        (diagram(start(), *pair("a"), boundary("late", "undo_a", timer("duration", "PT1H")), user("b"),
                 flows="start -> a; late -> b"), "boundary events"),
        (diagram(start(), *pair("a"), boundary("second", "a", compensate()), flows="start -> a"), "association"),
        (diagram(start(), user("a"), end("back", inner=compensate("a")), flows="start -> a -> back"), "can be undone"),
        (diagram(start(), sub("s1", start("s"), *pair("a"), flows="s -> a"), end("back", inner=compensate("a")),
                 flows="start -> s1 -> back"), "of the same scope"),
        (diagram(start(), user("a"), end("back", inner=compensate("nobody")), flows="start -> a -> back"), "of the same"),
        (diagram(start(), user("a"), end("back", inner='<compensateEventDefinition waitForCompletion="false"/>'),
                 flows="start -> a -> back"), "waitForCompletion"),
        (diagram(start(), user("a"), event_sub("regret", start("undone", inner=compensate()), user("b"),
                 flows="undone -> b"), flows="start -> a"), "nobody can compensate"),
    ],
)  # fmt: skip
def test_what_cannot_be_compensated_is_refused(document, sentence):
    with pytest.raises(spiff.ModelRefused) as refused:
        play(document)

    assert sentence in str(refused.value)
