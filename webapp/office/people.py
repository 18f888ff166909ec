"""The lists of customers and of their devices."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select

from engine import clock
from engine.sentences import _l
from engine.tables import ProcessInstance
from processes.records.customers import Customer, digits
from processes.records.devices import Device, normal
from processes.records.orders import CustomerOrder, day
from processes.records.receivables import ReceivableEntry
from webapp.database import db
from webapp.office import lists
from webapp.office.listing import Column, Filter, Listing

KINDS = {"person": _l("A person"), "company": _l("A company")}

_open_repairs = (
    select(func.count())
    .select_from(CustomerOrder)
    .join(ProcessInstance, ProcessInstance.key == CustomerOrder.process_instance_key)
    .where(CustomerOrder.customer_key == Customer.key, ProcessInstance.state == "active")
    .correlate(Customer)
    .scalar_subquery()
)
_owes = (
    select(func.coalesce(func.sum(ReceivableEntry.amount_cents), 0))
    .where(ReceivableEntry.customer_key == Customer.key)
    .correlate(Customer)
    .scalar_subquery()
)
_repairs = (
    select(func.count())
    .select_from(CustomerOrder)
    .where(CustomerOrder.device_key == Device.key, CustomerOrder.cancelled_at.is_(None))
    .correlate(Device)
    .scalar_subquery()
)


def _search_customers(words: str) -> ColumnElement[bool]:
    found = and_(*(Customer.search_text.contains(each, autoescape=True) for each in words.casefold().split()))
    # "0" in front is how people dial at home; the digits are kept without it.
    number = digits(words)
    return or_(found, Customer.phone_digits.contains(number)) if number and len(number) >= 4 else found


def _search_devices(words: str) -> ColumnElement[bool]:
    found = and_(*(Device.search_text.contains(each, autoescape=True) for each in words.casefold().split()))
    serial = normal(words)
    owner = Customer.search_text.contains(words.casefold(), autoescape=True)
    return or_(found, owner, Device.serial_norm.contains(serial)) if serial else or_(found, owner)


def _open_words(row: Row[Any]) -> tuple[str, str] | None:
    number = row.open_repairs
    return (ngettext("%(num)s repair is open", "%(num)s repairs are open", number), "") if number else None


CUSTOMERS = Listing(
    name="customers",
    title=_l("Customers"),
    permission="customers.see",
    icon="users",
    query=select(Customer, _open_repairs.label("open_repairs"), _owes.label("owes")),
    key=Customer.key,
    columns=(
        Column("name", _l("Name"), lambda row: row.Customer.name, sort=Customer.name),
        Column("number", _l("No."), lambda row: row.Customer.customer_no, "code", Customer.customer_no),
        Column("kind", _l("Kind"), lambda row: KINDS[row.Customer.kind], "words", Customer.kind),
        Column("phone", _l("Telephone"), lambda row: row.Customer.phone),
        Column("email", _l("E-mail"), lambda row: row.Customer.email),
        Column("owes", _l("Owes"), lambda row: row.owes, "money"),
        Column("since", _l("Since"), lambda row: row.Customer.created_at, "moment", Customer.created_at),
    ),
    default="name",
    search_hint=_l("Name, telephone, e-mail or number"),
    search=_search_customers,
    filters=(
        Filter("open", _l("With open repairs"), lambda: _open_repairs > 0),
        Filter("owing", _l("Owe something"), lambda: _owes > 0, "warn"),
        Filter("companies", _l("Companies"), lambda: Customer.kind == "company"),
    ),
    empty=(
        _l("No customers yet"),
        _l("Whoever brings a device is written down at the counter and appears here."),
    ),
    card=lambda row: url_for("office.customer", key=row.Customer.key),
    under=_open_words,
)


def _has_open() -> ColumnElement[bool]:
    return exists(
        select(CustomerOrder.order_no)
        .join(ProcessInstance, ProcessInstance.key == CustomerOrder.process_instance_key)
        .where(CustomerOrder.device_key == Device.key, ProcessInstance.state == "active")
    )


DEVICES = Listing(
    name="devices",
    title=_l("Devices"),
    permission="devices.see",
    icon="package",
    query=select(Device, Customer, _repairs.label("repairs")).join(
        Customer, Customer.key == Device.owner_key
    ),
    key=Device.key,
    columns=(
        Column("device", _l("Device"), lambda row: row.Device.name, sort=Device.search_text),
        Column("type", _l("Type"), lambda row: row.Device.item_type, sort=Device.item_type),
        Column("serial", _l("Serial number"), lambda row: row.Device.serial_no, "code", Device.serial_norm),
        Column("owner", _l("Owner"), lambda row: row.Customer.name, sort=Customer.name),
        Column("warranty", _l("Sale warranty until"), lambda row: row.Device.warranty_until, "day"),
        Column("repairs", _l("Repairs"), lambda row: row.repairs, "number"),
    ),
    default="device",
    search_hint=_l("Brand, model, serial number or owner"),
    search=_search_devices,
    filters=(
        Filter("repaired", _l("Repaired before"), lambda: _repairs > 1),
        Filter(
            "covered",
            _l("Under sale warranty"),
            lambda: Device.warranty_until >= day(db.session, clock.now()),
        ),
        Filter("here", _l("With an open repair"), _has_open),
    ),
    empty=(_l("No devices yet"), _l("A device gets its card when it is taken in for the first time.")),
    card=lambda row: url_for("office.device", key=row.Device.key),
)


lists.add(CUSTOMERS)
lists.add(DEVICES)
