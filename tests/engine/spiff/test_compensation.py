"""Compensation: what was completed is undone in reverse order, as often as it was completed, in its own scope only."""

from __future__ import annotations

import pytest

from engine import spiff
from engine.spiff import compensation
from tests.engine.spiff.diagrams import (
    both,
    boundary,
    call,
    compensate,
    diagram,
    each,
    end,
    error,
    event_sub,
    handler,
    mappings,
    on_error,
    pair,
    start,
    sub,
    throw,
    timer,
    undone_by,
    user,
    xor,
)
from tests.engine.spiff.play import play


def undo(played, *expected: str):
    """Complete the handlers one by one, each alone, in this order."""
    for one in expected:
        assert [e for e in played.open if e.startswith("undo_")] == [one]
        played.complete(one)
    return played


THROWN = pytest.mark.parametrize("at_the_end", [False, True], ids=["intermediate", "end"])


def thrown(at_the_end: bool, activity: str | None = None) -> tuple:
    """A throw event, and what comes behind it."""
    if at_the_end:
        return end("back", inner=compensate(activity)), "back"
    return throw("back", inner=compensate(activity)), "back -> after"


# -- order, times, scope ------------------------------------------------------------------------------------------------


@THROWN
def test_what_was_completed_is_undone_in_reverse_order_one_after_the_other(at_the_end):
    event, rest = thrown(at_the_end)
    played = play(diagram(
        start(), *pair("a"), *pair("b"), *pair("c"), event, user("after"), flows=f"start -> a -> b -> c -> {rest}"
    ))  # fmt: skip
    played.complete("a").complete("b").complete("c")

    undo(played, "undo_c", "undo_b", "undo_a")

    assert played.is_finished if at_the_end else played.open == ["after"]


def test_without_anything_completed_the_throw_event_goes_on_at_once():
    played = play(diagram(
        start(), xor("way"), *pair("a"), xor("meet"), throw("back", inner=compensate()), user("after"),
        flows="start -> way; way -> meet [default]; way -> a [=false]; a -> meet -> back -> after",
    ))  # fmt: skip

    assert played.open == ["after"]


def test_active_and_terminated_activities_are_not_undone():
    document = diagram(
        start(), both("split"), *pair("active"), *pair("gone"), boundary("give_up", "gone", timer("duration", "PT1H")),
        user("work"), throw("back", inner=compensate()), user("after"), user("late"),
        flows="start -> split -> active -> late; split -> gone; give_up -> late; split -> work -> back -> after",
    )  # fmt: skip
    played = play(document).wait(hours=1)
    assert played.open == ["active", "late", "work"]

    played.complete("work")

    assert played.open == ["active", "after", "late"]


def test_one_activity_alone_is_undone_where_the_event_names_it():
    document = diagram(
        start(), *pair("a"), *pair("b"), throw("back", inner=compensate("a")), user("after"),
        throw("rest", inner=compensate()), flows="start -> a -> b -> back -> after -> rest",
    )  # fmt: skip
    played = play(document).complete("a").complete("b")

    undo(played, "undo_a")
    assert played.open == ["after"]

    undo(played.complete("after"), "undo_b")
    assert played.is_finished


def test_what_was_undone_is_not_undone_again():
    played = play(diagram(
        start(), *pair("a"), throw("back", inner=compensate()), throw("again", inner=compensate()), user("after"),
        flows="start -> a -> back -> again -> after",
    ))  # fmt: skip

    assert undo(played.complete("a"), "undo_a").open == ["after"]


LOOP = diagram(
    start(), xor("again"), *pair("a"), *pair("b"), xor("enough"), throw("back", inner=compensate()), user("after"),
    flows="start -> again -> a -> b -> enough; enough -> again [=more]; enough -> back [default]; back -> after",
)  # fmt: skip


def test_in_a_loop_each_round_is_undone_in_reverse_order():
    played = play(LOOP, more=True)
    for round_number in range(3):
        played.complete("a").complete("b", more=round_number < 2)

    undo(played, *["undo_b", "undo_a"] * 3)

    assert played.open == ["after"]


def test_an_endless_loop_keeps_a_count_and_not_a_list():
    played = play(LOOP, more=True)
    sizes = []
    for _ in range(300):
        played.complete("a").complete("b")
        sizes.append(len(spiff.dump(played.instance)))

    assert sizes[299] - sizes[9] <= 6  # some digits

    played.complete("a").complete("b", more=False)
    undo(played, *["undo_b", "undo_a"] * 301)
    assert played.open == ["after"]


