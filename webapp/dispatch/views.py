"""The dispatch board over HTTP: its days, the page of a visit, and the one verb that moves it.

Whoever only goes out (dispatch.see) sees the own calendar; dispatchers (dispatch.use) see everybody's and move visits.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext

from engine import clock
from engine.errors import NotFound, Refused
from engine.sentences import _l
from processes.records import appointment_status, appointments, assignment, dispatching
from processes.records.appointments import Appointment
from webapp import access
from webapp.database import db
from webapp.dispatch import blueprint, drawing, queries, teams
from webapp.errors import sentence_of
from webapp.language import page_language
from webapp.plain_json import wants_json
from webapp.portal import times

WEEK = 7


class NoMoment(Refused):
    """Say when the visit begins, as a day and a time."""

    status = 422


class NoLength(Refused):
    """Say how many minutes the visit takes, as a whole number."""

    status = 422


@blueprint.get("")
@access.needs("dispatch.see")
def board() -> str:
    """A day, or a week from Monday, by person and crew; on a small screen, or where it is wanted, as a list."""
    now, rules = clock.now(), access.may("dispatch.use")
    day = times.read_day(request.args.get("day", "")) or times.local(now).date()
    is_week = request.args.get("span") == "week"
    of = (request.args.get("of") or None) if rules else access.actor().login
    found = queries.board(
        db.session, _days(day, is_week), now, of=of, language=page_language(), alone=not rules
    )
    wanted, waiting = queries.wanted(db.session) if rules else ([], 0)
    return render_template(
        "dispatch/board.html",
        board=found,
        drawn=drawing.plain(found, now, may_move=rules),
        drawing=drawing,
        day=day,
        today=times.local(now).date(),
        is_week=is_week,
        is_list=request.args.get("as") == "list",
        of=of if rules else None,
        step=timedelta(days=WEEK if is_week else 1),
        filters=queries.filters(db.session) if rules else [],
        conflicts=queries.conflicts(db.session, now) if rules else [],
        wanted=wanted,
        waiting=waiting,
        now=now,
        times=times,
    )


@blueprint.get("/visits/<int:key>")
@access.needs("dispatch.see")
def visit(key: int) -> str:
    """A visit: what, when, who, and a form that gives it another time or other people."""
    return _page(_see(key))


@blueprint.post("/visits/<int:key>/move")
@access.needs("dispatch.use")
def move(key: int) -> Any:
    """Move a visit: dragged to a row (`from`, `to`), or by the form (`lead`, `others`). Refused with a sentence; then it stays."""
    found = appointments.current(db.session, key)
    try:
        new = dispatching.move(
            db.session,
            found.key,
            _moment(request.form.get("start", "")),
            actor=access.actor(),
            now=clock.now(),
            people=_people(found),
            minutes=_minutes(request.form.get("minutes", "")),
        )
    except Refused as refused:
        if wants_json():
            raise
        db.session.rollback()
        return _page(_see(key), problem=sentence_of(refused), typed=request.form), refused.status
    said = gettext("The visit is on %(when)s.", when=times.in_words(new.starts_at, new.ends_at))
    if wants_json():
        return jsonify(said=said)
    flash(said, "done")
    return redirect(url_for("dispatch.board", day=times.local(new.starts_at).date().isoformat()), 303)


def _see(key: int) -> Appointment:
    """The visit that counts now, if this person may see it."""
    found = appointments.current(db.session, key, hold=False)
    goes = access.actor().login in appointments.people(db.session, found.key)
    if not goes and not access.may("dispatch.use"):
        raise NotFound(_NOT_YOURS)
    return found


def _page(found: Appointment, problem: str = "", typed: Any = None) -> str:
    people = appointments.people(db.session, found.key)
    status = found.status
    is_movable = found.is_open and status != appointment_status.ARRIVED
    return render_template(
        "dispatch/visit.html",
        visit=found,
        subject=drawing.subject(found),
        status=appointment_status.LABELS[status],
        tone=drawing.TONES.get(status, ""),
        people=people,
        names=queries.names(db.session, people),
        staff=assignment.staff(db.session, found.visit),
        why=_why(found),
        when=times.in_words(found.starts_at, found.ends_at),
        day=times.local(found.starts_at).date().isoformat(),
        start=times.local(found.starts_at).strftime("%Y-%m-%dT%H:%M"),
        may_move=is_movable and access.may("dispatch.use"),
        is_movable=is_movable,
        problem=problem,
        typed=typed,
    )


def _why(found: Appointment) -> Any:
    known = found.assigned_for.get("people")
    return assignment.sentence(db.session, found.assigned_for, page_language()) if known else None


def _days(day: date, is_week: bool) -> Sequence[date]:
    if not is_week:
        return [day]
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=each) for each in range(WEEK)]


def _moment(text: str) -> datetime:
    found = times.read(text)
    if found is None:
        raise NoMoment
    return found


def _minutes(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or len(text) > 4:
        raise NoLength
    return int(text)


def _people(found: Appointment) -> list[str] | None:
    lead, to_row = request.form.get("lead"), request.form.get("to")
    if lead:
        return [lead, *(each for each in request.form.getlist("others") if each != lead)]
    return teams.after(db.session, found, request.form.get("from", ""), to_row) if to_row else None


_NOT_YOURS = _l("There is no such visit, or it is somebody else's.")
