"""What stories find of appointments, and what happens in calendars beside a process: somebody is ill, a time is taken, a card ends."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine import roles, settings
from engine.scenarios import StoryBroken
from processes.records import (
    appointment_status,
    appointments,
    assignment,
    audit,
    bookable_services,
    dispatching,
    resources,
    skills,
    staff_times,
    visits,
    web_bookings,
)

_DISPATCHER = "dispatcher"


def appointments_of(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The appointments of an order, oldest first: kind, status, statuses, people, vehicles, starts_at (clock of the shop), minutes, way, reminded."""
    return [
        {
            "kind": each.visit_kind,
            "status": each.status,
            "statuses": [row.to_status for row in appointment_status.history(session, each.key)],
            "people": appointments.people(session, each.key),
            "vehicles": appointments.vehicles(session, each.key),
            "starts_at": _local(session, each.starts_at).strftime("%Y-%m-%d %H:%M"),
            "minutes": each.visit.minutes,
            "address": each.address,
            "way": each.assigned_for.get("way"),
            "reason": str(assignment.sentence(session, each.assigned_for)),
            "reminded": each.reminded_at is not None,
        }
        for each in appointments.of_order(session, order_no)
    ]


def person_is_away(
    session: Session, now: datetime, login: str, days: int = 1, start: str | None = None, kind: str = "sick"
) -> None:
    """Somebody is away from today, or from the day `start`, for so many days; a van can be as well."""
    first = date.fromisoformat(start) if start else _local(session, now).date()
    zone = ZoneInfo(settings.calendar(session).time_zone)
    begins = datetime.combine(first, datetime.min.time(), zone)
    audit.acting(session, _DISPATCHER, now)
    staff_times.be_absent(session, login, begins, begins + timedelta(days=days), kind)


def everybody_is_away(session: Session, now: datetime, visit_kind: str, days: int = 40) -> None:
    """All who may go to visits of that kind are away from today on, for so many days."""
    for each in resources.with_role(session, visits.ROLES[visit_kind]):
        person_is_away(session, now, each.resource_id, days)


def time_is_taken(
    session: Session, now: datetime, people: list[str], start: str, minutes: int = 60, kind: str = "repair"
) -> None:
    """Somebody else takes the time of these people; `start` is by the clock of the shop ("2026-11-23T09:00")."""
    appointments.book(
        session,
        visits.Visit(kind, minutes),
        _moment(session, start),
        people,
        by=_DISPATCHER,
        now=now,
    )


def qualification_ends(session: Session, now: datetime, login: str, skill: str, last_day: str) -> None:
    """A certificate of somebody turns out to end on that day."""
    audit.acting(session, _DISPATCHER, now)
    found = [each for each in skills.of_person(session, login) if each.skill_id == skill]
    if not found:
        raise StoryBroken(f'"{login}" has no qualification for "{skill}".')
    for each in found:
        each.end(date.fromisoformat(last_day))


def visit_is_moved(
    session: Session, now: datetime, order_no: str, start: str, people: list[str] | None = None
) -> None:
    """The dispatcher drags the open appointment of an order to another time on the board; `start` is by the clock of the shop."""
    found = [each for each in appointments.of_order(session, order_no) if each.is_open]
    if not found:
        raise StoryBroken(f"Order {order_no} has no open appointment.")
    actor = roles.actor(session, _DISPATCHER)
    dispatching.move(session, found[-1].key, _moment(session, start), people=people, actor=actor, now=now)


def customer_books_on_the_web(
    session: Session,
    now: datetime,
    service: str,
    start: str,
    name: str,
    phone: str | None = None,
    email: str | None = None,
    address: str = "5 Example Street, MD-2001 Chișinău",
    subject: str = "Two windows",
    language: str = "en",
) -> None:
    """Somebody without an account books a free time on the public page; `start` is by the clock of the shop."""
    web_bookings.book(
        session,
        bookable_services.get(session, service),
        _moment(session, start),
        web_bookings.Contact(name, phone, email, address, subject, language),
        consent=True,
        request_id=uuid.uuid4().hex,
        now=now,
    )


def _moment(session: Session, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(settings.calendar(session).time_zone))


def _local(session: Session, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(settings.calendar(session).time_zone))


FINDERS = (appointments_of,)
CHANGES = (
    person_is_away,
    everybody_is_away,
    time_is_taken,
    qualification_ends,
    visit_is_moved,
    customer_books_on_the_web,
)
