"""+ - * / ** on numbers, strings, dates, times and durations (DMN 1.5, 10.3.2.8, tables 50 to 55).

Every function raises Problem where the standard says null.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from .durations import DaysDuration, MonthsDuration
from .errors import Problem
from .kinds import shown
from .limits import MAX_EXPONENT, check_string
from .numbers import CONTEXT, ONE, finite, whole
from .temporal import MAX_YEAR, NANOS_PER_DAY, Date, DateTime, Time, days_in_month

_MAX_NANOS = MAX_YEAR * 366 * NANOS_PER_DAY
_MAX_MONTHS = MAX_YEAR * 12


def add(left: Any, right: Any) -> Any:
    kind, other = type(left), type(right)
    if kind is Decimal and other is Decimal:
        return finite(CONTEXT.add(left, right))
    if kind is str and other is str:
        return check_string(left + right)
    if other in (MonthsDuration, DaysDuration):
        if kind is other:
            return _duration(kind, left.amount + right.amount)
        return _moved(left, right, 1)
    if kind in (MonthsDuration, DaysDuration):
        return _moved(right, left, 1)
    raise _unfit("added", left, right)


def subtract(left: Any, right: Any) -> Any:
    kind, other = type(left), type(right)
    if kind is Decimal and other is Decimal:
        return finite(CONTEXT.subtract(left, right))
    if other in (MonthsDuration, DaysDuration):
        if kind is other:
            return _duration(kind, left.amount - right.amount)
        return _moved(left, right, -1)
    if kind is Time and other is Time and (left.zone is None) == (right.zone is None):
        return DaysDuration(left.utc_nanos - right.utc_nanos)
    if kind in (Date, DateTime) and other in (Date, DateTime):
        start, end = _midnight(left), _midnight(right)
        if (start.zone is None) == (end.zone is None):
            return DaysDuration(start.instant - end.instant)
    raise _unfit("subtracted", left, right)


def multiply(left: Any, right: Any) -> Any:
    kind, other = type(left), type(right)
    if kind is Decimal and other is Decimal:
        return finite(CONTEXT.multiply(left, right))
    if kind in (MonthsDuration, DaysDuration) and other is Decimal:
        return _duration(kind, whole(finite(CONTEXT.multiply(Decimal(left.amount), right))))
    if kind is Decimal and other in (MonthsDuration, DaysDuration):
        return multiply(right, left)
    raise _unfit("multiplied", left, right)


def divide(left: Any, right: Any) -> Any:
    kind, other = type(left), type(right)
    if kind is Decimal and other is Decimal:
        return _quotient(left, right)
    if kind in (MonthsDuration, DaysDuration):
        if other is kind:
            return _quotient(Decimal(left.amount), Decimal(right.amount))
        if other is Decimal:
            return _duration(kind, whole(_quotient(Decimal(left.amount), right)))
    raise _unfit("divided", left, right)


def power(left: Any, right: Any) -> Any:
    if type(left) is not Decimal or type(right) is not Decimal:
        raise _unfit("raised to a power", left, right)
    if right.copy_abs() > MAX_EXPONENT:
        raise Problem(
            f"Expected an exponent of at most {MAX_EXPONENT}, but found {right}.", "number-overflow"
        )
    if right == 0:
        return ONE  # also 0 ** 0, as IEEE 754 has it, which the standard's numbers follow
    return finite(CONTEXT.power(left, right))


def negate(value: Any) -> Any:
    kind = type(value)
    if kind is Decimal:
        return CONTEXT.minus(value)
    if kind in (MonthsDuration, DaysDuration):
        return kind(-value.amount)
    raise Problem(
        f"Expected a number or a duration behind the minus, but found {shown(value)}.", "invalid-operand"
    )


OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}


def plus_months(date: Date, months: int) -> Date:
    """The same day some months on, or that month's last day when it is shorter."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    return Date(year, month + 1, min(date.day, days_in_month(year, month + 1)))


def _quotient(left: Decimal, right: Decimal) -> Decimal:
    if right == 0:
        raise Problem("A division by zero has no result.", "division-by-zero")
    return finite(CONTEXT.divide(left, right))


def _duration(kind: type, amount: int) -> Any:
    if abs(amount) > (_MAX_NANOS if kind is DaysDuration else _MAX_MONTHS):
        raise Problem("The duration is longer than FEEL can hold.", "duration-overflow")
    return kind(amount)


def _midnight(value: Date | DateTime) -> DateTime:
    return DateTime(value, 0, 0) if type(value) is Date else value


def _moved(value: Any, duration: Any, sign: int) -> Any:
    kind = type(value)
    if type(duration) is MonthsDuration:
        if kind is Date:
            return plus_months(value, sign * duration.months)
        if kind is DateTime:
            return DateTime(plus_months(value.date, sign * duration.months), value.nanos, value.zone)
    elif kind is Time:
        return Time((value.nanos + sign * duration.nanos) % NANOS_PER_DAY, value.zone)
    elif kind is Date:
        return Date.from_days((value.days * NANOS_PER_DAY + sign * duration.nanos) // NANOS_PER_DAY)
    elif kind is DateTime:
        return DateTime.from_instant(value.instant + sign * duration.nanos, value.zone)
    raise _unfit("added" if sign > 0 else "subtracted", value, duration)


def _unfit(verb: str, left: Any, right: Any) -> Problem:
    return Problem(
        f"It is not defined what {shown(left)} and {shown(right)} {verb} would be.", "invalid-operand"
    )
