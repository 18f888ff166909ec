"""The calendar of a person for their telephone: made on their page, read by whoever has its address, withdrawn again."""

from __future__ import annotations

import html
import re
from datetime import datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import engine.database
from engine import clock
from engine.tables import Person
from processes.records import appointments, audit, visits
from processes.records.visits import Visit

ZONE = ZoneInfo("Europe/Chisinau")


def _visit(database, login: str, hour: int) -> datetime:
    """A repair at a customer's place on the next Monday."""
    now = clock.now()
    today = now.astimezone(ZONE).date()
    monday = today + timedelta(days=7 - today.weekday())
    starts_at = datetime.combine(monday, time(hour), ZONE)
    with engine.database.transaction(database) as session:
        visit = Visit(visits.REPAIR, 60, address="Flower street 9")
        appointments.book(session, visit, starts_at, [login], by="dispatcher", now=now)
    return starts_at


def _made(visitor) -> str:
    page = visitor.post("/me/calendar")
    assert page.status_code == 200
    address = html.unescape(re.search(r'value="([^"]+\.ics)"', page.text).group(1))
    assert address.startswith("http")
    return urlsplit(address).path


def test_the_address_shows_a_telephone_the_visits_of_its_person_without_signing_in(visitor, database):
    _visit(database, "technician2", 10)
    _visit(database, "representative", 14)
    address = _made(visitor("technician2"))

    answer = visitor().get(address, accept="*/*")

    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.count("BEGIN:VEVENT") == 1
    assert "LOCATION:Flower street 9" in answer.text and "SUMMARY:Repair at your place" in answer.text


def test_a_new_address_and_a_withdrawn_one_end_what_was_given_out(visitor, database):
    person = visitor("technician2")
    first = _made(person)
    second = _made(person)

    assert visitor().get(first).status_code == 404
    assert visitor().get(second).status_code == 200
    assert first not in person.get("/me").text and second not in person.get("/me").text
    assert person.post("/me/calendar/withdraw").status_code == 302
    assert visitor().get(second).status_code == 404
    with engine.database.reading(database) as session:
        rows = session.query(audit.AuditRow).filter_by(object_table="calendar_feed").all()
        assert {each.actor for each in rows} == {"technician2"}
        assert second.removeprefix("/calendar/").removesuffix(".ics") not in str(
            [each.after for each in rows]
        )


def test_somebody_who_left_shows_no_visits_and_who_guesses_is_soon_refused(visitor, database):
    _visit(database, "technician2", 10)
    address = _made(visitor("technician2"))
    with engine.database.transaction(database) as session:
        session.get_one(Person, "technician2").active = False

    assert "BEGIN:VEVENT" not in visitor().get(address).text
    guesses = [visitor().get(f"/calendar/{'a' * 42}{number % 10}.ics").status_code for number in range(31)]
    assert guesses[:30] == [404] * 30 and guesses[30] == 429
