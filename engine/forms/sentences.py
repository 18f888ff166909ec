"""What a form says when an answer does not fit: what is needed; what was given.

Every sentence keeps its English pattern and its places apart, so that the web room says it in the reader's language.
Extract with `pybabel extract -k _l -k _ln:1,2`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from engine.sentences import Sentence, _l

__all__ = ["Counted", "Sentence", "Spoken", "_l", "_ln", "shown"]

_LONGEST_SHOWN = 40
_encoder = msgspec.json.Encoder(decimal_format="number")


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


def _ln(singular: str, plural: str) -> tuple[str, str]:
    """Mark both forms of a counted sentence for extraction and give them back unchanged."""
    return singular, plural


def shown(value: Any) -> str:
    """What was given, as a person would recognise it: short, text in quotation marks, numbers as written."""
    if isinstance(value, str):
        return f'"{_shortened(value)}"'
    if isinstance(value, Decimal):
        return _shortened(format(value, "f") if abs(value.adjusted()) < _LONGEST_SHOWN else str(value))
    if isinstance(value, float):
        return str(value)
    if value is None or isinstance(value, (bool, int, list, dict)):
        return _shortened(_encoder.encode(value).decode())
    return type(value).__name__


def _shortened(text: str) -> str:
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
