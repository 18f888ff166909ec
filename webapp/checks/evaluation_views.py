"""The new diagram of a change over HTTP: take the one in force, upload the changed one, look what it changes."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from engine import clock
from engine.errors import NotFound, Refused
from engine.sentences import _l
from processes.records import audit, process_changes
from processes.records.process_changes import ProcessChange
from webapp import access
from webapp.checks import blueprint, queries
from webapp.database import db
from webapp.errors import sentence_of

_LARGEST_BYTES = 2 * 1024 * 1024
_NO_FILE = _l("Choose a file: a BPMN diagram of at most 2 MB.")


@blueprint.get("/evaluations/<order_no>")
@access.needs("checks.see")
def evaluation(order_no: str) -> str:
    """What an evaluation proposes, and where its diagrams are."""
    return _page(order_no)


@blueprint.get("/evaluations/<order_no>/<which>.bpmn")
@access.needs("checks.see")
def diagram(order_no: str, which: str) -> Response:
    """The diagram that the change begins with (`before`), or its draft."""
    row = queries.change(db.session, order_no)
    before = queries.in_force(db.session, row.process_id, row.base_version)
    body = row.draft if which == "draft" else before.xml if which == "before" and before else None
    if body is None:
        raise NotFound(gettext("There is no such diagram."))
    response = make_response(body)
    response.content_type = "application/xml"
    name = f"{row.process_id}-{'draft' if which == 'draft' else row.base_version}.bpmn"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.post("/evaluations/<order_no>/draft")
@access.needs("processes.change")
def upload(order_no: str) -> Any:
    """Upload the changed diagram. The gate checks it first; when it finds something nothing is kept."""
    given = request.files.get("diagram")
    body = given.read(_LARGEST_BYTES + 1) if given else b""
    now, login = clock.now(), access.actor().login
    try:
        if not 0 < len(body) <= _LARGEST_BYTES:
            raise Refused(_NO_FILE)
        audit.acting(db.session, login, now)
        process_changes.draft(db.session, order_no, body, by=login, now=now)
    except Refused as refused:
        db.session.rollback()
        return _page(order_no, problem=sentence_of(refused)), 422
    flash(gettext("The diagram is uploaded, and it would execute."), "done")
    return redirect(url_for("checks.evaluation", order_no=order_no))


def _page(order_no: str, problem: str | None = None) -> str:
    row = queries.change(db.session, order_no)
    return render_template(
        "checks/evaluation.html",
        row=row,
        proposals=process_changes.PROPOSALS,
        names={each.login: each.name for each in queries.people(db.session)},
        changes=_changes(row),
        may_upload=access.may("processes.change") and _waits_for_a_draft(row),
        problem=problem,
        now=clock.now(),
    )


def _waits_for_a_draft(row: ProcessChange) -> bool:
    return row.decision == "approved" and row.published_version is None and row.cancelled_at is None


def _changes(row: ProcessChange) -> list[str]:
    """What the draft changes in the steps; nothing when there is none, or it is in force by now."""
    if row.draft is None or row.published_version is not None:
        return []
    try:
        return process_changes.check(db.session, row, row.draft)
    except process_changes.DraftRefused as refused:
        return [sentence_of(refused)]
