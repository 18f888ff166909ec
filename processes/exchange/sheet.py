"""What a table for exchange is, and how each kind of value is written as text and read from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy.orm import Session

from engine import errors
from engine.sentences import Label, Sentence, _l

YES, NO = "yes", "no"
#: The languages that names are given in.
LANGUAGES = ("en", "ro", "ru")
_KINDS = ("text", "number", "whole", "day", "time", "switch", "choice")
_NO_NUMBER = _l('{column}: expected a number such as 12.5, but found "{found}".')
_NO_WHOLE = _l('{column}: expected a whole number, but found "{found}".')
_NO_DAY = _l('{column}: expected a day such as 2026-11-30, but found "{found}".')
_NO_TIME = _l('{column}: expected a time of day such as 08:30, but found "{found}".')
_NO_SWITCH = _l('{column}: expected yes or no, but found "{found}".')
_NO_CHOICE = _l('{column}: expected one of {choices}, but found "{found}".')
_MISSING = _l("{column} is needed.")


@dataclass(frozen=True, slots=True)
class Field:
    """One column. name: its head in the file, the same in every language; label: what people read on the page.

    kind: text, number (Decimal), whole (int), day, time, switch, choice. An empty cell is None; with `required` it is refused.
    """

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        assert self.kind in _KINDS, self.kind


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table for exchange. key: the columns that name a row; group: those that name rows which come in together.

    read: every row as {column: value}, in a fixed order. write: brings the rows of one group in and says "added", "changed" or
    "same"; it raises Refused with a sentence. permission: who may see it; change: who may bring rows in.
    """

    name: str
    title: str
    hint: str
    permission: str
    change: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    read: Callable[[Session], Iterable[Mapping[str, Any]]]
    write: Callable[[Session, Sequence[Mapping[str, Any]], datetime], str]
    group: tuple[str, ...] = ()

    def as_texts(self, values: Mapping[str, Any]) -> dict[str, str]:
        """A row as texts, each column of the sheet with one."""
        return {field.name: written(values.get(field.name)) for field in self.fields}

    def as_values(self, texts: Mapping[str, str]) -> dict[str, Any]:
        """A row read back; columns that the file does not have are left out. Raises Refused, naming the column."""
        return {field.name: read(field, texts[field.name]) for field in self.fields if field.name in texts}

    def named(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        """What names a row."""
        return tuple(written(values.get(name)) for name in self.key)

    def grouped(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        """What names the rows that come in together with this one."""
        return tuple(written(values.get(name)) for name in self.group or self.key)


ADDED, CHANGED, SAME = "added", "changed", "same"


def change(record: Any, values: Mapping[str, Any]) -> str:
    """Write values onto a record where they differ, and say whether any did."""
    differing = {name: value for name, value in values.items() if getattr(record, name) != value}
    for name, value in differing.items():
        setattr(record, name, value)
    return CHANGED if differing else SAME


def written(value: Any) -> str:
    """A value as the text that `read` takes."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)


def read(field: Field, text: str) -> Any:
    """The value of a cell; None for an empty one. Raises Refused with a sentence that names the column."""
    text = text.strip()
    if not text:
        if field.required:
            raise errors.Refused(Sentence(_MISSING, column=Label(field.label)))
        return None
    if field.kind == "number":
        return _number(field, text)
    if field.kind == "whole":
        return _whole(field, text)
    if field.kind == "day":
        return _of_iso(date.fromisoformat, field, text, _NO_DAY)
    if field.kind == "time":
        return _of_iso(time.fromisoformat, field, text, _NO_TIME)
    if field.kind == "switch":
        return _switch(field, text)
    if field.kind == "choice" and text not in field.choices:
        raise _refused(_NO_CHOICE, field, text, choices=", ".join(field.choices))
    return text


def _number(field: Field, text: str) -> Decimal:
    try:
        found = Decimal(text.replace(" ", "").replace("\N{NO-BREAK SPACE}", "").replace(",", "."))
    except InvalidOperation:
        raise _refused(_NO_NUMBER, field, text) from None
    if not found.is_finite() or abs(found) >= Decimal(10) ** 12:
        raise _refused(_NO_NUMBER, field, text)
    return found


def _whole(field: Field, text: str) -> int:
    found = _number(field, text)
    if found != found.to_integral_value():
        raise _refused(_NO_WHOLE, field, text)
    return int(found)


def _switch(field: Field, text: str) -> bool:
    found = {YES: True, "true": True, "1": True, NO: False, "false": False, "0": False}.get(text.casefold())
    if found is None:
        raise _refused(_NO_SWITCH, field, text)
    return found


def _of_iso(convert: Callable[[str], Any], field: Field, text: str, sentence: str) -> Any:
    try:
        return convert(text)
    except ValueError:
        raise _refused(sentence, field, text) from None


def _refused(sentence: str, field: Field, text: str, **more: str) -> errors.Refused:
    return errors.Refused(Sentence(sentence, column=Label(field.label), found=text[:60], **more))
