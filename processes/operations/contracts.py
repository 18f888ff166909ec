"""Operations on service contracts: offer what can be chosen, write down, activate, change, renew, end."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import settings
from engine.operations import Step, operation
from processes.records import (
    audit,
    checklists,
    contract_offers,
    customers,
    devices,
    languages,
    money,
    orders,
    products,
    quantities,
    skills,
    tariffs,
)
from processes.records import contracts as records
from processes.records.ledger import Posting

_INVALID = {records.INVALID: "What was written of the contract does not fit together."}
#: At this hour of the shop's day the clock of a contract wakes.
_MORNING = time(9)


@operation("contracts.offer")
def offer(session: Session, step: Step, customer_key: str) -> dict[str, Any]:
    """Offer what a contract can be made of: the tariff plans, the customer's devices, the checklists there are.

    Result: tariff_plans, offered_devices, offered_checklists, offered_works, offered_parts, offered_skills (lists of value and
    label), customer_name.
    """
    customer = customers.get(session, int(customer_key))
    language = languages.of_role(session, "Contract manager")
    own = session.scalars(
        select(devices.Device).where(devices.Device.owner_key == customer.key).order_by(devices.Device.key)
    )
    known = session.scalars(select(checklists.ChecklistVersion).order_by(checklists.ChecklistVersion.version))
    return {
        "tariff_plans": [{"value": each.plan_id, "label": each.name} for each in tariffs.offered(session)],
        "offered_devices": [
            {"value": str(each.key), "label": f"{each.name}, {each.serial_no}"} for each in own
        ],
        "offered_checklists": [
            {"value": key, "label": name}
            for key, name in {each.checklist_id: each.name for each in known}.items()
        ],
        "offered_works": products.choices(session, "work", language),
        "offered_parts": products.choices(session, "part", language),
        "offered_skills": [
            {"value": each.skill_id, "label": each.name_in(language)} for each in skills.every(session)
        ],
        "customer_name": customer.name,
    }


@operation("contracts.draft", errors=_INVALID)
def draft(
    session: Session,
    step: Step,
    customer_key: str,
    plan: str,
    starts_on: str,
    ends_on: str | None = None,
    billing_day: Decimal = Decimal(1),
    timing: str = "arrears",
    items: list[str] | None = None,
    index_percent: Decimal = Decimal(0),
    on_request_hours: Decimal = Decimal(0),
    notice_days: Decimal = Decimal(30),
    address: str | None = None,
    needs_review: bool = False,
    maintenance_rows: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Write the contract of this order down, or anew while it is a draft; its lines are what one whole period costs.

    timing: advance or arrears. items: keys of devices. maintenance_rows: rows of device, work, first_due, months, basis,
    checklist, skill, minutes, part, part_quantity, meter_unit, lead_days, at_customers_cost. Overlapping contracts for one of its devices are named, not refused.

    Result: contract_no, period_total, overlaps (list of numbers), overlap_text (empty when there are none).
    """
    audit.acting(session, step.actor, step.now)
    posting = Posting.of_step(step)
    contract_offers.open_order(session, posting, step.process_id, int(customer_key), address)
    contract = records.draft(
        session,
        step.business_key,
        customer_key=int(customer_key),
        plan_id=plan,
        starts_on=date.fromisoformat(starts_on),
        ends_on=_day(ends_on),
        billing_day=int(billing_day or 1),
        timing=timing or "arrears",
        device_keys=[int(each) for each in items or []],
        index_percent=Decimal(index_percent or 0),
        quota_milli=quantities.milli(on_request_hours),
        notice_days=int(30 if notice_days is None else notice_days),
        address=address,
        needs_review=bool(needs_review),
        at=step.now,
        by=step.actor,
    )
    contract_offers.plan_maintenance(session, contract, maintenance_rows or [])
    total_cents = contract_offers.write_lines(session, contract, plan)
    overlaps = records.overlapping(session, contract)
    return {
        "contract_no": contract.contract_no,
        "period_total": money.units(total_cents),
        "overlaps": overlaps,
        "overlap_text": ", ".join(overlaps),
    }


@operation("contracts.activate")
def activate(session: Session, step: Step) -> dict[str, Any]:
    """Let the contract of this order hold from its first day on.

    Result: contract_state, contract_ends_on (null when open-ended), wake_at (the moment at which to look at it again).
    """
    contract = _held(session, step)
    contract.activate(step.now)
    return _clock(session, contract)


@operation("contracts.drop")
def drop(session: Session, step: Step) -> dict[str, Any]:
    """Write down that the contract of this order was not concluded; its maintenance plans are forgotten.

    Result: contract_state.
    """
    contract = _held(session, step)
    contract_offers.drop(session, contract)
    return {"contract_state": contract.state}


