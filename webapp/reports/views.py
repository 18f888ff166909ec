"""Reports over HTTP: choose one, choose its time, read it, export a table, print it, save it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine import clock
from engine.errors import Refused
from processes.records import invoices, reports
from processes.records.reports import saved
from webapp import access
from webapp.database import db
from webapp.errors import sentence_of
from webapp.reports import blueprint, queries, sheets


@blueprint.get("/reports")
@access.needs("reports.see")
def index() -> str:
    """The reports that there are, and those that were saved."""
    rows = saved.recent(db.session)
    return render_template(
        "reports/index.html",
        reports=reports.REPORTS,
        saved=rows,
        people=queries.names(db.session, {row.saved_by for row in rows}),
        now=clock.now(),
    )


@blueprint.get("/reports/<report_id>")
@access.needs("reports.see")
def report(report_id: str) -> Any:
    """A report, made now from what the address asks; ?print=1 without the frame of the pages."""
    found = reports.find(report_id)
    try:
        wanted = reports.asked(db.session, found, request.args, clock.now())
    except Refused as refused:
        usual = reports.asked(db.session, found, {}, clock.now())
        return _page(found, usual, problem=sentence_of(refused), typed=request.args), 422
    return _page(found, wanted)


@blueprint.get("/reports/<report_id>.csv")
@access.needs("reports.see")
def report_csv(report_id: str) -> Any:
    """One table of a report as a file."""
    found = reports.find(report_id)
    wanted = reports.asked(db.session, found, request.args, clock.now())
    result = reports.generate(db.session, found, wanted, clock.now())
    place = request.args.get("sheet", 0, type=int)
    return sheets.as_csv(result.sheets, place, f"{report_id}-{wanted.first}-{wanted.last}")


@blueprint.post("/reports/<report_id>")
@access.needs("reports.keep")
def save(report_id: str) -> Any:
    """Keep a report as it is now, with a name."""
    found = reports.find(report_id)
    now = clock.now()
    try:
        wanted = reports.asked(db.session, found, request.form, now)
        result = reports.generate(db.session, found, wanted, now)
        name = request.form.get("name", "")
        row = saved.save(
            db.session, report_id, name, wanted.to_json(), result, by=access.actor().login, now=now
        )
    except Refused as refused:
        db.session.rollback()
        usual = reports.asked(db.session, found, {}, now)
        return _page(found, usual, problem=sentence_of(refused), typed=request.form), 422
    flash(gettext("The report is saved."), "done")
    return redirect(url_for("reports.saved_report", key=row.key))


def _page(
    found: reports.Report, wanted: reports.Asked, *, problem: str | None = None, typed: Any = None
) -> str:
    result = reports.generate(db.session, found, wanted, clock.now())
    currency = invoices.currency(db.session)
    more = {"shell": {}} if request.args.get("print") else {}
    return render_template(
        "reports/report.html",
        report=found,
        wanted=wanted,
        asked=wanted.to_json(),
        typed=typed or wanted.to_json(),
        sheets=[sheets.shown(each, currency) for each in result.sheets],
        problem=problem,
        now=clock.now(),
        **more,
    )
