"""Deputies over HTTP: who stands in for me and for whom I stand in, appoint one by days, end it before its time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select

from engine import clock, deputies, versions
from engine.errors import Forbidden, NotFound, Refused
from engine.tables import Deputy, Person
from processes.records import audit
from webapp import access
from webapp.accounts import blueprint
from webapp.database import db
from webapp.errors import sentence_of
from webapp.language import label

#: Who may hand work to others may also say who stands in for somebody who cannot say it any more.
FOR_OTHERS = "user_tasks.assign"


@blueprint.get("/deputies")
@access.signed_in
def deputy_list() -> str:
    """Those that count now or later: mine, or everybody's for whoever appoints for others."""
    return _page()


@blueprint.post("/deputies")
@access.signed_in
def appoint_deputy() -> Any:
    """Appoint a deputy from a first day to a last one. What was typed stays when it is refused."""
    actor, now = access.actor(), clock.now()
    absent = request.form.get("absent", actor.login)
    if absent != actor.login and not access.may(FOR_OTHERS):
        raise Forbidden
    try:
        starts_at, ends_at = _days(request.form.get("first_day", ""), request.form.get("last_day", ""))
        row = deputies.appoint(
            db.session,
            absent,
            request.form.get("deputy", ""),
            starts_at=starts_at,
            ends_at=ends_at,
            process_id=request.form.get("process") or None,
            actor=actor,
            now=now,
        )
    except (Refused, NotFound) as refused:
        db.session.rollback()
        return _page(problem=sentence_of(refused), typed=request.form), 422
    told = {"absent": row.absent_login, "deputy": row.login, "process": row.process_id}
    term = {"from": row.starts_at.isoformat(), "until": row.ends_at.isoformat()}
    audit.changed(db.session, actor.login, Deputy.__tablename__, str(row.key), {}, told | term, now)
    flash(gettext("The deputy is appointed."), "done")
    return redirect(url_for("accounts.deputy_list"))


@blueprint.post("/deputies/<int:key>/end")
@access.signed_in
def end_deputy(key: int) -> Any:
    """Let it count no longer: the absent person, the deputy, and whoever appoints for others may say so."""
    actor, now = access.actor(), clock.now()
    row = db.session.get(Deputy, key)
    if row is None or not (actor.login in (row.absent_login, row.login) or access.may(FOR_OTHERS)):
        abort(404)
    deputies.end(db.session, key, now=now)
    ended = {"ended_at": row.ended_at.isoformat()}
    audit.changed(db.session, actor.login, Deputy.__tablename__, str(key), {"ended_at": None}, ended, now)
    flash(gettext("It counts no longer."), "done")
    return redirect(url_for("accounts.deputy_list"))


def _days(first: str, last: str) -> tuple[datetime, datetime]:
    """From the first moment of one day to the end of the other, on the company's clock."""
    zone = ZoneInfo(g.calendar.time_zone)
    try:
        begins, ends = date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise Refused(gettext("A first and a last day are needed.")) from None
    return datetime.combine(begins, time(), zone), datetime.combine(ends, time(), zone)


def _page(*, problem: str | None = None, typed: Any = None) -> str:
    actor, now = access.actor(), clock.now()
    for_others = access.may(FOR_OTHERS)
    people = db.session.execute(
        select(Person.login, Person.name).where(Person.active).order_by(Person.name, Person.login)
    )
    names = dict(people.all())
    zone = ZoneInfo(g.calendar.time_zone)
    rows = [
        (each, each.starts_at.astimezone(zone).date(), (each.ends_at - timedelta(seconds=1)).astimezone(zone))
        for each in deputies.ahead(db.session, now, None if for_others else actor.login)
    ]
    processes = {each.process_id: each.name for each in versions.all_in_force(db.session)}
    return render_template(
        "accounts/deputies.html",
        rows=[(each, first, last.date()) for each, first, last in rows],
        me=actor.login,
        for_others=for_others,
        names=names,
        processes=processes,
        choices=sorted(((key, label(name)) for key, name in processes.items()), key=itemgetter(1)),
        today=now.astimezone(zone).date(),
        typed=typed or {},
        problem=problem,
        now=now,
    )
