"""Standard loops: an activity is repeated while its condition is true, asked before or after each round."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.spiff.diagrams import (
    again,
    both,
    boundary,
    call,
    compensate,
    diagram,
    end,
    error,
    handler,
    mappings,
    message,
    on_error,
    on_message,
    receive,
    script,
    service,
    start,
    sub,
    throw,
    timer,
    undone_by,
    user,
    xor,
)
from tests.engine.spiff.play import play


def loop(task, **variables):
    return play(
        diagram(start(), task, user("after"), end(), flows="start -> work -> after -> end"), **variables
    )


def rounds_of(played, **variables) -> int:
    """How often `work` has to be completed before the next step opens."""
    rounds = 0
    while played.open == ["work"]:
        rounds += 1
        assert played.sees("work")["loopCounter"] == rounds
        played.complete("work", **variables)
    assert played.open == ["after"]
    return rounds


@pytest.mark.parametrize(
    "mark, rounds",
    [
        (again("=more"), 1),
        (again("=more", before=True), 0),
        (again("=loopCounter < 3"), 3),
        (again("=loopCounter < 3", before=True), 2),
        (again("=true", most=4), 4),
        (again("=true", before=True, most=4), 4),
        (again("=loopCounter < 3", most=2), 2),
        (again(most=3), 3),
        (again(most=3, before=True), 3),
    ],
)
def test_the_condition_and_the_maximum_say_how_many_rounds_there_are(mark, rounds):
    assert rounds_of(loop(user("work", inner=mark), more=False)) == rounds


@pytest.mark.parametrize("before", [False, True], ids=["after", "before"])
def test_a_round_that_makes_the_condition_false_is_the_last(before):
    played = loop(user("work", inner=again("=open > 0", before)), open=2)

    assert played.complete("work", open=1).open == ["work"]
    assert played.complete("work", open=0).open == ["after"]


def test_a_condition_asked_after_a_round_sees_what_the_round_sees():
    played = loop(
        user("work", mappings({"limit": "=highest * 2"}), inner=again("=loopCounter < limit")), highest=2
    )

    assert rounds_of(played) == 4


def test_the_counter_is_local():
    played = loop(user("work", inner=again("=loopCounter < 2")), loopCounter=77)

    assert rounds_of(played) == 2
    assert played.root == {"loopCounter": 77}


@pytest.mark.parametrize("before", [False, True], ids=["after", "before"])
@pytest.mark.parametrize("condition", ["=missing > 1", "=null", '="yes"'])
def test_a_condition_that_is_no_boolean_is_an_incident_and_the_round_counts_once(condition, before):
    guarded = f"=if fine then loopCounter < {3 if before else 2} else {condition[1:]}"
    played = loop(user("work", inner=again(guarded, before)), fine=before).write(fine=False)
    played.complete("work", done=1)
    assert played.open == ["work!"]
    assert played.incident()[0] == spiff.EXTRACT_VALUE_ERROR

    played.write(fine=True).retry("work")

    assert (played.open, played.sees("work")["loopCounter"]) == (["work"], 2)
    assert played.complete("work").open == ["after"]


def test_a_first_condition_that_is_no_boolean_stops_the_body():
    played = loop(user("work", inner=again("=x > 1", before=True)))
    assert played.open == ["work!"]

    assert played.write(x=2).retry("work").open == ["work"]


@pytest.mark.parametrize(
    "work",
    [
        lambda mark: script("work", "=tally + 1", "tally", inner=mark),
        lambda mark: service("work", "counting", inner=mark),
        lambda mark: sub("work", start("s"), script("x", "=tally + 1", "tally"), flows="s -> x", inner=mark),
        lambda mark: call("work", "child", inner=mark),
    ],
    ids=["script", "operation", "sub-process", "call"],
)
def test_any_activity_can_loop_within_one_step(work):
    child = diagram(start("cs"), script("x", "=tally + 1", "tally"), flows="cs -> x", id="child")
    document = diagram(start(), xor("way"), work(again("=tally < 5")), user("after"), user("wait"),
                       flows="start -> wait -> way -> work -> after")  # fmt: skip
    played = play(document, child, tally=0)
    played.house.operations["counting"] = lambda call: {"tally": call.variables["tally"] + 1}

    played.complete("wait")

    assert (played.open, played.root["tally"]) == (["after"], 5)


def test_a_receive_task_waits_again_in_each_round():
    task = receive("work", "ping")
    task.inner = again("=loopCounter < 2")
    played = play(
        diagram(start(), task, user("after"), flows="start -> work -> after", more=message("ping")), key="k"
    )

    for _ in range(2):
        assert played.waits == ["work[]"]
        played.send("work[]")

    assert played.open == ["after"]


def test_a_boundary_event_interrupts_the_whole_loop():
    task = user("work", inner=again("=true"))
    document = diagram(start(), task, boundary("late", "work", timer("duration", "PT1H")), user("told"),
                       flows="start -> work; late -> told")  # fmt: skip
    played = play(document).wait(minutes=40).complete("work").wait(minutes=10)
    assert played.open == ["work"]

    assert played.wait(minutes=10).open == ["told"]


def test_a_boundary_event_beside_the_loop_leaves_it_alone():
    task = user("work", inner=again("=loopCounter < 2"))
    document = diagram(start(), task, boundary("called", "work", on_message("ping"), interrupting=False), user("told"),
                       user("after"), flows="start -> work -> after; called -> told", more=message("ping"))  # fmt: skip
    played = play(document, key="k").send("called").complete("work").send("called")
    assert played.open == ["told", "told", "work"]

    assert played.complete("work").open == ["after", "told", "told"]


def test_an_error_of_a_round_ends_the_loop():
    document = diagram(start(), service("work", inner=again("=true")), boundary("bad", "work", on_error("bad")),
                       user("told"), flows="start -> work; bad -> told", more=error("bad"))  # fmt: skip
    played = play(document).complete("work")

    assert played.fail("work", "bad")
    assert played.open == ["told"]


def test_a_loop_is_undone_once_as_a_whole():
    played = play(diagram(
        start(), user("work", inner=again(most=2)), undone_by("work", "undo"), handler(user("undo")),
        throw("back", inner=compensate()), user("after"), flows="start -> work -> back -> after",
    ))  # fmt: skip
    played.complete("work").complete("work")

    assert played.complete("undo").open == ["after"]


def test_in_parallel_and_in_a_loop_drawn_with_a_gateway_each_has_its_own_counter():
    document = diagram(
        start(), both("split"), xor("again"), user("work", inner=again("=loopCounter < 2")), xor("enough"),
        user("other", inner=again("=loopCounter < 2")), user("after"),
        flows="start -> split -> again -> work -> enough; enough -> again [=more]; enough -> after [default]; split -> other",
    )  # fmt: skip
    played = play(document, more=True)
    played.complete("work").complete("other").complete("work")
    assert (played.sees("work")["loopCounter"], played.sees("other")["loopCounter"]) == (1, 2)

    played.complete("other").complete("work").complete("work", more=False)

    assert played.open == ["after"]


def test_thousands_of_rounds_run_in_one_step():
    assert loop(script("work", "=1", "x", inner=again("=loopCounter < 3000"))).open == ["after"]


def test_the_state_does_not_grow_with_the_rounds():
    played = loop(user("work", inner=again("=true")))
    sizes = [len(spiff.dump(played.complete("work").instance)) for _ in range(200)]

    assert sizes[199] - sizes[9] <= 6  # some digits


@pytest.mark.parametrize(
    "mark, sentence",
    [
        (again(), "neither"),
        (again("=true", most="0"), "a whole number from 1 on"),
        (again("=true", most="many"), "a whole number from 1 on"),
        (again("=true +"), "a FEEL expression"),
        (again("=true") + '<multiInstanceLoopCharacteristics/>', "two"),
    ],
)  # fmt: skip
def test_a_loop_that_cannot_be_run_is_refused(mark, sentence):
    with pytest.raises(spiff.ModelRefused) as refused:
        loop(user("work", inner=mark))

    assert sentence in str(refused.value)
