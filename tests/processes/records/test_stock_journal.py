"""What the store does is in the journal: receipts owe suppliers, issues put parts into work, a cancelled order leaves nothing."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from processes.records import completion, journal, reservations, stock, stock_documents
from processes.records.journal import COST_OF_REPAIRS, STOCK, SUPPLIERS, WORK_IN_PROGRESS
from tests.processes import repaired
from tests.processes.company import NOW
from tests.processes.repaired import HOSE, PUMP, of


@pytest.fixture
def shop(session: Session) -> Session:
    """Ten pumps at 20.00 and ten hoses at 3.00, just received."""
    repaired.shop(session)
    return session


def _accounts(session: Session) -> tuple[int, ...]:
    return tuple(
        journal.balance_cents(session, account)
        for account in (STOCK, WORK_IN_PROGRESS, COST_OF_REPAIRS, SUPPLIERS)
    )


def test_a_receipt_owes_its_supplier_on_nobodys_order(shop: Session) -> None:
    (entry,) = journal.of_document(shop, "GR-2026-0001")[:1]

    assert _accounts(shop) == (230_00, 0, 0, -230_00)
    assert (entry.order_no, entry.account_debit, entry.account_credit) == (None, STOCK, SUPPLIERS)


def test_parts_go_into_work_and_come_back_at_what_they_cost(shop: Session) -> None:
    row = repaired.diagnosed(shop, kind="paid")
    reservations.reserve_order(shop, of(row, "reserve"))

    repaired.issued(shop, row)
    issued = _accounts(shop)
    stock.return_unused(shop, of(row, "return"), {PUMP: 1000})

    assert issued == (187_00, 43_00, 0, -230_00)
    assert _accounts(shop) == (207_00, 23_00, 0, -230_00)


def test_what_is_used_up_is_booked_by_the_work_order_alone(shop: Session) -> None:
    row = repaired.ready(shop, kind="paid")

    completion.complete(shop, of(row, "completion"), "repaired")

    (consumption,) = [each for each in stock_documents.of(shop, "R-0001") if each.kind == "consumption"]
    assert [each.no_value for each in journal.of_document(shop, consumption.number)] == [True]
    assert _accounts(shop) == (187_00, 0, 43_00, -230_00)


def test_a_cancelled_order_leaves_what_it_bought_in_the_store(shop: Session) -> None:
    row = repaired.ready(shop, kind="paid")
    stock.receive(shop, of(row, "bought"), [stock.Delivered(HOSE, 2000, 4_00)])
    completion.complete(shop, of(row, "completion"), "repaired")

    completion.reverse_order(shop, of(row, "undo"), "Cancelled")

    assert _accounts(shop) == (238_00, 0, 0, -238_00)


def test_a_document_is_posted_once(shop: Session) -> None:
    opening = stock_documents.without_order("opening of the test", NOW, "orderlane")

    stock.receive(shop, opening, [stock.Delivered(PUMP, 10_000, 20_00), stock.Delivered(HOSE, 10_000, 3_00)])

    assert _accounts(shop) == (230_00, 0, 0, -230_00)
