"""When people and vehicles can be had: shifts by weekday or by date, holidays of their place, absences.

A shift of a date replaces those of its weekday and counts on holidays too: whoever plans it knows the day. Somebody without any
shift works when their place does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.keys import new_key
from engine.sentences import Sentence, _l
from processes.records import audit
from processes.records.locations import Location
from processes.records.resources import Resource

VACATION, SICK, TRAINING, OTHER, OUT_OF_USE = ABSENCES = (
    "vacation",
    "sick",
    "training",
    "other",
    "out_of_use",
)
ABSENCE_LABELS = {
    VACATION: _l("Vacation"),
    SICK: _l("Ill"),
    TRAINING: _l("Training"),
    OTHER: _l("Away"),
    OUT_OF_USE: _l("Out of use"),
}
_DAY_MINUTES = 24 * 60
Span = tuple[datetime, datetime]


class Shift(audit.Audited, Base):
    """Somebody works from a minute of the day to another: each week on a weekday (0 is Monday), or on one day.

    A day with start_minute = end_minute = 0 is free, whatever its weekday says. valid_from, valid_to: first and last day of
    a weekly one.
    """

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint("(weekday IS NULL) <> (day IS NULL)", name="weekday_or_day"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint(
            "(start_minute >= 0 AND start_minute < end_minute AND end_minute <= 1440) "
            "OR (day IS NOT NULL AND start_minute = 0 AND end_minute = 0)",
            name="minutes",
        ),
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name="term"),
        Index("ix_shift_resource", "resource_id", "day"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.resource_id"))
    weekday: Mapped[int | None]
    day: Mapped[date | None]
    start_minute: Mapped[int]
    end_minute: Mapped[int]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class Absence(audit.Audited, Base):
    """Somebody is not there, or a vehicle cannot be used, from a moment to another."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint(f"kind IN {ABSENCES!r}", name="kind"),
        CheckConstraint("ends_at > starts_at", name="term"),
        Index("ix_absence_resource", "resource_id", "ends_at"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.resource_id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    kind: Mapped[str]
    note: Mapped[str | None]


def work_weekly(
    session: Session,
    resource_id: str,
    weekdays: Iterable[int],
    start: time,
    end: time,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> list[Shift]:
    """Somebody works on these weekdays from then to then; the end 00:00 is midnight. Raises Refused for an empty shift."""
    rows = [
        Shift(
            resource_id=resource_id,
            weekday=weekday,
            **_minutes(start, end),
            valid_from=valid_from,
            valid_to=valid_to,
        )
        for weekday in weekdays
    ]
    session.add_all(rows)
    session.flush()
    return rows


def work_on(session: Session, resource_id: str, day: date, start: time, end: time) -> Shift:
    """Somebody works on that day from then to then, instead of what the weekday says. Raises Refused for an empty shift."""
    row = Shift(resource_id=resource_id, day=day, **_minutes(start, end))
    session.add(row)
    session.flush()
    return row


def free_on(session: Session, resource_id: str, day: date) -> Shift:
    """Somebody does not work on that day, whatever the weekday says."""
    row = Shift(resource_id=resource_id, day=day, start_minute=0, end_minute=0)
    session.add(row)
    session.flush()
    return row


def be_absent(
    session: Session,
    resource_id: str,
    starts_at: datetime,
    ends_at: datetime,
    kind: str,
    note: str | None = None,
) -> Absence:
    """Somebody is away from then to then. Appointments that lie in it stay: `appointments.in_the_way` names them."""
    if kind not in ABSENCES:
        raise errors.Refused(
            f'Expected the kind of an absence to be one of {", ".join(ABSENCES)}, but found "{kind}".'
        )
    if ends_at <= starts_at:
        raise errors.Refused(_l("An absence ends after it began. Choose a later end."))
    row = Absence(
        resource_id=resource_id,
        starts_at=starts_at,
        ends_at=ends_at,
        kind=kind,
        note=(note or "").strip() or None,
    )
    session.add(row)
    session.flush()
    return row


def end_absence(session: Session, absence_key: int, *, now: datetime) -> None:
    """Somebody is back: what has begun ends now, what lies ahead is taken back, what is over stays. Raises NotFound."""
    row = session.get(Absence, absence_key)
    if row is None:
        raise errors.NotFound(f"There is no absence {absence_key}.")
    if row.starts_at >= now:
        session.delete(row)
    elif row.ends_at > now:
        row.ends_at = now
    session.flush()


def shifts(session: Session, resource_id: str) -> list[Shift]:
    """All shifts of somebody: weekly ones first, then by date."""
    query = select(Shift).where(Shift.resource_id == resource_id)
    return sorted(
        session.scalars(query),
        key=lambda each: (each.day is not None, each.day or date.min, each.weekday or 0, each.start_minute),
    )


def absences(
    session: Session, start: datetime, end: datetime, of: Collection[str] | None = None
) -> list[Absence]:
    """The absences that touch that time, by their beginning; of these resources, or of all."""
    query = select(Absence).where(Absence.starts_at < end, Absence.ends_at > start)
    if of is not None:
        query = query.where(Absence.resource_id.in_(sorted(of)))
    return list(session.scalars(query.order_by(Absence.starts_at, Absence.key)))


def working(
    session: Session, found: Collection[Resource], start: datetime, end: datetime
) -> dict[str, list[Span]]:
    """{resource: the stretches in which it works between two moments}, without what its absences take away."""
    ids = {each.resource_id for each in found}
    places = {each.location_id: session.get_one(Location, each.location_id) for each in found}
    planned: dict[str, list[Shift]] = {each: [] for each in ids}
    for shift in session.scalars(
        select(Shift).where(
            Shift.resource_id.in_(sorted(ids)),
            or_(
                Shift.day.is_(None), Shift.day.between(start.date() - timedelta(1), end.date() + timedelta(1))
            ),
        )
    ):
        planned[shift.resource_id].append(shift)
    away: dict[str, list[Span]] = {each: [] for each in ids}
    for absence in absences(session, start, end, ids):
        away[absence.resource_id].append((absence.starts_at, absence.ends_at))
    return {
        each.resource_id: _less(
            _worked(places[each.location_id], planned[each.resource_id], start, end), away[each.resource_id]
        )
        for each in found
    }


def _worked(place: Location, planned: list[Shift], start: datetime, end: datetime) -> list[Span]:
    zone = ZoneInfo(place.time_zone)
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    spans: list[Span] = []
    while day <= last:
        spans += [_moments(day, first, until, zone) for first, until in _of_day(place, planned, day)]
        day += timedelta(days=1)
    return sorted((max(a, start), min(b, end)) for a, b in spans if a < end and b > start and a < b)


def _of_day(place: Location, planned: list[Shift], day: date) -> list[tuple[int, int]]:
    """The shifts of a day, as minutes from midnight."""
    dated = [each for each in planned if each.day == day]
    if dated:
        return [(each.start_minute, each.end_minute) for each in dated if each.end_minute]
    calendar = place.calendar
    if calendar.is_holiday(day):
        return []
    weekly = [each for each in planned if each.day is None]
    if weekly:
        return [(each.start_minute, each.end_minute) for each in weekly if _counts(each, day)]
    return [(_minute(a), _minute(b) or _DAY_MINUTES) for a, b in calendar.week.get(day.weekday(), ())]


def _counts(shift: Shift, day: date) -> bool:
    return (
        shift.weekday == day.weekday()
        and (shift.valid_from is None or shift.valid_from <= day)
        and (shift.valid_to is None or shift.valid_to >= day)
    )


def _moments(day: date, first: int, until: int, zone: ZoneInfo) -> Span:
    midnight = datetime.combine(day, time(0))
    return tuple(  # by the clock on the wall, so a shift starts at nine in summer and in winter
        (midnight + timedelta(minutes=each)).replace(tzinfo=zone).astimezone(UTC) for each in (first, until)
    )


def _less(spans: list[Span], away: list[Span]) -> list[Span]:
    for start, end in away:
        spans = [
            piece for a, b in spans for piece in ((a, min(b, start)), (max(a, end), b)) if piece[0] < piece[1]
        ]
    return spans


def _minutes(start: time, end: time) -> dict[str, int]:
    first, until = _minute(start), _minute(end) or _DAY_MINUTES
    if first >= until:
        raise errors.Refused(
            Sentence(
                _l(
                    "A shift ends after it began, but this one goes from {start} to {end}. Write a night shift as two."
                ),
                start=f"{start:%H:%M}",
                end=f"{end:%H:%M}",
            )
        )
    return {"start_minute": first, "end_minute": until}


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
