"""Built-in functions that make a value of one type from another (DMN 1.5, 10.3.4.1 and 10.3.4.2)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from .. import iso
from ..durations import DaysDuration, Duration, MonthsDuration
from ..errors import Problem
from ..numbers import CONTEXT, finite, whole
from ..runtime import Run
from ..temporal import NANOS_PER_SECOND, Date, DateTime, Time, zone_named
from ..texts import as_text
from .registry import builtin

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?", re.ASCII)
_SECONDS_PER_HOUR = 3600


@builtin("not(negand: Any?) -> boolean")
def negation(run: Run, negand: Any) -> bool | None:
    if type(negand) is not bool:
        raise Problem("Expected true or false to negate.")
    return not negand


@builtin("number(from: string) -> number")
def number(run: Run, from_: str) -> Decimal:
    return _read_number(from_)


@builtin("number(from: number) -> number")
def number_itself(run: Run, from_: Decimal) -> Decimal:
    return from_


@builtin("number(from: string, grouping separator: string?, [decimal separator: string?]) -> number")
def number_grouped(run: Run, from_: str, grouping: str | None, point: str | None = None) -> Decimal:
    if grouping not in (None, " ", ",", "."):
        raise Problem("Expected a blank, a comma or a point as the grouping separator.")
    if point not in (None, ",", ".") or (point is not None and point == grouping):
        raise Problem(
            "Expected a point or a comma as the decimal separator, other than the grouping separator."
        )
    text = from_.replace(grouping, "") if grouping else from_
    return _read_number(text.replace(point, ".") if point else text)


def _read_number(text: str) -> Decimal:
    if _NUMBER.fullmatch(text) is None:
        raise Problem(f"Expected the text of a number, but found {text[:60]!r}.", "invalid-number")
    return finite(CONTEXT.create_decimal(text))


@builtin("string(from: Any?) -> string")
def string(run: Run, from_: Any) -> str | None:
    return as_text(run, from_)


@builtin("date(from: string) -> date")
def date_from_text(run: Run, from_: str) -> Date:
    return iso.read_date(from_)


@builtin("date(from: date | date and time) -> date")
def date_of(run: Run, from_: Date | DateTime) -> Date:
    return from_.date if type(from_) is DateTime else from_


@builtin("date(year: number, month: number, day: number) -> date")
def date(run: Run, year: Decimal, month: Decimal, day: Decimal) -> Date:
    return Date(_part(year, "year"), _part(month, "month"), _part(day, "day"))


@builtin("time(from: string) -> time")
def time_from_text(run: Run, from_: str) -> Time:
    return iso.read_time(from_)


@builtin("time(from: date | date and time | time) -> time")
def time_of(run: Run, from_: Date | DateTime | Time) -> Time:
    if type(from_) is Date:
        return Time(0, 0)
    return from_.time if type(from_) is DateTime else from_


@builtin("time(hour: number, minute: number, second: number, [offset: days and time duration?]) -> time")
def time(
    run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: DaysDuration | None = None
) -> Time:
    hours, minutes = _part(hour, "hour"), _part(minute, "minute")
    if not (0 <= hours <= 23 and 0 <= minutes <= 59 and 0 <= second < 60):
        raise Problem(f"There is no time {hour}:{minute}:{second}.", "invalid-time")
    nanos = (hours * 60 + minutes) * 60 * NANOS_PER_SECOND + int(second * NANOS_PER_SECOND)
    if offset is None:
        return Time(nanos)
    seconds = abs(offset.nanos) // NANOS_PER_SECOND
    if seconds > 18 * _SECONDS_PER_HOUR:
        raise Problem(f"There is no zone offset of {offset}.", "invalid-time")
    return Time(nanos, -seconds if offset.nanos < 0 else seconds)


@builtin("date and time(from: string) -> date and time")
def date_and_time_from_text(run: Run, from_: str) -> DateTime:
    return iso.read_date_time(from_)


@builtin("date and time(from: date and time) -> date and time")
def date_and_time_itself(run: Run, from_: DateTime) -> DateTime:
    return from_


@builtin("date and time(date: date | date and time, time: time) -> date and time")
def date_and_time(run: Run, date: Date | DateTime, time: Time) -> DateTime:
    return DateTime(date.date if type(date) is DateTime else date, time.nanos, time.zone)


@builtin("date and time(date: date and time, timezone: string) -> date and time")
def in_zone(run: Run, date: DateTime, timezone: str) -> DateTime:
    """Camunda's addition: the same moment on another clock."""
    zone_named(timezone)
    return (
        DateTime(date.date, date.nanos, timezone)
        if date.zone is None
        else DateTime.from_instant(date.instant, timezone)
    )


@builtin("duration(from: string)")
def duration(run: Run, from_: str) -> Duration:
    return iso.read_duration(from_)


@builtin("duration(from: days and time duration | years and months duration)")
def duration_itself(run: Run, from_: Duration) -> Duration:
    return from_


@builtin(
    "years and months duration(from: date | date and time, to: date | date and time) -> years and months duration"
)
def years_and_months_duration(run: Run, from_: Date | DateTime, to: Date | DateTime) -> MonthsDuration:
    start, end = _clock(from_), _clock(to)
    months = (end[0] - start[0]) * 12 + end[1] - start[1]
    # A month counts when it is full: not before the same day and time of day is reached.
    if months > 0 and end[2:] < start[2:]:
        months -= 1
    elif months < 0 and end[2:] > start[2:]:
        months += 1
    return MonthsDuration(months)


def _clock(value: Date | DateTime) -> tuple[int, int, int, int]:
    day = value if type(value) is Date else value.date
    return day.year, day.month, day.day, 0 if type(value) is Date else value.nanos


def _part(value: Decimal, what: str) -> int:
    part = whole(value, f"a {what}")
    if part != value:
        raise Problem(f"Expected a whole number as the {what}, but found {value}.", "invalid-date")
    return part
