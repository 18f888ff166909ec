"""Free times as a customer chooses among them: days with how many times they have, then the times of one day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import format_date, format_time, get_timezone, gettext

from processes.records.visits import Slot

NOON = 12
#: Days without a free time are shown only between days that have some, and never more than so many days in all.
MOST_DAYS = 15


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the strip. free: how many times it has."""

    day: date
    weekday: str
    month: str
    free: int


@dataclass(frozen=True, slots=True)
class Time:
    """A free time. value: the moment by the clock of the shop, as the address and the form carry it."""

    value: str
    text: str


def days(slots: Sequence[Slot]) -> list[Day]:
    """The days from the first free time to the last; weekends without any are left out."""
    count: dict[date, int] = {}
    for slot in slots:
        day = local(slot.starts_at).date()
        count[day] = count.get(day, 0) + 1
    if not count:
        return []
    found, day = [], min(count)
    while day <= max(count) and len(found) < MOST_DAYS:
        if day in count or day.weekday() < 5:
            found.append(Day(day, format_date(day, "EEE"), format_date(day, "MMM"), count.get(day, 0)))
        day += timedelta(days=1)
    return found


def parts(slots: Iterable[Slot], day: date) -> list[tuple[str, list[Time]]]:
    """The times of a day, before noon and after it."""
    of_day = [slot for slot in slots if local(slot.starts_at).date() == day]
    morning = [each for each in of_day if local(each.starts_at).hour < NOON]
    later = [each for each in of_day if local(each.starts_at).hour >= NOON]
    groups = ((gettext("Morning"), morning), (gettext("Afternoon and evening"), later))
    return [(title, [time(each) for each in group]) for title, group in groups if group]


def time(slot: Slot) -> Time:
    """A free time, with its value for a form and its text for a reader."""
    return Time(local(slot.starts_at).strftime("%Y-%m-%dT%H:%M"), span(slot.starts_at, slot.ends_at))


def span(starts_at: datetime, ends_at: datetime) -> str:
    """10:00–11:30, by the clock of the shop."""
    return f"{format_time(starts_at, 'HH:mm')}\N{EN DASH}{format_time(ends_at, 'HH:mm')}"


def in_words(starts_at: datetime, ends_at: datetime) -> str:
    """Tuesday, 24 November, 10:00–11:30."""
    return f"{format_date(starts_at, 'EEEE, d MMMM')}, {span(starts_at, ends_at)}"


def read(value: str) -> datetime | None:
    """The moment that a form or an address carries; None when it carries none."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.replace(tzinfo=zone()) if found.tzinfo is None else None


def read_day(value: str) -> date | None:
    """The day that an address carries; None when it carries none."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def local(at: datetime) -> datetime:
    """The moment by the clock of the shop."""
    return at.astimezone(zone())


def zone() -> ZoneInfo:
    """The time zone of the shop."""
    return ZoneInfo(str(get_timezone()))
