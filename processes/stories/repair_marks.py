"""What happens beside a repair order: colleagues change its marks from the office, a new product has no price yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.records import audit, completion, intake, orders, products
from processes.records.ledger import Posting

_MASTER = "master"


def variant_is_changed(
    session: Session, now: datetime, order_no: str, variant: str, reason: str, partner: str | None = None
) -> None:
    """A colleague says anew who repairs the device: own or third_party (`partner`)."""
    audit.acting(session, _MASTER, now)
    document, posting = intake.get(session, order_no), _beside_the_flow(session, order_no, now)
    document.set_variant(variant, posting, "office", partner=partner, reason=reason)


def mark_is_cleared(session: Session, now: datetime, order_no: str, reason: str) -> None:
    """A colleague clears the last mark of an order."""
    audit.acting(session, _MASTER, now)
    document = intake.get(session, order_no)
    document.clear_last_mark(reason, _beside_the_flow(session, order_no, now), "office")


def completion_is_reversed(session: Session, now: datetime, order_no: str, reason: str) -> None:
    """A colleague opens a completed work order again."""
    audit.acting(session, _MASTER, now)
    completion.reopen(session, _beside_the_flow(session, order_no, now), reason)


def completion_is_made_again(session: Session, now: datetime, order_no: str) -> None:
    """A colleague completes a work order that was opened again."""
    audit.acting(session, _MASTER, now)
    completion.complete(session, _beside_the_flow(session, order_no, now), "repaired")


def cancellation_is_undone(session: Session, now: datetime, order_no: str) -> None:
    """A colleague makes a cancelled order count again."""
    audit.acting(session, _MASTER, now)
    order = orders.get(session, order_no, hold=True)
    order.cancelled_at = order.cancelled_reason = None


def product_is_added(session: Session, now: datetime, sku: str, name: str, kind: str) -> None:
    """A product is offered from now on; no price list has a price for it yet."""
    audit.acting(session, _MASTER, now)
    products.add(session, sku, {"en": name}, kind=kind)


def _beside_the_flow(session: Session, order_no: str, now: datetime) -> Posting:
    count = session.scalar(select(func.count()).select_from(audit.AuditRow))
    order = orders.get(session, order_no)
    return Posting(order.process_instance_key, order_no, f"story {count}", now, _MASTER)


FINDERS = ()
CHANGES = (
    variant_is_changed,
    mark_is_cleared,
    completion_is_reversed,
    completion_is_made_again,
    cancellation_is_undone,
    product_is_added,
)
