"""Built-in functions on dates and times (DMN 1.5, 10.3.4.8 and 10.3.4.9)."""

from __future__ import annotations

from decimal import Decimal

from ..runtime import Run
from ..temporal import Date, DateTime, days_from_civil, days_in_month, from_python
from .registry import builtin

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = "January February March April May June July August September October November December".split()
_THURSDAY = 4


@builtin("now() -> date and time")
def now(run: Run) -> DateTime:
    return from_python(run.now())


@builtin("today() -> date")
def today(run: Run) -> Date:
    return from_python(run.now().date())


@builtin("day of year(date: date | date and time) -> number")
def day_of_year(run: Run, date: Date | DateTime) -> Decimal:
    day = _day(date)
    return Decimal(day.days - days_from_civil(day.year, 1, 1) + 1)


@builtin("day of week(date: date | date and time) -> string")
def day_of_week(run: Run, date: Date | DateTime) -> str:
    return _DAYS[_day(date).weekday - 1]


@builtin("month of year(date: date | date and time) -> string")
def month_of_year(run: Run, date: Date | DateTime) -> str:
    return _MONTHS[_day(date).month - 1]


@builtin("week of year(date: date | date and time) -> number")
def week_of_year(run: Run, date: Date | DateTime) -> Decimal:
    """By ISO 8601: the week belongs to the year its Thursday lies in."""
    day = _day(date)
    thursday = Date.from_days(day.days + _THURSDAY - day.weekday)
    return Decimal((thursday.days - days_from_civil(thursday.year, 1, 1)) // 7 + 1)


@builtin("last day of month(date: date | date and time) -> date")
def last_day_of_month(run: Run, date: Date | DateTime) -> Date:
    """Camunda's addition."""
    day = _day(date)
    return Date(day.year, day.month, days_in_month(day.year, day.month))


def _day(value: Date | DateTime) -> Date:
    return value.date if type(value) is DateTime else value
