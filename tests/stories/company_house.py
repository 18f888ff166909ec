"""A small company: six people who hold every role between them, on a real server whose clock is moved."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import database, roles
from engine.tables import Membership, Person
from processes.records import resources, skills, staff_times, zones
from processes.records.system_checks import CheckPlan
from tests import founded
from tests.stories import later
from tests.stories.later import LaterCompany

#: Who does what. Two people stand behind each rule that asks for a second person.
STAFF: dict[str, list[str]] = {
    "receiver": ["Receiver", "Sales", "After-sales", "Cashier", "Contract manager", "Secretariat"],
    "master": ["Master", "Production", "Service department", "Maintenance", "IT"],
    "storekeeper": ["Storekeeper", "Buyer", "Worker"],
    "technician2": ["Technician", "Installer", "Representative", "Worker"],
    "inspector": [
        "Inspector",
        "Technician",
        "Installer",
        "Representative",
        "Delivery",
        "Dispatcher",
        "Planner",
    ],
    "manager": [
        "Manager",
        "Accountant",
        "Approver",
        "Department head",
        "Process owner",
        "System checker",
        "Administrator",
    ],
}
#: Who goes out, and what for.
SKILLS = {
    "technician2": ["appliances", "appliance_installation", "window_installation", "window_measuring"],
    "inspector": ["appliances", "appliance_installation", "window_installation", "window_measuring"],
}
_LEARNT = date(2020, 1, 1)


class SmallCompany(LaterCompany):
    """The demo company after all but six have left. Nothing is on its way yet."""

    @classmethod
    def six_at(cls, factory: pytest.TempPathFactory, at: datetime) -> SmallCompany:
        """Found it at a moment, with the books of the demo company and without its orders."""
        # Its servers are born by a nurse who has founded another company: they know what she remembers of it.
        later.on_monday(factory)
        folder = factory.mktemp("company")
        engine = database.connect(founded.copied(founded.books(factory), folder).database_url)
        with database.transaction(engine) as session:
            _six_stay(session)
        engine.dispose()
        return cls.begin(folder, at)


def _six_stay(session: Session) -> None:
    for person in session.scalars(select(Person)):
        person.active = person.login in STAFF
    for row in session.scalars(select(Membership)):
        session.delete(row)
    session.flush()
    for login, held in STAFF.items():
        for role_id in ["Requester", *held]:
            roles.ensure_role(session, role_id)
            session.flush()
            session.add(Membership(role_id=role_id, login=login, is_lead=role_id in held))
    for plan in session.scalars(select(CheckPlan)):
        plan.checker = "manager"
    session.flush()
    _calendars(session)


def _calendars(session: Session) -> None:
    for zone in ("centre", "botanica", "rascani"):
        row = session.get_one(zones.Zone, zone)
        zones.put(session, zone, row.name, row.words, list(SKILLS))
    for login, learnt in SKILLS.items():
        if session.get(resources.Resource, login) is None:
            resources.put(session, login, resources.PERSON, "main")
            staff_times.work_weekly(session, login, range(5), time(9), time(18))
        known = {row.skill_id for row in skills.of_person(session, login)}
        for skill_id in sorted(set(learnt) - known):
            skills.qualify(session, login, skill_id, _LEARNT, None, level=2)
