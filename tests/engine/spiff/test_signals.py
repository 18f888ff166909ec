"""Signals: thrown to all that wait, caught at every place where BPMN lets one stand."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.spiff.diagrams import (
    both,
    boundary,
    catch,
    diagram,
    each,
    end,
    event_sub,
    first,
    mappings,
    message,
    on_signal,
    receive,
    signal,
    start,
    starts,
    sub,
    throw,
    timer,
    user,
    xor,
)
from tests.engine.spiff.play import Play, play

SIGNAL = signal("alarm")


def caught(*nodes, flows, more=SIGNAL, **variables):
    return play(diagram(start(), *nodes, end(), flows=flows, more=more), **variables)


def test_a_catch_event_waits_until_the_signal_comes():
    played = caught(catch("heard", on_signal("alarm")), flows="start -> heard -> end")
    (wait,) = played.instance.waits()
    assert (wait.kind, wait.signal_name, wait.event_id, wait.element_id) == (
        "signal",
        "alarm",
        "heard",
        "heard",
    )
    assert (wait.message_name, wait.due_at, wait.condition) == (None, None, None)

    assert played.signal("other") == 0
    assert played.signal("alarm", level=3) == 1

    assert (played.is_finished, played.root) == (True, {"level": 3})


def test_the_name_of_a_signal_is_evaluated_once():
    played = caught(
        catch("heard", on_signal("alarm")),
        flows="start -> heard -> end",
        more=signal("alarm", '="alarm_" + place'),
        place="hall",
    ).write(place="yard")

    assert played.signal("alarm_yard") == 0
    assert played.signal("alarm_hall") == 1


def test_a_name_that_is_no_text_is_an_incident():
    played = caught(
        catch("heard", on_signal("alarm")), flows="start -> heard -> end", more=signal("alarm", "=place")
    )
    assert played.open == ["heard!"]

    played.write(place="hall").retry("heard")

    assert played.signal("hall") == 1


def test_a_catch_event_hands_out_only_what_it_maps():
    played = caught(
        catch("heard", on_signal("alarm"), mappings(outputs={"floor": "=level"})),
        flows="start -> heard -> end",
    )
    played.signal("alarm", level=3, secret=1)

    assert played.root == {"floor": 3}


@pytest.mark.parametrize("place", ["throw", "end"])
def test_a_thrown_signal_reaches_all_that_wait_in_its_own_instance_within_the_step(place):
    thrower = (throw if place == "throw" else end)("ring", mappings({"level": "=2"}), on_signal("alarm"))
    document = diagram(
        start(),
        both("fork"),
        user("go"),
        thrower,
        catch("one", on_signal("alarm")),
        user("after_one"),
        sub("sp", start("s"), user("inside"), flows="s -> inside"),
        boundary("two", "sp", on_signal("alarm"), False),
        user("after_two"),
        flows="start -> fork -> go -> ring; fork -> one -> after_one; fork -> sp; two -> after_two",
        more=SIGNAL,
    )
    played = play(document).complete("go")

    assert played.open == ["after_one", "after_two", "inside"]
    assert [f for f in played.facts if isinstance(f, spiff.SignalThrown)] == [
        spiff.SignalThrown(played.thrown_by("ring"), "ring", "alarm", {"level": 2})
    ]
    assert played.root == {"level": 2}


def test_without_input_mappings_a_signal_carries_nothing():
    document = diagram(
        start(), both("f"), catch("heard", on_signal("alarm")), user("go"), throw("ring", inner=on_signal("alarm")),
        flows="start -> f -> heard; f -> go -> ring", more=SIGNAL,
    )  # fmt: skip
    played = play(document, a=1).complete("go", b=2)

    (thrown,) = [f for f in played.facts if isinstance(f, spiff.SignalThrown)]
    assert thrown.variables == {}


def test_those_that_wait_are_reached_in_the_order_of_their_tokens_and_a_new_wait_is_not():
    document = diagram(
        start(), both("f"), catch("a", on_signal("alarm")), catch("again", on_signal("alarm")), user("b"),
        boundary("b_end", "b", on_signal("alarm")), user("c"), user("d"),
        flows="start -> f -> a -> again -> c; f -> b; b_end -> d", more=SIGNAL,
    )  # fmt: skip
    played = play(document)

    assert played.signal("alarm") == 2
    assert [f.element_id for f in played.facts if isinstance(f, spiff.Entered)] == ["again", "b_end", "d"]
    assert played.open == ["again", "d"]


def test_a_signal_that_ends_the_scope_of_its_thrower_ends_the_thrower():
    document = diagram(
        start(),
        sub("sp", start("s"), user("go"), throw("ring", inner=on_signal("alarm")), user("never"),
            flows="s -> go -> ring -> never"),
        boundary("heard", "sp", on_signal("alarm")), user("after"), user("not_this"),
        flows="start -> sp -> not_this; heard -> after", more=SIGNAL,
    )  # fmt: skip

    assert play(document).complete("go").open == ["after"]


def test_one_that_ends_the_scope_of_another_wait_comes_first():
    document = diagram(
        start(),
        sub("sp", start("s"), catch("inner", on_signal("alarm")), user("never"), flows="s -> inner -> never"),
        boundary("outer", "sp", on_signal("alarm")), user("after"),
        flows="start -> sp; outer -> after", more=SIGNAL,
    )  # fmt: skip
    played = play(document)

    assert played.signal("alarm") == 1
    assert played.open == ["after"]


def test_a_non_interrupting_boundary_event_stays_open_for_the_next_signal():
    played = caught(
        user("work"), boundary("heard", "work", on_signal("alarm"), False), user("note"),
        flows="start -> work -> end; heard -> note",
    )  # fmt: skip
    played.signal("alarm")
    played.signal("alarm", level=1)
    assert (played.open, played.root) == (["note", "note", "work"], {"level": 1})

    played.complete("work")

    assert (played.open, played.signal("alarm")) == (["note", "note"], 0)


def test_an_interrupting_boundary_event_ends_its_activity():
    played = caught(
        user("work"), boundary("heard", "work", on_signal("alarm")), user("note"),
        flows="start -> work -> end; heard -> note -> end",
    )  # fmt: skip
    played.signal("alarm")

    assert (played.open, played.waits) == (["note"], [])


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_event_sub_process_begins_by_a_signal(interrupting):
    played = caught(
        user("work"),
        event_sub(
            "esp", starts("heard", on_signal("alarm"), interrupting), user("note"), flows="heard -> note"
        ),
        flows="start -> work -> end",
    )
    played.signal("alarm", level=3)

    assert played.open == (["note"] if interrupting else ["note", "work"])
    assert played.root == {"level": 3}
    assert played.waits == ([] if interrupting else ["heard"])


def test_a_process_starts_by_a_signal_with_its_variables():
    document = diagram(
        start("by_hand"), start("heard", inner=on_signal("alarm")), user("a"), user("b"),
        flows="by_hand -> a; heard -> b", more=SIGNAL,
    )  # fmt: skip
    by_hand, heard = Play(document).process.start_events
    assert (by_hand.kind, by_hand.signal_name, heard.kind, heard.signal_name) == (
        "none",
        None,
        "signal",
        "alarm",
    )

    played = Play(document, level=3).start("heard")

    assert (played.open, played.root) == (["b"], {"level": 3})


def test_after_an_event_based_gateway_the_first_signal_wins():
    document = diagram(
        start(), first("which"), catch("a", on_signal("alarm")), catch("b", on_signal("calm")),
        catch("c", timer("duration", "PT1H")), receive("d", "m"), user("after_a"), user("after_b"), user("after_c"),
        user("after_d"),
        flows="start -> which -> a -> after_a; which -> b -> after_b; which -> c -> after_c; which -> d -> after_d",
        more=SIGNAL + signal("calm") + message("m"),
    )  # fmt: skip
    played = play(document, key="k")
    assert played.waits == ["a", "b", "c", "d"]

    assert played.signal("calm", level=0) == 1

    assert (played.open, played.waits, played.root["level"]) == (["after_b"], [], 0)
    assert play(document, key="k").send("d", x=1).open == ["after_d"]


def test_a_receive_task_with_a_boundary_event_cannot_stand_after_an_event_based_gateway():
    document = diagram(
        start(), first("which"), catch("a", on_signal("alarm")), receive("d", "m"),
        boundary("late", "d", timer("duration", "PT1H")), end(),
        flows="start -> which -> a; which -> d; late -> end", more=SIGNAL + message("m"),
    )  # fmt: skip

    with pytest.raises(spiff.ModelRefused, match="event-based gateway"):
        play(document)


def test_in_a_loop_each_round_waits_anew():
    played = caught(
        catch("heard", on_signal("alarm")), xor("again"),
        flows="start -> heard -> again -> end [=stop = true]; again -> heard [default]",
    )  # fmt: skip

    for _ in range(20):
        assert played.signal("alarm", stop=False) == 1
    played.signal("alarm", stop=True)

    assert played.is_finished


def test_each_instance_of_a_multi_instance_activity_hears_the_signal():
    inside = sub(
        "sp", start("s"), catch("heard", on_signal("alarm")), user("note"), flows="s -> heard -> note",
        inner=each("=[1, 2, 3]"),
    )  # fmt: skip
    played = caught(inside, flows="start -> sp -> end")

    assert played.signal("alarm") == 3
    assert played.open == ["note"] * 3


def test_what_is_cancelled_does_not_hear_the_signal_any_more():
    played = caught(
        sub("sp", start("s"), catch("heard", on_signal("alarm")), flows="s -> heard"),
        boundary("late", "sp", timer("duration", "PT1H")), user("after"),
        flows="start -> sp -> end; late -> after",
    )  # fmt: skip
    played.wait(hours=1)

    assert (played.signal("alarm"), played.open) == (0, ["after"])
