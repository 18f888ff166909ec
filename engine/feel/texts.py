"""How FEEL writes a value as text: the function string(), and what to_json and messages build on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .functions import Function
from .limits import check_string
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


def inner_text(run: Run, value: Any) -> str:
    """The value as it would be written inside a list: texts in quotes."""
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
        return check_string("[" + ", ".join(inner_text(run, item) for item in value) + "]")
    if kind is dict:
        run.spend(len(value))
        entries = (f"{_key(run, key)}: {inner_text(run, item)}" for key, item in value.items())
        return check_string("{" + ", ".join(entries) + "}")
    if kind is Range:
        left, right = "[" if value.start_included else "(", "]" if value.end_included else ")"
        return f"{left}{inner_text(run, value.start)}..{inner_text(run, value.end)}{right}"
    if kind is Function:
        return f"function({', '.join(value.parameters)})"
    return str(value)


def _key(run: Run, key: str) -> str:
    kinds = [token[0] for token in tokenize(key)] if len(key) < 200 else []
    plain = len(kinds) > 1 and all(kind == NAME for kind in kinds if kind != END)
    return key if plain else inner_text(run, key)
