"""Built-in functions that Camunda 8 adds to the standard; imported models use them."""

from __future__ import annotations

import base64
import binascii
import json
import random
import re
import uuid as python_uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from .. import regexes
from ..border import json_parts, take_in, to_json
from ..errors import AssertionFailed, FeelError, LimitExceeded, Problem
from ..limits import MAX_LIST, check_string, check_string_length
from ..numbers import whole
from ..runtime import Run
from ..texts import as_text
from .lists import identity
from .registry import builtin
from .strings import made_texts

_BYTES_OF_A_LIST = 64
_PLACE = re.compile(r"%(?:([0-9]{1,4})\$)?(.?)", re.DOTALL)


@builtin("is defined(value: Any?) -> boolean")
def is_defined(run: Run, value: Any) -> bool:
    """For values; the compiler itself looks whether a variable or entry is there."""
    return value is not None


@builtin("get or else(value: Any?, default: Any?)")
def get_or_else(run: Run, value: Any, default: Any) -> Any:
    return default if value is None else value


@builtin("assert(value: Any?, condition: Any?)")
def assertion(run: Run, value: Any, condition: Any) -> Any:
    return assertion_with_cause(run, value, condition, "The condition is not fulfilled.")


@builtin("assert(value: Any?, condition: Any?, cause: string)")
def assertion_with_cause(run: Run, value: Any, condition: Any, cause: str) -> Any:
    """The one way to fail on purpose instead of becoming null."""
    if condition is not True:
        raise AssertionFailed(f"Assertion failed: {cause}")
    return value


@builtin("is empty(list: list) -> boolean")
def is_empty(run: Run, items: list[Any]) -> bool:
    return not items


@builtin("is blank(string: string) -> boolean")
def is_blank(run: Run, string: str) -> bool:
    return not string.strip()


@builtin("trim(string: string) -> string")
def trim(run: Run, string: str) -> str:
    return string.strip()


@builtin("extract(string: string, pattern: string) -> list")
def extract(run: Run, string: str, pattern: str) -> list[str]:
    run.look()
    return made_texts(run, regexes.extracted(pattern, string))


@builtin("string format(template: string, values: list) -> string")
def string_format(run: Run, template: str, values: list[Any]) -> str:
    """`%s` is the next value, `%2$s` the second, `%%` a percent sign; nothing else, so no width can fill the memory."""
    following = iter(values)
    parts: list[str] = []
    end, length = 0, len(template)
    for place in _PLACE.finditer(template):
        parts.append(template[end : place.start()])
        end = place.end()
        parts.append("%" if place[0] == "%%" else _formatted(run, place, values, following))
        length += len(parts[-1])
        check_string_length(length)
    return "".join([*parts, template[end:]])


@builtin("string format(template: string, value...: Any?) -> string")
def string_format_of(run: Run, template: str, values: list[Any]) -> str:
    return string_format(run, template, values)


def _formatted(run: Run, place: re.Match[str], values: list[Any], following: Iterator[Any]) -> str:
    if place[2] != "s" or (place[1] and not 0 < int(place[1]) <= len(values)):
        raise Problem(f"Expected %s, %1$s or %% in the template, but found {place[0]!r}.")
    try:
        value = values[int(place[1]) - 1] if place[1] else next(following)
    except StopIteration:
        raise Problem(f"The template has more places than the {len(values)} values.") from None
    run.spend()
    return as_text(run, value) or ("null" if value is None else "")


@builtin("duplicate values(list: list) -> list")
def duplicate_values(run: Run, items: list[Any]) -> list[Any]:
    counts: dict[Any, int] = {}
    firsts: dict[Any, Any] = {}
    for item in items:
        key = identity(run, item)
        counts[key] = counts.get(key, 0) + 1
        firsts.setdefault(key, item)
    return [firsts[key] for key, count in counts.items() if count > 1]


@builtin("partition(list: list, size: number) -> list")
def partition(run: Run, items: list[Any], size: Decimal) -> list[list[Any]]:
    step = whole(size, "a size")
    if step < 1 or step != size:
        raise Problem(f"Expected a size of at least 1, but found {size}.")
    run.made(_BYTES_OF_A_LIST * (len(items) // step + 1))
    return [items[start : start + step] for start in range(0, len(items), step)]


@builtin("cycle(interval: days and time duration | years and months duration) -> string")
def endless_cycle(run: Run, interval: Any) -> str:
    """The text of a timer cycle without end."""
    return f"R/{to_json(interval)}"


@builtin(
    "cycle(repetitions: number?, interval: days and time duration | years and months duration) -> string"
)
def cycle(run: Run, repetitions: Decimal | None, interval: Any) -> str:
    """The text of a timer cycle; null repeats it without end."""
    times = "" if repetitions is None else whole(repetitions, "a number of repetitions")
    return f"R{times}/{to_json(interval)}"


@builtin("fromAi(value: Any?, [description: string?], [type: string?], [schema: Any?], [options: Any?])")
def from_ai(run: Run, value: Any, *told: Any) -> Any:
    """The value itself; what is told beside it is for the agent that fills it in."""
    return value


@builtin("random number() -> number")
def random_number(run: Run) -> Decimal:
    """Between 0 and 1; for sampling, not for secrets."""
    return Decimal(repr(random.random()))


@builtin("uuid() -> string")
def uuid(run: Run) -> str:
    return str(python_uuid.uuid4())


@builtin("to base64(value: string) -> string")
def to_base64(run: Run, value: str) -> str:
    return check_string(base64.b64encode(value.encode("utf-8", "replace")).decode("ascii"))


@builtin("from base64(value: string) -> string")
def from_base64(run: Run, value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        raise Problem("Expected the base64 form of a text.") from None


@builtin("to json(value: Any?) -> string")
def to_json_text(run: Run, value: Any) -> str:
    try:
        plain = to_json(value, MAX_LIST)
    except LimitExceeded:
        raise
    except FeelError as error:
        raise Problem(error.message) from None
    parts: list[str] = []
    length = 0
    for part in json_parts(plain):
        run.spend()
        length += len(part)
        check_string_length(length)
        parts.append(part)
    return "".join(parts)


@builtin("from json(value: string)")
def from_json(run: Run, value: str) -> Any:
    try:
        plain = json.loads(value, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Problem("Expected the text of a JSON value.", "invalid-json") from None
    return take_in(run, plain)


def _no_constant(name: str) -> None:
    raise ValueError(name)
