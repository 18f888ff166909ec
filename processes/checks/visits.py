"""Appointments: nobody is at two places at once, whoever goes is qualified, what is over keeps no time (I23, I28)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Executable, func, select
from sqlalchemy.orm import Session

from engine.sentences import _l
from processes.checks.check import Broken, Check, asked
from processes.records import appointment_status as statuses
from processes.records import capacity, skills
from processes.records.appointment_status import AppointmentChange
from processes.records.appointments import Appointment, AppointmentResource
from processes.records.capacity import CapacityUse
from processes.records.locations import Location
from processes.records.resources import Resource

#: Those at which somebody is to be, or was.
_HELD = (*statuses.OPEN, statuses.DONE)


def _double_booked(session: Session, _now: datetime) -> Broken:
    query = (
        select(
            CapacityUse.resource_id.label("row"),
            Resource.capacity.label("capacity"),
            func.count().label("taken"),
            CapacityUse.quarter.label("quarter"),
        )
        .join(Resource, Resource.resource_id == CapacityUse.resource_id)
        .group_by(CapacityUse.resource_id, Resource.capacity, CapacityUse.quarter)
        .having(func.count() > Resource.capacity)
    )
    for row, most, taken, quarter in session.execute(query):
        yield {"row": row, "capacity": most, "taken": taken, "at": capacity.begins(quarter)}


def _without_time(session: Session, _now: datetime) -> Broken:
    taken = dict(
        session.execute(
            select(CapacityUse.appointment_key, func.count()).group_by(CapacityUse.appointment_key)
        ).all()
    )
    query = (
        select(Appointment, func.count(AppointmentResource.number))
        .join(AppointmentResource, AppointmentResource.appointment_key == Appointment.key)
        .where(Appointment.status.in_(statuses.OPEN))
        .group_by(Appointment.key)
    )
    for each, resources in session.execute(query):
        needed = len(capacity.quarters(each.starts_at, each.ends_at)) * resources
        if taken.get(each.key, 0) != needed:
            yield {"row": each.key, "needed": needed, "taken": taken.get(each.key, 0), "at": each.starts_at}


@asked
def _kept_by_closed() -> Executable:
    return (
        select(
            Appointment.key.label("row"),
            Appointment.status.label("status"),
            func.count().label("taken"),
        )
        .join(CapacityUse, CapacityUse.appointment_key == Appointment.key)
        .where(Appointment.status.in_((statuses.CANCELLED, statuses.RESCHEDULED)))
        .group_by(Appointment.key, Appointment.status)
    )


def _unqualified(session: Session, _now: datetime) -> Iterator[dict[str, object]]:
    query = (
        select(Appointment, Resource.login, Location.time_zone)
        .join(AppointmentResource, AppointmentResource.appointment_key == Appointment.key)
        .join(Resource, Resource.resource_id == AppointmentResource.resource_id)
        .join(Location, Location.location_id == Resource.location_id)
        .where(Appointment.skill_id.is_not(None), Appointment.status.in_(_HELD), Resource.login.is_not(None))
        .order_by(Appointment.key)
    )
    terms: dict[str, dict[str, list[tuple[date, date | None]]]] = {}
    for each, login, zone in session.execute(query):
        known = terms.setdefault(each.skill_id, skills.terms(session, each.skill_id))
        day = each.starts_at.astimezone(ZoneInfo(zone)).date()
        if not any(start <= day and (end is None or day <= end) for start, end in known.get(login, ())):
            yield {"row": each.key, "login": login, "skill": each.skill_id, "day": day}


@asked
def _statuses() -> Executable:
    number = (
        select(AppointmentChange.appointment_key, func.max(AppointmentChange.number).label("number"))
        .group_by(AppointmentChange.appointment_key)
        .subquery()
    )
    return (
        select(
            Appointment.key.label("row"),
            Appointment.status.label("status"),
            AppointmentChange.to_status.label("noted"),
        )
        .outerjoin(number, number.c.appointment_key == Appointment.key)
        .outerjoin(
            AppointmentChange,
            (AppointmentChange.appointment_key == Appointment.key)
            & (AppointmentChange.number == number.c.number),
        )
        .where(AppointmentChange.to_status.is_distinct_from(Appointment.status))
    )


CHECKS = (
    Check(
        "I23",
        _l("Nobody and nothing takes part in more appointments at once than it can."),
        _double_booked,
        _l("{row} is taken {taken} times at {at}, but can take part in {capacity}."),
        _l("Move one of the appointments on the dispatch board."),
    ),
    Check(
        "I23",
        _l("Every open appointment keeps the time of all who come."),
        _without_time,
        _l("The appointment {row} of {at} needs {needed} quarter hours, but {taken} are kept for it."),
        _l("Book it anew: somebody else may have its time by now."),
    ),
    Check(
        "I23",
        _l("What was cancelled or moved keeps no time."),
        _kept_by_closed,
        _l('The appointment {row} is "{status}", but {taken} quarter hours are still kept for it.'),
        _l("Release them."),
    ),
    Check(
        "I23",
        _l("Whoever goes is qualified on the day of the visit."),
        _unqualified,
        _l("{login} goes to the appointment {row} on {day}, but is not qualified for {skill} on that day."),
        _l("Send somebody else, or write down the certificate that is missing."),
    ),
    Check(
        "I28",
        _l("The status of an appointment is the last one that was noted."),
        _statuses,
        _l('The appointment {row} says "{status}", but the last change that was noted says "{noted}".'),
        _l("Set it to what was noted."),
    ),
)
