"""The settings of the house over HTTP: one page, one form a setting."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine import clock
from engine.errors import Refused
from processes import house_settings
from webapp import access
from webapp.database import db
from webapp.errors import sentence_of
from webapp.house import blueprint


@blueprint.get("/settings")
@access.needs("settings.change")
def settings() -> str:
    """Every setting with what counts now."""
    return _page()


@blueprint.post("/settings/<name>")
@access.needs("settings.change")
def choose(name: str) -> Any:
    """Change one setting. What was typed stays when it is refused."""
    setting = house_settings.find(name)
    given = {each.key: _given(each) for each in setting.fields}
    try:
        house_settings.choose(db.session, setting, given, by=access.actor().login, now=clock.now())
    except Refused as refused:
        db.session.rollback()
        return _page(problem=sentence_of(refused), typed={name: given}), 422
    flash(gettext("The setting is changed."), "done")
    return redirect(url_for("house.settings", _anchor=name))


def _given(field: house_settings.Field) -> Any:
    if field.kind == "term":
        unit = request.form.get(f"{field.key}.unit", "")
        number = request.form.get(field.key, "").strip()
        return (
            unit.format(number)
            if unit in house_settings.UNITS and number.isascii() and number.isdigit()
            else ""
        )
    if field.kind == "switch":
        return request.form.get(field.key) == "1"
    return request.form.get(field.key, "")


def _page(*, problem: str | None = None, typed: dict[str, dict[str, Any]] | None = None) -> str:
    shown = []
    for setting in house_settings.SETTINGS:
        values = house_settings.values(db.session, setting)
        # A term that was refused is shown as it was before: the sentence names it.
        for key, value in ((typed or {}).get(setting.name) or {}).items():
            if value != "" or next(each for each in setting.fields if each.key == key).kind == "text":
                values[key] = value
        shown.append((setting, values))
    return render_template(
        "house/settings.html",
        shown=shown,
        problem=problem,
        units={pattern: gettext(words) for pattern, words in house_settings.UNITS.items()},
        parts=house_settings.term_parts,
        roles=house_settings.roles_to_choose(db.session),
    )
