"""A small company that visits its customers: two technicians and a van, Monday to Friday from nine to six."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from engine import roles
from processes.records import audit, locations, resources, skills, zones
from processes.records.visits import Visit

#: A Monday, eight o'clock in Chisinau.
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
WEEK = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
WASHING = "washing"
VISIT = Visit("repair", 60, WASHING)


def company(session: Session, people: tuple[str, ...] = ("anna", "boris")) -> None:
    """The place, the people with their skill (boris until the end of November), two zones, a van."""
    audit.acting(session, "dispatcher", NOW)
    locations.put(session, "shop", "Shop", time_zone="Europe/Chisinau", week=WEEK, country="MD")
    skills.put(session, WASHING, {"en": "Washing machines", "ro": "Mașini de spălat"})
    for login in people:
        roles.add_person(session, login, login.title(), ["Technician", "Delivery"])
        resources.put(session, login, resources.PERSON, "shop")
        until = date(2026, 11, 30) if login == "boris" else None
        skills.qualify(session, login, WASHING, date(2026, 1, 1), until)
    zones.put(session, "north", "North", ["north"], people[:1])
    zones.put(session, "south", "South", ["south"], people[1:])
    resources.put(session, "van", resources.VEHICLE, "shop", name="Van")


def at(hour: float, day: int = 23) -> datetime:
    """That hour of a day of November, by the clock in Chisinau."""
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour - 2)
