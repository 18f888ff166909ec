"""Free times for a visit: everybody who may go is qualified on that day, works then, is not away, and has nothing else.

What it gives is a look, not a promise: `appointments.book` asks the database once more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine import settings
from processes.records import capacity, locations, resources, skills, staff_times, visits
from processes.records.resources import Resource
from processes.records.visits import Slot, Visit

_GRID_QUARTERS = int(visits.GRID.total_seconds()) // capacity.QUARTER_S


def find(
    session: Session,
    *,
    visit_kind: str,
    skill_id: str | None,
    minutes: int,
    address: str | None,
    earliest: datetime,
    latest: datetime,
    people: int = 1,
    only: Collection[str] | None = None,
    besides: int | None = None,
) -> list[Slot]:
    """The times between two moments at which a visit of that kind can begin and end, the earliest first.

    people: how many have to come. only: of these people alone. besides: the time of this appointment counts as free, for it is
    to be moved. Nobody looks further ahead than `visits.HORIZON`.
    """
    visit = Visit(visit_kind, minutes, skill_id, address, people)
    latest = min(latest, earliest + visits.HORIZON)
    staff = [
        each
        for each in resources.with_role(session, visits.ROLES[visit.kind])
        if only is None or each.resource_id in only
    ]
    if len(staff) < people or latest <= earliest:
        return []
    fleet = resources.every(session, resources.VEHICLE) if visit.kind in visits.WITH_VEHICLE else []
    free = _free_quarters(session, [*staff, *fleet], earliest, latest, besides)
    terms = None if skill_id is None else skills.terms(session, skill_id)
    # Out of the loop what each of thousands of times would ask for again.
    able = [(login, free[login], zone) for login, zone in _zones(session, staff).items()]
    cars = [(each.resource_id, free[each.resource_id]) for each in fleet]
    anybody = set[int]().union(*(quarters for _login, quarters, _zone in able))
    span = capacity.quarters(earliest, latest)
    length = -(-minutes * 60 // capacity.QUARTER_S)
    found = []
    first = -(-span.start // _GRID_QUARTERS) * _GRID_QUARTERS
    for quarter in range(first, span.stop - length + 1, _GRID_QUARTERS):
        start = capacity.begins(quarter)
        if quarter not in anybody or start < earliest:
            continue
        wanted = range(quarter, quarter + length)
        who = tuple(
            login
            for login, quarters, zone in able
            if quarters.issuperset(wanted)
            and (terms is None or _has_skill(terms, login, start.astimezone(zone).date()))
        )
        if len(who) < people:
            continue
        with_what = tuple(car for car, quarters in cars if quarters.issuperset(wanted))
        if with_what or not fleet:
            found.append(Slot(start, start + visit.length, who, with_what))
    return found


def at(session: Session, visit: Visit, starts_at: datetime, besides: int | None = None) -> Slot | None:
    """The free time that begins at that moment, None when there is none. besides: see `find`."""
    found = find(
        session,
        visit_kind=visit.kind,
        skill_id=visit.skill_id,
        minutes=visit.minutes,
        address=visit.address,
        earliest=starts_at,
        latest=starts_at + visit.length,
        people=visit.people,
        besides=besides,
    )
    return found[0] if found and found[0].starts_at == starts_at else None


def window(
    session: Session,
    now: datetime,
    wanted_from: str | date | None,
    wanted_to: str | date | None,
    ahead_hours: float = 0,
) -> tuple[datetime, datetime]:
    """From when until when a visit is looked for: the wanted days, not before so many hours from now, within the horizon."""
    zone = ZoneInfo(settings.calendar(session).time_zone)
    earliest = now + timedelta(hours=float(ahead_hours))
    if wanted_from:
        earliest = max(earliest, datetime.combine(_day(wanted_from), time(0), zone).astimezone(UTC))
    latest = earliest + visits.HORIZON
    if wanted_to:
        end = datetime.combine(_day(wanted_to) + timedelta(days=1), time(0), zone).astimezone(UTC)
        latest = min(latest, end)
    return earliest, latest


def _free_quarters(
    session: Session, found: Sequence[Resource], earliest: datetime, latest: datetime, besides: int | None
) -> dict[str, set[int]]:
    """{resource: the quarter hours in which it works and has a unit left}."""
    working = staff_times.working(session, found, earliest, latest)
    full = capacity.full(session, found, earliest, latest, besides)
    return {
        each.resource_id: {
            quarter
            for start, end in working[each.resource_id]
            for quarter in _whole(start, end)
            if quarter not in full[each.resource_id]
        }
        for each in found
    }


def _whole(start: datetime, end: datetime) -> range:
    """The quarter hours that lie in a time as a whole."""
    return range(-(-int(start.timestamp()) // capacity.QUARTER_S), int(end.timestamp()) // capacity.QUARTER_S)


def _zones(session: Session, staff: Sequence[Resource]) -> dict[str, ZoneInfo]:
    return {
        each.resource_id: ZoneInfo(session.get_one(locations.Location, each.location_id).time_zone)
        for each in staff
    }


def _has_skill(terms: dict[str, list[tuple[date, date | None]]], login: str, day: date) -> bool:
    return any(start <= day and (end is None or day <= end) for start, end in terms.get(login, ()))


def _day(text: str | date) -> date:
    return text if isinstance(text, date) else date.fromisoformat(str(text)[:10])
