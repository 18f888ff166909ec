"""Built-in functions that make one value of many: min, sum, mean, all, ... (DMN 1.5, 10.3.4.4).

Each takes one list, or its items as arguments: sum([1, 2]) and sum(1, 2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from ..arithmetic import add, divide
from ..comparing import ordered
from ..durations import DaysDuration, MonthsDuration
from ..errors import Problem
from ..kinds import shown
from ..numbers import CONTEXT, finite
from ..runtime import Run
from .registry import builtin

_SUMMABLE = frozenset({Decimal, DaysDuration, MonthsDuration})


def _of_list_or_arguments(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def enter(implementation: Callable[..., Any]) -> Callable[..., Any]:
        builtin(f"{name}(list: list)")(implementation)
        return builtin(f"{name}(item...: Any?)")(implementation)

    return enter


def order(left: Any, right: Any) -> int:
    """-1, 0 or 1; raises Problem for two values FEEL does not order."""
    pair = ordered(left, right)
    if pair is None:
        raise Problem(f"Expected values that can be ordered, but found {shown(left)} and {shown(right)}.")
    return (pair[0] > pair[1]) - (pair[0] < pair[1])


def _numbers(items: list[Any]) -> list[Decimal]:
    for item in items:
        if type(item) is not Decimal:
            raise Problem(f"Expected a list of numbers, but it holds {shown(item)}.")
    return items


def _not_empty(items: list[Any]) -> list[Any]:
    if not items:
        raise Problem("Expected a list with items, but it is empty.", "empty-list")
    return items


def _extreme(items: list[Any], wanted: int) -> Any:
    best = _not_empty(items)[0]
    order(best, best)
    for item in items[1:]:
        if order(item, best) == wanted:
            best = item
    return best


@_of_list_or_arguments("min")
def minimum(run: Run, items: list[Any]) -> Any:
    return _extreme(items, -1)


@_of_list_or_arguments("max")
def maximum(run: Run, items: list[Any]) -> Any:
    return _extreme(items, 1)


@_of_list_or_arguments("sum")
def total(run: Run, items: list[Any]) -> Any:
    result, *rest = _not_empty(items)
    if type(result) not in _SUMMABLE:
        raise Problem(f"Expected a list of numbers or durations, but it holds {shown(result)}.")
    for item in rest:
        result = add(result, item)
    return result


@_of_list_or_arguments("product")
def product(run: Run, items: list[Any]) -> Decimal:
    result, *rest = _numbers(_not_empty(items))
    for item in rest:
        result = finite(CONTEXT.multiply(result, item))
    return result


@_of_list_or_arguments("mean")
def mean(run: Run, items: list[Any]) -> Any:
    return divide(total(run, items), Decimal(len(items)))


@_of_list_or_arguments("median")
def median(run: Run, items: list[Any]) -> Decimal:
    inorder = sorted(_numbers(_not_empty(items)))
    middle = len(inorder) // 2
    if len(inorder) % 2:
        return inorder[middle]
    return divide(add(inorder[middle - 1], inorder[middle]), Decimal(2))


@_of_list_or_arguments("stddev")
def stddev(run: Run, items: list[Any]) -> Decimal:
    """Of a sample: divided by n - 1."""
    if len(_numbers(items)) < 2:
        raise Problem("Expected at least two numbers for a standard deviation.", "empty-list")
    average = mean(run, items)
    squares = Decimal(0)
    for item in items:
        distance = CONTEXT.subtract(item, average)
        squares = CONTEXT.add(squares, CONTEXT.multiply(distance, distance))
    return finite(CONTEXT.sqrt(CONTEXT.divide(squares, Decimal(len(items) - 1))))


@_of_list_or_arguments("mode")
def mode(run: Run, items: list[Any]) -> list[Decimal]:
    """The most frequent numbers, in ascending order."""
    counts = Counter(_numbers(items))
    most = max(counts.values(), default=0)
    return sorted(number for number, count in counts.items() if count == most)


@_of_list_or_arguments("all")
def every(run: Run, items: list[Any]) -> bool | None:
    return _decided(items, decisive=False)


@_of_list_or_arguments("any")
def some(run: Run, items: list[Any]) -> bool | None:
    return _decided(items, decisive=True)


def _decided(items: list[Any], decisive: bool) -> bool | None:
    if any(item is decisive for item in items):
        return decisive
    for item in items:
        if item is not None and type(item) is not bool:
            raise Problem(f"Expected a list of true and false, but it holds {shown(item)}.")
    return None if None in items else not decisive


def in_order(run: Run, items: list[Any]) -> list[Any]:
    """The items sorted by FEEL's own order; raises Problem when they do not compare."""
    if {type(item) for item in items} in ({Decimal}, {str}):
        return sorted(items)

    def compare(left: Any, right: Any) -> int:
        run.spend()
        return order(left, right)

    return sorted(items, key=cmp_to_key(compare))
