"""Operations of planned maintenance: find what is due, open it, record the checklist, ask for a repair, set the next day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine import instances, mail, roles, series
from engine.operations import Step, operation
from engine.sentences import Sentence, _l, in_language
from processes.records import (
    audit,
    billing,
    checklists,
    contracts,
    customers,
    devices,
    languages,
    maintenance_orders,
    meters,
    money,
    order_lines,
    order_plan,
    orders,
    stock,
    work_reports,
)
from processes.records import maintenance as records
from processes.records.ledger import Posting

PROCESS = "planned_maintenance"
_SERIES = "MT"
_OVERDUE = (
    _l("Maintenance overdue: {order}, {device}"),
    _l("It was due on {day} and is not done. Its page says where it waits."),
)


@operation("maintenance.find_due")
def find_due(session: Session, step: Step) -> dict[str, Any]:
    """Find the maintenance plans whose next day is near enough to be arranged, and not opened yet.

    Result: due_plans (list of plan_key), due_count.
    """
    found = records.to_open(session, orders.day(session, step.now))
    return {"due_plans": [{"plan_key": str(each.key)} for each in found], "due_count": len(found)}


@operation("maintenance.begin")
def begin(session: Session, step: Step, plan_key: str) -> dict[str, Any]:
    """Begin the next maintenance of a plan: an order of its own. A due day of a device is begun once.

    Result: maintenance_order_no (null when somebody has begun it already).
    """
    audit.acting(session, step.actor, step.now)

    def number() -> str:
        return f"{_SERIES}-{series.next_number(session, _SERIES):04}"

    due = records.open_due(session, int(plan_key), number, orders.day(session, step.now))
    if due is None:
        return {"maintenance_order_no": None}
    device = devices.get(session, due.device_key)
    customer = customers.get(session, contracts.get(session, due.contract_no).customer_key)
    instances.start(
        session,
        PROCESS,
        variables={
            "device_key": str(device.key),
            "device_name": device.name,
            "customer_name": customer.name,
            "contract_no": due.contract_no,
            "due_on": due.due_on.isoformat(),
            "due_over_at": maintenance_orders.over_at(session, due.due_on).isoformat(),
            "subject": f"{device.name}, {customer.name}: {due.due_on.isoformat()}",
        },
        business_key=due.order_no,
        actor=roles.SYSTEM,
        now=step.now,
    )
    return {"maintenance_order_no": due.order_no}


@operation(
    "maintenance.open",
    errors={
        order_plan.PRICE_MISSING: "The price list of the day has no price for the work or a part of the kit."
    },
)
def open(session: Session, step: Step) -> dict[str, Any]:
    """Open the order of a due day with its work and its kit, and say what the visit is to be.

    Result: visit_minutes, visit_skill, visit_address, visit_wanted_from, visit_wanted_to, checklist (list of point, text, unit,
    result, measured), work, meter_unit, last_meter, client_total,
    parts_used (the kit: list of part, quantity). The error PRICE_MISSING carries missing_prices.
    """
    audit.acting(session, step.actor, step.now)
    opened = maintenance_orders.open_order(session, Posting.of_step(step), step.process_id)
    lines = order_lines.planned(session, step.business_key)
    return {
        **maintenance_orders.visit(session, opened, orders.day(session, step.now)),
        "checklist": checklists.blank(session, maintenance_orders.checklist(session, opened.due)),
        "work": opened.plan.work,
        "meter_unit": opened.plan.meter_unit,
        "last_meter": maintenance_orders.last_meter(session, opened.device.key),
        "parts_used": opened.plan.kit,
        "client_total": money.units(billing.client_planned_cents(lines)),
    }


@operation(
    "maintenance.record",
    errors={
        checklists.INCOMPLETE: "A point of the checklist has no result.",
        meters.READING_BELOW: "The meter shows less than before.",
        work_reports.USED_MORE: "More parts were used than were issued.",
    },
)
def record(
    session: Session,
    step: Step,
    checklist: list[dict[str, Any]],
    hours: list[dict[str, Any]],
    parts_used: list[dict[str, Any]] | None = None,
    meter: Decimal | None = None,
    new_meter: bool = False,
) -> dict[str, Any]:
    """Write down what was found at each point, what the meter shows, the hours and the parts: recorded again, the last counts.

    checklist: rows of point, result (ok, failed, not_applicable), measured, note. hours: rows of employee, hours.

    Result: failed_points (list of texts), failed_text, has_failed, unused_parts, unused (rows of part, name, quantity).
    """
    audit.acting(session, step.actor, step.now)
    posting = Posting.of_step(step)
    due = records.due_of(session, step.business_key)
    plan = records.get(session, due.plan_key)
    found = checklists.record(session, posting, maintenance_orders.checklist(session, due), checklist)
    if meter is not None and plan.meter_unit:
        meters.record(session, posting, due.device_key, meter, plan.meter_unit, is_new_meter=bool(new_meter))
    report = work_reports.write(
        session, posting, hours=hours, parts_used=parts_used or [], operations_done=[plan.work]
    )
    failed = [each.text for each in found if each.result == checklists.FAILED]
    return {
        "failed_points": failed,
        "failed_text": "; ".join(failed),
        "has_failed": bool(failed),
        "unused_parts": bool(report.unused_milli),
        "unused": stock.rows(session, report.unused_milli, languages.of_role(session, "Storekeeper")),
    }


@operation("maintenance.request_repair")
def request_repair(
    session: Session,
    step: Step,
    problem: str,
    place: str = orders.ON_SITE,
    urgent: bool = False,
    covered: bool = False,
) -> dict[str, Any]:
    """Ask for the repair that a failed point needs, once for each maintenance; it is linked to it and to the contract.

    place: point (in the workshop) or on_site. covered: the contract bears it.

    Result: repair_order_no.
    """
    audit.acting(session, step.actor, step.now)
    posting = Posting.of_step(step)
    number = maintenance_orders.request_repair(
        session, posting, problem, place or orders.ON_SITE, urgent=bool(urgent), covered=bool(covered)
    )
    return {"repair_order_no": number}


@operation("maintenance.done")
def done(session: Session, step: Step) -> dict[str, Any]:
    """Note that the maintenance is done, and set the next day by the calendar or from today, as its plan says.

    Result: next_due.
    """
    audit.acting(session, step.actor, step.now)
    today: date = orders.day(session, step.now)
    return {"next_due": records.done(session, step.business_key, today, step.now).isoformat()}


@operation("maintenance.mark_overdue")
def mark_overdue(session: Session, step: Step) -> dict[str, Any]:
    """Mark a maintenance as overdue, and write to the leads of the roles in the header "roles", once.

    Result: told (how many people).
    """
    audit.acting(session, step.actor, step.now)
    due = records.due_of(session, step.business_key, hold=True)
    if due.overdue_at is not None:
        return {"told": 0}
    due.overdue_at = step.now
    device = devices.get(session, due.device_key)
    people = {
        person.login: person
        for role in step.headers.get("roles", "").split(",")
        for person in roles.members(session, role.strip(), leads_only=True)
        or roles.members(session, role.strip())
        if person.email
    }
    head, text = _OVERDUE
    for _login, person in sorted(people.items()):
        mail.write(
            session,
            to=person.email,
            subject=in_language(Sentence(head, order=due.order_no, device=device.name), person.language),
            body=in_language(Sentence(text, day=due.due_on.isoformat()), person.language),
            process_instance_key=step.process_instance_key,
            now=step.now,
        )
    return {"told": len(people)}
