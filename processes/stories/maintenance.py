"""What stories find of planned maintenance: the plan of a device, its due days, checklists, meter readings, the repair asked for."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.records import (
    audit,
    checklists,
    devices,
    maintenance,
    meters,
    money,
    orders,
    price_lists,
    products,
    quantities,
)
from processes.records.orders import CustomerOrder


def maintenance_plan(session: Session, serial_no: str) -> dict[str, Any] | None:
    """The maintenance plan of a device, by its serial number: contract_no, next_due, last_done, basis."""
    row = maintenance.of_device(session, _device(session, serial_no).key)
    if row is None:
        return None
    return {
        "contract_no": row.contract_no,
        "next_due": row.next_due.isoformat(),
        "last_done": row.last_done.isoformat() if row.last_done else None,
        "basis": row.basis,
    }


def due_days(session: Session, serial_no: str) -> list[dict[str, Any]]:
    """The due days of a device that were opened: due_on, state, order_no, done_on, reason, overdue, repair_order_no."""
    return [
        {
            "due_on": row.due_on.isoformat(),
            "state": row.state,
            "order_no": row.order_no,
            "done_on": row.done_on.isoformat() if row.done_on else None,
            "reason": row.skip_reason,
            "overdue": row.overdue_at is not None,
            "repair_order_no": row.repair_order_no,
        }
        for row in maintenance.dues_of(session, _device(session, serial_no).key)
    ]


def checklist_of(session: Session, order_no: str) -> list[dict[str, Any]]:
    """What was found at each point in a maintenance, as last written down: text, result, measured."""
    return [
        {
            "text": row.text,
            "result": row.result,
            "measured": None if row.measured_milli is None else quantities.plain(row.measured_milli),
        }
        for row in checklists.results(session, order_no)
    ]


def meter_readings(session: Session, serial_no: str) -> list[Any]:
    """What the meter of a device showed, oldest first."""
    return [quantities.plain(row.value_milli) for row in meters.of(session, _device(session, serial_no).key)]


def linked_orders(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The orders that have this one as their parent: order_no, type, kind, contract_no."""
    rows = session.scalars(select(CustomerOrder).where(CustomerOrder.parent_order_no == order_no))
    return [
        {
            "order_no": row.order_no,
            "type": row.order_type,
            "kind": row.repair_kind,
            "contract_no": row.contract_no,
        }
        for row in rows
    ]


def device_is_maintained(
    session: Session,
    now: datetime,
    serial_no: str,
    contract_no: str,
    first_due: str,
    months: int = 12,
    basis: str = "calendar",
    in_plan: bool = True,
    parts: list[dict[str, Any]] | None = None,
    meter_unit: str | None = None,
    work: str = "W-CLEAN",
) -> None:
    """A device of a contract gets a maintenance plan, with a kit of parts ([{part, quantity}]); a work that there is not is added, without a price."""
    audit.acting(session, "contracts", now)
    if session.get(products.Product, work) is None:
        products.add(session, work, {"en": work}, kind="work", norm_milli=500)
    maintenance.plan(
        session,
        _device(session, serial_no).key,
        contract_no,
        first_due=date.fromisoformat(first_due),
        months=months,
        work=work,
        basis=basis,
        in_plan=in_plan,
        kit=parts,
        meter_unit=meter_unit,
        skill_id="appliances",
    )


def price_is_added(session: Session, now: datetime, sku: str, price: Decimal) -> None:
    """The price list gets a price for something that had none, from today on."""
    today = orders.day(session, now)
    price_lists.publish(session, price_lists.STANDARD, today, {sku: money.cents(price)})


def address_of_order(session: Session, order_no: str) -> str | None:
    """Where the work of an order is done."""
    return orders.get(session, order_no).address


def _device(session: Session, serial_no: str) -> devices.Device:
    return devices.search(session, serial_no, limit=1)[0]


FINDERS = (maintenance_plan, due_days, checklist_of, meter_readings, linked_orders, address_of_order)
CHANGES = (device_is_maintained, price_is_added)
