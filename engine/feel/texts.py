"""How FEEL writes a value as text: the function string(), and what to_json and messages build on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .functions import Function
from .limits import MAX_STRING, check_string, check_string_length
from .numbers import text_of
from .parsing.lexer import END, NAME, tokenize
from .ranges import Range
from .runtime import Run

_ESCAPES = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def as_text(run: Run, value: Any) -> str | None:
    """The value as string() gives it: a text stays itself, null stays null."""
    if value is None or type(value) is str:
        return value
    return check_string(inner_text(run, value))


def to_text(value: Any) -> str:
    """The value as a person would write it in FEEL. Raises LimitExceeded for one beyond all measure."""
    return inner_text(Run({}), value)


def inner_text(run: Run, value: Any, room: int = MAX_STRING) -> str:
    """The value as it would be written inside a list: texts in quotes.

    room: so many characters the whole text may still have, so that a list is not written far beyond what is refused.
    """
    kind = type(value)
    if kind is str:
        run.spend_on_text(value)
        return check_string(f'"{value.translate(_ESCAPES)}"')
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is Decimal:
        return text_of(value)
    if kind is list:
        run.spend(len(value))
        items = []
        for item in value:
            items.append(inner_text(run, item, room))
            room = _left(room, len(items[-1]) + len(", "))
        return f"[{', '.join(items)}]"
    if kind is dict:
        run.spend(len(value))
        entries = []
        for key, item in value.items():
            entries.append(f"{_key(run, key)}: {inner_text(run, item, room)}")
            room = _left(room, len(entries[-1]) + len(", "))
        return f"{{{', '.join(entries)}}}"
    if kind is Range:
        left, right = "[" if value.start_included else "(", "]" if value.end_included else ")"
        return f"{left}{inner_text(run, value.start)}..{inner_text(run, value.end)}{right}"
    if kind is Function:
        return f"function({', '.join(value.parameters)})"
    return str(value)


def _left(room: int, length: int) -> int:
    # The two signs of a comma are for each entry but the last, which has the two brackets instead.
    check_string_length(MAX_STRING - room + length)
    return room - length


def _key(run: Run, key: str) -> str:
    kinds = [token[0] for token in tokenize(key)] if len(key) < 200 else []
    plain = len(kinds) > 1 and all(kind == NAME for kind in kinds if kind != END)
    return key if plain else inner_text(run, key)
