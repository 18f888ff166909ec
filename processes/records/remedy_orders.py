"""Orders that a complaint begins: a repair at our cost, another delivery of the same goods; how they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors
from engine.sentences import _l
from engine.tables import ProcessInstance
from processes.records import customers, devices, order_lines, orders, quantities
from processes.records.complaints import Complaint

#: The messages that start the orders, see the diagrams of these processes.
REPAIR_AT_THE_SHOP, REPAIR_ON_SITE = "repair_requested", "visit_requested"
DELIVERY = "delivery_requested"
RUNNING, DONE, CANCELLED = "running", "done", "cancelled"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An order to begin: the message that starts it and what it carries."""

    message: str
    variables: dict[str, Any]


def repair(session: Session, complaint: Complaint) -> Wanted:
    """A repair at our cost of what a complaint is about, with its device where that has a card: where the order was served."""
    about = orders.get(session, complaint.about_order_no)
    device = devices.of_order(session, about)
    return Wanted(
        REPAIR_ON_SITE if about.place == orders.ON_SITE else REPAIR_AT_THE_SHOP,
        {
            **_customer(session, about),
            "device_key": None if device is None else str(device.key),
            "item_type": device.item_type if device else devices.subject(session, about),
            "brand": device.brand if device else None,
            "model": device.model if device else None,
            "serial_no": device.serial_no if device else None,
            "complaint": complaint.text,
            "repair_kind": orders.AT_OWN_COST,
            "channel": "hotline",
            "place": about.place,
            "address": about.address,
            "parent_order_no": about.order_no,
        },
    )


def replacement(session: Session, complaint: Complaint) -> Wanted:
    """Another delivery, at our cost, of the goods that the order of a complaint has.

    Raises Refused where that order has no goods, or no address to bring them to.
    """
    about = orders.get(session, complaint.about_order_no)
    goods = [
        {"product": line.sku, "quantity": quantities.plain(line.quantity_milli)}
        for line in order_lines.planned(session, about.order_no)
        if line.kind == order_lines.PART
    ]
    if not goods:
        raise errors.Refused(_l("The order has no goods that could be replaced. Offer another remedy."))
    customer = customers.get(session, about.customer_key)
    return Wanted(
        DELIVERY,
        {
            **_customer(session, about),
            "goods": goods,
            "address": about.address,
            "repair_kind": orders.AT_OWN_COST,
            "parent_order_no": about.order_no,
            # Whoever bought it was told before; the sale that is replaced says when and by whom.
            "policy_told": about.address is not None,
            "agreement": f"{complaint.complaint_no}: {customer.name}",
        },
    )


def number(session: Session, instance_keys: Sequence[int]) -> str:
    """The number of the order that a message has started. Raises Refused when nothing listens to it."""
    row = session.get(ProcessInstance, instance_keys[0]) if instance_keys else None
    if row is None:
        raise errors.Refused("No process starts with this message. Deploy the one that does.")
    return row.business_key


def state(session: Session, order_no: str) -> str:
    """How an order stands: running, done or cancelled."""
    order = orders.find(session, order_no)
    if order is not None and order.cancelled_at is not None:
        return CANCELLED
    query = select(ProcessInstance.state).where(ProcessInstance.business_key == order_no)
    found = session.scalar(query.order_by(ProcessInstance.key).limit(1))
    if found is None:
        raise errors.NotFound(f"There is no order {order_no}.")
    return {"active": RUNNING, "terminated": CANCELLED}.get(found, DONE)


def _customer(session: Session, about: orders.CustomerOrder) -> dict[str, Any]:
    customer = customers.get(session, about.customer_key)
    return {
        "customer_key": str(customer.key),
        "customer_name": customer.name,
        "customer_phone": customer.phone,
        "customer_email": customer.email,
        "customer_language": customer.language,
    }
