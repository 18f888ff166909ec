"""What a document says: the records of its order, read once when it is issued."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine import errors, settings
from engine.sentences import Sentence, _l
from engine.tables import Person
from processes.documents import chapters
from processes.records import customer_links, customers, devices, ledger, orders
from processes.records.customers import Customer
from processes.records.devices import Device
from processes.records.orders import CustomerOrder
from processes.records.quantities import milli

#: The name of the setting with the letterhead: {name, address: [lines], phone, email, bank}.
COMPANY = "company"


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a document prints, in plain values: money in cents, quantities in thousandths, days and moments as ISO text.

    How a name must end, so that its value is printed well: see `processes.documents.printed`.
    """

    language: str
    data: dict[str, Any]
    number: str | None = None
    """The number that the record behind it has already (an invoice's), else the document gets the next of its series."""


def gather(session: Session, kind: str, posting: ledger.Posting) -> Facts:
    """What the records say now about the order of `posting`, as a document of that kind prints it.

    A document is in the customer's language, except those that stay in the house: they are in that of who issues them.
    Raises NotFound for a kind that there is not, and when the order has not what it tells of (no quote, no invoice).
    """
    if kind in chapters.OF_HOUSE:
        return _of_house(session, kind, posting)
    read = chapters.OF_KIND.get(kind)
    if read is None:
        raise errors.NotFound(Sentence(_l('There is no kind of document "{kind}".'), kind=kind))
    order = orders.get(session, posting.order_no)
    customer = customers.get(session, order.customer_key)
    issuer = session.get(Person, posting.by)
    chapter = read(session, order, posting)
    data = {
        "time_zone": settings.calendar(session).time_zone,
        "address": order_address(session, order.order_no),
        "company": _company(session),
        "issued_by": issuer.name if issuer else None,
        "order": _order(order),
        "customer": _customer(customer),
        "device": _device(devices.of_order(session, order)),
        **chapter.data,
    }
    stays = kind in chapters.INTERNAL and issuer is not None
    return Facts(issuer.language if stays else customer.language, data, chapter.number)


def _of_house(session: Session, kind: str, posting: ledger.Posting) -> Facts:
    """A paper that no customer's order stands behind; what goes to a supplier is in their language."""
    issuer = session.get(Person, posting.by)
    chapter = chapters.OF_HOUSE[kind](session, posting)
    data = {
        "time_zone": settings.calendar(session).time_zone,
        "address": order_address(session, posting.order_no),
        "company": _company(session),
        "issued_by": issuer.name if issuer else None,
        "order": {"order_no": posting.order_no},
        "customer": None,
        "device": None,
        **chapter.data,
    }
    language = chapter.data.get("supplier", {}).get("language") or (issuer.language if issuer else "en")
    return Facts(language, data, chapter.number)


def order_address(session: Session, order_no: str) -> str:
    """Where people of the house find an order; what the code on every document says."""
    return f"{customer_links.address(session)}/o/{order_no}"


def _company(session: Session) -> dict[str, Any]:
    chosen = settings.get(session, COMPANY, {})
    lines = chosen.get("address") or []
    return {
        "name": chosen.get("name") or "Orderlane",
        "address": lines.splitlines() if isinstance(lines, str) else list(lines),
        **{name: chosen.get(name) for name in ("phone", "email", "bank")},
    }


def _order(order: CustomerOrder) -> dict[str, Any]:
    return {
        "order_no": order.order_no,
        "repair_kind": order.repair_kind,
        "urgent": order.urgent,
        "promised_on": order.promised_date.isoformat(),
        # A thousandth is the smallest that is printed as a number.
        "mileage_milli": None if order.mileage_km is None else milli(Decimal(order.mileage_km)),
        **{name: getattr(order, name) for name in ("complaint", "fault_code", "cause", "findings")},
    }


def _customer(customer: Customer) -> dict[str, Any]:
    return {name: getattr(customer, name) for name in ("customer_no", "name", "tax_id", "phone", "email")}


def _device(device: Device | None) -> dict[str, Any] | None:
    return device and {
        name: getattr(device, name) for name in ("name", "item_type", "serial_no", "plate", "vin")
    }
