"""Cost centres: booked once, closed to bookings, reversed to zero."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engine import errors
from processes.records import cost_centres
from tests.processes.company import order, posting


def test_a_booking_makes_one_row_for_each_kind_that_cost_something(company: Session) -> None:
    row = order(company)

    cost_centres.get(company, "SALES").book(
        {"labour": 300_00, "material": 0, "outside": 20_50}, posting(row), "Screen"
    )

    entries = cost_centres.entries(company, row.business_key)
    assert [(entry.kind, entry.amount_cents, entry.note) for entry in entries] == [
        ("labour", 300_00, "Screen"),
        ("outside", 20_50, "Screen"),
    ]
    assert cost_centres.balance_cents(company, "SALES") == 320_50


def test_the_same_effect_books_once_even_when_the_centre_was_closed_since(company: Session) -> None:
    row = order(company)
    centre = cost_centres.get(company, "SALES")
    first = centre.book({"labour": 300_00}, posting(row))

    centre.close()
    again = centre.book({"labour": 300_00}, posting(row))

    assert again == first
    assert cost_centres.balance_cents(company, "SALES") == 300_00


def test_a_closed_centre_refuses_and_offers_the_open_ones(company: Session) -> None:
    row = order(company)

    with pytest.raises(errors.BusinessError) as refused:
        cost_centres.get(company, "OLDSHOP").book({"labour": 1}, posting(row))

    assert refused.value.code == "COST_CENTRE_CLOSED"
    offered = {choice["value"] for choice in refused.value.variables["open_cost_centres"]}
    assert offered == {"SALES", "HALL1", "ADMIN"}
    assert cost_centres.entries(company, row.business_key) == []


def test_a_centre_that_is_opened_again_takes_bookings(company: Session) -> None:
    centre = cost_centres.get(company, "OLDSHOP")

    centre.reopen()

    assert centre.book({"labour": 1}, posting(order(company)))


@pytest.mark.parametrize("amounts", [{"labour": -1}, {"bribes": 5}])
def test_what_is_no_cost_is_refused(company: Session, amounts: dict[str, int]) -> None:
    with pytest.raises(errors.Refused, match="Expected an amount of zero or more"):
        cost_centres.get(company, "SALES").book(amounts, posting(order(company)))


def test_reversing_an_order_leaves_a_sum_of_zero_on_every_centre(company: Session) -> None:
    mine, other = order(company, "IR-0001"), order(company, "IR-0002")
    sales = cost_centres.get(company, "SALES")
    sales.book({"labour": 300_00, "material": 99}, posting(mine, "a"))
    sales.book({"labour": 7}, posting(other, "b"))
    sales.close()

    reversing = cost_centres.reverse_order(company, posting(mine, "c"), "Cancelled")

    assert [entry.amount_cents for entry in reversing] == [-300_00, -99]
    assert sum(entry.amount_cents for entry in cost_centres.entries(company, "IR-0001")) == 0
    assert cost_centres.balance_cents(company, "SALES") == 7


def test_reversing_twice_reverses_once_and_what_is_booked_later_too(company: Session) -> None:
    row = order(company)
    centre = cost_centres.get(company, "SALES")
    centre.book({"labour": 10}, posting(row, "a"))
    cost_centres.reverse_order(company, posting(row, "b"), None)

    nothing = cost_centres.reverse_order(company, posting(row, "c"), None)
    centre.book({"labour": 5}, posting(row, "d"))
    later = cost_centres.reverse_order(company, posting(row, "e"), None)

    assert nothing == []
    assert [entry.amount_cents for entry in later] == [-5]
    assert cost_centres.balance_cents(company, "SALES") == 0


def test_an_unknown_cost_centre_is_not_found(company: Session) -> None:
    with pytest.raises(errors.NotFound, match="MOON"):
        cost_centres.get(company, "MOON")
