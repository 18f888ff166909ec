"""What stands behind the dot: entries of contexts, parts of dates, times, durations and ranges (DMN 1.5, table 65)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from .durations import DaysDuration, MonthsDuration
from .errors import Problem
from .kinds import kind_of
from .ranges import Range
from .temporal import NANOS_PER_DAY, NANOS_PER_SECOND, Date, DateTime, Time

_NANOS_PER_HOUR = 3600 * NANOS_PER_SECOND
_NANOS_PER_MINUTE = 60 * NANOS_PER_SECOND


def _offset(value: Time | DateTime) -> DaysDuration | None:
    return None if value.offset is None else DaysDuration(value.offset * NANOS_PER_SECOND)


def _timezone(value: Time | DateTime) -> str | None:
    return value.zone if isinstance(value.zone, str) else None


def _signed(amount: int, unit: int, limit: int) -> Decimal:
    part = Decimal(abs(amount) // unit % limit if limit else abs(amount) // unit)
    return -part if amount < 0 and part else part


_CLOCK: dict[str, Callable[[Any], Any]] = {
    "hour": lambda value: Decimal(value.nanos // _NANOS_PER_HOUR),
    "minute": lambda value: Decimal(value.nanos // _NANOS_PER_MINUTE % 60),
    "second": lambda value: Decimal(value.nanos // NANOS_PER_SECOND % 60),
    "time offset": _offset,
    "timezone": _timezone,
}

PROPERTIES: dict[type, dict[str, Callable[[Any], Any]]] = {
    Date: {
        "year": lambda value: Decimal(value.year),
        "month": lambda value: Decimal(value.month),
        "day": lambda value: Decimal(value.day),
        "weekday": lambda value: Decimal(value.weekday),
    },
    Time: _CLOCK,
    DateTime: {
        "year": lambda value: Decimal(value.date.year),
        "month": lambda value: Decimal(value.date.month),
        "day": lambda value: Decimal(value.date.day),
        "weekday": lambda value: Decimal(value.date.weekday),
        **_CLOCK,
    },
    MonthsDuration: {
        "years": lambda value: _signed(value.months, 12, 0),
        "months": lambda value: _signed(value.months, 1, 12),
    },
    DaysDuration: {
        "days": lambda value: _signed(value.nanos, NANOS_PER_DAY, 0),
        "hours": lambda value: _signed(value.nanos, _NANOS_PER_HOUR, 24),
        "minutes": lambda value: _signed(value.nanos, _NANOS_PER_MINUTE, 60),
        "seconds": lambda value: _signed(value.nanos, NANOS_PER_SECOND, 60),
    },
    Range: {
        "start": lambda value: value.start,
        "end": lambda value: value.end,
        "start included": lambda value: value.start_included,
        "end included": lambda value: value.end_included,
    },
}


def property_of(value: Any, name: str) -> Any:
    """value.name for a value that is neither a context nor a list; raises Problem when it has no such part."""
    read = PROPERTIES.get(type(value), {}).get(name)
    if read is None:
        what = "Null" if value is None else f"A {kind_of(value)}"
        raise Problem(f"{what} has no property '{name}'.", "no-property")
    return read(value)
