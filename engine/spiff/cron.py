"""Cron expressions with six fields (second minute hour day month weekday), in UTC, as Camunda 8's timers use them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

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
_YEARS_AHEAD = 30


class NotASchedule(ValueError):
    """This text is no date, duration or cycle."""


class Cron:
    """The moments at which a cron expression is due."""

    def __init__(self, seconds: set, minutes: set, hours: set, days: set, months: set, weekdays: set):
        self.seconds = sorted(seconds)
        self.minutes = sorted(minutes)
        self.hours = sorted(hours)
        self.days = days
        self.months = months
        self.weekdays = {day % 7 for day in weekdays}

    def next_after(self, moment: datetime) -> datetime:
        """The first due moment later than `moment`; the end of time when there is none within 30 years."""
        earliest = moment.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
        day = earliest.replace(hour=0, minute=0, second=0)
        for _ in range(366 * _YEARS_AHEAD):
            if self._is_day(day):
                due = self._in_day(day, earliest)
                if due is not None:
                    return due
            day += timedelta(days=1)
        return datetime.max.replace(tzinfo=UTC)

    def _is_day(self, day: datetime) -> bool:
        return day.month in self.months and day.day in self.days and (day.isoweekday() % 7) in self.weekdays

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


def read(text: str) -> Cron:
    """Read a cron expression or a macro such as @daily. Raises NotASchedule with a sentence."""
    fields = _MACROS.get(text.lower(), text).split()
    if len(fields) != len(_FIELDS):
        raise NotASchedule(
            "Expected a cycle such as R3/PT1H or a cron expression of six fields "
            f'(second minute hour day month weekday), but found "{text}".'
        )
    return Cron(*(_numbers(field, *bounds) for field, bounds in zip(fields, _FIELDS, strict=True)))


def _numbers(field: str, what: str, lowest: int, highest: int, names: dict[str, int]) -> set[int]:
    found: set[int] = set()
    for part in field.upper().split(","):
        match = _PART.fullmatch(part)
        first = _number(match["first"], names, lowest) if match else None
        last = _number(match["last"], names, lowest) if match and match["last"] else None
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


def _number(text: str, names: dict[str, int], lowest: int) -> int | None:
    if text in ("*", "?"):
        return lowest
    if text.isdigit():
        return int(text)
    return names.get(text)
