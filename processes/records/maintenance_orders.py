"""The orders that serve planned maintenance: what such an order is opened with, and the repair that a failed point asks for.

A repair is asked for once for each maintenance (T10): the row of the due day holds its number. The repair's own order is opened
by its own process, later: the message that asks for it says which maintenance and contract it belongs to, and on whose account it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine import errors, messages, roles, settings
from engine.sentences import Sentence, _l, in_language
from engine.tables import ProcessInstance
from processes.records import (
    checklists,
    contracts,
    customers,
    devices,
    maintenance,
    meters,
    order_lines,
    order_plan,
    orders,
    quantities,
)
from processes.records.ledger import Posting
from processes.records.maintenance import MaintenanceDue, MaintenancePlan

#: {where the repair is done: the message that starts it}
REPAIRS = {orders.POINT: "repair_requested", orders.ON_SITE: "visit_requested"}
#: A visit is looked for from so many days before the due day on.
_DAYS_BEFORE = 5
_NOBODY_LISTENS = _l("No process takes up a repair at this place. Choose another place.")
_WANTED = _l("Planned maintenance, due on {day}")


@dataclass(frozen=True, slots=True)
class Opened:
    """What the process of a maintenance order begins with."""

    due: MaintenanceDue
    plan: MaintenancePlan
    device: devices.Device
    contract: contracts.Contract
    customer: customers.Customer


def open_order(session: Session, posting: Posting, order_type: str) -> Opened:
    """Open the order of a due day, with its work and its kit: the contract's where it is in the plan, else the customer's.

    Opening it again gives what is there. Raises BusinessError PRICE_MISSING.
    """
    due = maintenance.due_of(session, posting.order_no)
    plan = maintenance.get(session, due.plan_key)
    device = devices.get(session, due.device_key)
    contract = contracts.get(session, due.contract_no)
    customer = customers.get(session, contract.customer_key)
    wanted = Sentence(_WANTED, day=due.due_on.isoformat())
    order = orders.open_order(
        session,
        posting,
        order_type=order_type,
        customer_key=contract.customer_key,
        device_key=device.key,
        repair_kind=orders.CONTRACT if plan.in_plan else orders.PAID,
        complaint=in_language(wanted, customer.language),
        channel="contract",
        promised_date=due.due_on,
        place=orders.ON_SITE,
        address=contract.address,
        contract_no=contract.contract_no,
    )
    if not order_lines.planned(session, order.order_no):
        today = orders.day(session, posting.at)
        order_plan.plan(session, order, [{"work": plan.work}], plan.kit, [], today)
    return Opened(due, plan, device, contract, customer)


def visit(session: Session, opened: Opened, today: date) -> dict[str, Any]:
    """What the visit is to be: days, minutes, skill, address."""
    first = max(today, opened.due.due_on - timedelta(days=_DAYS_BEFORE))
    return {
        "visit_minutes": opened.plan.visit_minutes,
        "visit_skill": opened.plan.skill_id,
        "visit_address": opened.contract.address,
        "visit_wanted_from": first.isoformat(),
        "visit_wanted_to": max(first, opened.due.due_on).isoformat(),
    }


def over_at(session: Session, due_on: date) -> datetime:
    """The moment at which a due day is over, by the clock of the shop."""
    zone = ZoneInfo(settings.calendar(session).time_zone)
    return datetime.combine(due_on + timedelta(days=1), time(), zone)


def checklist(session: Session, due: MaintenanceDue) -> checklists.ChecklistVersion:
    """The version of the checklist that a maintenance goes by: the newest one of the day it was opened."""
    return session.get_one(checklists.ChecklistVersion, (due.checklist_id, due.checklist_version))


def last_meter(session: Session, device_key: int) -> str | None:
    """What the meter of a device showed last, with its unit; None when nobody has read it."""
    found = meters.last(session, device_key)
    return f"{quantities.plain(found.value_milli)} {found.unit}" if found else None


def request_repair(
    session: Session,
    posting: Posting,
    problem: str,
    place: str,
    *,
    urgent: bool,
    covered: bool,
) -> str:
    """Ask for the repair that a maintenance has found necessary, once: asked again, it gives the number of the first.

    covered: the contract bears it. The repair has the maintenance as its parent. Raises Refused when nobody takes it up.
    """
    due = maintenance.due_of(session, posting.order_no, hold=True)
    if due.repair_order_no is not None:
        return due.repair_order_no
    if place not in REPAIRS:
        raise errors.Refused(f'Expected the place to be point or on_site, but found "{place}".')
    device = devices.get(session, due.device_key)
    order = orders.get(session, posting.order_no)
    customer = customers.get(session, order.customer_key)
    published = messages.publish(
        session,
        REPAIRS[place],
        "",
        {
            "customer_key": str(customer.key),
            "customer_name": customer.name,
            "customer_phone": customer.phone,
            "customer_email": customer.email,
            "customer_language": customer.language,
            "device_key": str(device.key),
            "item_type": device.item_type,
            "brand": device.brand,
            "model": device.model,
            "serial_no": device.serial_no,
            "complaint": problem,
            "urgent": urgent,
            "channel": "contract",
            "place": place,
            "address": order.address,
            "repair_kind": orders.CONTRACT if covered else orders.PAID,
            "contract_no": due.contract_no,
            "parent_order_no": due.order_no,
        },
        actor=roles.SYSTEM,
        now=posting.at,
    )
    if not published.process_instance_keys:
        raise errors.Refused(_NOBODY_LISTENS)
    started = session.get_one(ProcessInstance, published.process_instance_keys[0])
    due.repair_order_no, due.repair_covered = started.business_key, covered
    session.flush()
    return started.business_key


def repair_of(session: Session, order_no: str) -> str | None:
    """The number of the repair that a maintenance has asked for."""
    due = maintenance.find_due(session, order_no)
    return due.repair_order_no if due else None
