"""Reads for the page of an appointment: when we come and who, which other times there are; and whether one is free still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from engine import user_tasks
from processes.records import (
    appointment_status,
    appointments,
    assignment,
    capacity,
    free_slots,
    resources,
)
from processes.records import visits as kinds
from processes.records.appointments import Appointment
from processes.records.customer_doors import Door
from webapp.language import label
from webapp.portal import times
from webapp.portal.answers import AnswerIncomplete

#: So many days ahead a customer can choose.
_AHEAD = timedelta(days=14)


class TimeTaken(AnswerIncomplete):
    """This time is no longer free: somebody was quicker. Choose another one."""

    status = 409


@dataclass(frozen=True, slots=True)
class Shown:
    """An appointment as its customer reads it. minutes: about how long it takes; names: who comes."""

    kind: str
    when: str
    names: list[str]
    address: str | None
    minutes: int
    is_agreed: bool
    is_over: bool


def shown(session: Session, door: Door) -> Shown:
    """The appointment that the link is about, as it is now: it may have been moved since."""
    found = _appointment(session, door)
    return Shown(
        label(kinds.LABELS[found.visit_kind]),
        times.in_words(found.starts_at, found.ends_at),
        [resources.get(session, login).name for login in appointments.people(session, found.key)],
        found.address,
        found.visit.minutes,
        found.status
        in (appointment_status.CONFIRMED, appointment_status.EN_ROUTE, appointment_status.ARRIVED),
        not found.is_open,
    )


def choices(session: Session, door: Door, day: date | None, now: datetime) -> dict[str, Any]:
    """The free times for the visit: the days, and the times of one of them (of the first that has some, unless it is named)."""
    found = _appointment(session, door)
    variables = user_tasks.variables(session, door.user_task)
    earliest = now + timedelta(hours=float(variables.get("visit_ahead_hours") or 0))
    slots = free_slots.find(
        session,
        visit_kind=found.visit_kind,
        skill_id=found.skill_id,
        minutes=found.visit.minutes,
        address=found.address,
        earliest=earliest,
        latest=earliest + _AHEAD,
        people=len(appointments.people(session, found.key)),
        besides=found.key,
    )
    slots = [each for each in slots if each.starts_at != found.starts_at]
    listed = times.days(slots)
    with_times = [each.day for each in listed if each.free]
    chosen = day if day in with_times else next(iter(with_times), None)
    return {
        "visit": shown(session, door),
        "days": listed,
        "chosen": chosen,
        "parts": times.parts(slots, chosen) if chosen else [],
        "wanted": None,
    }


def refuse_taken(session: Session, door: Door, start: str, now: datetime) -> None:
    """Raises TimeTaken unless somebody can come at that moment; whoever can is held until the transaction ends."""
    found, starts_at = _appointment(session, door), times.read(start)
    if starts_at is None or starts_at <= now:
        raise TimeTaken
    visit = kinds.Visit(
        found.visit_kind,
        found.visit.minutes,
        found.skill_id,
        found.address,
        len(appointments.people(session, found.key)),
    )
    capacity.hold(session, assignment.staff(session, visit))
    if assignment.choose_at(session, visit, starts_at, besides=found.key) is None:
        raise TimeTaken


def _appointment(session: Session, door: Door) -> Appointment:
    return appointments.current(session, int(door.link.record_key or 0), hold=False)
