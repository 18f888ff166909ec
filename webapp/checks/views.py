"""The checks of the house over HTTP: how often and by whom, and what was checked last."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from engine import clock, roles
from engine.errors import Refused
from processes.records import check_periods, orders, system_checks
from webapp import access
from webapp.checks import blueprint, queries
from webapp.database import db
from webapp.errors import sentence_of
from webapp.language import label

#: The role that a plan takes its checker from, unless somebody chooses another person.
CHECKER = "System checker"


@blueprint.get("/house-checks")
@access.needs("checks.see")
def checks() -> str:
    """The plans, the checks that were opened last, and the changes of processes."""
    return _page()


@blueprint.post("/house-checks/plans/<period>")
@access.needs("checks.plan")
def plan(period: str) -> Any:
    """Say whether the house is checked in this period, and by whom."""
    now = clock.now()
    try:
        system_checks.choose_plan(
            db.session,
            period,
            request.form.get("checker", ""),
            active=request.form.get("active") == "1",
            starts_on=orders.day(db.session, now),
            by=access.actor().login,
            now=now,
        )
    except Refused as refused:
        db.session.rollback()
        return _page(problem=sentence_of(refused)), 422
    flash(gettext("The plan is changed."), "done")
    return redirect(url_for("checks.checks", _anchor=period))


def _page(problem: str | None = None) -> str:
    people = queries.people(db.session)
    return render_template(
        "checks/checks.html",
        periods={period: label(words) for period, words in check_periods.LABELS.items()},
        plans={each.period: each for each in system_checks.plans(db.session)},
        people=[(each.login, each.name) for each in people],
        usual_checker=next((each.login for each in roles.members(db.session, CHECKER)), ""),
        names={each.login: each.name for each in people},
        recent=queries.recent_checks(db.session),
        changes=queries.recent_changes(db.session),
        problem=problem,
        now=clock.now(),
    )
