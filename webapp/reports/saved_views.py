"""Saved reports over HTTP: read one as it was then, export a table of it, delete it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine import clock
from processes.records import invoices, reports
from processes.records.reports import saved
from webapp import access
from webapp.database import db
from webapp.reports import blueprint, queries, sheets


@blueprint.get("/reports/saved/<int:key>")
@access.needs("reports.see")
def saved_report(key: int) -> str:
    """A report as it was when it was saved; ?print=1 without the frame of the pages."""
    row = saved.get(db.session, key)
    currency = invoices.currency(db.session)
    more = {"shell": {}} if request.args.get("print") else {}
    return render_template(
        "reports/saved.html",
        row=row,
        report=reports.find(row.report_id),
        sheets=[sheets.shown(each, currency) for each in row.result.sheets],
        people=queries.names(db.session, {row.saved_by}),
        now=clock.now(),
        **more,
    )


@blueprint.get("/reports/saved/<int:key>.csv")
@access.needs("reports.see")
def saved_csv(key: int) -> Any:
    """One table of a saved report as a file."""
    row = saved.get(db.session, key)
    return sheets.as_csv(row.result.sheets, request.args.get("sheet", 0, type=int), f"{row.report_id}-{key}")


@blueprint.post("/reports/saved/<int:key>/delete")
@access.needs("reports.keep")
def delete(key: int) -> Any:
    """Delete a saved report."""
    saved.delete(db.session, key, by=access.actor().login, now=clock.now())
    flash(gettext("The report is deleted."), "done")
    return redirect(url_for("reports.index"))