def test_rounds_of_a_sub_process_are_counted_too_where_its_variables_are_the_same():
    inside = sub("inside", start("s"), *pair("a"), user("b"), flows="s -> a -> b", zeebe=mappings({"price": "=7"}),
                 inner=each("=[1, 2]", sequential=True))  # fmt: skip
    played = play(diagram(
        start(), xor("again"), inside, xor("enough"), throw("back", inner=compensate()), user("after"),
        flows="start -> again -> inside -> enough; enough -> again [=more]; enough -> back [default]; back -> after",
    ), more=True)  # fmt: skip
    sizes = []
    for _ in range(40):
        played.complete("a").complete("b").complete("a").complete("b")
        sizes.append(len(spiff.dump(played.instance)))
    assert sizes[39] - sizes[9] <= 6  # some digits

    played.write(more=False).complete("a").complete("b").complete("a").complete("b")
    items = []
    for _ in range(82):
        items.append(played.sees("undo_a")["item"])
        played.complete("undo_a")
    assert items == [2, 1] * 41
    assert played.open == ["after"]


@pytest.mark.parametrize("rounds", [1, 7, 30])
def test_records_come_back_exactly_however_they_were_folded(rounds):
    for sequence in ("ab", "aab", "aba", "abcab", "aabbab", "abcabcd"):
        completed = [one for _ in range(rounds) for one in sequence]
        records: list = []
        for one in completed:
            compensation.add(records, one)

        assert len(str(records)) < 60 + 8 * len(sequence)
        mine, others = compensation.split(records, "a")
        assert [*_taken(records)] == completed[::-1]
        assert [*_taken(mine)] == ["a"] * completed.count("a")
        assert [*_taken(others)] == [one for one in completed[::-1] if one != "a"]


def _taken(records: list):
    while records:
        yield compensation.take_newest(records)


def test_an_event_in_a_sub_process_undoes_only_what_is_inside():
    inside = sub(
        "inside", start("s"), *pair("b"), throw("back", inner=compensate()), user("in_between"),
        flows="s -> b -> back -> in_between",
    )  # fmt: skip
    played = play(diagram(start(), *pair("a"), inside, flows="start -> a -> inside"))

    undo(played.complete("a").complete("b"), "undo_b")

    assert played.open == ["in_between"]


# -- scopes -------------------------------------------------------------------------------------------------------------


def test_a_completed_sub_process_is_undone_by_what_is_inside_it_at_any_depth():
    inner = sub("inner", start("s2"), *pair("c"), flows="s2 -> c")
    outer = sub("outer", start("s1"), *pair("b"), inner, *pair("d"), flows="s1 -> b -> inner -> d")
    played = play(diagram(
        start(), *pair("a"), outer, *pair("e"), throw("back", inner=compensate()), user("after"),
        flows="start -> a -> outer -> e -> back -> after",
    ))  # fmt: skip
    for task in "abcde":
        played.complete(task)

    undo(played, "undo_e", "undo_d", "undo_c", "undo_b", "undo_a")

    assert played.open == ["after"]


def test_a_sub_process_that_is_still_active_is_not_undone():
    inside = sub("inside", start("s"), *pair("b"), user("more"), flows="s -> b -> more")
    played = play(diagram(
        start(), both("split"), inside, user("work"), throw("back", inner=compensate()),
        flows="start -> split -> inside; split -> work -> back",
    ))  # fmt: skip

    played.complete("b").complete("work")

    assert played.open == ["more"]


def test_a_handler_of_a_sub_process_takes_the_place_of_what_is_inside():
    inside = sub("inside", start("s"), *pair("b"), flows="s -> b")
    played = play(diagram(
        start(), inside, undone_by("inside", "undo_inside"), handler(user("undo_inside")),
        throw("back", inner=compensate()), user("after"), flows="start -> inside -> back -> after",
    ))  # fmt: skip

    assert undo(played.complete("b"), "undo_inside").open == ["after"]


def test_a_named_sub_process_is_undone_by_what_is_inside():
    inside = sub("inside", start("s"), *pair("b"), flows="s -> b")
    played = play(diagram(
        start(), *pair("a"), inside, throw("back", inner=compensate("inside")), user("after"),
        flows="start -> a -> inside -> back -> after",
    ))  # fmt: skip

    assert undo(played.complete("a").complete("b"), "undo_b").open == ["after"]


def test_handlers_work_with_the_variables_of_their_sub_process_as_they_were():
    inside = sub(
        "inside", start("s"), *pair("b"), *pair("c"), flows="s -> b -> c", zeebe=mappings({"price": "=cost"})
    )
    played = play(diagram(
        start(), inside, user("work"), throw("back", inner=compensate()), user("after"),
        flows="start -> inside -> work -> back -> after",
    ), cost=7)  # fmt: skip
    played.complete("b", price=8).complete("c").complete("work", cost=9, price=10)

    assert (played.sees("undo_c")["price"], played.sees("undo_c")["cost"]) == (8, 9)
    played.complete("undo_c", price=11)
    assert played.sees("undo_b")["price"] == 11
    played.complete("undo_b", refund=1)

    assert played.root == {"cost": 9, "price": 10, "refund": 1}


