"""Transactions: a cancel end event undoes what was completed inside, then the cancel boundary event's path begins."""

from __future__ import annotations

import pytest

from engine import spiff
from tests.engine.spiff.diagrams import (
    both,
    boundary,
    call,
    cancel_end,
    compensate,
    diagram,
    each,
    end,
    error,
    error_end,
    event_sub,
    mappings,
    message,
    on_cancel,
    on_error,
    on_message,
    pair,
    start,
    sub,
    throw,
    timer,
    transaction,
    user,
    xor,
)
from tests.engine.spiff.play import play


def booking(*others, flows: str = "", inner: str = "", zeebe: str = ""):
    """Book twice, then decide whether all of it is cancelled."""
    return transaction(
        "booking", start("s"), *pair("a"), *pair("b"), user("decide"), xor("ok"), cancel_end(), end("done"), *others,
        flows=f"s -> a -> b -> decide -> ok; ok -> cancel [=not(fine)]; ok -> done [default]; {flows}",
        inner=inner, zeebe=zeebe,
    )  # fmt: skip


def around(inside, *others, flows: str = "", more: str = "") -> bytes:
    """The transaction with its cancel boundary event, a step behind each."""
    return diagram(
        start(), inside, boundary("cancelled", "booking", on_cancel()), user("after"), user("told"), *others,
        flows=f"start -> booking -> after; cancelled -> told; {flows}", more=more,
    )  # fmt: skip


def booked(document: bytes, **variables):
    return play(document, **variables).complete("a").complete("b")


def test_a_transaction_that_is_not_cancelled_goes_on_like_a_sub_process():
    assert booked(around(booking())).complete("decide", fine=True).open == ["after"]


def test_a_cancelled_transaction_is_undone_in_reverse_order_and_then_the_boundary_event_fires():
    played = booked(around(booking())).complete("decide", fine=False)
    assert played.open == ["undo_b"]

    assert played.complete("undo_b").open == ["undo_a"]
    assert played.complete("undo_a").open == ["told"]
    assert "booking_to_after" not in played.taken
    assert played.complete("told").is_finished


def test_with_nothing_to_undo_the_boundary_event_fires_at_once():
    inside = transaction("booking", start("s"), cancel_end(), flows="s -> cancel")

    assert play(around(inside)).open == ["told"]


def test_what_still_runs_inside_is_terminated_and_not_undone():
    inside = booking(both("split"), *pair("late"), sub("more", start("s2"), *pair("c"), user("d"), flows="s2 -> c -> d"),
                     flows="s -> split -> late; split -> more")  # fmt: skip
    played = booked(around(inside)).complete("c")
    assert played.open == ["d", "decide", "late"]

    assert played.complete("decide", fine=False).open == ["undo_b"]
    assert played.complete("undo_b").complete("undo_a").open == ["told"]


def test_handlers_see_the_variables_of_the_transaction():
    played = booked(around(booking(zeebe=mappings({"price": "=cost"}))), cost=3)

    played.complete("decide", fine=False)

    assert played.sees("undo_b")["price"] == 3


def test_an_error_out_of_a_transaction_undoes_nothing():
    inside = transaction("booking", start("s"), *pair("a"), error_end("fails", "bad"), cancel_end(),
                         flows="s -> a -> fails")  # fmt: skip
    document = around(inside, boundary("hazard", "booking", on_error("bad")), user("failed"), flows="hazard -> failed",
                      more=error("bad"))  # fmt: skip

    assert play(document).complete("a").open == ["failed"]


def test_a_completed_transaction_is_undone_from_outside():
    inside = transaction("booking", start("s"), *pair("a"), flows="s -> a")
    played = play(diagram(
        start(), inside, *pair("b"), throw("back", inner=compensate()), user("after"),
        flows="start -> booking -> b -> back -> after",
    )).complete("a").complete("b")  # fmt: skip

    assert played.complete("undo_b").complete("undo_a").open == ["after"]


