"""Cron expressions with six fields (second minute hour day month weekday), in UTC, as Camunda 8's timers use them.

Beside numbers, names, lists, ranges and steps: L, L-3, LW and 15W as day, FRIL and MON#2 as weekday (Spring's manner).
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

_MACROS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_MONTHS = {name: i for i, name in enumerate("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(), 1)}
_WEEKDAYS = {name: i for i, name in enumerate("SUN MON TUE WED THU FRI SAT".split())}
_FIELDS = (
    ("second", 0, 59, {}),
    ("minute", 0, 59, {}),
    ("hour", 0, 23, {}),
    ("day", 1, 31, {}),
    ("month", 1, 12, _MONTHS),
    ("weekday", 0, 7, _WEEKDAYS),
)
_PART = re.compile(r"(?P<first>\*|\?|\w+)(?:-(?P<last>\w+))?(?:/(?P<step>\d+))?")
_YEARS_AHEAD = 41  # 29 February on one weekday: every 28 years, 40 where a year such as 2100 lies between
_ANY_YEAR = datetime(2000, 1, 1, tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)


class NotASchedule(ValueError):
    """This text is no date, duration or cycle."""


class Cron:
    """The moments at which a cron expression is due."""

    def __init__(self, seconds: set, minutes: set, hours: set, days: set, months: set, weekdays: set):
        self.seconds = sorted(seconds)
        self.minutes = sorted(minutes)
        self.hours = sorted(hours)
        self.days = {day for day in days if isinstance(day, int)}
        self.special_days = [day for day in days if not isinstance(day, int)]
        self.months = months
        self.weekdays = {day % 7 for day in weekdays if isinstance(day, int)}
        self.special_weekdays = [day for day in weekdays if not isinstance(day, int)]

    def next_after(self, moment: datetime) -> datetime:
        """The first due moment later than `moment`; the end of time when there is none within 41 years."""
        earliest = moment.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
        day = earliest.replace(hour=0, minute=0, second=0)
        for _ in range(366 * _YEARS_AHEAD):
            if self._is_day(day):
                due = self._in_day(day, earliest)
                if due is not None:
                    return due
            day += timedelta(days=1)
        return _NEVER

    def _is_day(self, day: datetime) -> bool:
        return (
            day.month in self.months
            and (day.day in self.days or any(each.holds(day) for each in self.special_days))
            and (
                day.isoweekday() % 7 in self.weekdays
                or any(each.holds(day) for each in self.special_weekdays)
            )
        )

    def _in_day(self, day: datetime, earliest: datetime) -> datetime | None:
        for hour in self.hours:
            for minute in self.minutes:
                if day.replace(hour=hour, minute=minute, second=59) < earliest:
                    continue
                for second in self.seconds:
                    due = day.replace(hour=hour, minute=minute, second=second)
                    if due >= earliest:
                        return due
        return None


class LastDay(NamedTuple):
    """L, L-3 (the third before the last) and LW (the last working day) of a month."""

    before: int
    is_working_day: bool

    def holds(self, day: datetime) -> bool:
        last = monthrange(day.year, day.month)[1]
        if not self.is_working_day:
            return day.day == last - self.before
        return day.day == _nearest_working_day(day, last)


class NearestWorkingDay(NamedTuple):
    """15W: the day from Monday to Friday that is nearest to this one, in the same month."""

    number: int

    def holds(self, day: datetime) -> bool:
        last = monthrange(day.year, day.month)[1]
        return self.number <= last and day.day == _nearest_working_day(day, self.number)


class WeekdayOfMonth(NamedTuple):
    """MON#2 (the second Monday) and FRIL (the last Friday, nth None) of a month."""

    weekday: int
    nth: int | None

    def holds(self, day: datetime) -> bool:
        if day.isoweekday() % 7 != self.weekday:
            return False
        if self.nth is None:
            return day.day > monthrange(day.year, day.month)[1] - 7
        return (day.day - 1) // 7 + 1 == self.nth


def _nearest_working_day(month: datetime, number: int) -> int:
    weekday = month.replace(day=number).isoweekday()
    if weekday == 6:
        return number - 1 if number > 1 else number + 2
    if weekday == 7:
        return number + 1 if number < monthrange(month.year, month.month)[1] else number - 2
    return number


def read(text: str) -> Cron:
    """Read a cron expression or a macro such as @daily. Raises NotASchedule with a sentence."""
    fields = _MACROS.get(text.lower(), text).split()
    if len(fields) != len(_FIELDS):
        raise NotASchedule(
            "Expected a cycle such as R3/PT1H or a cron expression of six fields "
            f'(second minute hour day month weekday), but found "{text}".'
        )
    found = Cron(*(_numbers(field, *bounds) for field, bounds in zip(fields, _FIELDS, strict=True)))
    if found.next_after(_ANY_YEAR).year == _NEVER.year:
        raise NotASchedule(f'Expected a cron expression that names a day there is, but found "{text}".')
    return found


def _numbers(field: str, what: str, lowest: int, highest: int, names: dict[str, int]) -> set[Any]:
    """The numbers of a field; of days and weekdays also those that only a calendar knows."""
    found: set[Any] = set()
    for part in field.upper().split(","):
        special = _SPECIAL[what](part) if what in _SPECIAL else None
        if special is not None:
            found.add(special)
            continue
        match = _PART.fullmatch(part)
        first = _number(match["first"], names, lowest) if match else None
        last = _number(match["last"], names, lowest) if match and match["last"] else None
        if last == 0 and names is _WEEKDAYS:
            last = 7  # at the end of a range Sunday is the seventh day: FRI-SUN
        if match is None or first is None or (match["last"] and last is None):
            raise NotASchedule(
                f'Expected numbers from {lowest} to {highest} as cron {what}, but found "{part}".'
            )
        step = int(match["step"] or 1)
        if match["first"] in ("*", "?") or (match["step"] and last is None):
            last = highest
        numbers = range(first, (first if last is None else last) + 1, step or 1)
        if not step or not numbers or numbers[0] < lowest or numbers[-1] > highest:
            raise NotASchedule(
                f'Expected numbers from {lowest} to {highest} as cron {what}, but found "{part}".'
            )
        found.update(numbers)
    return found


def _special_day(part: str) -> LastDay | NearestWorkingDay | None:
    if match := re.fullmatch(r"L(W)?|L-(\d{1,2})", part):
        before = int(match[2] or 0)
        return LastDay(before, match[1] is not None) if before < 31 else None
    if match := re.fullmatch(r"(\d{1,2})W", part):
        return NearestWorkingDay(int(match[1])) if 1 <= int(match[1]) <= 31 else None
    return None


def _special_weekday(part: str) -> WeekdayOfMonth | None:
    match = re.fullmatch(r"([A-Z]{3}|[0-7])(?:#([1-5])|(L))", part)
    weekday = _number(match[1], _WEEKDAYS, 0) if match else None
    if weekday is None:
        return None
    return WeekdayOfMonth(weekday % 7, int(match[2]) if match[2] else None)


_SPECIAL = {"day": _special_day, "weekday": _special_weekday}


def _number(text: str, names: dict[str, int], lowest: int) -> int | None:
    if text in ("*", "?"):
        return lowest
    if text.isdigit():
        return int(text)
    return names.get(text)
