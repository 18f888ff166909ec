"""Prepayment, act, waybill, profit: a strict chain in which each amount counts once."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engine import errors
from processes.records import (
    acts,
    agreed_lines,
    completion,
    invoices,
    journal,
    order_costs,
    order_lines,
    order_profits,
    payment_requests,
    payments,
    receivables,
    reversing,
    stock,
    stock_ledger,
    waybills,
    work_orders,
)
from processes.records.payments import ABOVE_BALANCE, PaymentRefused
from tests.processes import repaired
from tests.processes.repaired import CLEAN, HOSE, PUMP, REPLACE, of

ORDER = "R-0001"


@pytest.fixture
def shop(session: Session) -> Session:
    """A shop with an agreed order: two works, two pumps, a hose; 281.00 in all."""
    repaired.shop(session)
    row = repaired.diagnosed(session, ORDER, "paid")
    repaired.quoted(session, row)
    repaired.agreed(session, row)
    session.info["row"] = row
    return session


def _act(shop: Session, **taken: int) -> None:
    goods = [{"part": sku, "quantity": pieces} for sku, pieces in taken.items()]
    acts.confirm(shop, of(shop.info["row"], "act"), [REPLACE, CLEAN], goods)
    completion.complete(shop, of(shop.info["row"], "complete"), "repaired")


def _deliver(shop: Session, pumps: int = 2, hoses: int = 1) -> waybills.Waybill:
    stock.issue(shop, of(shop.info["row"], "issue"), {PUMP: pumps * 1000, HOSE: hoses * 1000}, "anna")
    return completion.deliver(shop, of(shop.info["row"], "waybill"), "I. P.")


def test_what_is_asked_for_in_advance_is_no_debt_and_no_revenue(shop: Session) -> None:
    row = shop.info["row"]

    request = payment_requests.ask(shop, of(row, "ask"), 100_00)

    assert payment_requests.ask(shop, of(row, "ask"), 100_00) is request
    assert receivables.entries(shop, ORDER) == []
    assert payment_requests.owed(shop, ORDER) == 100_00
    with pytest.raises(PaymentRefused) as refused:
        payments.book(shop, of(row, "too much"), 100_01, "cash")
    assert refused.value.code == ABOVE_BALANCE


def test_a_prepayment_is_an_advance_that_the_act_settles_once(shop: Session) -> None:
    row = shop.info["row"]
    payment_requests.ask(shop, of(row, "ask"), 100_00)
    payments.book(shop, of(row, "part"), 60_00, "cash")
    payments.book(shop, of(row, "rest"), 40_00, "cash")
    assert [each.kind for each in receivables.entries(shop, ORDER)] == ["advance", "advance"]

    _act(shop)
    completion.complete(shop, of(row, "complete"), "repaired")

    total = invoices.latest(shop, ORDER).total_cents
    settled = [each for each in receivables.entries(shop, ORDER) if each.kind == "settled"]
    assert sorted(each.amount_cents for each in settled) == [-100_00, 100_00]
    assert payment_requests.owed(shop, ORDER) == total - 100_00
    assert payment_requests.standing(shop, ORDER) == []


def test_credit_lets_the_work_begin_without_the_prepayment(shop: Session) -> None:
    row = shop.info["row"]
    payment_requests.ask(shop, of(row, "ask"), 100_00)

    permission = payments.allow_credit(shop, of(row, "credit"), "A good customer")

    assert permission.amount_cents == 100_00
    assert payment_requests.owed(shop, ORDER) == 0


def test_the_act_bills_the_goods_and_the_waybill_takes_them_out_of_stock(shop: Session) -> None:
    _act(shop)
    assert order_costs.total_cents(shop, ORDER, kind="parts") == 0
    assert stock_ledger.moves(shop, ORDER) == []

    waybill = _deliver(shop)

    assert completion.deliver(shop, of(shop.info["row"], "waybill"), "I. P.") is waybill
    assert order_costs.total_cents(shop, ORDER, kind="parts") == 43_00
    assert {each.to_location_id for each in stock_ledger.moves(shop, ORDER)} == {"WIP", "CUSTOMER"}
    assert journal.of_document(shop, waybill.number)


def test_no_waybill_before_the_act_and_none_without_goods(shop: Session) -> None:
    with pytest.raises(errors.NotFound):
        completion.deliver(shop, of(shop.info["row"], "waybill"), "I. P.")
    _act(shop, **{PUMP: 0, HOSE: 0})

    with pytest.raises(errors.Refused, match="No goods are due"):
        completion.deliver(shop, of(shop.info["row"], "waybill"), "I. P.")
    assert [each.kind for each in order_lines.planned(shop, ORDER)] == ["work", "work"]


def test_more_than_was_ordered_is_on_no_act(shop: Session) -> None:
    with pytest.raises(errors.Refused, match="no more was ordered"):
        _act(shop, **{PUMP: 3})


def test_an_act_that_is_taken_back_takes_the_waybill_along(shop: Session) -> None:
    _act(shop)
    _deliver(shop)

    completion.reopen(shop, of(shop.info["row"], "reopen"), "A pump leaks")

    assert waybills.find(shop, ORDER).state == waybills.WITHDRAWN
    assert order_costs.total_cents(shop, ORDER) == 0
    assert work_orders.find(shop, ORDER).state == "open"
    assert receivables.balance(shop, ORDER) == 0


def test_of_a_cancelled_order_nothing_is_left(shop: Session) -> None:
    row = shop.info["row"]
    payment_requests.ask(shop, of(row, "ask"), 50_00)
    payments.book(shop, of(row, "prepaid"), 50_00, "cash")
    _act(shop)
    _deliver(shop)
    order_profits.snapshot(shop, of(row, "profit"))

    for _again in range(2):
        reversing.cancel(shop, of(row, "undo"), "Changed her mind")
        completion.reverse_order(shop, of(row, "undo"), "Changed her mind")

    assert sum(each.amount_cents for each in payment_requests.entries(shop, ORDER)) == 0
    assert waybills.find(shop, ORDER).state == waybills.WITHDRAWN
    assert payments.standing_paid(shop, ORDER) == receivables.balance(shop, ORDER) == 0
    assert order_profits.latest(shop, ORDER).profit_cents == 0
    assert order_costs.total_cents(shop, ORDER) == 0


def test_the_profit_is_revenue_less_what_the_order_cost(shop: Session) -> None:
    _act(shop)
    _deliver(shop)

    kept = order_profits.snapshot(shop, of(shop.info["row"], "profit"))

    assert kept.revenue_cents == invoices.latest(shop, ORDER).net_cents
    assert kept.parts_cents == 43_00
    assert kept.profit_cents == kept.revenue_cents - order_costs.total_cents(shop, ORDER)


def test_what_the_customer_has_not_agreed_to_is_taken_off_again(shop: Session) -> None:
    row = shop.info["row"]
    repaired.issued(shop, row)
    repaired.reported(shop, row, extra_work=[{"part": PUMP, "quantity": 1}, {"work": CLEAN}])

    total = agreed_lines.restore(shop, ORDER)

    assert total == 281_00
    assert {line.sku: line.quantity_milli for line in order_lines.planned(shop, ORDER)} == {
        REPLACE: 1000,
        CLEAN: 1000,
        PUMP: 2000,
        HOSE: 1000,
    }
