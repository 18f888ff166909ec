"""What a form says when an answer does not fit: what is needed; what was given.

Every sentence keeps its English pattern and its places apart, so that the web room says it in the reader's language.
Extract with `pybabel extract -k _l -k _ln:1,2`.
"""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

from engine.sentences import Sentence, _l

__all__ = ["Counted", "Number", "Sentence", "Spoken", "_l", "_ln", "shown"]

_LONGEST_SHOWN = 40
_MOST_SHOWN = 10


class Counted(Sentence):
    """A sentence whose wording depends on a number: `plural` beside `msgid`, chosen by `number` (gettext's ngettext)."""

    __slots__ = ("number", "plural")

    def __init__(self, patterns: tuple[str, str], number: int, **params: Any):
        super().__init__(patterns[0], **params)
        self.plural = patterns[1]
        self.number = number

    def __str__(self) -> str:
        return (self.msgid if self.number == 1 else self.plural).format(**self.params)


class Spoken(Sentence):
    """A sentence written by the form's designer: it has no places, and braces in it are braces."""

    __slots__ = ()

    def __str__(self) -> str:
        return self.msgid


class Number(str):
    """A number in plain digits (1.5), which the web room writes as the reader's language does."""

    __slots__ = ()


def _ln(singular: str, plural: str) -> tuple[str, str]:
    """Mark both forms of a counted sentence for extraction and give them back unchanged."""
    return singular, plural


def shown(value: Any) -> str:
    """What was given, as a person would recognise it: short, text in quotation marks, numbers as written."""
    if isinstance(value, str):
        return f'"{_shortened(value)}"'
    if isinstance(value, Decimal):
        text = _shortened(format(value, "f") if abs(value.adjusted()) < _LONGEST_SHOWN else str(value))
        return text if text.endswith("…") or not value.is_finite() else Number(text)
    return _shortened(_sketched(value, 0))


def _sketched(value: Any, depth: int) -> str:
    """A value of any kind as JSON would write it, but never deep and never long."""
    if isinstance(value, (list, dict)) and depth > 2:
        return "…"
    if isinstance(value, list):
        return f"[{','.join(_sketched(item, depth + 1) for item in value[:_MOST_SHOWN])}]"
    if isinstance(value, dict):
        items = itertools.islice(value.items(), _MOST_SHOWN)
        return f"{{{','.join(f'{shown(str(key))}:{_sketched(item, depth + 1)}' for key, item in items)}}}"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > 128:
        return "…"  # Python itself refuses to write out very long whole numbers
    return str(value) if isinstance(value, (int, float)) else shown(str(value))


def _shortened(text: str) -> str:
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
