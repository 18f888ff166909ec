"""Import and export over HTTP. A file is checked first and shown with what it would do; a second press brings it in."""

from __future__ import annotations

import base64
import binascii
import zlib
from io import BytesIO
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import format_date, gettext

from engine import clock
from engine.errors import Forbidden, Refused
from processes import exchange
from processes.exchange import files
from webapp import access
from webapp.database import db
from webapp.errors import sentence_of
from webapp.exchange import blueprint
from webapp.language import label, say

_WRITERS = {
    "csv": ("text/csv; charset=utf-8", files.as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", files.as_xlsx),
}


@blueprint.get("/exchange")
@access.signed_in
def tables() -> str:
    """Every table that this person may see or bring in."""
    return _page()


@blueprint.get("/exchange/<name>.<ending>")
@access.signed_in
def export(name: str, ending: str) -> Any:
    """One table as a file."""
    sheet = _sheet(name, "permission")
    if ending not in _WRITERS:
        abort(404)
    media_type, write = _WRITERS[ending]
    content = write(sheet, exchange.rows(db.session, sheet))
    file_name = f"{name} {format_date(clock.now(), 'yyyy-MM-dd')}.{ending}"
    return send_file(BytesIO(content), media_type, as_attachment=True, download_name=file_name, max_age=0)


@blueprint.post("/exchange/<name>")
@access.signed_in
def bring_in(name: str) -> Any:
    """Check a file and show what it would do; with the checked content sent again, bring it in."""
    sheet = _sheet(name, "change")
    only_try = "content" not in request.form
    try:
        content = _uploaded() if only_try else _carried(request.form["content"])
        rows = files.read(sheet, content)
        brought = exchange.bring(
            db.session, sheet, rows, by=access.actor().login, now=clock.now(), only_try=only_try
        )
    except Refused as refused:
        db.session.rollback()
        return _page(problem=sentence_of(refused), of=sheet), 422
    if only_try or brought.problems:
        db.session.rollback()
        carried = base64.b64encode(zlib.compress(content)).decode() if not brought.problems else None
        return _page(of=sheet, brought=brought, carried=carried), 422 if brought.problems else 200
    flash(
        gettext(
            "%(table)s: %(added)s rows are new, %(changed)s changed, %(same)s stay as they are.",
            table=label(sheet.title),
            added=brought.added,
            changed=brought.changed,
            same=brought.same,
        ),
        "done",
    )
    return redirect(url_for("exchange.tables", _anchor=name))


def _sheet(name: str, what: str) -> exchange.Sheet:
    sheet = exchange.find(name)
    permission = getattr(sheet, what)
    if not access.may(permission):
        raise Forbidden(gettext("Your roles do not allow this table. Ask your administrator."))
    return sheet


def _uploaded() -> bytes:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Refused(gettext("Choose a file first: CSV or XLSX."))
    return file.stream.read(files.MOST_BYTES + 1)


def _carried(text: str) -> bytes:
    """The content that was checked, as the page carried it; `files.read` refuses what is too large."""
    try:
        unpacked = zlib.decompressobj().decompress(
            base64.b64decode(text, validate=True), files.MOST_BYTES + 1
        )
    except (zlib.error, binascii.Error, ValueError):
        raise Refused(gettext("The file has been lost on its way. Choose it again.")) from None
    return unpacked


def _page(**shown: Any) -> str:
    sheets = [each for each in exchange.SHEETS if access.may(each.permission) or access.may(each.change)]
    return render_template("exchange/tables.html", sheets=sheets, said=_said, **shown)


def _said(problem: exchange.Problem) -> str:
    return say(problem.sentence)
