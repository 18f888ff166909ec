"""Plain JSON values: looking them up by path, copying, comparing, and refusing what no variable may hold."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from .sentences import Sentence, _l, shown

MISSING: Any = type("Missing", (), {"__repr__": lambda self: "MISSING", "__bool__": lambda self: False})()
"""No value at all, where None is one."""

MOST_DIGITS = 34  # what FEEL's numbers hold
DEEPEST = 20


class Unusable(Exception):
    """This value can be no variable; `sentence` says why."""

    def __init__(self, sentence: Sentence):
        super().__init__(str(sentence))
        self.sentence = sentence


def get_in(data: Any, segments: Iterable[str | int]) -> Any:
    """The value at the path, or MISSING."""
    for segment in segments:
        if type(data) is dict:
            data = data.get(segment, MISSING)
        elif type(data) is list and type(segment) is int and segment < len(data):
            data = data[segment]
        else:
            return MISSING
    return data


def set_in(data: dict[str, Any], segments: tuple[str, ...], value: Any) -> None:
    """Put the value at the path in place; objects on the way that are missing (or are none) are made."""
    *parents, last = segments
    for segment in parents:
        below = data.get(segment)
        if type(below) is not dict:
            below = data[segment] = {}
        data = below
    data[last] = value


def clone(value: Any) -> Any:
    """The same value in new objects and lists."""
    if type(value) is dict:
        return {key: clone(item) for key, item in value.items()}
    if type(value) is list:
        return [clone(item) for item in value]
    return value


def equal(one: Any, other: Any) -> bool:
    """Are these the same JSON value? True and 1 are not, 1 and 1.0 are."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if type(one) is dict and type(other) is dict:
        return one.keys() == other.keys() and all(equal(item, other[key]) for key, item in one.items())
    if type(one) is list and type(other) is list:
        return len(one) == len(other) and all(map(equal, one, other))
    return one == other


def usable(value: Any, depth: int = 0) -> Any:
    """The value as a variable may hold it: numbers int or Decimal, texts that every database can keep. Raises Unusable."""
    kind = type(value)
    if value is None or kind is bool:
        return value
    if kind is str:
        return _usable_text(value)
    if kind is int or kind is Decimal or kind is float:
        return _usable_number(value)
    if depth >= DEEPEST or kind not in (list, dict):
        raise Unusable(Sentence(_l("A plain value is needed, {given} was given."), given=shown(value)))
    if kind is list:
        return [usable(item, depth + 1) for item in value]
    return {_usable_text(key): usable(item, depth + 1) for key, item in value.items()}


def _usable_text(text: Any) -> str:
    if type(text) is not str or "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise Unusable(Sentence(_l("Text of readable signs is needed, but this one has others.")))
    return text


def _usable_number(number: int | float | Decimal) -> int | Decimal:
    if type(number) is int and -(10**15) < number < 10**15:
        return number
    if type(number) is float:
        if not math.isfinite(number):
            raise Unusable(Sentence(_l("A number is needed, {given} was given."), given=str(number)))
        number = Decimal(repr(number))
    decimal = Decimal(number)
    if not decimal.is_finite():
        raise Unusable(Sentence(_l("A number is needed, {given} was given."), given=str(decimal)))
    # The exponent is looked at first: 1e999999999 must not become an int of a thousand million digits.
    exponent = decimal.as_tuple().exponent
    if (
        decimal.adjusted() >= MOST_DIGITS
        or exponent < -MOST_DIGITS
        or len(decimal.as_tuple().digits) > MOST_DIGITS
    ):
        raise Unusable(Sentence(_l("A number of at most {most} digits is needed."), most=MOST_DIGITS))
    return int(decimal) if decimal == decimal.to_integral_value() else decimal
