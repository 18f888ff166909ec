"""What the dispatch board shows: rows of people, crews and vehicles, their visits, when they are not there, who waits for a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import user_tasks
from engine.tables import ProcessInstance, UserTask
from processes.records import (
    appointment_status,
    appointments,
    capacity,
    dispatching,
    resources,
    skills,
    staff_times,
)
from processes.records.appointments import Appointment, AppointmentResource
from processes.records.resources import CREW, PERSON, VEHICLE, Resource
from processes.records.staff_times import Absence, Span
from webapp.portal import times

#: The hours that the board shows at least.
FIRST_HOUR, LAST_HOUR = 8, 18
#: The step of a dispatcher that gives a visit its time (processes/shared/sub_schedule.bpmn).
WANTED = "choose_a_time"
#: More wait only when something is very wrong; the number says all of them.
MOST_WANTED = 30


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the board. hint: skills of a person, members of a crew. load: how much of the working time is taken, in percent."""

    resource: Resource
    hint: str
    load: int | None

    @property
    def resource_id(self) -> str:
        return self.resource.resource_id


@dataclass(frozen=True, slots=True)
class Entry:
    """A visit on the board. rows: the ids of the rows in which it stands; people: names, the first answers for it."""

    appointment: Appointment
    rows: tuple[str, ...]
    people: tuple[str, ...]
    is_late: bool
    is_conflict: bool

    @property
    def is_movable(self) -> bool:
        """Whether it has not begun."""
        return self.appointment.is_open and self.appointment.status != appointment_status.ARRIVED


