"""The step times of a process over HTTP: where orders wait, what takes long, what is done again, what is late."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template, request

from engine import clock, versions
from engine.sentences import _l
from processes.records import invoices, step_times
from processes.records.reports import numbers
from processes.records.reports.sheet import Column, Sheet
from webapp import access
from webapp.database import db
from webapp.reports import blueprint, queries, sheets

DAYS = (7, 30, 90, 365)
_COLUMNS = (
    Column(_l("Step"), "words"),
    Column(_l("Who"), "words"),
    Column(_l("Done"), "count"),
    Column(_l("Open"), "count"),
    Column(_l("Wait, minutes (median)"), "decimal"),
    Column(_l("Work, minutes (median)"), "decimal"),
    Column(_l("Done again"), "percent"),
    Column(_l("Late"), "percent"),
)
_ORDERS = (
    Column(_l("Process"), "words"),
    Column(_l("Orders completed"), "count"),
    Column(_l("Hours, median"), "decimal"),
    Column(_l("Hours, nine of ten"), "decimal"),
)


@blueprint.get("/step-times")
@access.needs("step_times.see")
def step_times_page() -> str:
    """The steps of one process over the last days, of all its versions or of one."""
    processes = versions.all_in_force(db.session)
    days = request.args.get("days", 30, type=int)
    days = days if days in DAYS else 30
    now = clock.now()
    names = {row.process_id: row.name for row in processes}
    process_id = request.args.get("process", "")
    if process_id not in names:
        process_id = queries.busiest(db.session, now - timedelta(days=days)) or ""
    all_versions = queries.versions_of(db.session, process_id)
    version = request.args.get("version", 0, type=int)
    chosen = (version,) if version in {row.version for row in all_versions} else ()
    asked = {"since": now - timedelta(days=days), "until": now, "versions": chosen}
    steps = step_times.of_process(db.session, process_id, **asked)
    hours = step_times.lead_hours(db.session, process_id, **asked)
    found = [
        Sheet(_l("Steps"), _COLUMNS, [_row(each) for each in steps]),
        Sheet(
            _l("Orders"),
            _ORDERS,
            [[names.get(process_id), len(hours), numbers.median(hours), numbers.p90(hours)]],
        ),
    ]
    currency = invoices.currency(db.session)
    return render_template(
        "reports/step_times.html",
        processes=processes,
        process_id=process_id,
        days=days,
        all_days=DAYS,
        versions=all_versions,
        version=chosen[0] if chosen else 0,
        sheets=[sheets.shown(each, currency) for each in found],
        has_steps=bool(steps),
        now=now,
    )


def _row(each: step_times.StepTimes) -> list[object]:
    return [
        each.name,
        each.lane,
        each.count,
        each.open,
        each.wait_minutes,
        each.work_minutes,
        each.rework_percent,
        each.late_percent,
    ]
