"""The page of a person, vehicle or crew: qualifications, absences and shifts, with the forms that change them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy import select

from engine import clock, errors
from engine.sentences import _l
from engine.tables import Person
from processes.records import appointments, audit, locations, resources, skills, staff_times
from processes.records.orders import day
from processes.records.resources import Resource
from processes.records.skills import Qualification
from processes.records.staff_times import Absence, Shift
from processes.records.zones import Zone, ZonePerson
from webapp import access
from webapp.database import db
from webapp.errors import sentence_of
from webapp.language import label, page_language
from webapp.office import blueprint, staff_days

_BEHIND, _AHEAD = timedelta(days=30), timedelta(days=730)
LEVELS = (1, 2, 3, 4, 5)
WEEKDAYS = (
    _l("Monday"),
    _l("Tuesday"),
    _l("Wednesday"),
    _l("Thursday"),
    _l("Friday"),
    _l("Saturday"),
    _l("Sunday"),
)


@blueprint.get("/staff/<resource_id>")
@access.needs("staff.see")
def staff_card(resource_id: str) -> str:
    """What somebody can do, when they work and when they are away."""
    return _page(resources.get(db.session, resource_id))


@blueprint.post("/staff/<resource_id>/absences")
@access.needs("staff.change")
def add_absence(resource_id: str) -> Any:
    """Write an absence down, and say how many visits lie in it."""
    found, form, now = resources.get(db.session, resource_id), request.form, _acts()
    zone = locations.get(db.session, found.location_id).time_zone
    try:
        row = staff_times.be_absent(
            db.session,
            resource_id,
            staff_days.moment(form.get("starts_at", ""), zone),
            staff_days.moment(form.get("ends_at", ""), zone),
            form.get("kind", ""),
            form.get("note"),
        )
    except errors.Refused as refused:
        return _refused(resource_id, refused)
    flash(gettext("The absence is written down."), "done")
    visits = len(appointments.in_the_way(db.session, resource_id, max(row.starts_at, now), row.ends_at))
    if visits:
        said = ngettext(
            "%(num)s visit lies in this time: it needs another time or somebody else.",
            "%(num)s visits lie in this time: they need another time or somebody else.",
            visits,
        )
        flash(said, "warn")
    return redirect(url_for("office.staff_card", resource_id=resource_id))


@blueprint.post("/staff/<resource_id>/absences/<int:key>/end")
@access.needs("staff.change")
def end_absence(resource_id: str, key: int) -> Any:
    """Somebody is back, or does not go."""
    now = _acts()
    row = db.session.get(Absence, key)
    if row is None or row.resource_id != resource_id:
        abort(404)
    staff_times.end_absence(db.session, key, now=now)
    flash(gettext("The absence is over."), "done")
    return redirect(url_for("office.staff_card", resource_id=resource_id))


@blueprint.post("/staff/<resource_id>/qualifications")
@access.needs("staff.change")
def add_qualification(resource_id: str) -> Any:
    """Write down what somebody has learnt."""
    form, login = request.form, resources.get(db.session, resource_id).login
    _acts()
    level = form.get("level", 1, type=int)
    try:
        if login is None or level not in LEVELS:
            raise errors.Refused(gettext("A person and a level from 1 to 5 are needed."))
        skills.qualify(
            db.session,
            login,
            form.get("skill", ""),
            staff_days.a_day(form.get("valid_from", "")),
            staff_days.a_day(form["valid_to"]) if form.get("valid_to") else None,
            level=level,
            certificate=form.get("certificate"),
        )
    except errors.Refused as refused:
        return _refused(resource_id, refused)
    flash(gettext("The qualification is written down."), "done")
    return redirect(url_for("office.staff_card", resource_id=resource_id))


@blueprint.post("/staff/<resource_id>/qualifications/<int:key>/end")
@access.needs("staff.change")
def end_qualification(resource_id: str, key: int) -> Any:
    """A qualification counts until a last day."""
    _acts()
    row = db.session.get(Qualification, key)
    if row is None or row.login != resource_id:
        abort(404)
    try:
        row.end(staff_days.a_day(request.form.get("last_day", "")))
    except errors.Refused as refused:
        return _refused(resource_id, refused)
    flash(gettext("The qualification ends on that day."), "done")
    return redirect(url_for("office.staff_card", resource_id=resource_id))


def _acts() -> Any:
    now = clock.now()
    audit.acting(db.session, access.actor().login, now, request.remote_addr)
    return now


def _refused(resource_id: str, refused: errors.Refused) -> Any:
    sentence = sentence_of(refused)
    db.session.rollback()
    return _page(resources.get(db.session, resource_id), problem=sentence), 422


def _page(found: Resource, problem: str | None = None) -> str:
    session, now = db.session, clock.now()
    place = locations.get(session, found.location_id)
    rows = skills.of_person(session, found.login) if found.login else []
    absences = staff_times.absences(session, now - _BEHIND, now + _AHEAD, [found.resource_id])
    members = resources.crews(session).get(found.resource_id, [])
    return render_template(
        "office/staff.html",
        found=found,
        place=place,
        hours=staff_days.hours(place.calendar),
        kinds=resources.LABELS,
        skills={each.skill_id: each.name_in(page_language()) for each in skills.every(session)},
        qualifications=rows,
        absences=absences,
        absence_kinds=staff_times.ABSENCE_LABELS,
        absence_choices=[(kind, label(words)) for kind, words in staff_times.ABSENCE_LABELS.items()],
        shifts=staff_times.shifts(session, found.resource_id),
        shift_hours=_hours,
        weekdays=WEEKDAYS,
        zones=session.scalars(
            select(Zone.name)
            .join(ZonePerson)
            .where(ZonePerson.login == found.resource_id)
            .order_by(Zone.name)
        ).all(),
        members=session.scalars(
            select(Person.name).where(Person.login.in_(members)).order_by(Person.name)
        ).all(),
        levels=[(str(each), str(each)) for each in LEVELS],
        typed=request.form,
        problem=problem,
        today=day(session, now),
        now=now,
    )


def _hours(shift: Shift) -> str:
    if not shift.end_minute:
        return gettext("free")
    start, end = (f"{each // 60:02}:{each % 60:02}" for each in (shift.start_minute, shift.end_minute))
    return f"{start}–{end}"