@operation("contracts.look")
def look(session: Session, step: Step) -> dict[str, Any]:
    """Look how the contract of this order stands on this day: suspended, active or ended, as its days say.

    Result: contract_state, contract_ends_on, wake_at, is_over, must_decide (whether somebody has to say how it goes on).
    """
    contract = _held(session, step)
    today = orders.day(session, step.now)
    contract.follow(today)
    return {
        **_clock(session, contract),
        "is_over": contract.state == records.ENDED,
        "must_decide": not contract.is_ending and today >= contract.decide_on(),
    }


@operation("contracts.renew", errors=_INVALID)
def renew(
    session: Session,
    step: Step,
    decision: str,
    ends_on: str | None = None,
    index_percent: Decimal | None = None,
    reason: str | None = None,
) -> dict[str, Any]:
    """Write down what was decided about the contract: renew (until ends_on, or open-ended), or end (on ends_on).

    Result: contract_state, contract_ends_on, wake_at.
    """
    contract = _held(session, step)
    contract_offers.renew(
        session, contract, decision, _day(ends_on), index_percent, reason, orders.day(session, step.now)
    )
    return _clock(session, contract)


@operation("contracts.find", errors={contract_offers.UNKNOWN: "There is no such contract in force."})
def find(session: Session, step: Step, contract_no: str) -> dict[str, Any]:
    """Find a contract in force by its number, for somebody who wants to change it.

    Result: contract_no, customer_key, customer_name, contract_state, contract_ends_on, tariff_plans, subject.
    """
    contract = contract_offers.in_force(session, contract_no.strip())
    customer = customers.get(session, contract.customer_key)
    return {
        "contract_no": contract.contract_no,
        "customer_key": str(customer.key),
        "customer_name": customer.name,
        "contract_state": contract.state,
        "contract_ends_on": contract.ends_on.isoformat() if contract.ends_on else None,
        "tariff_plans": [
            {"value": each.plan_id, "label": each.name}
            for each in tariffs.offered(session)
            if each.months == contract.months
        ],
        "subject": f"{contract.contract_no}, {customer.name}",
    }


@operation("contracts.change", errors=_INVALID)
def change(
    session: Session,
    step: Step,
    contract_no: str,
    kind: str,
    from_day: str | None = None,
    until_day: str | None = None,
    plan: str | None = None,
    reason: str | None = None,
) -> dict[str, Any]:
    """Change a contract in force: suspend, resume, plan (from a day on), end (on a day). Issued documents stay as they are.

    The order in which it was concluded hears of it. Result: contract_state, contract_ends_on.
    """
    audit.acting(session, step.actor, step.now)
    contract = contract_offers.change(
        session,
        contract_no,
        kind,
        _day(from_day),
        _day(until_day),
        plan,
        (reason or "").strip(),
        by=step.actor,
        now=step.now,
    )
    return {
        "contract_state": contract.state,
        "contract_ends_on": contract.ends_on.isoformat() if contract.ends_on else None,
    }


@operation("contracts.follow_days")
def follow_days(session: Session, step: Step) -> dict[str, Any]:
    """Let every contract be what its days say: suspended, active again, ended.

    Result: contracts_changed (how many).
    """
    audit.acting(session, step.actor, step.now)
    today, changed = orders.day(session, step.now), 0
    for contract in records.concluded(session):
        before = contract.state
        contract.follow(today)
        changed += contract.state != before
    return {"contracts_changed": changed}


@operation("contracts.cover_work")
def cover_work(session: Session, step: Step) -> dict[str, Any]:
    """Let the contract of this order bear the hours that it still includes in this period; the rest is the customer's.

    An order of no contract stays as it is. Result: covered_hours, extra_hours, client_total.
    """
    audit.acting(session, step.actor, step.now)
    found = contract_offers.cover(session, Posting.of_step(step), orders.day(session, step.now))
    return {
        "covered_hours": quantities.plain(found.covered_milli),
        "extra_hours": quantities.plain(found.extra_milli),
        "client_total": money.units(found.client_cents),
    }


def _held(session: Session, step: Step) -> records.Contract:
    audit.acting(session, step.actor, step.now)
    return records.get(session, step.business_key, hold=True)


def _clock(session: Session, contract: records.Contract) -> dict[str, Any]:
    wake = contract.ends_on + timedelta(days=1) if contract.is_ending else contract.decide_on()
    zone = ZoneInfo(settings.calendar(session).time_zone)
    return {
        "contract_state": contract.state,
        "contract_ends_on": contract.ends_on.isoformat() if contract.ends_on else None,
        "wake_at": datetime.combine(wake, _MORNING, zone).isoformat(),
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
