"""The list of orders of customers, of every type: what is wanted, by whom, what it waits for, until when."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from engine import clock
from engine.sentences import _l
from engine.tables import ProcessDefinition, ProcessInstance, UserTask
from processes.records import order_status, orders
from processes.records.customers import Customer, digits
from processes.records.devices import Device
from processes.records.intake import IntakeDocument
from processes.records.orders import KIND_LABELS, CustomerOrder
from webapp.database import db
from webapp.office import lists
from webapp.office.listing import Column, Filter, Listing

#: The step that waits longest: what an order without marks has come to.
_step = (
    select(UserTask.name)
    .where(UserTask.process_instance_key == CustomerOrder.process_instance_key, UserTask.state == "open")
    .order_by(UserTask.key)
    .limit(1)
    .correlate(CustomerOrder)
    .scalar_subquery()
)


def _is_open() -> ColumnElement[bool]:
    # An order that only waits for the customer's opinion is no work any more.
    return and_(
        ProcessInstance.state == "active",
        CustomerOrder.cancelled_at.is_(None),
        IntakeDocument.issued_at.is_(None),
    )


def _is_late() -> ColumnElement[bool]:
    return and_(_is_open(), CustomerOrder.promised_date < orders.day(db.session, clock.now()))


def _search(words: str) -> ColumnElement[bool]:
    text = words.casefold()
    found = [
        CustomerOrder.order_no.ilike(f"%{words}%"),
        func.lower(CustomerOrder.complaint).contains(text, autoescape=True),
        func.lower(CustomerOrder.address).contains(text, autoescape=True),
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
    if row.IntakeDocument is not None:
        return order_status.LABELS[row.IntakeDocument.status]
    if row.state != "active":
        return _l("Finished")
    return row.step or _l("On its way")


ORDERS = Listing(
    name="customer-orders",
    title=_l("Orders"),
    permission="repairs.see",
    icon="clipboard-list",
    query=select(
        CustomerOrder,
        Customer,
        Device,
        IntakeDocument,
        ProcessInstance.state,
        ProcessDefinition.name.label("process_name"),
        _step.label("step"),
    )
    .join(Customer, Customer.key == CustomerOrder.customer_key)
    .outerjoin(Device, Device.key == CustomerOrder.device_key)
    .join(ProcessInstance, ProcessInstance.key == CustomerOrder.process_instance_key)
    .join(ProcessDefinition, ProcessDefinition.key == ProcessInstance.process_definition_key)
    .outerjoin(IntakeDocument, IntakeDocument.order_no == CustomerOrder.order_no),
    key=CustomerOrder.order_no,
    columns=(
        Column(
            "what",
            _l("What is wanted"),
            lambda row: row.Device.name if row.Device else row.CustomerOrder.complaint,
            sort=func.lower(CustomerOrder.complaint),
        ),
        Column("type", _l("Type"), lambda row: row.process_name, "words", CustomerOrder.order_type),
        Column("customer", _l("Customer"), lambda row: row.Customer.name, sort=Customer.name),
        Column("status", _l("Status"), _status, "words"),
        Column("address", _l("Where"), lambda row: row.CustomerOrder.address),
        Column("contract", _l("Contract"), lambda row: row.CustomerOrder.contract_no, "code"),
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
    search_hint=_l("Number, customer, telephone, address or device"),
    search=_search,
    filters=(
        Filter("open", _l("Open"), _is_open),
        Filter("late", _l("Late"), _is_late, "bad"),
        Filter("urgent", _l("Urgent"), lambda: and_(_is_open(), CustomerOrder.urgent)),
        Filter(
            "on_site",
            _l("At the customer's"),
            lambda: and_(_is_open(), CustomerOrder.place == orders.ON_SITE),
        ),
        Filter("contract", _l("By contract"), lambda: CustomerOrder.contract_no.is_not(None)),
    ),
    empty=(_l("No orders yet"), _l("Each order of a customer appears here, of whatever type.")),
    card=lambda row: url_for("inbox.order", key=row.CustomerOrder.process_instance_key),
    under=lambda row: (row.CustomerOrder.order_no, ""),
)
lists.add(ORDERS)
