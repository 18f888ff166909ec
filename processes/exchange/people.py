"""Customers, their devices, and suppliers as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors
from engine.sentences import Sentence, _l
from processes.exchange.sheet import ADDED, CHANGED, LANGUAGES, SAME, Field, Sheet, change
from processes.records import customers, devices, money, suppliers
from processes.records.customers import Customer
from processes.records.devices import Device
from processes.records.suppliers import Supplier

_NO_CUSTOMER = _l('There is no customer "{number}". Bring the customers in first.')
_NEW_NUMBER = _l(
    'There is no customer "{number}". Leave the number of a new one empty: it gets the next one.'
)
_CUSTOMER = ("kind", "name", "phone", "email", "language", "preferred_channel", "tax_id", "notes")
_DEVICE = ("item_type", "plate", "vin", "sale_document", "sold_on", "warranty_until")
_SUPPLIER = tuple(
    "kind name email phone language tax_id lead_days device_types contract_no margin_percent is_active".split()
)


def _read_customers(session: Session) -> Iterator[dict[str, Any]]:
    for row in session.scalars(select(Customer).order_by(Customer.customer_no)):
        yield {
            "customer_no": row.customer_no,
            **{name: getattr(row, name) for name in _CUSTOMER},
            "credit_limit": money.units(row.credit_limit_cents),
        }


def _write_customer(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> str:
    (values,) = rows
    facts = {name: values[name] for name in _CUSTOMER if name in values}
    if "credit_limit" in values:
        facts["credit_limit_cents"] = money.cents(values["credit_limit"])
    number = values["customer_no"]
    if number is None:
        known = customers.same(session, values["name"], values.get("phone"), values.get("email"))
        if known is None:
            defaults = {"kind": "person", "language": "en"}
            given = {name: value for name, value in facts.items() if value is not None}
            customers.add(session, **{**defaults, **given}, now=now)
            return ADDED
    else:
        known = session.scalar(select(Customer).where(Customer.customer_no == number))
        if known is None:
            raise errors.Refused(Sentence(_NEW_NUMBER, number=number))
    if all(getattr(known, name) == value for name, value in facts.items()):
        return SAME
    known.change(**facts)
    session.flush()
    return CHANGED


def _read_devices(session: Session) -> Iterator[dict[str, Any]]:
    query = select(Device, Customer.customer_no).join(Customer, Customer.key == Device.owner_key)
    for row, number in session.execute(
        query.order_by(Device.brand_norm, Device.model_norm, Device.serial_norm)
    ):
        named = {name: getattr(row, name) for name in ("brand", "model", "serial_no", *_DEVICE)}
        yield {"customer_no": number, **named}


def _write_device(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> str:
    (values,) = rows
    owner = session.scalar(select(Customer.key).where(Customer.customer_no == values["customer_no"]))
    if owner is None:
        raise errors.Refused(Sentence(_NO_CUSTOMER, number=values["customer_no"]))
    named = {name: values.get(name) for name in ("brand", "model", "serial_no")}
    facts = {name: values[name] for name in _DEVICE if name in values}
    known = devices.by_serial(session, **named)
    if known is None:
        devices.register(session, owner, **named, **{"item_type": None, **facts})
        return ADDED
    outcome = change(known, {**facts, "owner_key": owner})
    known.note_vehicle(known.plate, known.vin)
    session.flush()
    return outcome


def _read_suppliers(session: Session) -> Iterator[dict[str, Any]]:
    for row in session.scalars(select(Supplier).order_by(Supplier.supplier_id)):
        yield {"supplier": row.supplier_id, **{name: getattr(row, name) for name in _SUPPLIER}}


def _write_supplier(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> str:
    (values,) = rows
    facts = {name: values[name] for name in _SUPPLIER if name in values}
    for name, usual in (("lead_days", 7), ("language", "en"), ("is_active", True)):
        if name in facts and facts[name] is None:
            facts[name] = usual
    known = session.get(Supplier, values["supplier"])
    if known is None:
        suppliers.add(session, values["supplier"], **facts)
        return ADDED
    outcome = change(known, facts)
    session.flush()
    return outcome


SHEETS = (
    Sheet(
        "customers",
        _l("Customers"),
        _l(
            "A row without a number is a new customer, unless somebody of that name is reached in the same way."
        ),
        "customers.see",
        "customers.edit",
        ("customer_no",),
        (
            Field("customer_no", _l("Number")),
            Field("kind", _l("Kind"), "choice", choices=customers.KINDS),
            Field("name", _l("Name"), required=True),
            Field("phone", _l("Telephone")),
            Field("email", _l("E-mail")),
            Field("language", _l("Language"), "choice", choices=LANGUAGES),
            Field("preferred_channel", _l("Preferred channel"), "choice", choices=customers.CHANNELS),
            Field("tax_id", _l("Tax number")),
            Field("credit_limit", _l("Credit limit"), "number"),
            Field("notes", _l("Notes")),
        ),
        _read_customers,
        _write_customer,
    ),
    Sheet(
        "devices",
        _l("Devices"),
        _l("Brand, model and serial number name a device; its owner is a customer by number."),
        "devices.see",
        "customers.edit",
        ("brand", "model", "serial_no"),
        (
            Field("customer_no", _l("Owner"), required=True),
            Field("item_type", _l("Type"), required=True),
            Field("brand", _l("Brand")),
            Field("model", _l("Model"), required=True),
            Field("serial_no", _l("Serial number"), required=True),
            Field("plate", _l("Number plate")),
            Field("vin", _l("Vehicle identification number")),
            Field("sale_document", _l("Document of sale")),
            Field("sold_on", _l("Sold on"), "day"),
            Field("warranty_until", _l("Warranty until"), "day"),
        ),
        _read_devices,
        _write_device,
    ),
    Sheet(
        "suppliers",
        _l("Suppliers and partners"),
        _l("Whom we buy goods from, and service centres that repair for us."),
        "stock.see",
        "records.exchange",
        ("supplier",),
        (
            Field("supplier", _l("Number"), required=True),
            Field("kind", _l("Kind"), "choice", required=True, choices=tuple(suppliers.KINDS)),
            Field("name", _l("Name"), required=True),
            Field("email", _l("E-mail")),
            Field("phone", _l("Telephone")),
            Field("language", _l("Language"), "choice", choices=LANGUAGES),
            Field("tax_id", _l("Tax number")),
            Field("lead_days", _l("Takes (days)"), "whole"),
            Field("device_types", _l("Repairs")),
            Field("contract_no", _l("Contract")),
            Field("margin_percent", _l("Margin (%)"), "whole"),
            Field("is_active", _l("In use"), "switch"),
        ),
        _read_suppliers,
        _write_supplier,
    ),
)
