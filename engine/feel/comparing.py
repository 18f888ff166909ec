"""Equality and order of FEEL values (DMN 1.5, 10.3.2.7, tables 42 and 43); null where two values do not compare."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .durations import DaysDuration, MonthsDuration
from .functions import Function
from .ranges import Range
from .runtime import Run
from .temporal import Date, DateTime, Time

_ORDERED = frozenset({Decimal, str, MonthsDuration, DaysDuration})


def equal(run: Run, left: Any, right: Any) -> bool | None:
    """left = right: true, false, or null when their types differ."""
    if left is None or right is None:
        return left is right
    kind, other = type(left), type(right)
    if kind is not other:
        if kind is list or other is list:
            return _equal_to_single(run, left, right)
        pair = as_date_times(left, right)
        return None if pair is None else equal(run, *pair)
    if kind is list:
        run.spend(len(left))
        if len(left) != len(right):
            return None if run.as_in_browser else False
        return _all_equal(run, left, right)
    if kind is dict:
        run.spend(len(left))
        return left.keys() == right.keys() and _all_equal(run, left.values(), [right[key] for key in left])
    if kind is Range:
        return (
            (left.start_included, left.end_included, left.op)
            == (right.start_included, right.end_included, right.op)
            and equal(run, left.start, right.start) is True
            and equal(run, left.end, right.end) is True
        )
    if kind is Function:
        return None
    return left == right


def _equal_to_single(run: Run, left: Any, right: Any) -> bool | None:
    # A list of one compares like its only item, and only then.
    if type(left) is list and len(left) == 1:
        return equal(run, left[0], right)
    if type(right) is list and len(right) == 1:
        return equal(run, left, right[0])
    return None


def _all_equal(run: Run, left: Any, right: Any) -> bool:
    return all(equal(run, one, other) is True for one, other in zip(left, right, strict=True))


def as_date_times(left: Any, right: Any) -> tuple[DateTime, DateTime] | None:
    """A date beside a date and time counts as midnight, on the same kind of clock."""
    if type(left) is Date and type(right) is DateTime:
        return DateTime(left, 0, 0), right
    if type(left) is DateTime and type(right) is Date:
        return left, DateTime(right, 0, 0)
    return None


def ordered(left: Any, right: Any) -> tuple[Any, Any] | None:
    """Two Python values that compare as these FEEL values do; None when FEEL does not order them."""
    kind, other = type(left), type(right)
    if kind is not other:
        pair = as_date_times(left, right)
        return None if pair is None else ordered(*pair)
    if kind in _ORDERED:
        return left, right
    if kind is Date:
        return (left.year, left.month, left.day), (right.year, right.month, right.day)
    if kind is DateTime:
        return None if (left.zone is None) != (right.zone is None) else (left.key, right.key)
    if kind is Time:
        return None if (left.zone is None) != (right.zone is None) else (left.key, right.key)
    return None


def less(left: Any, right: Any) -> bool | None:
    pair = ordered(left, right)
    return None if pair is None else pair[0] < pair[1]


def less_or_equal(left: Any, right: Any) -> bool | None:
    pair = ordered(left, right)
    return None if pair is None else pair[0] <= pair[1]


def compare(op: str, left: Any, right: Any) -> bool | None:
    """One of < <= > >=."""
    if op == "<":
        return less(left, right)
    if op == "<=":
        return less_or_equal(left, right)
    if op == ">":
        return less(right, left)
    return less_or_equal(right, left)


def in_range(run: Run, value: Any, bounds: Range) -> bool | None:
    """Does the value lie within the range? Null when value and ends do not compare."""
    if bounds.op == "!=":
        same = equal(run, value, bounds.start)
        return None if same is None else not same
    if value is None:
        return None
    if bounds.start is None and bounds.end is None:
        return None
    above: bool | None = True
    if bounds.start is not None:
        above = (less_or_equal if bounds.start_included else less)(bounds.start, value)
    if above is not True or bounds.end is None:
        return above
    return (less_or_equal if bounds.end_included else less)(value, bounds.end)
