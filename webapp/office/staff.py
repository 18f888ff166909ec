"""Staff: who and what has a calendar, what they are qualified for, when they are away, where they work from."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext
from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from engine import clock
from engine.sentences import _l
from engine.tables import Person
from processes.records.locations import Location
from processes.records.orders import day
from processes.records.resources import CREW, LABELS, PERSON, VEHICLE, Resource
from processes.records.skills import Qualification, Skill
from processes.records.staff_times import ABSENCE_LABELS, Absence
from webapp.database import db
from webapp.language import day as day_in_words
from webapp.language import page_language
from webapp.office import lists, staff_days
from webapp.office.listing import Column, Filter, Link, Listing

#: A certificate is renewed in time when somebody hears of its end so long before.
SOON = timedelta(days=60)
_QUALIFICATIONS = Link(_l("Qualifications"), "office.qualifications", "shield-check")
_ABSENCES = Link(_l("Absences"), "office.absences", "calendar-clock")
_LOCATIONS = Link(_l("Locations"), "office.locations", "building-2")
_STAFF = Link(_l("Staff and vehicles"), "office.staff", "users")


def _files(sheet: str) -> Link:
    return Link(_l("Bring in"), "exchange.tables", "upload", "records.exchange", {"_anchor": sheet})


def _today() -> date:
    return day(db.session, clock.now())


def _words(*columns: Any) -> Any:
    def search(words: str) -> ColumnElement[bool]:
        return and_(
            *(or_(*(each.icontains(word, autoescape=True) for each in columns)) for word in words.split())
        )

    return search


def _card(resource_id: str) -> str:
    return url_for("office.staff_card", resource_id=resource_id)


def _is_away() -> ColumnElement[bool]:
    now = clock.now()
    return (
        select(Absence.key)
        .where(Absence.resource_id == Resource.resource_id, Absence.starts_at <= now, Absence.ends_at > now)
        .correlate(Resource)
        .exists()
    )


STAFF = Listing(
    name="staff",
    title=_l("Staff and vehicles"),
    permission="staff.see",
    icon="users",
    query=select(Resource, Location).join(Location, Location.location_id == Resource.location_id),
    key=Resource.resource_id,
    columns=(
        Column("name", _l("Name"), lambda row: row.Resource.name, sort=Resource.name),
        Column("kind", _l("Kind"), lambda row: LABELS[row.Resource.kind], "words", Resource.kind),
        Column("location", _l("Location"), lambda row: row.Location.name, sort=Location.name),
        Column(
            "capacity",
            _l("Visits at once"),
            lambda row: row.Resource.capacity,
            "number",
            Resource.capacity,
        ),
    ),
    default="name",
    search_hint=_l("Name, login or location"),
    search=_words(Resource.name, Resource.resource_id, Location.name),
    filters=(
        Filter("people", _l("People"), lambda: Resource.kind == PERSON),
        Filter("vehicles", _l("Vehicles"), lambda: Resource.kind == VEHICLE),
        Filter("crews", _l("Crews"), lambda: Resource.kind == CREW),
        Filter("away", _l("Away now"), _is_away, "warn"),
        Filter("unused", _l("Not in use"), lambda: Resource.active.is_(False)),
    ),
    empty=(_l("Nobody has a calendar yet"), _l("Bring in a table of staff and vehicles.")),
    card=lambda row: _card(row.Resource.resource_id),
    under=lambda row: None if row.Resource.active else (gettext("Not in use"), "warn"),
    links=(_QUALIFICATIONS, _ABSENCES, _LOCATIONS, _files("staff")),
)


def _expires_soon() -> ColumnElement[bool]:
    return Qualification.valid_to.between(_today(), _today() + SOON)


def _counts_now() -> ColumnElement[bool]:
    today = _today()
    return and_(
        Qualification.valid_from <= today,
        or_(Qualification.valid_to.is_(None), Qualification.valid_to >= today),
    )


def _under_qualification(row: Row[Any]) -> tuple[str, str] | None:
    last = row.Qualification.valid_to
    if last is None or last > _today() + SOON:
        return None
    if last < _today():
        return gettext("Expired"), "bad"
    return gettext("Expires soon"), "warn"


QUALIFICATIONS = Listing(
    name="qualifications",
    title=_l("Skills and qualifications"),
    permission="staff.see",
    icon="shield-check",
    query=select(Qualification, Skill, Person)
    .join(Skill, Skill.skill_id == Qualification.skill_id)
    .join(Person, Person.login == Qualification.login),
    key=Qualification.key,
    columns=(
        Column("person", _l("Person"), lambda row: row.Person.name, sort=Person.name),
        Column("skill", _l("Skill"), lambda row: row.Skill.name_in(page_language()), sort=Skill.skill_id),
        Column("level", _l("Level"), lambda row: row.Qualification.level, "number", Qualification.level),
        Column(
            "from",
            _l("Valid from"),
            lambda row: row.Qualification.valid_from,
            "day",
            Qualification.valid_from,
        ),
        Column(
            "to",
            _l("Valid until"),
            lambda row: row.Qualification.valid_to,
            "day",
            func.coalesce(Qualification.valid_to, date.max, type_=Qualification.valid_to.type),
        ),
        Column("certificate", _l("Certificate"), lambda row: row.Qualification.certificate, "code"),
    ),
    default="person",
    search_hint=_l("Person, skill or certificate"),
    search=_words(Person.name, Person.login, Skill.skill_id, Qualification.certificate),
    filters=(
        Filter("valid", _l("Valid today"), _counts_now),
        Filter("soon", _l("Expires soon"), _expires_soon, "warn"),
        Filter("expired", _l("Expired"), lambda: Qualification.valid_to < _today(), "bad"),
    ),
    empty=(_l("No qualifications yet"), _l("Write them down on the page of a person.")),
    card=lambda row: _card(row.Qualification.login),
    under=_under_qualification,
    links=(_STAFF, _files("qualifications")),
)

ABSENCES = Listing(
    name="absences",
    title=_l("Absences"),
    permission="staff.see",
    icon="calendar-clock",
    query=select(Absence, Resource).join(Resource, Resource.resource_id == Absence.resource_id),
    key=Absence.key,
    columns=(
        Column("name", _l("Name"), lambda row: row.Resource.name, sort=Resource.name),
        Column("kind", _l("Why"), lambda row: ABSENCE_LABELS[row.Absence.kind], "words", Absence.kind),
        Column("from", _l("From"), lambda row: row.Absence.starts_at, "moment", Absence.starts_at),
        Column("to", _l("Until"), lambda row: row.Absence.ends_at, "moment", Absence.ends_at),
        Column("note", _l("Note"), lambda row: row.Absence.note),
    ),
    default="-from",
    search_hint=_l("Name or note"),
    search=_words(Resource.name, Resource.resource_id, func.coalesce(Absence.note, "")),
    filters=(
        Filter(
            "now",
            _l("Away now"),
            lambda: and_(Absence.starts_at <= clock.now(), Absence.ends_at > clock.now()),
            "warn",
        ),
        Filter("ahead", _l("Ahead"), lambda: Absence.starts_at > clock.now()),
        Filter("over", _l("Over"), lambda: Absence.ends_at <= clock.now()),
    ),
    empty=(_l("Nobody was away yet"), _l("Write absences down on the page of a person or a vehicle.")),
    card=lambda row: _card(row.Resource.resource_id),
    links=(_STAFF, _files("absences")),
)


def _holidays(row: Row[Any]) -> str:
    return " · ".join(map(day_in_words, staff_days.next_holidays(row.Location.calendar, _today())))


LOCATIONS = Listing(
    name="locations",
    title=_l("Locations"),
    permission="staff.see",
    icon="building-2",
    query=select(Location),
    key=Location.location_id,
    columns=(
        Column("name", _l("Name"), lambda row: row.Location.name, sort=Location.name),
        Column("address", _l("Address"), lambda row: row.Location.address),
        Column(
            "country",
            _l("Country"),
            lambda row: " ".join(filter(None, (row.Location.country, row.Location.subdivision))),
            "code",
        ),
        Column("zone", _l("Time zone"), lambda row: row.Location.time_zone, sort=Location.time_zone),
        Column("hours", _l("Hours"), lambda row: staff_days.hours(row.Location.calendar)),
        Column("holidays", _l("Next holidays"), _holidays),
    ),
    default="name",
    search_hint=_l("Name or address"),
    search=_words(Location.name, Location.location_id, func.coalesce(Location.address, "")),
    empty=(_l("No locations yet"), _l("Bring in a table of locations.")),
    links=(_STAFF, _files("locations")),
)
for _shown in (STAFF, QUALIFICATIONS, ABSENCES, LOCATIONS):
    lists.add(_shown)
