"""The list of repairs: every order for a device, whatever its state, with its customer and its term."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Row, and_, or_, select

from engine import clock
from engine.sentences import _l
from engine.tables import ProcessInstance
from processes.records import order_status
from processes.records.customers import Customer, digits
from processes.records.devices import Device
from processes.records.intake import IntakeDocument
from processes.records.orders import KIND_LABELS, CustomerOrder, day
from webapp.database import db
from webapp.office import lists
from webapp.office.listing import Column, Filter, Listing


def _is_open() -> ColumnElement[bool]:
    # An order that only waits for the customer's opinion is no work any more.
    return and_(ProcessInstance.state == "active", IntakeDocument.issued_at.is_(None))


def _is_late() -> ColumnElement[bool]:
    return and_(_is_open(), CustomerOrder.promised_date < day(db.session, clock.now()))


def _search(words: str) -> ColumnElement[bool]:
    text = words.casefold()
    found = [
        CustomerOrder.order_no.ilike(f"%{words}%"),
        Customer.search_text.contains(text, autoescape=True),
        Device.search_text.contains(text, autoescape=True),
    ]
    number = digits(words)
    if number and len(number) >= 4:
        found.append(Customer.phone_digits.contains(number))
    return or_(*found)


def _status(row: Row[Any]) -> str:
    if row.CustomerOrder.cancelled_at is not None:
        return _l("Cancelled")
    # An order that is not taken in has no status of the intake document yet.
    return order_status.LABELS[row.IntakeDocument.status] if row.IntakeDocument else _l("Being taken in")


def _under(row: Row[Any]) -> tuple[str, str] | None:
    return (row.CustomerOrder.order_no, "")


REPAIRS = Listing(
    name="repairs",
    title=_l("Repairs"),
    permission="repairs.see",
    icon="wrench",
    query=select(CustomerOrder, Customer, Device, IntakeDocument, ProcessInstance.state)
    .join(Customer, Customer.key == CustomerOrder.customer_key)
    .join(Device, Device.key == CustomerOrder.device_key)
    .join(ProcessInstance, ProcessInstance.key == CustomerOrder.process_instance_key)
    .outerjoin(IntakeDocument, IntakeDocument.order_no == CustomerOrder.order_no),
    key=CustomerOrder.order_no,
    columns=(
        Column("device", _l("Device"), lambda row: row.Device.name, sort=Device.search_text),
        Column("customer", _l("Customer"), lambda row: row.Customer.name, sort=Customer.name),
        Column("status", _l("Status"), _status, "words"),
        Column(
            "kind",
            _l("Kind"),
            lambda row: KIND_LABELS[row.CustomerOrder.repair_kind],
            "words",
            CustomerOrder.repair_kind,
        ),
        Column(
            "urgent",
            _l("Urgency"),
            lambda row: _l("Urgent") if row.CustomerOrder.urgent else None,
            "words",
            CustomerOrder.urgent,
        ),
        Column(
            "promised",
            _l("Promised for"),
            lambda row: row.CustomerOrder.promised_date,
            "day",
            CustomerOrder.promised_date,
        ),
        Column(
            "since", _l("Since"), lambda row: row.CustomerOrder.created_at, "moment", CustomerOrder.created_at
        ),
    ),
    default="-since",
    search_hint=_l("Number, customer, telephone or device"),
    search=_search,
    filters=(
        Filter("open", _l("Open"), _is_open),
        Filter("late", _l("Late"), _is_late, "bad"),
        Filter("urgent", _l("Urgent"), lambda: and_(_is_open(), CustomerOrder.urgent)),
        Filter(
            "ready",
            _l("Ready for hand-out"),
            lambda: and_(_is_open(), IntakeDocument.status == order_status.READY),
        ),
    ),
    empty=(_l("No repairs yet"), _l("Each device that is taken in at the counter appears here.")),
    card=lambda row: url_for("inbox.order", key=row.CustomerOrder.process_instance_key),
    under=_under,
)
lists.add(REPAIRS)
