"""Where plain Python values become FEEL values, and FEEL values plain JSON.

Numbers, lists and contexts from outside are taken in only when an expression touches them, and never changed.
"""

from __future__ import annotations

import datetime as python
import json
import operator
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from .durations import DaysDuration, MonthsDuration
from .errors import FeelError, LimitExceeded
from .functions import Function
from .limits import MAX_JSON_VALUES, MAX_VALUE_DEPTH
from .numbers import CONTEXT, number_from, text_of
from .ranges import Range
from .runtime import Run
from .temporal import Date, DateTime, Time, from_python

ATOMS = frozenset(
    {str, bool, type(None), Date, Time, DateTime, MonthsDuration, DaysDuration, Range, Function}
)
_DIGITS = CONTEXT.prec
_TEMPORAL = frozenset({Date, Time, DateTime, MonthsDuration, DaysDuration})


def take_in(run: Run, value: Any) -> Any:
    """The FEEL value of a plain Python value; the same object where nothing has to change.

    Raises Problem for a number FEEL cannot hold, FeelError for a Python object that is no data.
    """
    kind = type(value)
    if kind in ATOMS:
        return value
    if kind is Decimal or kind is int or kind is float:
        return number_from(value)
    if kind is list or kind is dict:
        if run.imported is None:
            run.imported = {}
        # Keyed by identity: the caller's data outlives the run, and a list read in a loop is taken in once.
        known = run.imported.get(id(value))
        if known is None:
            known = run.imported[id(value)] = _deep(run, value, 0)
        return known
    return _deep(run, value, 0)


def _deep(run: Run, value: Any, depth: int) -> Any:
    kind = type(value)
    if kind in ATOMS:
        return value
    if kind is Decimal or kind is int or kind is float:
        return number_from(value)
    if depth > MAX_VALUE_DEPTH:
        raise LimitExceeded(f"Expected values nested at most {MAX_VALUE_DEPTH} deep.")
    if kind is dict:
        return _context(run, value, depth)
    if kind is list:
        run.spend(len(value))
        items = [item if type(item) in ATOMS else _deep(run, item, depth + 1) for item in value]
        return value if all(map(operator.is_, items, value)) else items
    return _unusual(run, value, depth)


def _context(run: Run, value: dict[Any, Any], depth: int) -> dict[str, Any]:
    run.spend(len(value))
    entries = {}
    changed = False
    for key, item in value.items():
        if type(key) is not str:
            raise FeelError(f"Expected texts as the keys of a context, but found {key!r}.")
        if type(item) in ATOMS:
            entries[key] = item
        else:
            entries[key] = new = _deep(run, item, depth + 1)
            changed = changed or new is not item
    return entries if changed else value


def _unusual(run: Run, value: Any, depth: int) -> Any:
    """Python objects that are no plain JSON, but have a FEEL value of their own."""
    if isinstance(value, (list, tuple)):
        return _deep(run, list(value), depth)
    if isinstance(value, Mapping):
        return _context(run, dict(value), depth)
    if isinstance(value, (python.date, python.time)):
        return from_python(value)
    if isinstance(value, python.timedelta):
        micros = value.days * 86_400_000_000 + value.seconds * 1_000_000 + value.microseconds
        return DaysDuration(micros * 1_000)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (int, float, Decimal)):
        return number_from(value)
    raise FeelError(f"Expected plain data (numbers, texts, lists, ...), but found a {type(value).__name__}.")


def to_json(value: Any, max_values: int = MAX_JSON_VALUES) -> Any:
    """A FEEL value as plain JSON data: None, bool, str, int, Decimal, list, dict.

    Whole numbers become int, others Decimal; dates, times and durations their ISO texts.
    Raises FeelError for ranges and functions, which JSON cannot say, LimitExceeded for a value beyond all measure.
    """
    return _to_json(value, [max_values])


def _to_json(value: Any, left: list[int]) -> Any:
    kind = type(value)
    if value is None or kind is str or kind is bool:
        return value
    if kind is Decimal:
        return _number(value)
    if kind is list or kind is dict:
        left[0] -= len(value) + 1
        if left[0] < 0:
            raise LimitExceeded("Expected a result with fewer values in it.")
        # Numbers are asked for here: a result of many values is one of many numbers.
        if kind is list:
            return [_number(item) if type(item) is Decimal else _to_json(item, left) for item in value]
        return {
            key: _number(item) if type(item) is Decimal else _to_json(item, left)
            for key, item in value.items()
        }
    if kind in _TEMPORAL:
        return str(value)
    if kind is int or kind is float:
        return _to_json(number_from(value), left)
    name = "a range" if kind is Range else "a function" if kind is Function else f"a {kind.__name__}"
    raise FeelError(f"Expected a value that JSON can hold, but the result is {name}.")


def _number(value: Decimal) -> int | Decimal:
    # 1e6000 is a whole number too, but nobody wants its six thousand digits.
    if value.adjusted() >= _DIGITS or not value.is_finite():
        return value
    number = int(value)
    return number if number == value else value


def json_text(plain: Any) -> str:
    """Plain JSON data, as to_json gives it, as text; decimals keep all their digits."""
    return "".join(json_parts(plain))


def json_parts(plain: Any) -> Iterator[str]:
    """The pieces of json_text one by one, so that a caller may stop when they become too many."""
    # The standard module writes every type but Decimal, which must keep its digits.
    if isinstance(plain, list):
        yield "["
        for place, item in enumerate(plain):
            if place:
                yield ","
            yield from json_parts(item)
        yield "]"
    elif isinstance(plain, dict):
        yield "{"
        for place, (key, item) in enumerate(plain.items()):
            yield f"{',' if place else ''}{json.dumps(key, ensure_ascii=False)}:"
            yield from json_parts(item)
        yield "}"
    else:
        yield text_of(plain) if isinstance(plain, Decimal) else json.dumps(plain, ensure_ascii=False)
