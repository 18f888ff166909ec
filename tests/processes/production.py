"""A production order of the demo company up to any point: what tests of production begin with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import roles
from engine.tables import ProcessInstance
from processes import demo
from processes.records import (
    audit,
    customers,
    operation_log,
    orders,
    production_orders,
    production_plans,
    stock,
)
from processes.records.ledger import Posting
from tests.conftest import begin_with
from tests.processes.company import NOW, order

STAND, TUBE, FOOT = "F-STAND", "M-TUBE", "M-FOOT"
DAY = NOW.date()


def of(row: ProcessInstance, effect: str, by: str = "foreman", days: int = 0) -> Posting:
    """An effect of the order."""
    return Posting(row.key, row.business_key, f"{row.business_key} {effect}", NOW + timedelta(days=days), by)


def received(
    session: Session, pieces: int = 10, order_no: str = "MO-0001", due: date | None = None
) -> ProcessInstance:
    """An order of stands for the store."""
    if not roles.members(session, "Worker"):
        raise AssertionError("These tests need the demo company.")
    audit.acting(session, "seller", NOW)
    row = order(session, order_no, "seller")
    company = customers.add(session, "The company itself", phone="+373 22 000 999", kind="company", now=NOW)
    orders.open_order(
        session,
        of(row, "open", "seller"),
        order_type="production_order",
        customer_key=company.key,
        device_key=None,
        repair_kind=orders.AT_OWN_COST,
        complaint="Stands",
    )
    production_orders.add(
        session,
        order_no,
        sku=STAND,
        ordered_milli=pieces * 1000,
        delivery_date=due or DAY + timedelta(days=10),
        requirements=None,
        sales_order_no=None,
        stock_reason="Below the minimum",
        released_by="seller",
    )
    return row


def wanted(pieces: int, **changes: object) -> list[production_plans.Wanted]:
    """The operations of a stand, one a day."""
    facts = {"machine": None, "people": ("worker1",), "quantity_milli": pieces * 1000, **changes}
    return [
        production_plans.Wanted(
            work_sku=sku,
            operation_group=group,
            starts_on=DAY + timedelta(days=number),
            ends_on=DAY + timedelta(days=number),
            is_inspected=sku == "O-WELD",
            **facts,
        )
        for number, (sku, group) in enumerate(
            (("O-CUT", "processing"), ("O-WELD", "processing"), ("O-ASSEMBLE", "assembly"))
        )
    ]


def at_work(session: Session, pieces: int = 10, order_no: str = "MO-0001") -> ProcessInstance:
    """An order whose material is at the line."""
    row = received(session, pieces, order_no)
    material = {FOOT: pieces * 4000, TUBE: pieces * 4000}
    production_plans.write(session, of(row, "plan"), wanted(pieces), material)
    stock.issue(session, of(row, "issue", "storekeeper"), material, "worker1")
    operation_log.begin(session, of(row, "begin"))
    return row


def begin_at_work(session: Session) -> ProcessInstance:
    """The demo company with `at_work`, on an empty database."""
    return _begin(session, "production at work", at_work)


def begin_made(session: Session) -> ProcessInstance:
    """The demo company with `made`, on an empty database."""
    return _begin(session, "production made", made)


def _begin(session: Session, name: str, fill: Callable[[Session], ProcessInstance]) -> ProcessInstance:
    def company_and_order(empty: Session) -> None:
        begin_with(empty, "company", demo.company)
        fill(empty)

    begin_with(session, name, company_and_order)
    audit.acting(session, "seller", NOW)
    return session.scalars(select(ProcessInstance).where(ProcessInstance.business_key == "MO-0001")).one()


def report(
    session: Session,
    row: ProcessInstance,
    number: int,
    good: int,
    scrap: int = 0,
    hours: Mapping[str, int] | None = None,
    effect: str = "",
) -> operation_log.OperationLogRow:
    """Work on an operation."""
    return operation_log.report(
        session,
        of(row, f"report {number} {effect}", "worker1"),
        number,
        good_milli=good * 1000,
        scrap_milli=scrap * 1000,
        hours_milli=hours or {"worker1": 1000},
        reason="Wrong length" if scrap else None,
    )


def inspect(
    session: Session, row: ProcessInstance, good: int, scrap: int = 0, effect: str = ""
) -> operation_log.OperationLogRow:
    """Inspect the welding."""
    return operation_log.inspect(
        session,
        of(row, f"inspect {effect}", "inspector"),
        2,
        good_milli=good * 1000,
        scrap_milli=scrap * 1000,
        reason="Porous" if scrap else None,
    )


def made(session: Session, pieces: int = 10, scrap: int = 0) -> ProcessInstance:
    """An order that is made, with some scrap at the cutting."""
    row = at_work(session, pieces)
    good = pieces - scrap
    report(session, row, 1, good, scrap)
    report(session, row, 2, good, hours={"worker1": 2000, "worker2": 1000})
    inspect(session, row, good)
    report(session, row, 3, good)
    return row
