"""Warranties on fitted parts: written at completion, running from hand-out, claims that keep the end (L12, I21, R-137)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import exc, update
from sqlalchemy.orm import Session

from processes.records import completion, devices, ledger, orders, warranties
from processes.records.warranties import PartWarranty, PartWarrantyTerm
from tests.processes import repaired
from tests.processes.repaired import PUMP, of, ready

HANDED_OUT = date(2026, 11, 30)


def _completed(session: Session, order_no: str = "R-0001", **payers: str):
    row = ready(session, order_no, **payers)
    completion.complete(session, of(row, "completion"), "repaired")
    return row


def _device_key(session: Session, order_no: str = "R-0001") -> int:
    return orders.get(session, order_no).device_key


def _running(session: Session, day: date) -> list[tuple[str, date]]:
    return [(row.sku, term.ends_on) for row, term in warranties.covering(session, _device_key(session), day)]


def _second_repair(session: Session, device_key: int, **payers: str):
    """Another order for the same device, finished, that came a month after the first was handed out."""
    row = ready(session, "R-0002", **payers)
    order = orders.get(session, "R-0002")
    order.device_key, order.created_at = device_key, repaired.NOW + timedelta(days=40)
    session.flush()
    completion.complete(session, of(row, "completion"), "repaired")
    return warranties.entries(session, "R-0002")[0]


def test_a_warranty_has_no_term_before_hand_out(shop: Session) -> None:
    _completed(shop)

    row = warranties.entries(shop, "R-0001")[0]

    assert (row.sku, row.months, row.kept_until, row.claims) == (PUMP, 12, None, None)
    assert warranties.term_of(shop, row) is None
    assert _running(shop, HANDED_OUT) == []


def test_it_runs_from_the_day_of_hand_out_both_days_included(shop: Session) -> None:
    _completed(shop)

    warranties.start(shop, "R-0001", HANDED_OUT)

    end = date(2027, 11, 30)
    assert [bool(_running(shop, day)) for day in (HANDED_OUT - timedelta(days=1), HANDED_OUT)] == [
        False,
        True,
    ]
    assert [bool(_running(shop, day)) for day in (end, end + timedelta(days=1))] == [True, False]


def test_starting_again_keeps_the_term(shop: Session) -> None:
    _completed(shop)
    first = warranties.start(shop, "R-0001", HANDED_OUT)

    assert warranties.start(shop, "R-0001", HANDED_OUT + timedelta(days=9)) == first
    assert _running(shop, HANDED_OUT) == [(PUMP, date(2027, 11, 30))]


def test_parts_without_a_warranty_have_no_row(shop: Session) -> None:
    _completed(shop)

    assert [row.sku for row in warranties.entries(shop, "R-0001")] == [PUMP]


def test_recording_a_line_again_gives_its_first_row(shop: Session) -> None:
    row = _completed(shop)
    first = warranties.entries(shop, "R-0001")
    parts = [each for each in repaired.billed(shop, "R-0001") if each.line.kind == "part"]
    device = devices.get(shop, _device_key(shop))

    again = warranties.record(shop, of(row, "again"), device, 1, parts, HANDED_OUT)

    assert again == first == warranties.entries(shop, "R-0001")


def test_a_claim_keeps_the_end_of_the_warranty_it_is_made_under(shop: Session) -> None:
    _completed(shop)
    warranties.start(shop, "R-0001", HANDED_OUT)

    claim = _second_repair(shop, _device_key(shop), pump="warranty")
    term = warranties.start(shop, "R-0002", date(2027, 1, 10))[0]

    assert claim.claims == warranties.entries(shop, "R-0001")[0].key
    assert (term.starts_on, term.ends_on, term.kept) == (date(2027, 1, 10), date(2027, 11, 30), True)


def test_a_part_that_the_client_pays_for_has_a_full_term_of_its_own(shop: Session) -> None:
    _completed(shop)
    warranties.start(shop, "R-0001", HANDED_OUT)

    bought = _second_repair(shop, _device_key(shop))
    term = warranties.start(shop, "R-0002", date(2027, 1, 10))[0]

    assert (bought.claims, term.ends_on) == (None, date(2028, 1, 10))


def test_a_claim_after_the_term_claims_nothing(shop: Session) -> None:
    _completed(shop)
    warranties.start(shop, "R-0001", HANDED_OUT - timedelta(days=700))

    claim = _second_repair(shop, _device_key(shop), pump="warranty")

    assert (claim.claims, claim.kept_until) == (None, None)


def test_a_part_replaced_under_the_warranty_of_the_sale_ends_with_that(shop: Session) -> None:
    row = ready(shop, pump="warranty")
    device = devices.get(shop, _device_key(shop))
    device.sale_document, device.warranty_until = "Receipt 7", date(2027, 3, 1)

    completion.complete(shop, of(row, "completion"), "repaired")
    term = warranties.start(shop, "R-0001", HANDED_OUT)[0]

    assert (term.ends_on, term.kept) == (date(2027, 3, 1), True)


def test_a_warranty_that_was_taken_back_covers_nothing(shop: Session) -> None:
    row = _completed(shop)
    warranties.start(shop, "R-0001", HANDED_OUT)

    warranties.reverse_order(shop, of(row, "reversal", "manager"))

    assert _running(shop, HANDED_OUT) == []
    assert warranties.reverse_order(shop, of(row, "reversal 2", "manager")) == []
    assert sum(each.quantity_milli for each in warranties.entries(shop, "R-0001")) == 0


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 24, date(2028, 11, 30)),
    ],
)
def test_months_end_on_the_day_of_that_number_or_the_last_one(day: date, months: int, end: date) -> None:
    assert warranties.months_after(day, months) == end


def test_neither_a_warranty_nor_its_term_is_changed(shop: Session) -> None:
    _completed(shop)
    warranties.start(shop, "R-0001", HANDED_OUT)

    with pytest.raises(ledger.LedgerOnlyGrows), shop.begin_nested():
        warranties.entries(shop, "R-0001")[0].months = 99
        shop.flush()
    for table in (PartWarranty, PartWarrantyTerm):
        with pytest.raises(exc.IntegrityError, match="only grows"), shop.begin_nested():
            shop.execute(update(table).values({table.__table__.primary_key.columns.values()[0].name: 1}))
