"""What stories of the shared processes set up: a diagnosed repair order, and what happens to it beside the process."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from engine import instances, roles
from processes.records import (
    audit,
    customers,
    devices,
    order_lines,
    order_plan,
    orders,
    quotes,
    work_reports,
)
from processes.records.ledger import Posting

_RECEIVER, _MASTER = "receiver", "master"


def repair_order(
    session: Session,
    now: datetime,
    serial_no: str,
    works: list[dict[str, Any]],
    parts: list[dict[str, Any]],
    repair_kind: str = "paid",
    urgent: bool = False,
) -> None:
    """A device of ours was taken in and diagnosed. Its own process is stopped, so that a called one is alone with the order.

    works: [{work, hours}], parts: [{part, quantity}].
    """
    receiver = roles.actor(session, _RECEIVER)
    device = devices.search(session, serial_no, limit=1)[0]
    owner = customers.get(session, device.owner_key)
    submission = {
        "customer_key": str(owner.key),
        "customer_name": owner.name,
        "device_key": str(device.key),
        "item_type": device.item_type,
        "model": device.model,
        "serial_no": device.serial_no,
        "complaint": "It does not work",
        "completeness": "Device with cable",
        "repair_kind": repair_kind,
        "urgent": urgent,
    }
    row = instances.start(session, "repair_intake", submission=submission, actor=receiver, now=now)
    order = orders.get(session, row.business_key)
    audit.acting(session, _MASTER, now)
    order_plan.diagnose(session, order, works, parts, orders.day(session, now))
    instances.terminate(session, row.key, actor=receiver, now=now, reason="A story goes on from here")


def quote_is_frozen_again(session: Session, now: datetime, order_no: str) -> None:
    """Somebody sends a newer version of the quote while the customer still looks at the old one."""
    posting = _posting(session, order_no, "quote_again", now)
    lines = order_lines.planned(session, order_no)
    quotes.freeze(session, posting, lines, now + timedelta(days=14))


def quote_is_answered_elsewhere(session: Session, now: datetime, order_no: str) -> None:
    """The newest version of the quote gets an answer that did not come through the process."""
    posting = _posting(session, order_no, "answered_elsewhere", now)
    newest = quotes.newest(session, order_no)
    quotes.decide(
        session, posting, newest.version, "declined", answered_through="office", evidence="A letter"
    )


def work_is_reported(
    session: Session,
    now: datetime,
    order_no: str,
    hours: list[dict[str, Any]],
    parts_used: list[dict[str, Any]],
    operations_done: list[str],
) -> None:
    """The master has written down hours, used parts and finished works."""
    audit.acting(session, _MASTER, now)
    work_reports.write(
        session,
        _posting(session, order_no, "report", now),
        hours=hours,
        parts_used=parts_used,
        operations_done=operations_done,
    )


def _posting(session: Session, order_no: str, effect: str, now: datetime) -> Posting:
    key = orders.get(session, order_no).process_instance_key
    return Posting(key, order_no, f"{order_no} {effect}", now, _MASTER)


FINDERS = ()
CHANGES = (repair_order, quote_is_frozen_again, quote_is_answered_elsewhere, work_is_reported)