def test_a_called_process_is_never_looked_into_but_the_call_can_be_undone():
    child = diagram(start("cs"), *pair("b"), flows="cs -> b", id="child")
    played = play(diagram(
        start(), call("plain", "child"), call("undone", "child"), undone_by("undone", "undo_call"),
        handler(user("undo_call")), throw("back", inner=compensate()), user("after"),
        flows="start -> plain -> undone -> back -> after",
    ), child)  # fmt: skip

    assert undo(played.complete("b").complete("b"), "undo_call").open == ["after"]


def test_an_event_sub_process_undoes_the_scope_around_it():
    inside = sub(
        "inside", start("s"), *pair("a"), *pair("b"), end("fails", inner='<errorEventDefinition errorRef="bad"/>'),
        event_sub("rescue", start("caught", inner=on_error("bad")), throw("back", inner=compensate()), user("told"),
                  flows="caught -> back -> told"),
        flows="s -> a -> b -> fails",
    )  # fmt: skip
    document = diagram(start(), *pair("before"), inside, user("after"), flows="start -> before -> inside -> after",
                       more=error("bad"))  # fmt: skip
    played = play(document).complete("before").complete("a").complete("b")

    undo(played, "undo_b", "undo_a")

    assert played.open == ["told"]
    assert played.complete("told").open == ["after"]


def test_a_compensation_event_sub_process_undoes_its_sub_process():
    inside = sub(
        "inside", start("s"), *pair("a"), *pair("b"),
        event_sub("regret", start("undone", inner=compensate()), user("undo_first"), throw("rest", inner=compensate()),
                  flows="undone -> undo_first -> rest"),
        flows="s -> a -> b", zeebe=mappings({"price": "=cost"}),
    )  # fmt: skip
    played = play(diagram(
        start(), inside, throw("back", inner=compensate()), user("after"), flows="start -> inside -> back -> after",
    ), cost=7)  # fmt: skip
    played.complete("a").complete("b", price=8, cost=9)
    assert played.open == ["undo_first"]
    assert (played.sees("undo_first")["price"], played.sees("undo_first")["cost"]) == (8, 9)

    undo(played, "undo_first", "undo_b", "undo_a")

    assert played.open == ["after"]


def test_a_compensation_event_sub_process_alone_makes_its_sub_process_undoable():
    inside = sub("inside", start("s"), user("a"),
                 event_sub("regret", start("undone", inner=compensate()), user("undo_a"), flows="undone -> undo_a"),
                 flows="s -> a")  # fmt: skip
    played = play(diagram(
        start(), inside, throw("back", inner=compensate("inside")), user("after"), flows="start -> inside -> back -> after"
    ))  # fmt: skip

    assert undo(played.complete("a"), "undo_a").open == ["after"]


# -- multi-instance -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_a_multi_instance_activity_is_undone_once_and_only_when_all_are_done(sequential):
    document = diagram(
        start(), both("split"), user("a", inner=each("=[1, 2]", sequential=sequential)), undone_by("a", "undo_a"),
        handler(user("undo_a")), user("work"), throw("back", inner=compensate()), user("more"),
        throw("rest", inner=compensate()), flows="start -> split -> a; split -> work -> back -> more -> rest",
    )  # fmt: skip
    played = play(document).complete("a").complete("work")
    assert played.open == ["a", "more"]

    undo(played.complete("a").complete("more"), "undo_a")

    assert played.is_finished


def test_a_handler_can_be_multi_instance_itself():
    played = play(diagram(
        start(), user("a"), undone_by("a", "undo_a"), handler(user("undo_a", inner=each("=items"))),
        throw("back", inner=compensate()), user("after"), flows="start -> a -> back -> after",
    ), items=[1, 2, 3])  # fmt: skip

    played.complete("a")
    assert played.open == ["undo_a"] * 3
    assert played.complete("undo_a").complete("undo_a").complete("undo_a").open == ["after"]


def test_each_instance_of_a_sub_process_is_undone_with_its_own_item():
    inside = sub("inside", start("s"), *pair("a"), flows="s -> a", inner=each("=items", sequential=True))
    played = play(diagram(
        start(), inside, throw("back", inner=compensate()), user("after"), flows="start -> inside -> back -> after"
    ), items=["x", "y", "z"])  # fmt: skip
    for _ in range(3):
        played.complete("a")

    undone = []
    for _ in range(3):
        undone.append((played.sees("undo_a")["item"], played.sees("undo_a")["loopCounter"]))
        played.complete("undo_a")

    assert undone == [("z", 3), ("y", 2), ("x", 1)]
    assert played.open == ["after"]
