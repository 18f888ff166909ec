"""Taking back what a completion posted: the work order opened again, the order cancelled (I30)."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import errors
from processes.records import (
    completion,
    invoices,
    journal,
    order_costs,
    orders,
    payments,
    quotes,
    receivables,
    reservations,
    stock,
    wages,
    warranties,
    work_orders,
)
from tests.processes import repaired
from tests.processes.company import counts
from tests.processes.repaired import HOSE, PUMP, of, ready


def _complete(session: Session, row, effect: str = "completion", hours: int = 1):
    return completion.complete(session, of(row, effect, hours=hours), "repaired")


def test_reopening_takes_everything_back_and_parts_are_in_work_again(session: Session) -> None:
    row = repaired.begin_ready(session)
    first = _complete(session, row)

    work_order = completion.reopen(session, of(row, "reversal", "manager", 2), "Wrong pump")

    assert (work_order.state, work_order.version, work_order.outcome) == ("open", 2, None)
    assert sum(each.amount_cents for each in order_costs.entries(session, "R-0001")) == 0
    assert sum(each.amount_cents for each in wages.entries(session, "R-0001")) == 0
    assert sum(each.quantity_milli for each in warranties.entries(session, "R-0001")) == 0
    assert sum(each.amount_cents for each in journal.of_document(session, work_order.number)) == 0
    assert journal.balance_cents(session, journal.WORK_IN_PROGRESS) == 43_00
    assert receivables.balance(session, "R-0001") == 0
    assert invoices.status(session, invoices.get(session, first.invoice_no)) == invoices.CREDITED
    assert stock.in_work(session, "R-0001") == {PUMP: 2000, HOSE: 1000}


def test_cost_from_before_the_completion_stays_when_that_is_reversed(session: Session) -> None:
    row = repaired.begin_ready(session)
    order_costs.book(session, of(row, "partner"), "third_party", "partner_act:1", {"client": 5_00})
    _complete(session, row)

    completion.reopen(session, of(row, "reversal", "manager", 2), "Wrong pump")

    assert order_costs.total_cents(session, "R-0001") == 5_00


def test_a_work_order_that_was_reopened_can_be_completed_anew_and_posts_once_more(session: Session) -> None:
    row = repaired.begin_ready(session)
    first = _complete(session, row)
    completion.reopen(session, of(row, "reversal", "manager", 2), "Wrong pump")

    second = _complete(session, row, "completion 2", hours=3)

    assert second.invoice_no != first.invoice_no
    assert second.balance_cents == 281_00
    assert order_costs.total_cents(session, "R-0001") == 243_00
    assert wages.balance_cents(session, "anna") == 200_00
    assert work_orders.find(session, "R-0001").version == 2


def test_what_was_paid_before_a_reversal_is_used_for_the_next_invoice(session: Session) -> None:
    row = repaired.begin_ready(session)
    _complete(session, row)
    payments.book(session, of(row, "payment", "cashier", 2), 281_00, "cash", None)
    completion.reopen(session, of(row, "reversal", "manager", 3), "Wrong pump")
    assert receivables.balance(session, "R-0001") == -281_00

    again = _complete(session, row, "completion 2", hours=4)

    assert again.balance_cents == 0


def test_only_a_completed_work_order_can_be_reversed(session: Session) -> None:
    row = repaired.begin_ready(session)

    with pytest.raises(errors.Refused, match=r"is not completed \(Open\)"):
        completion.reopen(session, of(row, "reversal", "manager"), "Wrong pump")


def test_a_cancelled_order_leaves_a_sum_of_zero_in_every_ledger_and_nothing_reserved(
    session: Session,
) -> None:
    row = repaired.begin_ready(session)
    _complete(session, row)
    payments.book(session, of(row, "payment", "cashier", 2), 281_00, "cash", None)

    given_back = completion.reverse_order(session, of(row, "cancel", "manager", 3), "The customer withdrew")

    assert given_back == 281_00
    _assert_all_zero(session)
    assert work_orders.find(session, "R-0001").state == "cancelled"
    assert orders.get(session, "R-0001").cancelled_reason == "The customer withdrew"


def test_an_order_can_be_cancelled_at_any_point_before(shop: Session) -> None:
    planned = repaired.diagnosed(shop, "R-0001")
    quoted = repaired.diagnosed(shop, "R-0002")
    repaired.quoted(shop, quoted)
    reserved = repaired.diagnosed(shop, "R-0003")
    reservations.reserve_order(shop, of(reserved, "reserve"))
    issued = repaired.diagnosed(shop, "R-0004")
    repaired.issued(shop, issued)

    for row in (planned, quoted, reserved, issued):
        completion.reverse_order(shop, of(row, "cancel", "manager", 3), "Withdrawn")
        _assert_all_zero(shop, row.business_key)

    assert quotes.newest(shop, "R-0002").state == "superseded"
    assert stock.on_hand(shop, PUMP) == 10_000


def test_cancelling_twice_takes_back_once(session: Session) -> None:
    row = repaired.begin_ready(session)
    _complete(session, row)
    completion.reverse_order(session, of(row, "cancel", "manager", 2), "Withdrawn")
    before = counts(session)

    assert completion.reverse_order(session, of(row, "cancel again", "manager", 3), "Withdrawn") == 0

    assert counts(session) == before


def test_an_order_that_is_no_repair_has_nothing_to_take_back_here(shop: Session) -> None:
    row = repaired.order(shop, "IR-0001")

    assert completion.reverse_order(shop, of(row, "cancel", "manager"), None) == 0


def _assert_all_zero(session: Session, order_no: str = "R-0001") -> None:
    assert sum(each.amount_cents for each in order_costs.entries(session, order_no)) == 0
    assert sum(each.amount_cents for each in wages.entries(session, order_no)) == 0
    assert sum(each.quantity_milli for each in warranties.entries(session, order_no)) == 0
    assert sum(each.amount_cents for each in journal.entries(session, order_no)) == 0
    assert sum(each.amount_cents for each in receivables.entries(session, order_no)) == 0
    assert sum(each.amount_cents for each in payments.entries(session, order_no)) == 0
    assert stock.issued(session, order_no) == {}
    assert reservations.active(session, order_no) == []


def test_it_goes_back_and_forth_on_both_databases(any_database: Engine, shop: Session) -> None:
    row = ready(shop)
    _complete(shop, row)
    completion.reopen(shop, of(row, "reversal", "manager", 2), "Wrong pump")
    _complete(shop, row, "completion 2", hours=3)
    payments.book(shop, of(row, "payment", "cashier", 4), 281_00, "cash", None)

    completion.reverse_order(shop, of(row, "cancel", "manager", 5), "The customer withdrew")

    assert shop.get_bind() is any_database
    _assert_all_zero(shop)
