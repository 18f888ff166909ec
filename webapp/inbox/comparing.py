"""Somebody was faster: who did it and when, and what they answered differently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import forms
from engine.errors import UserTaskClosed
from engine.roles import NOT_PEOPLE
from engine.tables import History, Person, UserTask
from webapp.language import day, label, number
from webapp.words import initials, moment

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """What two people answered: heads of the table, and its rows."""

    heads: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


def who_closed(closed: UserTaskClosed, login: str, *, now: datetime) -> str:
    """ "M. P. completed “Diagnose” at 10:42." in the reader's language."""
    facts = closed.facts
    at = moment(facts["closed_at"], now)
    if facts["state"] != "completed":
        return gettext("This step is no longer needed: the order went another way at %(time)s.", time=at)
    if facts["closed_by"] == login:
        return gettext("You have completed this already, at %(time)s.", time=at)
    who = initials(facts["closed_by_name"]) or facts["closed_by"]
    return gettext("%(who)s completed this at %(time)s.", who=who, time=at)


def difference(
    session: Session,
    user_task: UserTask,
    mine: Mapping[str, Any],
    form: forms.Form | None,
    login: str,
) -> Difference:
    """Field by field what the one who was faster answered and what was sent now; only what differs."""
    row = session.execute(
        select(History, Person.name)
        .outerjoin(Person, Person.login == History.actor)
        .where(
            History.process_instance_key == user_task.process_instance_key,
            History.token_id == user_task.token_id,
            History.kind == "completed",
        )
        .order_by(History.key.desc())
        .limit(1)
    ).one_or_none()
    if row is None or form is None or row[0].actor == login:
        return Difference()
    theirs = (row[0].detail or {}).get("submission", {})
    rows = []
    asked = [each for each in form.fields if each.readonly is not True and each.computed is None]
    for each in asked:
        name, one, other = label(each.label) or each.key, theirs.get(each.key), mine.get(each.key)
        if "." not in each.key and one != other:
            rows.append([name, answer_text(one, each), answer_text(other, each)])
    who = row[1] or NOT_PEOPLE.get(row[0].actor, row[0].actor)
    return Difference(["", initials(who), gettext("You")], rows)


def answer_text(value: Any, field: forms.Field) -> str:
    """An answer as the reader of the page would say it."""
    if value is None or value == "" or value == []:
        return gettext("empty")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return gettext("%(number)s rows", number=len(value))
    if isinstance(value, dict):
        return "…"
    for option in field.settings.get("values") or []:
        if option.get("value") == value:
            return label(option.get("label"))
    if isinstance(value, (int, float, Decimal)):
        return number(str(value))
    if field.settings.get("subtype") == "date":
        return _day(str(value))
    return str(value)[:LONGEST]


def _day(text: str) -> str:
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text[:LONGEST]  # what was sent is not checked yet
