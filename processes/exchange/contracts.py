"""Service contracts as a table: a new row opens the set-up of a contract, which is checked and agreed as any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors, instances, roles
from engine.sentences import Sentence, _l
from processes.exchange.sheet import ADDED, SAME, Field, Sheet, written
from processes.records import audit, contracts, devices, periods, quantities, tariffs
from processes.records.contracts import Contract
from processes.records.customers import Customer
from processes.records.devices import Device

PROCESS = "contract_setup"
_NO_CUSTOMER = _l('There is no customer "{number}". Bring the customers in first.')
_NO_CONTRACT = _l(
    'There is no contract "{number}". Leave the number of a new one empty: it gets the next one.'
)
_NO_DEVICE = _l('This customer has no device with the serial number "{serial}". Bring the devices in first.')
_OTHERWISE = _l(
    "{number} says otherwise. A contract that was agreed is changed by its own flow, not by a table."
)
_USUAL: Mapping[str, Any] = {
    "billing_day": 1,
    "timing": periods.ARREARS,
    "index_percent": 0,
    "on_request_hours": 0,
    "notice_days": 30,
}


def _read(session: Session) -> Iterator[dict[str, Any]]:
    query = select(Contract, Customer.customer_no).join(Customer, Customer.key == Contract.customer_key)
    for row, customer_no in session.execute(query.order_by(Contract.contract_no)):
        covered = [
            devices.get(session, each.device_key).serial_no
            for each in contracts.items(session, row.contract_no)
        ]
        yield {
            "contract": row.contract_no,
            "customer_no": customer_no,
            "tariff_plan": contracts.plans(session, row.contract_no)[-1].plan_id,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "billing_day": row.billing_day,
            "timing": row.timing,
            "index_percent": Decimal(row.index_percent),
            "on_request_hours": quantities.plain(row.quota_milli),
            "notice_days": row.notice_days,
            "devices": "; ".join(sorted(covered)),
            "state": row.state,
        }


def _write(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> str:
    (values,) = rows
    number = values["contract"]
    if number is None:
        return _open(session, values, now)
    known = next((each for each in _read(session) if each["contract"] == number), None)
    if known is None:
        raise errors.Refused(Sentence(_NO_CONTRACT, number=number))
    if any(written(known[name]) != written(value) for name, value in values.items()):
        raise errors.Refused(Sentence(_OTHERWISE, number=number))
    return SAME


def _open(session: Session, values: Mapping[str, Any], now: datetime) -> str:
    """Start the set-up of a contract with what the row says; the same row again starts nothing."""
    customer = session.scalar(select(Customer).where(Customer.customer_no == values["customer_no"]))
    if customer is None:
        raise errors.Refused(Sentence(_NO_CUSTOMER, number=values["customer_no"]))
    tariffs.get(session, values["tariff_plan"])
    request = f"contract:{customer.customer_no}:{values['tariff_plan']}:{values['starts_on']}"
    login, _now = audit.who(session)
    facts = {
        name: values.get(name) if values.get(name) is not None else usual for name, usual in _USUAL.items()
    }
    opened = instances.start(
        session,
        PROCESS,
        variables={
            "customer_key": str(customer.key),
            "plan": values["tariff_plan"],
            "starts_on": values["starts_on"].isoformat(),
            "ends_on": values["ends_on"].isoformat() if values.get("ends_on") else None,
            "items": _devices(session, customer, values.get("devices")),
            **facts,
        },
        request_id=request,
        actor=roles.actor(session, login),
        now=now,
    )
    return ADDED if opened.started_at == now else SAME


def _devices(session: Session, customer: Customer, text: str | None) -> list[str]:
    """The keys of a customer's devices by their serial numbers."""
    found = []
    for serial in filter(None, (each.strip() for each in (text or "").split(";"))):
        key = session.scalar(
            select(Device.key).where(
                Device.owner_key == customer.key, Device.serial_norm == devices.normal(serial)
            )
        )
        if key is None:
            raise errors.Refused(Sentence(_NO_DEVICE, serial=serial))
        found.append(str(key))
    return found


SHEETS = (
    Sheet(
        "contracts",
        _l("Contracts"),
        _l(
            "A row without a number opens the set-up of a contract: it is checked and agreed as any other. What was agreed changes by its flow."
        ),
        "contracts.see",
        "records.exchange",
        ("contract",),
        (
            Field("contract", _l("Contract")),
            Field("customer_no", _l("Customer"), required=True),
            Field("tariff_plan", _l("Tariff plan"), required=True),
            Field("starts_on", _l("Valid from"), "day", required=True),
            Field("ends_on", _l("Valid until"), "day"),
            Field("billing_day", _l("Billing day"), "whole"),
            Field("timing", _l("Billed"), "choice", choices=tuple(periods.TIMINGS)),
            Field("index_percent", _l("Index (%)"), "number"),
            Field("on_request_hours", _l("Hours on request"), "number"),
            Field("notice_days", _l("Notice (days)"), "whole"),
            Field("devices", _l("Devices")),
            Field("state", _l("State")),
        ),
        _read,
        _write,
    ),
)