@dataclass(frozen=True, slots=True)
class Gap:
    """Somebody does not work then. absence: why, None when there is simply no shift."""

    resource_id: str
    starts_at: datetime
    ends_at: datetime
    absence: Absence | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A visit that has no time yet: the dispatcher's step, and what is wanted. visit: {variable: value}."""

    step: UserTask
    order_no: str
    visit: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A visit that lies in an absence of somebody who was to come."""

    appointment: Appointment
    absent: list[tuple[str, Absence]]


@dataclass(frozen=True, slots=True)
class Board:
    """Days with their rows. hours: the first and the last that are shown."""

    days: list[date]
    rows: list[Row]
    entries: list[Entry]
    gaps: list[Gap]
    hours: tuple[int, int]

    def of(self, resource_id: str, day: date) -> tuple[list[Entry], list[Gap]]:
        """The visits and the absences of a row on a day."""
        start, end = span([day])
        entries = [
            each
            for each in self.entries
            if resource_id in each.rows and times.local(each.appointment.starts_at).date() == day
        ]
        gaps = [
            each
            for each in self.gaps
            if each.absence
            and each.resource_id == resource_id
            and each.starts_at < end
            and each.ends_at > start
        ]
        return entries, gaps


def board(
    session: Session, days: Sequence[date], now: datetime, *, of: str | None, language: str, alone: bool
) -> Board:
    """The board of these days. of: one person, crew or vehicle. alone: nothing of colleagues, not even a shared row."""
    start, end = span(days)
    found, crews = _found(session, of, alone)
    ids = [each.resource_id for each in found]
    working = staff_times.working(session, [each for each in found if each.kind != CREW], start, end)
    wanted = {*ids, *(login for crew in crews if crew in ids for login in crews[crew])}
    shown = appointments.between(session, start, end, wanted)
    absences = staff_times.absences(session, start, end, ids)
    return Board(
        list(days),
        _rows(session, found, crews, working, start, end, language),
        _entries(session, shown, ids, crews, now),
        [*_gaps(working, start, end), *(Gap(e.resource_id, e.starts_at, e.ends_at, e) for e in absences)],
        _hours(shown, working, days),
    )


def wanted(session: Session) -> tuple[list[Wanted], int]:
    """The visits that nobody has yet, the first due first, and how many there are in all."""
    query = (
        select(UserTask, ProcessInstance.business_key)
        .join(ProcessInstance, ProcessInstance.key == UserTask.process_instance_key)
        .where(UserTask.state == "open", UserTask.element_id == WANTED)
        .order_by(UserTask.urgent.desc(), UserTask.due_at, UserTask.key)
    )
    steps = session.execute(query).all()
    return [
        Wanted(step, order_no or "", user_tasks.variables(session, step))
        for step, order_no in steps[:MOST_WANTED]
    ], len(steps)


def conflicts(session: Session, now: datetime) -> list[Conflict]:
    """What needs another time or other people, with who is away then, and why."""
    names = {each.resource_id: each.name for each in resources.every(session)}
    found = []
    for each in dispatching.conflicts(session, now):
        ids = [*appointments.people(session, each.key), *appointments.vehicles(session, each.key)]
        away = staff_times.absences(session, each.starts_at, each.ends_at, ids)
        found.append(Conflict(each, [(names.get(gap.resource_id, gap.resource_id), gap) for gap in away]))
    return found


def names(session: Session, logins: Iterable[str]) -> list[str]:
    """The names of those who come, in that order."""
    return [resources.get(session, each).name for each in logins]


def filters(session: Session) -> list[Resource]:
    """Of whom the board can be shown alone: crews first, then people, then vehicles."""
    order = (CREW, PERSON, VEHICLE)
    return sorted(resources.every(session), key=lambda each: (order.index(each.kind), each.name))


def span(days: Sequence[date]) -> Span:
    """From the first midnight to the last, by the clock of the shop."""
    first, after = days[0], days[-1] + timedelta(days=1)
    return tuple(datetime.combine(each, time(0), times.zone()) for each in (first, after))


def _found(session: Session, of: str | None, alone: bool) -> tuple[list[Resource], dict[str, list[str]]]:
    """The rows in their order: each crew with its members under it, then other people, then vehicles."""
    every = {each.resource_id: each for each in filters(session)}
    crews = {} if alone else resources.crews(session)
    if of is not None:
        ids = [of, *crews.get(of, ())]
    else:
        of_crews = [each for crew in crews for each in (crew, *crews[crew])]
        ids = [*of_crews, *(each for each in every if each not in of_crews)]
    return [every[each] for each in dict.fromkeys(ids) if each in every], crews


def _rows(
    session: Session,
    found: Sequence[Resource],
    crews: dict[str, list[str]],
    working: dict[str, list[Span]],
    start: datetime,
    end: datetime,
    language: str,
) -> list[Row]:
    taken = capacity.load(session, list(working), start, end)
    known = _skills(session, list(working), start.date(), language)
    rows = []
    for each in found:
        minutes = sum((b - a).total_seconds() for a, b in working.get(each.resource_id, ())) / 60
        load = round(100 * taken[each.resource_id] / (minutes * each.capacity)) if minutes else None
        if each.kind == CREW:
            hint = ", ".join(names(session, crews.get(each.resource_id, ())))
        else:
            hint = ", ".join(known.get(each.resource_id, ()))
        rows.append(Row(each, hint, load))
    return rows


def _skills(session: Session, logins: Collection[str], day: date, language: str) -> dict[str, list[str]]:
    query = (
        select(skills.Qualification.login, skills.Skill)
        .join(skills.Skill, skills.Skill.skill_id == skills.Qualification.skill_id)
        .where(
            skills.Qualification.login.in_(sorted(logins)),
            skills.Qualification.valid_from <= day,
            (skills.Qualification.valid_to.is_(None)) | (skills.Qualification.valid_to >= day),
        )
        .order_by(skills.Qualification.login, skills.Skill.skill_id)
    )
    found: dict[str, list[str]] = {}
    for login, skill in session.execute(query):
        found.setdefault(login, []).append(skill.name_in(language))
    return found


def _entries(
    session: Session,
    shown: Sequence[Appointment],
    ids: Sequence[str],
    crews: dict[str, list[str]],
    now: datetime,
) -> list[Entry]:
    query = (
        select(AppointmentResource.appointment_key, Resource)
        .join(Resource, Resource.resource_id == AppointmentResource.resource_id)
        .where(AppointmentResource.appointment_key.in_([each.key for each in shown]))
        .order_by(AppointmentResource.appointment_key, AppointmentResource.number)
    )
    parts: dict[int, list[Resource]] = {}
    for key, resource in session.execute(query):
        parts.setdefault(key, []).append(resource)
    clashing = {each.key for each in dispatching.conflicts(session, now)}
    entries = []
    for each in shown:
        people = [part for part in parts.get(each.key, ()) if part.kind == PERSON]
        logins = {part.resource_id for part in people}
        together = [crew for crew, members in crews.items() if set(members) == logins]
        rows = [*together, *(part.resource_id for part in parts.get(each.key, ()))]
        rows = tuple(row for row in rows if row in ids)
        is_late = each.is_open and each.arrived_at is None and each.starts_at < now
        if rows:
            entries.append(
                Entry(each, rows, tuple(part.name for part in people), is_late, each.key in clashing)
            )
    return entries


def _gaps(working: dict[str, list[Span]], start: datetime, end: datetime) -> list[Gap]:
    gaps = []
    for resource_id, spans in working.items():
        at = start
        for first, until in [*spans, (end, end)]:
            if first > at:
                gaps.append(Gap(resource_id, at, first))
            at = max(at, until)
    return gaps


def _hours(
    shown: Sequence[Appointment], working: dict[str, list[Span]], days: Sequence[date]
) -> tuple[int, int]:
    """The usual hours, and more where somebody works or goes out earlier or later."""
    first, last = FIRST_HOUR, LAST_HOUR
    spans = [
        *((each.starts_at, each.ends_at) for each in shown),
        *(s for some in working.values() for s in some),
    ]
    for start, end in spans:
        begins, ends = times.local(start), times.local(end)
        if begins.date() in days:
            first = min(first, begins.hour)
        if ends.date() != begins.date():
            last = 24
        elif ends.date() in days:
            last = max(last, ends.hour + (1 if ends.minute else 0))
    return first, last
