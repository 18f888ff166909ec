"""A new request: which processes I may start, the start form, and the start itself."""

from __future__ import annotations

from typing import Any

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext

from engine import clock, definitions, forms, instances
from engine import errors as engine_errors
from webapp import access, errors, headers
from webapp.database import db
from webapp.inbox import blueprint, orders, submissions
from webapp.plain_json import wants_json
from webapp.texts import shown


@blueprint.get("/orders/new")
@access.signed_in
def new_order() -> Any:
    """A card for each process that I may start."""
    found = definitions.startable(db.session, access.actor())
    return render_template("inbox/new_order.html", startable=found)


@blueprint.get("/orders/new/<process_id>")
@access.signed_in
def start_form(process_id: str) -> Any:
    """The start form; a process without one asks only whether to start."""
    return _page(_startable(process_id))


@blueprint.post("/orders/new/<process_id>")
@access.signed_in
def start_order(process_id: str) -> Any:
    """Start it, and go to its first step if that is mine."""
    actor, now = access.actor(), clock.now()
    found = _startable(process_id)
    sent = submissions.of(request)
    try:
        order = instances.start(
            db.session,
            process_id,
            submission=sent.answers if found.form else None,
            files=sent.files,
            actor=actor,
            now=now,
        )
    except forms.SubmissionInvalid as invalid:
        sentences = submissions.sentences(invalid)
        if wants_json():
            return jsonify(errors=sentences), 422
        db.session.rollback()
        problem = errors.Problem(422, gettext("The answers need a change."), " ".join(sentences.values()))
        return _page(_startable(process_id), problem=problem), 422
    submissions.attach_all(db.session, order.key, sent, actor=actor, now=now)
    flash(gettext("Request %(number)s is started.", number=order.business_key), "done")
    following = orders.next_for(db.session, order.key, actor)
    address = url_for("inbox.step", key=following.key) if following else url_for("inbox.order", key=order.key)
    return jsonify(go_to=address) if wants_json() else redirect(address)


def _page(found: definitions.Startable, problem: errors.Problem | None = None) -> str:
    form = None
    if found.form is not None:
        headers.allow_inline_styles()
        known = {"started_by": access.actor().login}
        data = found.form.initial(known, now=clock.now(), time_zone=g.calendar.time_zone)
        form = {"schema": shown.form(found.form.schema), "data": data}
    return render_template("inbox/start.html", found=found, form=form, problem=problem)


def _startable(process_id: str) -> definitions.Startable:
    for each in definitions.startable(db.session, access.actor()):
        if each.definition.process_id == process_id:
            if each.missing is not None:
                raise engine_errors.NotFound(each.missing)
            return each
    raise engine_errors.NotFound("There is no such process, or your roles do not start it.")
