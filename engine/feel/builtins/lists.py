"""Built-in functions on lists (DMN 1.5, 10.3.4.4); min, sum and their like stand in statistics.py."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .. import comparing
from ..durations import DaysDuration, MonthsDuration
from ..errors import Problem
from ..functions import Function
from ..kinds import shown
from ..limits import check_length
from ..numbers import whole
from ..ranges import Range
from ..runtime import Run
from .registry import builtin
from .statistics import in_order


@builtin("count(list: list) -> number")
def count(run: Run, items: list[Any]) -> Decimal:
    return Decimal(len(items))


@builtin("list contains(list: list, element: Any?) -> boolean")
def list_contains(run: Run, items: list[Any], element: Any) -> bool:
    return any(comparing.equal(run, item, element) is True for item in items)


@builtin("append(list: list, item...: Any?) -> list")
def append(run: Run, items: list[Any], more: list[Any]) -> list[Any]:
    return _checked(items + more)


@builtin("concatenate(list...: list) -> list")
def concatenate(run: Run, lists: list[list[Any]]) -> list[Any]:
    check_length(sum(map(len, lists)))
    return [item for items in lists for item in items]


@builtin("union(list...: list) -> list")
def union(run: Run, lists: list[list[Any]]) -> list[Any]:
    return distinct_values(run, concatenate(run, lists))


@builtin("distinct values(list: list) -> list")
def distinct_values(run: Run, items: list[Any]) -> list[Any]:
    seen: dict[Any, Any] = {}
    for item in items:
        seen.setdefault(identity(run, item), item)
    return list(seen.values())


@builtin("flatten(list: list) -> list")
def flatten(run: Run, items: list[Any]) -> list[Any]:
    flat: list[Any] = []
    waiting = [iter(items)]
    while waiting:
        for item in waiting[-1]:
            run.spend()
            if type(item) is list:
                waiting.append(iter(item))
                break
            flat.append(item)
        else:
            waiting.pop()
    return _checked(flat)


@builtin("reverse(list: list) -> list")
def reverse(run: Run, items: list[Any]) -> list[Any]:
    return items[::-1]


@builtin("index of(list: list, match: Any?) -> list")
def index_of(run: Run, items: list[Any], match: Any) -> list[Decimal]:
    return [
        Decimal(place) for place, item in enumerate(items, 1) if comparing.equal(run, item, match) is True
    ]


@builtin("sublist(list: list, start position: number, [length: number?]) -> list")
def sublist(run: Run, items: list[Any], start_position: Decimal, length: Decimal | None = None) -> list[Any]:
    start = place_in(items, start_position)
    if length is None:
        return items[start:]
    wanted = whole(length, "a length")
    if wanted < 0 or start + wanted > len(items):
        raise Problem(f"Expected a length that the list of {len(items)} has, but found {length}.")
    return items[start : start + wanted]


@builtin("insert before(list: list, position: number, newItem: Any?) -> list")
def insert_before(run: Run, items: list[Any], position: Decimal, new_item: Any) -> list[Any]:
    place = place_in(items, position)
    return _checked([*items[:place], new_item, *items[place:]])


@builtin("remove(list: list, position: number) -> list")
def remove(run: Run, items: list[Any], position: Decimal) -> list[Any]:
    place = place_in(items, position)
    return items[:place] + items[place + 1 :]


@builtin("list replace(list: list, position: number, newItem: Any?) -> list")
def list_replace(run: Run, items: list[Any], position: Decimal, new_item: Any) -> list[Any]:
    place = place_in(items, position)
    return [*items[:place], new_item, *items[place + 1 :]]


@builtin("list replace(list: list, match: function, newItem: Any?) -> list")
def list_replace_matching(run: Run, items: list[Any], match: Function, new_item: Any) -> list[Any]:
    replaced = []
    for item in items:
        decided = match.call(run, [item, new_item])
        if type(decided) is not bool:
            raise Problem(f"Expected the match function to say true or false, but it gave {shown(decided)}.")
        replaced.append(new_item if decided else item)
    return replaced


@builtin("sort(list: list, precedes: function) -> list")
def sort(run: Run, items: list[Any], precedes: Function) -> list[Any]:
    class Item:
        """Compares as `precedes` says; Python's sort is stable and asks for nothing but `<`."""

        __slots__ = ("value",)

        def __init__(self, value: Any) -> None:
            self.value = value

        def __lt__(self, other: Item) -> bool:
            return precedes.call(run, [self.value, other.value]) is True

    if len(precedes.parameters) != 2:
        raise Problem("Expected a function of two parameters that says which item precedes.")
    return [item.value for item in sorted(map(Item, items))]


@builtin("sort(list: list) -> list")
def sort_by_value(run: Run, items: list[Any]) -> list[Any]:
    return in_order(run, items)


def place_in(items: list[Any], position: Decimal) -> int:
    """The Python index of a FEEL position: 1 is the first item, -1 the last."""
    place = whole(position, "a position")
    if place != position or not 0 < abs(place) <= len(items):
        raise Problem(f"A list of {len(items)} has no position {position}.", "no-item")
    return place - 1 if place > 0 else len(items) + place


def identity(run: Run, value: Any) -> Any:
    """A hashable stand-in that is equal for values FEEL calls equal."""
    kind = type(value)
    if kind is list:
        run.spend(len(value))
        return (list, *(identity(run, item) for item in value))
    if kind is dict:
        run.spend(len(value))
        return (dict, frozenset((key, identity(run, item)) for key, item in value.items()))
    if kind is Range:
        ends = (identity(run, value.start), identity(run, value.end))
        return (Range, value.start_included, value.end_included, value.op, *ends)
    if kind in (MonthsDuration, DaysDuration):
        return value
    return (kind, value)


def _checked(items: list[Any]) -> list[Any]:
    check_length(len(items))
    return items
