"""Places, skills, who has them, where people work and when, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors
from engine.calendars import WEEKDAYS
from engine.sentences import Sentence, _l
from engine.tables import Person
from processes.exchange.sheet import ADDED, CHANGED, LANGUAGES, SAME, Field, Sheet, change
from processes.records import locations, resources, skills, staff_times, zones
from processes.records.locations import Location
from processes.records.resources import Resource
from processes.records.skills import Qualification, Skill
from processes.records.staff_times import Shift
from processes.records.zones import Zone

_NO_HOURS = _l('{day}: expected hours such as 09:00-13:00 14:00-18:00, but found "{found}".')
_NO_PERSON = _l('Nobody has the login "{login}". Add the person first.')
_NO_DAYS = _l('Expected days such as 2026-12-25 2026-12-26, but found "{found}".')


def _read_locations(session: Session) -> Iterator[dict[str, Any]]:
    for row in session.scalars(select(Location).order_by(Location.location_id)):
        hours = {day: " ".join("-".join(shift) for shift in row.week.get(day, ())) for day in WEEKDAYS}
        facts = {
            name: getattr(row, name) for name in ("name", "address", "country", "subdivision", "time_zone")
        }
        yield {"location": row.location_id, **facts, **hours, "free_days": " ".join(row.free_days)}


def _write_location(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> str:
    (values,) = rows
    known = next((each for each in _read_locations(session) if each["location"] == values["location"]), None)
    # An empty cell is what the export of nothing is.
    whole = {name: value or None for name, value in {**(known or {}), **values}.items()}
    if known is not None and whole == {name: value or None for name, value in known.items()}:
        return SAME
    locations.put(
        session,
        whole["location"],
        whole["name"],
        time_zone=whole["time_zone"],
        week={day: _hours(day, whole.get(day)) for day in WEEKDAYS},
        address=whole.get("address"),
        country=whole.get("country"),
        subdivision=whole.get("subdivision"),
        free_days=_days(whole.get("free_days")),
    )
    return ADDED if known is None else CHANGED


def _hours(day: str, text: str | None) -> list[list[str]]:
    shifts = [shift.split("-") for shift in (text or "").split()]
    if any(len(shift) != 2 for shift in shifts):
        raise errors.Refused(Sentence(_NO_HOURS, day=day, found=text))
    return shifts


def _days(text: str | None) -> list[date]:
    try:
        return [date.fromisoformat(day) for day in (text or "").split()]
    except ValueError:
        raise errors.Refused(Sentence(_NO_DAYS, found=text)) from None


def _read_skills(session: Session) -> Iterator[dict[str, Any]]:
    for row in skills.every(session):
        yield {"skill": row.skill_id, **{f"name_{each}": row.names.get(each) for each in LANGUAGES}}


def _write_skill(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> str:
    (values,) = rows
    known = session.get(Skill, values["skill"])
    names = dict(known.names) if known else {}
    names |= {each: values[f"name_{each}"] for each in LANGUAGES if f"name_{each}" in values}
    names = {language: name for language, name in names.items() if name}
    if known is not None and names == known.names:
        return SAME
    skills.put(session, values["skill"], names)
    return ADDED if known is None else CHANGED


def _read_qualifications(session: Session) -> Iterator[dict[str, Any]]:
    query = select(Qualification).order_by(
        Qualification.login, Qualification.skill_id, Qualification.valid_from
    )
    for row in session.scalars(query):
        facts = {
            name: getattr(row, name) for name in ("login", "valid_from", "valid_to", "level", "certificate")
        }
        yield {"skill": row.skill_id, **facts}


def _write_qualification(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> str:
    (values,) = rows
    _person(session, values["login"])
    named = {"login": values["login"], "skill_id": values["skill"], "valid_from": values["valid_from"]}
    facts = {name: values[name] for name in ("valid_to", "certificate") if name in values}
    known = session.scalar(select(Qualification).filter_by(**named))
    if known is None:
        skills.qualify(session, **named, level=values.get("level") or 1, **facts)
        return ADDED
    outcome = change(known, {**facts, **({"level": values["level"]} if values.get("level") else {})})
    session.flush()
    return outcome


def _read_zones(session: Session) -> Iterator[dict[str, Any]]:
    for row in session.scalars(select(Zone).order_by(Zone.zone_id)):
        people = " ".join(sorted(zones.people(session, row.zone_id)))
        yield {"zone": row.zone_id, "name": row.name, "words": "; ".join(row.words), "people": people}


def _write_zone(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> str:
    (values,) = rows
    known = next((each for each in _read_zones(session) if each["zone"] == values["zone"]), None)
    whole = {name: value or "" for name, value in {**(known or {}), **values}.items()}
    people = whole.get("people", "").split()
    for login in people:
        _person(session, login)
    if known is not None and whole == known:
        return SAME
    zones.put(session, whole["zone"], whole["name"], whole.get("words", "").split(";"), people)
    return ADDED if known is None else CHANGED


def _read_shifts(session: Session) -> Iterator[dict[str, Any]]:
    query = select(Shift).order_by(Shift.resource_id, Shift.weekday, Shift.day, Shift.start_minute, Shift.key)
    for row in session.scalars(query):
        yield {
            "who": row.resource_id,
            "weekday": None if row.weekday is None else WEEKDAYS[row.weekday],
            "day": row.day,
            "starts": _time(row.start_minute),
            "ends": _time(row.end_minute),
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
        }


def _write_shifts(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> str:
    who = rows[0]["who"]
    resources.get(session, who)
    here = [each for each in _read_shifts(session) if each["who"] == who]
    wanted = [{name: row.get(name) for name in ("who", *_SHIFT)} for row in rows]
    if sorted(map(_plain, here)) == sorted(map(_plain, wanted)):
        return SAME
    for row in staff_times.shifts(session, who):
        session.delete(row)
    session.flush()
    for row in wanted:
        _add_shift(session, who, row)
    return CHANGED if here else ADDED


def _add_shift(session: Session, who: str, row: Mapping[str, Any]) -> None:
    starts, ends = row["starts"] or time(), row["ends"] or time()
    if row["weekday"] is not None:
        weekday = [WEEKDAYS.index(row["weekday"])]
        staff_times.work_weekly(session, who, weekday, starts, ends, row["valid_from"], row["valid_to"])
    elif row["day"] is None:
        raise errors.Refused(_l("A shift needs a weekday or a day. Write one of them."))
    elif starts == ends == time():
        staff_times.free_on(session, who, row["day"])
    else:
        staff_times.work_on(session, who, row["day"], starts, ends)


def _time(minute: int) -> time:
    """A minute of the day; 00:00 also for midnight at its end."""
    return time(minute % 1440 // 60, minute % 60)


def _plain(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row.get(name) or "") for name in _SHIFT)


def _read_staff(session: Session) -> Iterator[dict[str, Any]]:
    members = resources.crews(session)
    for row in session.scalars(select(Resource).order_by(Resource.kind, Resource.resource_id)):
        yield {
            "who": row.resource_id,
            "kind": row.kind,
            "name": row.name,
            "location": row.location_id,
            "capacity": row.capacity,
            "members": " ".join(sorted(members.get(row.resource_id, ()))),
            "is_active": row.active,
        }


def _write_staff(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> str:
    (values,) = rows
    known = next((each for each in _read_staff(session) if each["who"] == values["who"]), None)
    given = {name: value for name, value in values.items() if value is not None}
    usual = {"capacity": 1, "members": "", "is_active": True, "name": values["who"]}
    whole = {**usual, **(known or {}), **given, "members": values.get("members") or ""}
    for login in whole["members"].split():
        _person(session, login)
    if known is not None and whole == known:
        return SAME
    locations.get(session, whole["location"])
    resources.put(
        session,
        whole["who"],
        whole["kind"],
        whole["location"],
        name=whole["name"],
        capacity=whole["capacity"],
        active=whole["is_active"],
        members=whole["members"].split(),
    )
    return ADDED if known is None else CHANGED


def _person(session: Session, login: str) -> None:
    if session.get(Person, login) is None:
        raise errors.Refused(Sentence(_NO_PERSON, login=login))


_SHIFT = ("weekday", "day", "starts", "ends", "valid_from", "valid_to")
_DAYS = {
    "mon": _l("Monday"),
    "tue": _l("Tuesday"),
    "wed": _l("Wednesday"),
    "thu": _l("Thursday"),
    "fri": _l("Friday"),
    "sat": _l("Saturday"),
    "sun": _l("Sunday"),
}
_NAMES = (
    Field("name_en", _l("Name in English"), required=True),
    Field("name_ro", _l("Name in Romanian")),
    Field("name_ru", _l("Name in Russian")),
)
_MAY = ("staff.see", "records.exchange")
SHEETS = (
    Sheet(
        "locations",
        _l("Locations"),
        _l(
            "Hours such as 09:00-13:00 14:00-18:00; an empty day is free. A country such as MD brings its public holidays."
        ),
        *_MAY,
        ("location",),
        (
            Field("location", _l("Location"), required=True),
            Field("name", _l("Name"), required=True),
            Field("address", _l("Address")),
            Field("country", _l("Country")),
            Field("subdivision", _l("Region")),
            Field("time_zone", _l("Time zone"), required=True),
            *(Field(day, label) for day, label in _DAYS.items()),
            Field("free_days", _l("Own holidays")),
        ),
        _read_locations,
        _write_location,
    ),
    Sheet(
        "skills",
        _l("Skills"),
        _l("What somebody must be able to do for a visit."),
        *_MAY,
        ("skill",),
        (Field("skill", _l("Skill"), required=True), *_NAMES),
        _read_skills,
        _write_skill,
    ),
    Sheet(
        "qualifications",
        _l("Qualifications"),
        _l("Who has which skill from when until when; without a last day it counts for good."),
        *_MAY,
        ("login", "skill", "valid_from"),
        (
            Field("login", _l("Person"), required=True),
            Field("skill", _l("Skill"), required=True),
            Field("valid_from", _l("Valid from"), "day", required=True),
            Field("valid_to", _l("Valid until"), "day"),
            Field("level", _l("Level"), "whole"),
            Field("certificate", _l("Certificate")),
        ),
        _read_qualifications,
        _write_qualification,
    ),
    Sheet(
        "zones",
        _l("Zones"),
        _l("Words of an address, by semicolons, and the people who work there."),
        *_MAY,
        ("zone",),
        (
            Field("zone", _l("Zone"), required=True),
            Field("name", _l("Name"), required=True),
            Field("words", _l("Words")),
            Field("people", _l("People")),
        ),
        _read_zones,
        _write_zone,
    ),
    Sheet(
        "staff",
        _l("Staff and vehicles"),
        _l("Who and what has a calendar: people by login, vehicles, crews with their members."),
        *_MAY,
        ("who",),
        (
            Field("who", _l("Who"), required=True),
            Field("kind", _l("Kind"), "choice", required=True, choices=tuple(resources.KINDS)),
            Field("name", _l("Name")),
            Field("location", _l("Location"), required=True),
            Field("capacity", _l("Visits at once"), "whole"),
            Field("members", _l("People")),
            Field("is_active", _l("In use"), "switch"),
        ),
        _read_staff,
        _write_staff,
    ),
    Sheet(
        "shifts",
        _l("Shifts"),
        _l(
            "All shifts of somebody come in together: those that the file does not have are gone. 00:00 to 00:00 is a free day."
        ),
        *_MAY,
        ("who", *_SHIFT),
        (
            Field("who", _l("Who"), required=True),
            Field("weekday", _l("Weekday"), "choice", choices=WEEKDAYS),
            Field("day", _l("Day"), "day"),
            Field("starts", _l("From"), "time", required=True),
            Field("ends", _l("Until"), "time", required=True),
            Field("valid_from", _l("Valid from"), "day"),
            Field("valid_to", _l("Valid until"), "day"),
        ),
        _read_shifts,
        _write_shifts,
        group=("who",),
    ),
)
