"""Sentences that people read, kept apart from the language they are read in.

The engine says a `Sentence` (an English pattern with named places); the web room translates the pattern through Babel and
fills the places in. `_l` only marks a pattern, so that Babel's extraction finds it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any


class Sentence:
    """An English pattern with named places (`{name}`) and their values; `str()` is the English sentence."""

    __slots__ = ("msgid", "params")

    def __init__(self, msgid: str, **params: Any):
        self.msgid = msgid
        self.params = params

    def __str__(self) -> str:
        return self.msgid.format(**{name: _plain(value) for name, value in self.params.items()})

    def __repr__(self) -> str:
        return f"Sentence({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sentence) and (self.msgid, self.params) == (other.msgid, other.params)

    def __hash__(self) -> int:
        return hash(self.msgid)


#: Says a sentence in a language ("ro"). The engine has no dictionaries: the house brings them.
Translator = Callable[[Sentence, str], str]
_translators: list[Translator] = []


def translate_with(translator: Translator | None) -> None:
    """From now on `in_language` asks this translator; None: everything is said in English."""
    _translators[:] = [translator] if translator is not None else []


def in_language(sentence: Sentence, language: str) -> str:
    """The sentence for somebody who is not looking at a page: a mail in the language of its reader."""
    return _translators[0](sentence, language) if _translators else str(sentence)


class Label(str):
    """A name that a designer gave (of a step, a role): a text of its own, translated where a sentence holds it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in units with its currency ("MDL"): two decimals, written as the reader's language does."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount:,.2f}\N{NO-BREAK SPACE}{self.currency}"


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return ", ".join(str(each) for each in value)
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if isinstance(value, datetime) else value


def _l(msgid: str) -> str:
    """Mark `msgid` for extraction and give it back unchanged."""
    return msgid
