"""A form as a conversation: which question comes next, and what somebody's words are as its answer.

The form itself decides: what it misses next is asked next, what it refuses is asked again with its own sentence. So a hidden
field is not asked, and nothing is taken that the page would not take. Fields that need not be filled are not asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from engine import forms
from engine.sentences import Label, Sentence, _l

#: Kinds of fields that can be answered in words; a question with another kind is answered on its page.
SPEAKABLE = ("textfield", "textarea", "number", "radio", "select", "checkbox", "date", "datetime")
_YES = {"yes", "y", "да", "da", "1"}
_NO = {"no", "n", "нет", "nu", "2"}
_CHOOSE = _l("Choose one of the answers: send its number or its words.")
_NUMBER = _l("Please send a number.")
_DAY = _l("Please send a day such as 2026-11-30 or 30.11.2026.")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked next. choices: (value, label) each, if only these can be answered."""

    key: str
    label: str
    choices: tuple[tuple[Any, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Unspeakable:
    """The form wants something that cannot be said in words (a file, rows, a signature)."""

    key: str


class NoAnswer(Exception):
    """These words are no answer to the question; the sentence says what is wanted."""

    def __init__(self, sentence: Sentence):
        super().__init__(str(sentence))
        self.sentence = sentence


def following(
    form: forms.Form,
    answers: Mapping[str, Any],
    variables: Mapping[str, Any],
    *,
    now: datetime,
    time_zone: str,
) -> Question | Unspeakable | None:
    """The next question that the form wants an answer to; None when it has all it needs."""
    missing = _problems(form, answers, variables, now, time_zone)
    for field in form.fields:
        if field.path in missing and field.key not in answers:
            if "*" in field.path or field.type not in SPEAKABLE:
                return Unspeakable(field.key)
            return Question(field.key, field.label, tuple(_choices(field, variables)))
    return None


def answered(
    form: forms.Form,
    question: Question,
    text: str,
    answers: Mapping[str, Any],
    variables: Mapping[str, Any],
    *,
    now: datetime,
    time_zone: str,
) -> dict[str, Any]:
    """The answers with this one. Raises NoAnswer with what is wanted, in the form's words where it refuses."""
    field = next(each for each in form.fields if each.key == question.key)
    value = _read(field.type, question, text.strip())
    taken = {**answers, question.key: value}
    problem = _problems(form, taken, variables, now, time_zone).get(field.path)
    if problem is not None:
        raise NoAnswer(problem)
    return taken


def _problems(
    form: forms.Form, answers: Mapping[str, Any], variables: Mapping[str, Any], now: datetime, time_zone: str
) -> dict[str, Sentence]:
    try:
        form.check(dict(answers), dict(variables), now=now, time_zone=time_zone)
    except forms.SubmissionInvalid as invalid:
        return invalid.errors
    return {}


def _choices(field: forms.Field, variables: Mapping[str, Any]) -> list[tuple[Any, str]]:
    if field.type == "checkbox":
        return [(True, _l("Yes")), (False, _l("No"))]
    if field.options is None:
        return []
    key = field.options.key
    offered = variables.get(key) if key else field.settings.get("values")
    return [
        (each["value"], Label(each.get("label") or str(each["value"])))
        if isinstance(each, Mapping)
        else (each, Label(str(each)))
        for each in offered or []
    ]


def _read(kind: str, question: Question, text: str) -> Any:
    if kind == "checkbox":
        return _yes_or_no(text)
    if question.choices:
        return _chosen(question, text)
    if kind == "number":
        return _number(text)
    if kind in ("date", "datetime"):
        return _day(text)
    return text


def _chosen(question: Question, text: str) -> Any:
    plain = text.casefold().rstrip(".")
    for number, (value, label) in enumerate(question.choices, start=1):
        if plain in (str(number), str(value).casefold(), str(label).casefold()):
            return value
    raise NoAnswer(Sentence(_CHOOSE))


def _yes_or_no(text: str) -> bool:
    plain = text.casefold().rstrip(".!")
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise NoAnswer(Sentence(_CHOOSE))


def _number(text: str) -> Decimal:
    try:
        found = Decimal(text.replace(" ", "").replace(",", "."))
    except InvalidOperation:
        raise NoAnswer(Sentence(_NUMBER)) from None
    if not found.is_finite():
        raise NoAnswer(Sentence(_NUMBER))
    return found


def _day(text: str) -> str:
    parts = re.findall(r"[0-9]+", text)
    try:
        year, month, day = parts if len(parts[0]) == 4 else reversed(parts)
        return date(int(year), int(month), int(day)).isoformat()
    except (ValueError, IndexError):
        raise NoAnswer(Sentence(_DAY)) from None
