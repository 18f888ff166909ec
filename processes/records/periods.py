"""The periods of a contract: which days each one covers, and on which day it is billed. Plain dates, nothing stored.

The first period begins on the first day of the contract; every later one on the billing day, which is the last day of the
month where a month is too short: 31 January, 28 February, 31 March.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ADVANCE, ARREARS = TIMINGS = ("advance", "arrears")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included. of_days: how long it would be without an edge of the contract."""

    number: int
    first: date
    last: date
    of_days: int

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def billed_on(self, timing: str) -> date:
        """The day from which it is to be billed: its first, or the day after its last."""
        return self.first if timing == ADVANCE else self.last + _DAY


def of(starts_on: date, ends_on: date | None, billing_day: int, months: int) -> Iterator[Period]:
    """The periods of a contract one after the other, without a gap; without end where it has no last day."""
    begin, at = _first_whole(starts_on, billing_day)
    number, first = 1, starts_on
    if begin > starts_on:
        # The piece before the first billing day is a part of the period that would have ended there.
        whole = (begin - _billing(at - months, billing_day)).days
        yield _cut(Period(number, first, begin - _DAY, whole), ends_on)
        number, first = 2, begin
    while ends_on is None or first <= ends_on:
        at += months
        following = _billing(at, billing_day)
        yield _cut(Period(number, first, following - _DAY, (following - first).days), ends_on)
        number, first = number + 1, following


def due(
    starts_on: date, ends_on: date | None, billing_day: int, months: int, timing: str, today: date
) -> list[Period]:
    """The periods that are to be billed on that day or were before."""
    found = []
    for each in of(starts_on, ends_on, billing_day, months):
        if each.billed_on(timing) > today:
            break
        found.append(each)
    return found


def _first_whole(starts_on: date, billing_day: int) -> tuple[date, int]:
    """The first billing day at or after the start, and its month (counted from year 0)."""
    at = starts_on.year * 12 + starts_on.month - 1
    begin = _billing(at, billing_day)
    if begin < starts_on:
        at += 1
        begin = _billing(at, billing_day)
    return begin, at


def _billing(at: int, billing_day: int) -> date:
    year, month = divmod(at, 12)
    return date(year, month + 1, min(billing_day, monthrange(year, month + 1)[1]))


def _cut(period: Period, ends_on: date | None) -> Period:
    if ends_on is None or period.last <= ends_on:
        return period
    return Period(period.number, period.first, ends_on, period.of_days)
