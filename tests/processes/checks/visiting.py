"""A visit in the healthy shop, and how each promise of a visit is broken by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from processes.records import appointments, audit, locations, resources, skills
from processes.records.visits import Visit
from tests.processes.company import NOW

_WEEK = {day: [["08:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def build(session: Session, login: str) -> None:
    """Somebody goes to a customer tomorrow and to another one later; a third visit was moved."""
    audit.acting(session, login, NOW)
    locations.put(session, "shop", "Shop", time_zone="Europe/Chisinau", week=_WEEK)
    resources.put(session, login, resources.PERSON, "shop")
    skills.put(session, "appliances", {"en": "Appliances"})
    skills.qualify(session, login, "appliances", date(2026, 1, 1))
    first = _book(session, login, NOW + timedelta(days=1))
    appointments.confirm(session, first, by=login, now=NOW)
    moved = _book(session, login, NOW + timedelta(days=2))
    appointments.move(session, moved, NOW + timedelta(days=3), by=login, now=NOW)


def _book(session: Session, login: str, at: datetime) -> appointments.Appointment:
    return appointments.book(session, Visit("repair", 60, "appliances"), at, [login], by=login, now=NOW)


VISITS = {
    "_double_booked": (
        [
            "INSERT INTO capacity_use (resource_id, quarter, unit, capacity, appointment_key) "
            "SELECT resource_id, quarter, unit + 1, capacity, appointment_key FROM capacity_use"
        ],
        "",
    ),
    "_without_time": (["DELETE FROM capacity_use"], ""),
    "_kept_by_closed": (["UPDATE appointment SET status = 'cancelled' WHERE status = 'confirmed'"], ""),
    "_unqualified": (["UPDATE qualification SET valid_to = '2026-02-01'"], ""),
    "_statuses": (["UPDATE appointment SET status = 'arrived' WHERE status = 'confirmed'"], ""),
}
