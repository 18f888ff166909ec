"""Purchases keep I5 whoever receives at once; waiting orders are served by urgency, then age; an invoice pays what was accepted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, exc, select
from sqlalchemy.orm import Session

from engine import database, errors
from engine.tables import ProcessInstance
from processes import demo
from processes.records import (
    journal,
    orders,
    parts_requests,
    purchase_orders,
    receipts,
    reservations,
    stock,
    supplier_invoices,
)
from processes.records.ledger import Posting
from processes.records.purchase_orders import Ordered, PurchaseOrderLine
from processes.records.receipts import Arrived
from processes.records.supplier_invoices import Asked
from tests.conftest import begin_with
from tests.processes import store
from tests.processes.at_once import all_at_once
from tests.processes.company import NOW, order

PUMP = "P-PUMP"


def _posting(row: ProcessInstance, effect: str, by: str = "buyer") -> Posting:
    return Posting(row.key, row.business_key, f"{row.business_key} {effect}", NOW, by)


def _ordered(session: Session, quantity: int = 10, tolerance: int = 0) -> ProcessInstance:
    row = order(session, "PO-0001")
    wanted = [Ordered(PUMP, quantity * 1000, 200_00, tolerance)]
    purchase_orders.plan(session, _posting(row, "plan"), "PARTS1", NOW.date(), wanted).issue(NOW)
    session.flush()
    return row


def _came(accepted: int, rejected: int = 0) -> list[Arrived]:
    whole = (accepted + rejected) * 1000
    return [Arrived(PUMP, whole, accepted * 1000, rejected * 1000, "Cracked" if rejected else None)]


def test_of_eight_who_receive_ten_at_once_one_is_heard(any_database: Engine) -> None:
    with database.transaction(any_database) as session:
        begin_with(session, "company", demo.company)
        key, number = (row := _ordered(session)).key, row.business_key
        before = stock.on_hand(session, PUMP)

    def receive(session: Session, who: int) -> str:
        posting = Posting(key, number, f"receive {who}", NOW, "storekeeper")
        receipts.post(session, posting, f"DN-{who}", _came(10))
        return "done"

    answers = all_at_once(any_database, receive)

    assert answers == ["RECEIPT_REFUSED"] * 7 + ["done"]
    with database.reading(any_database) as session:
        assert session.scalars(select(PurchaseOrderLine.accepted_milli)).all() == [10_000]
        assert stock.on_hand(session, PUMP) == before + 10_000


def test_the_database_itself_refuses_more_than_was_ordered_with_its_tolerance(company: Session) -> None:
    row = _ordered(company, tolerance=10)
    (line,) = purchase_orders.lines(company, row.business_key)

    receipts.post(company, _posting(row, "receive"), "DN-1", _came(11))

    assert company.refresh(line) is None and line.accepted_milli == 11_000
    line.accepted_milli = 11_001
    with pytest.raises(exc.IntegrityError):
        company.flush()


def test_a_delivery_that_is_posted_again_in_the_same_effect_counts_once(company: Session) -> None:
    row = _ordered(company)

    first = receipts.post(company, _posting(row, "receive"), "DN-1", _came(8, 1))
    again = receipts.post(company, _posting(row, "receive"), "DN-1", _came(8, 1))

    assert first is again
    (line,) = purchase_orders.lines(company, row.business_key, anew=True)
    assert (line.accepted_milli, line.refused_milli, line.open_milli) == (8000, 1000, 1000)


def test_an_invoice_pays_at_most_what_was_accepted_and_books_the_difference_of_its_price(
    company: Session,
) -> None:
    row = _ordered(company)
    receipts.post(company, _posting(row, "receive"), "DN-1", _came(8))

    invoice = supplier_invoices.enter(
        company, _posting(row, "enter"), "EP-1", NOW.date(), [Asked(PUMP, 10_000, 210_00)]
    )
    supplier_invoices.settle(company, _posting(row, "settle"), "EP-1", accept=True, reason="Dearer")

    (line,) = purchase_orders.lines(company, row.business_key, anew=True)
    assert (invoice.state, line.invoiced_milli) == ("accepted", 8000)
    assert journal.balance_cents(company, journal.PURCHASE_DIFFERENCES) == 80_00
    with pytest.raises(errors.BusinessError, match="EP-1"):
        supplier_invoices.enter(company, _posting(row, "more"), "EP-1", NOW.date(), [Asked(PUMP, 1000, 0)])


def test_whoever_planned_a_purchase_does_not_approve_it(company: Session) -> None:
    row = order(company, "PO-0001")
    planned = purchase_orders.plan(
        company, _posting(row, "plan"), "PARTS1", NOW.date(), [Ordered(PUMP, 1000, 1)]
    )

    with pytest.raises(errors.BusinessError, match="PO-0001"):
        planned.approve("buyer")
    planned.approve("approver")

    assert planned.approved_by == "approver"


def test_three_waiting_orders_are_served_by_urgency_then_age_and_a_large_urgent_one_is_not_overtaken(
    company: Session,
) -> None:
    for hours, (number, quantity) in enumerate((("R-0001", "1"), ("R-0002", "1"), ("R-0003", "2"))):
        store.repair(company, number, shock=quantity)
        card = orders.get(company, number)
        row = company.get_one(ProcessInstance, card.process_instance_key)
        card.created_at = NOW + timedelta(hours=hours)
        posting = Posting(row.key, number, f"{number} ask", NOW, "buyer")
        parts_requests.ask(company, posting, reservations.missing(company, number))
    orders.get(company, "R-0003").make_urgent(NOW)
    company.flush()
    bought = order(company, "PO-0001")

    served = []
    for round_ in range(4):
        stock.receive(company, _posting(bought, f"in {round_}"), [stock.Delivered(store.SHOCK, 1000, 1)])
        served.append(parts_requests.serve(company, _posting(bought, f"serve {round_}"), [store.SHOCK]))

    assert served == [[], ["R-0003"], ["R-0001"], ["R-0002"]]
