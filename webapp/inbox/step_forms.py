"""The form of a user task as its reader gets it: labels and products in their language, moments in the zone of the company."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from flask_babel import get_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import execution, forms, user_tasks, versions
from engine.roles import Actor
from engine.tables import FormDefinition, UserTask
from processes.records.products import Product
from webapp.texts import shown

#: How much of the variables is shown where there is no form.
_MOST_KNOWN, _LONGEST_KNOWN = 50, 300
#: Variables with products as options: the process writes them once, in the language of most who read them.
_PRODUCTS = ("offered_works", "offered_parts", "planned_works")


def read(
    session: Session, user_task: UserTask, actor: Actor, *, now: datetime, time_zone: str
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """(schema, data) for the viewer; None for a user task without a form."""
    form: forms.Form | None = versions.form_of(session, user_task)
    if form is None:
        return None
    schema = shown.form(schema_of(session, user_task))
    # Who answers is part of what the form sees: staff owe the evidence of a phone call.
    data = form.initial(user_tasks.variables(session, user_task, actor), now=now, time_zone=time_zone)
    return schema, {**data, **_products(session, data), **_moments(schema, data, time_zone)}


def known(session: Session, user_task: UserTask) -> list[tuple[str, str]]:
    """(name, value as text) of what a user task without a form works on: its inputs if it maps any, else all it sees."""
    instance = execution.look(session, user_task.process_instance_key)
    values = instance.work_variables(user_task.token_id)
    return [(name, _text(values[name])) for name in sorted(values)][:_MOST_KNOWN]


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= _LONGEST_KNOWN else text[: _LONGEST_KNOWN - 1] + "…"


def schema_of(session: Session, user_task: UserTask) -> dict[str, Any] | None:
    """The form-js JSON as it was bound to the user task."""
    reference = user_task.form or {}
    if reference.get("embedded"):
        return json.loads(reference["embedded"])
    if reference.get("key"):
        return json.loads(session.get_one(FormDefinition, reference["key"]).body)
    return None


def _products(session: Session, data: Mapping[str, Any]) -> dict[str, Any]:
    """The options that are products, named in the reader's language."""
    offered = {name: data[name] for name in _PRODUCTS if data.get(name)}
    if not offered:
        return {}
    skus = {option["value"] for options in offered.values() for option in options}
    language = str(get_locale() or "en")[:2]
    named = {
        each.sku: f"{each.name_in(language)} · {each.sku}"
        for each in session.scalars(select(Product).where(Product.sku.in_(sorted(skus))))
    }
    return {
        name: sorted(
            ({**option, "label": named.get(option["value"], option["label"])} for option in options),
            key=lambda option: option["label"],
        )
        for name, options in offered.items()
    }


def _moments(schema: Mapping[str, Any], data: Mapping[str, Any], time_zone: str) -> dict[str, Any]:
    """Moments that are only read. The viewer shows the day as it is written, so it is written as it is here."""
    zone = ZoneInfo(time_zone)
    return {
        name: datetime.fromisoformat(data[name]).astimezone(zone).isoformat(timespec="minutes")
        for name in _read_moments(schema.get("components", ()))
        if isinstance(data.get(name), str) and data[name]
    }


def _read_moments(components: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for each in components:
        if each.get("type") == "group":
            yield from _read_moments(each.get("components", ()))
        elif each.get("type") == "datetime" and each.get("subtype") == "datetime" and each.get("readonly"):
            yield each["key"]
