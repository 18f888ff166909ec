"""A company to try things out with: departments, people in every role, records, and some requests on their way.

Nobody in it is a real person: they have initials for names, and an address that no mail can reach.

A module of this package with a function `fill(session)` is a family of its own: `fill` adds its records once the base is there, PEOPLE
(login, name, language, roles, roles it leads) are its people, ORDERS what runs in it already (as in `repairs`).
"""

from __future__ import annotations

import importlib
import pkgutil
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors, instances, roles, settings, user_tasks
from engine.tables import Person, ProcessInstance, UserTask
from processes import catalogue
from processes.demo import customers, money, stock, wages
from processes.demo.internal_requests import CATALOGUE, COST_CENTRES, DEPARTMENTS, EQUIPMENT, PEOPLE, REQUESTS
from processes.demo.repairs import REPAIRS
from processes.records import catalogue_items
from processes.records.cost_centres import CostCentre
from processes.records.departments import Department
from processes.records.equipment import Equipment

_MODULES = [importlib.import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]
FAMILIES = [module for module in _MODULES if hasattr(module, "fill")]
#: Everybody who works there.
EVERYBODY = [*PEOPLE, *(person for family in FAMILIES for person in getattr(family, "PEOPLE", ()))]
#: The letterhead of documents.
COMPANY = {
    "name": "Orderlane demo workshop",
    "address": ["12 Example Street", "MD-2001 Chișinău"],
    "phone": "+373 22 000 000",
    "email": "workshop@demo.example",
    "bank": "Example Bank, account MD00 EX00 0000 0000 0000 0000",
}


def build(session: Session, now: datetime) -> list[str]:
    """Set up the company on an empty database, deploy its processes and let some requests run.

    Returns the logins of its people. Nothing is committed. Raises Refused where somebody works already.
    """
    if session.scalar(select(Person.login).limit(1)) is not None:
        raise errors.Refused(
            "The demo company needs an empty database, but this one has people. Use another."
        )
    company(session)
    begin_work(session, now)
    return [login for login, *_rest in EVERYBODY]


def begin_work(session: Session, now: datetime) -> None:
    """Deploy the processes of the company and let some requests run, the oldest for hours."""
    catalogue.deploy_all(session, now=now)
    # The oldest first, so that the numbers of the orders grow with time.
    running = [
        *REQUESTS,
        *REPAIRS,
        *(order for family in FAMILIES for order in getattr(family, "ORDERS", ())),
    ]
    for request in sorted(running, key=lambda request: -request["hours_ago"]):
        _play(session, request, now)


def company(session: Session) -> None:
    """The people, their roles and the records; no processes."""
    for login, name, language, own, led in EVERYBODY:
        everything = ["Requester", *own]
        roles.add_person(
            session, login, name, everything, email=f"{login}@demo.example", language=language, leads=led
        )
    for department_id, name, role_id, rate in DEPARTMENTS:
        session.add(
            Department(department_id=department_id, name=name, role_id=role_id, hourly_rate_cents=rate)
        )
    for cost_centre_id, name, is_open in COST_CENTRES:
        session.add(CostCentre(cost_centre_id=cost_centre_id, name=name, currency="MDL", is_open=is_open))
    for equipment_id, name, location, serial_no in EQUIPMENT:
        session.add(Equipment(equipment_id=equipment_id, name=name, location=location, serial_no=serial_no))
    session.flush()
    for item_id, department_id, limit, needs_approval, en, ro, ru in CATALOGUE:
        catalogue_items.add(
            session,
            item_id,
            department_id,
            {"en": en, "ro": ro, "ru": ru},
            cost_limit_cents=limit,
            needs_approval=needs_approval,
        )
    settings.put(session, "company", COMPANY)
    customers.add(session)
    stock.add(session)
    money.add(session)
    wages.add(session)
    for family in FAMILIES:
        family.fill(session)


def _play(session: Session, request: dict[str, Any], now: datetime) -> None:
    """Start one request some working hours ago and take the steps that it has behind it."""
    at = now - timedelta(hours=request["hours_ago"])
    wanted = (now + timedelta(days=request.get("wanted_in_days", 0))).date().isoformat()
    submission = request.get("submission") or {
        "subject": request["subject"],
        "item_kind": request["item_kind"],
        "wanted_date": "wanted",
    }
    row = instances.start(
        session,
        request.get("process", "internal_request"),
        submission=_dated(submission, wanted),
        actor=roles.actor(session, request["by"]),
        now=at,
    )
    for login, submission in request["steps"]:
        at += timedelta(minutes=20)
        _complete(session, row, login, _dated(submission, wanted), at)


def _dated(submission: dict[str, Any], wanted: str) -> dict[str, Any]:
    """Answers in which "wanted" stands for the day that is wanted."""
    return {name: wanted if value == "wanted" else value for name, value in submission.items()}


def _complete(
    session: Session, row: ProcessInstance, login: str, submission: dict[str, Any], at: datetime
) -> None:
    user_task = session.scalars(
        select(UserTask).where(UserTask.process_instance_key == row.key, UserTask.state == "open")
    ).one()
    actor = roles.actor(session, login)
    if user_task.assignee is None:
        user_tasks.claim(session, user_task.key, actor=actor, now=at)
    user_tasks.complete(session, user_task.key, submission, actor=actor, now=at)