def test_a_transaction_inside_a_cancelled_one_is_undone_when_it_was_completed():
    inner = transaction("inner", start("s2"), *pair("c"), flows="s2 -> c")
    inside = transaction(
        "booking", start("s"), *pair("a"), inner, cancel_end(), flows="s -> a -> inner -> cancel"
    )
    played = play(around(inside)).complete("a").complete("c")

    assert played.complete("undo_c").complete("undo_a").open == ["told"]


def test_in_a_loop_each_round_is_cancelled_by_itself():
    document = diagram(
        start(), xor("again"), booking(), boundary("cancelled", "booking", on_cancel()), user("after"),
        flows="start -> again -> booking -> after; cancelled -> again",
    )  # fmt: skip
    played = play(document)
    for _ in range(3):
        played.complete("a").complete("b").complete("decide", fine=False).complete("undo_b").complete(
            "undo_a"
        )
        assert played.open == ["a"]

    assert played.complete("a").complete("b").complete("decide", fine=True).open == ["after"]


def test_in_parallel_a_transaction_is_cancelled_alone():
    document = diagram(
        start(), both("split"), *pair("other"), booking(), boundary("cancelled", "booking", on_cancel()), user("told"),
        flows="start -> split -> booking; split -> other; cancelled -> told",
    )  # fmt: skip
    played = play(document).complete("other").complete("a").complete("b").complete("decide", fine=False)

    assert played.complete("undo_b").complete("undo_a").open == ["told"]


@pytest.mark.parametrize("sequential", [False, True], ids=["parallel", "sequential"])
def test_one_instance_of_a_multi_instance_transaction_cancels_all_of_them(sequential):
    inside = booking(inner=each("=[1, 2, 3]", sequential=sequential))
    played = play(around(inside)).complete("a").complete("b").complete("decide", fine=True)
    played.complete("a").complete("b").complete("decide", fine=False)
    items = []
    for task in ("undo_b", "undo_a", "undo_b", "undo_a"):
        assert played.open == [task]
        items.append(played.sees(task)["item"])
        played.complete(task)

    assert (items, played.open) == ([2, 2, 1, 1], ["told"])


def test_other_boundary_events_still_fire_while_the_transaction_is_being_undone():
    document = around(
        booking(), boundary("late", "booking", timer("duration", "PT1H")), user("slow"), flows="late -> slow"
    )
    played = booked(document).complete("decide", fine=False)

    assert played.wait(hours=1).open == ["slow"]


def test_an_event_sub_process_of_a_transaction_begins_and_undoes_it():
    rescue = event_sub("rescue", start("called", inner=on_message("stop")), throw("back", inner=compensate()),
                       flows="called -> back")  # fmt: skip
    played = booked(around(booking(rescue), more=message("stop")), key="k").send("called")

    assert played.complete("undo_b").complete("undo_a").open == ["after"]


def test_a_cancelled_call_ends_with_its_transaction():
    child = diagram(start("cs"), user("t"), flows="cs -> t", id="child")
    inside = booking(both("split"), call("other", "child"), flows="s -> split -> other")
    played = play(around(inside), child).complete("a").complete("b")
    assert played.open == ["decide", "t"]

    assert played.complete("decide", fine=False).open == ["undo_b"]


@pytest.mark.parametrize(
    "document, sentence",
    [
        (diagram(start(), cancel_end(), flows="start -> cancel"), "directly in a transaction"),
        (diagram(start(), sub("x", start("s"), cancel_end(), flows="s -> cancel"), flows="start -> x"), "directly in"),
        (diagram(start(), transaction("x", start("s"), cancel_end(), flows="s -> cancel"), flows="start -> x"),
         "one cancel boundary event"),
        (diagram(start(), user("x"), boundary("b", "x", on_cancel()), end(), flows="start -> x; b -> end"),
         "on a transaction only"),
        (diagram(start(), transaction("x", user("a")), flows="start -> x"), "one start event"),
    ],
)  # fmt: skip
def test_a_cancel_event_out_of_its_place_is_refused(document, sentence):
    with pytest.raises(spiff.ModelRefused) as refused:
        play(document)

    assert sentence in str(refused.value)
