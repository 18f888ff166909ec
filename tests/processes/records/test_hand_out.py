"""Handing out: only what is ready, closed and paid, or what somebody gave credit for; warranties run from that day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import errors
from processes.records import (
    hand_out,
    intake,
    invoices,
    ledger,
    orders,
    payments,
    places,
    receivables,
    warranties,
    work_orders,
)
from processes.records.warranties import PartWarranty
from tests.processes.company import NOW
from tests.processes.repair_shop import device, open_shop, posting, ready, taken_in


@pytest.fixture
def shop(session: Session) -> Session:
    open_shop(session)
    return session


def _hand_out(session: Session, effect: str = "out", days: int = 0) -> intake.IntakeDocument:
    return hand_out.hand_out(
        session,
        posting(session, effect, days=days),
        "hand_out",
        recipient="А. К.",
        id_checked=True,
        accessories_returned=True,
        signature="signed",
    )


def _charge(session: Session) -> None:
    """The client owes 820.50 for the order."""
    given = posting(session, "completion")
    line = invoices.Line("T-PUMP", "Насос", "part", 1000, "pc", 820_50)
    customer_key = orders.get(session, "R-0001").customer_key
    invoice = invoices.issue(session, given, customer_key, [line], NOW + timedelta(days=7))
    receivables.charge(session, given, customer_key, invoice)


def _refused(match: str) -> Any:
    return pytest.raises(
        errors.BusinessError, match=match, check=lambda error: error.code == "MARK_NOT_ALLOWED"
    )


def test_a_device_on_which_nothing_is_owed_goes_to_its_customer(shop: Session) -> None:
    ready(shop)

    document = _hand_out(shop)

    assert document.status == "issued"
    assert (document.id_checked, document.accessories_returned, document.signature) == (True, True, "signed")
    assert places.of(shop, device(shop).key) == "customer"
    assert places.movements(shop, device(shop).key)[-1].holder == "А. К."


def test_a_device_that_is_not_paid_stays(shop: Session) -> None:
    ready(shop)
    _charge(shop)

    with _refused("not paid"):
        _hand_out(shop)

    assert intake.get(shop, "R-0001").status == "ready"


def test_a_device_goes_out_on_credit_that_was_allowed(shop: Session) -> None:
    ready(shop)
    _charge(shop)

    payments.allow_credit(shop, posting(shop, "credit"), "A company we know")

    assert _hand_out(shop).status == "issued"


def test_a_device_whose_work_order_is_open_stays(shop: Session) -> None:
    ready(shop)
    work_order = work_orders.open_for(shop, posting(shop, "work order"))

    with _refused("still open"):
        _hand_out(shop)
    work_order.complete("repaired", posting(shop, "complete"))
    shop.flush()

    assert _hand_out(shop).status == "issued"


def test_a_device_that_is_not_ready_stays(shop: Session) -> None:
    taken_in(shop)

    with _refused("Accepted for repair"):
        _hand_out(shop)


def test_the_warranty_of_a_fitted_part_runs_from_hand_out(shop: Session) -> None:
    ready(shop)
    shop.add(
        PartWarranty(
            device_key=device(shop).key,
            sku="T-PUMP",
            description="Насос",
            source="order_line:1:v1",
            quantity_milli=1000,
            months=6,
            **ledger.columns(posting(shop, "completion")),
        )
    )
    shop.flush()

    _hand_out(shop, days=3)

    (warranty,) = warranties.entries(shop, "R-0001")
    term = warranties.term_of(shop, warranty)
    assert term.starts_on == orders.day(shop, NOW + timedelta(days=3))


def test_handing_out_again_in_one_effect_does_nothing_and_in_another_is_refused(shop: Session) -> None:
    ready(shop)
    _hand_out(shop)

    assert _hand_out(shop).issued_at == NOW
    with _refused("Issued to the customer"):
        _hand_out(shop, "out again")

    assert len(places.movements(shop, device(shop).key)) == 4
