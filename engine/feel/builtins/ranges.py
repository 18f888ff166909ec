"""Built-in functions that compare points and ranges (DMN 1.5, 10.3.4.11, table 78), and range(from).

`before`, `meets`, `during` ... are Allen's interval relations; points have relations to ranges as well.
"""

from __future__ import annotations

from typing import Any

from ..comparing import equal, in_range
from ..errors import Problem
from ..ranges import Range
from ..runtime import Run
from .registry import builtin
from .statistics import order

_POINT = "number | string | date | time | date and time | days and time duration | years and months duration"
_LOW, _HIGH = -1, 1


def _ends(one: Any, one_open: int, other: Any, other_open: int) -> int:
    """Order of two ends, -1, 0 or 1; a null end lies infinitely low or high, as its side says."""
    left = one_open if one is None else 0
    right = other_open if other is None else 0
    if left or right:
        return (left > right) - (left < right)
    return order(one, other)


def _starts(a: Range, b: Range) -> int:
    return _ends(a.start, _LOW, b.start, _LOW)


def _stops(a: Range, b: Range) -> int:
    return _ends(a.end, _HIGH, b.end, _HIGH)


def _end_to_start(a: Range, b: Range) -> int:
    return _ends(a.end, _HIGH, b.start, _LOW)


def _touch(a: Range, b: Range) -> bool:
    return a.end_included and b.start_included


@builtin(f"before(point1: {_POINT}, point2: {_POINT}) -> boolean")
def before_point(run: Run, point1: Any, point2: Any) -> bool:
    return order(point1, point2) < 0


@builtin(f"before(point: {_POINT}, range: range) -> boolean")
def point_before(run: Run, point: Any, range: Range) -> bool:
    return _ends(point, 0, range.start, _LOW) < (0 if range.start_included else 1)


@builtin(f"before(range: range, point: {_POINT}) -> boolean")
def before_a_point(run: Run, range: Range, point: Any) -> bool:
    return _ends(range.end, _HIGH, point, 0) < (0 if range.end_included else 1)


@builtin("before(range1: range, range2: range) -> boolean")
def before(run: Run, range1: Range, range2: Range) -> bool:
    return _end_to_start(range1, range2) < (0 if _touch(range1, range2) else 1)


@builtin(f"after(point1: {_POINT}, point2: {_POINT}) -> boolean")
def after_point(run: Run, point1: Any, point2: Any) -> bool:
    return before_point(run, point2, point1)


@builtin(f"after(point: {_POINT}, range: range) -> boolean")
def point_after(run: Run, point: Any, range: Range) -> bool:
    return before_a_point(run, range, point)


@builtin(f"after(range: range, point: {_POINT}) -> boolean")
def after_a_point(run: Run, range: Range, point: Any) -> bool:
    return point_before(run, point, range)


@builtin("after(range1: range, range2: range) -> boolean")
def after(run: Run, range1: Range, range2: Range) -> bool:
    return before(run, range2, range1)


@builtin("meets(range1: range, range2: range) -> boolean")
def meets(run: Run, range1: Range, range2: Range) -> bool:
    return _touch(range1, range2) and _end_to_start(range1, range2) == 0


@builtin("met by(range1: range, range2: range) -> boolean")
def met_by(run: Run, range1: Range, range2: Range) -> bool:
    return meets(run, range2, range1)


@builtin("overlaps(range1: range, range2: range) -> boolean")
def overlaps(run: Run, range1: Range, range2: Range) -> bool:
    return not before(run, range1, range2) and not before(run, range2, range1)


@builtin("overlaps before(range1: range, range2: range) -> boolean")
def overlaps_before(run: Run, range1: Range, range2: Range) -> bool:
    starts = _starts(range1, range2)
    starts_first = starts < 0 or (starts == 0 and range1.start_included and not range2.start_included)
    stops = _stops(range1, range2)
    stops_first = stops < 0 or (stops == 0 and (not range1.end_included or range2.end_included))
    return starts_first and stops_first and not before(run, range1, range2)


@builtin("overlaps after(range1: range, range2: range) -> boolean")
def overlaps_after(run: Run, range1: Range, range2: Range) -> bool:
    starts = _starts(range2, range1)
    starts_last = starts < 0 or (starts == 0 and range2.start_included and not range1.start_included)
    stops = _stops(range2, range1)
    stops_last = stops < 0 or (stops == 0 and (not range2.end_included or range1.end_included))
    return starts_last and stops_last and not before(run, range2, range1)


@builtin(f"finishes(point: {_POINT}, range: range) -> boolean")
def point_finishes(run: Run, point: Any, range: Range) -> bool:
    return range.end_included and order(point, range.end) == 0


@builtin("finishes(range1: range, range2: range) -> boolean")
def finishes(run: Run, range1: Range, range2: Range) -> bool:
    starts = _starts(range1, range2)
    within = starts > 0 or (starts == 0 and (not range1.start_included or range2.start_included))
    return within and range1.end_included == range2.end_included and _stops(range1, range2) == 0


@builtin(f"finished by(range: range, point: {_POINT}) -> boolean")
def finished_by_point(run: Run, range: Range, point: Any) -> bool:
    return point_finishes(run, point, range)


@builtin("finished by(range1: range, range2: range) -> boolean")
def finished_by(run: Run, range1: Range, range2: Range) -> bool:
    return finishes(run, range2, range1)


@builtin(f"includes(range: range, point: {_POINT}) -> boolean")
def includes_point(run: Run, range: Range, point: Any) -> bool | None:
    return in_range(run, point, range)


@builtin("includes(range1: range, range2: range) -> boolean")
def includes(run: Run, range1: Range, range2: Range) -> bool:
    starts, stops = _starts(range1, range2), _stops(range1, range2)
    return (starts < 0 or (starts == 0 and (range1.start_included or not range2.start_included))) and (
        stops > 0 or (stops == 0 and (range1.end_included or not range2.end_included))
    )


@builtin(f"during(point: {_POINT}, range: range) -> boolean")
def point_during(run: Run, point: Any, range: Range) -> bool | None:
    return in_range(run, point, range)


@builtin("during(range1: range, range2: range) -> boolean")
def during(run: Run, range1: Range, range2: Range) -> bool:
    return includes(run, range2, range1)


@builtin(f"starts(point: {_POINT}, range: range) -> boolean")
def point_starts(run: Run, point: Any, range: Range) -> bool:
    return range.start_included and order(point, range.start) == 0


@builtin("starts(range1: range, range2: range) -> boolean")
def starts(run: Run, range1: Range, range2: Range) -> bool:
    stops = _stops(range1, range2)
    within = stops < 0 or (stops == 0 and (not range1.end_included or range2.end_included))
    return within and range1.start_included == range2.start_included and _starts(range1, range2) == 0


@builtin(f"started by(range: range, point: {_POINT}) -> boolean")
def started_by_point(run: Run, range: Range, point: Any) -> bool:
    return point_starts(run, point, range)


@builtin("started by(range1: range, range2: range) -> boolean")
def started_by(run: Run, range1: Range, range2: Range) -> bool:
    return starts(run, range2, range1)


@builtin(f"coincides(point1: {_POINT}, point2: {_POINT}) -> boolean")
def coincide_points(run: Run, point1: Any, point2: Any) -> bool:
    return order(point1, point2) == 0


@builtin("coincides(range1: range, range2: range) -> boolean")
def coincides(run: Run, range1: Range, range2: Range) -> bool:
    same = equal(run, range1, range2)
    if same is None:
        raise Problem("Expected two ranges that compare.")
    return same
