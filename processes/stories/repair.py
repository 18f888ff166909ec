"""What stories find and change in repair orders: status, intake, lines, places, the audit, cards of customers and devices."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import settings
from processes.records import audit, customers, devices, money, order_status, orders, places, quantities
from processes.records import intake as intake_documents
from processes.records.orders import CustomerOrder


def status_history(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The changes of an order's status, oldest first: status, was, cause (flow node), by, reason."""
    return [
        {
            "status": row.to_status,
            "was": row.from_status,
            "cause": row.cause_element,
            "by": row.by,
            "reason": row.reason,
        }
        for row in order_status.history(session, order_no)
    ]


def order(session: Session, order_no: str) -> dict[str, Any] | None:
    """A repair order: kind, urgent, terms, diagnosis, whose device; null before it is opened."""
    row = orders.find(session, order_no)
    if row is None:
        return None
    customer = customers.get(session, row.customer_key)
    return {
        "order_no": row.order_no,
        "repair_kind": row.repair_kind,
        "urgent": row.urgent,
        "channel": row.channel,
        "complaint": row.complaint,
        "mileage": row.mileage_km,
        "fault_code": row.fault_code,
        "cause": row.cause,
        "promised_date": row.promised_date.isoformat(),
        "target_at": row.target_at.isoformat(),
        "limit_at": row.limit_at.isoformat(),
        "waived": row.surcharge_waived_reason,
        "parent_order_no": row.parent_order_no,
        "customer_no": customer.customer_no,
        "customer_name": customer.name,
        "device_name": devices.get(session, row.device_key).name,
        "cancelled": row.cancelled_at is not None,
    }


def intake(session: Session, order_no: str) -> dict[str, Any] | None:
    """The intake document of an order with its marks and its status; null when there is none."""
    row = intake_documents.of(session, order_no)
    if row is None:
        return None
    return {
        "intake_no": row.number,
        "status": row.status,
        "completeness": row.completeness,
        "accessories": row.accessories,
        "variant": row.variant,
        "partner": row.partner,
        "repair_done": row.repair_done_at is not None,
        "accepted_back": row.accepted_back_at is not None,
        "issued": row.issued_at is not None,
        "outcome": row.outcome,
        "reason": row.outcome_reason,
        "recipient": row.recipient,
    }


def order_lines(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The lines that an order has now: kind, sku, quantity, price, list_price, payer, used."""
    return [
        {
            "kind": line.kind,
            "sku": line.sku,
            "quantity": quantities.plain(line.quantity_milli),
            "price": money.units(line.price_cents),
            "list_price": money.units(line.list_price_cents),
            "payer": line.payer,
            "used": quantities.plain(line.used_milli),
        }
        for line in orders.lines(session, order_no)
        if line.state == "planned"
    ]


def device_place(session: Session, order_no: str) -> str:
    """Where the device of an order is now: customer, reception, workshop or partner."""
    return places.of(session, orders.get(session, order_no).device_key)


def device_places(session: Session, order_no: str) -> list[str]:
    """Where the device of an order has been since it first came, the place it is at now last."""
    return [row.to_place for row in places.movements(session, orders.get(session, order_no).device_key)]


def audit_of(session: Session, order_no: str) -> list[dict[str, Any]]:
    """What the audit says of the order's own card: action, by, before, after; oldest first."""
    return [
        {"action": row.action, "by": row.actor, "before": row.before, "after": row.after}
        for row in audit.of(session, CustomerOrder.__tablename__, order_no)
    ]


def repair_orders(session: Session, _order_no: str) -> list[str]:
    """The numbers of all repair orders, oldest first."""
    return list(session.scalars(select(CustomerOrder.order_no).order_by(CustomerOrder.order_no)))


def device_was_sold(
    session: Session, now: datetime, serial_no: str, document: str, warranty_until: str
) -> None:
    """A device that we know turns out to have been sold with a warranty."""
    audit.acting(session, "receiver", now)
    found = devices.search(session, serial_no, limit=1)[0]
    found.sold_with(document, date.fromisoformat(warranty_until))


def choose(session: Session, _now: datetime, setting: str, value: Any) -> None:
    """The house chooses a setting anew."""
    settings.put(session, setting, value)


FINDERS = (
    status_history,
    order,
    intake,
    order_lines,
    device_place,
    device_places,
    audit_of,
    repair_orders,
)
CHANGES = (device_was_sold, choose)
