"""A contract of the demo laundry, concluded, and what is done with it: what tests of billing and maintenance begin with."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine import instances, roles
from engine.tables import ProcessInstance
from processes import catalogue, demo
from processes.records import (
    audit,
    contract_billing,
    contract_offers,
    contract_periods,
    contracts,
    devices,
    orders,
)
from processes.records.contracts import Contract
from processes.records.ledger import Posting
from tests.conftest import begin_with
from tests.processes.company import NOW, order

#: Serial numbers of the laundry's devices, and of one of another customer.
WASHER, DRYER, FOREIGN = "EL-555-80017", "EL-525-80021", "BK-20-771904"


def company(session: Session) -> None:
    """The demo company with all its processes."""
    begin_with(session, "company with its processes", _company)


def _company(session: Session) -> None:
    begin_with(session, "company", demo.company)
    catalogue.deploy_all(session, now=NOW)


def device(session: Session, serial_no: str = WASHER) -> devices.Device:
    """A device of the demo company."""
    return devices.search(session, serial_no, limit=1)[0]


def conclude(
    session: Session,
    contract_no: str = "SC-0001",
    *,
    plan: str = "BASIC",
    starts_on: date = date(2026, 11, 1),
    serial_nos: tuple[str, ...] = (WASHER,),
    at: datetime = NOW,
    **facts: Any,
) -> Contract:
    """A contract in force, as its process concludes it."""
    audit.acting(session, "contracts", at)
    row = order(session, contract_no, "contracts")
    owner = device(session, serial_nos[0]).owner_key
    posting = Posting(row.key, contract_no, f"draft {contract_no}", at, "contracts")
    address = "12 Example Street, Centru"
    contract_offers.open_order(session, posting, "contract_setup", owner, address)
    written: dict[str, Any] = {
        "customer_key": owner,
        "plan_id": plan,
        "starts_on": starts_on,
        "ends_on": None,
        "billing_day": 1,
        "timing": "arrears",
        "device_keys": [device(session, each).key for each in serial_nos],
        "index_percent": Decimal(0),
        "quota_milli": 0,
        "notice_days": 30,
        "address": address,
        "needs_review": False,
        **facts,
    }
    contract = contracts.draft(session, contract_no, **written, at=at, by="contracts")
    contract.activate(at)
    session.flush()
    return contract


def run(
    session: Session, at: datetime = NOW, process: str = "contract_billing_run", by: str = "contracts"
) -> None:
    """Somebody starts a run by hand."""
    instances.start(session, process, actor=roles.actor(session, by), now=at)


def post(
    session: Session, contract: Contract, number: int, at: datetime
) -> contract_periods.ContractBilling | None:
    """Begin and post one period, without its process."""
    period = contract_billing.begin(session, contract.contract_no, number, orders.day(session, at))
    if period is None:
        return None
    posting = posting_of(session, period.order_no, at)
    contract_offers.open_billing_order(session, posting, "contract_billing", contract, period)
    return contract_billing.post(session, posting)


def posting_of(session: Session, order_no: str, at: datetime, effect: str = "posted") -> Posting:
    """An effect of an order, made as a row where there is none."""
    row = session.query(ProcessInstance).filter_by(business_key=order_no).first() or order(session, order_no)
    return Posting(row.key, order_no, f"{order_no} {effect}", at, "orderlane")


def totals(session: Session, contract_no: str = "SC-0001") -> list[tuple[str, int | None]]:
    """(first day, cents) of each period of a contract that was begun."""
    return [
        (
            row.first.isoformat(),
            standing.total_cents if (standing := contract_periods.standing(session, row)) else None,
        )
        for row in contract_periods.of(session, contract_no)
    ]


def later(days: int) -> datetime:
    """A moment so many days after NOW."""
    return NOW + timedelta(days=days)
