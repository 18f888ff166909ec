"""The dispatch board over HTTP: who sees what, what moves and what is refused, which steps go along."""

from __future__ import annotations

import json
import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

import engine.database
from engine import clock, instances, roles, settings
from engine.tables import UserTask
from processes.records import appointments, orders, resources, staff_times, visits
from processes.records.appointments import Appointment
from processes.records.ledger import Posting
from tests.processes import repair_shop


@pytest.fixture
def tuesday(database) -> datetime:
    """Nine o'clock by the clock of the shop on a Tuesday that is no holiday, a few weeks from now."""
    with engine.database.reading(database) as session:
        calendar = settings.calendar(session)
    day = clock.now().date() + timedelta(days=14)
    while day.weekday() != 1 or calendar.is_holiday(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(9), ZoneInfo(calendar.time_zone))


@pytest.fixture
def visit(database, tuesday):
    """visit(people, hour): the key of a repair on site, booked and confirmed on that Tuesday."""

    def book(people=("technician",), hour=9, kind=visits.REPAIR, **more) -> int:
        starts_at, now = tuesday.replace(hour=hour), clock.now()
        with engine.database.transaction(database) as session:
            made = appointments.book(
                session,
                visits.Visit(kind, 60, None, f"{hour} Flower Street"),
                starts_at,
                people,
                by="dispatcher",
                now=now,
                **more,
            )
            appointments.confirm(session, made, by="dispatcher", now=now)
            return made.key

    return book


def _board(visitor, login, tuesday, **more) -> tuple[str, dict]:
    address = f"/dispatch?day={tuesday.date()}" + "".join(f"&{name}={value}" for name, value in more.items())
    page = visitor(login).get(address)
    assert page.status_code == 200, page.text[:500]
    drawn = re.search(r'<script type="application/json">(.*?)</script>', page.text, re.S)
    return page.text, json.loads(drawn[1]) if drawn else {}


def _drag(visitor, key, start: datetime, login="dispatcher", **more):
    fields = {"start": start.strftime("%Y-%m-%dT%H:%M"), **more}
    return visitor(login).post(f"/dispatch/visits/{key}/move", fields, accept="application/json")


def _now(database, key) -> tuple[datetime, list[str]]:
    with engine.database.reading(database) as session:
        found = appointments.current(session, key, hold=False)
        return found.starts_at, appointments.people(session, found.key)


def test_the_dispatcher_sees_everybody_and_whoever_goes_out_only_the_own_visits(visitor, visit, tuesday):
    mine, others = visit(["technician"], 9), visit(["technician2"], 11)

    _, all_ = _board(visitor, "dispatcher", tuesday)
    page, own = _board(visitor, "technician", tuesday, of="technician2")

    assert {each["id"] for each in all_["visits"]} == {str(mine), str(others)}
    assert {"technician", "technician2", "crew-1", "van-1"} <= {each["id"] for each in all_["rows"]}
    assert [each["id"] for each in own["visits"]] == [str(mine)]
    assert [each["id"] for each in own["rows"]] == ["technician"]
    assert not own["mayMove"]
    assert "T. C." not in page
    assert visitor("technician").get(f"/dispatch/visits/{mine}").status_code == 200
    assert visitor("technician").get(f"/dispatch/visits/{others}").status_code == 404
    assert _drag(visitor, mine, tuesday.replace(hour=14), login="technician").status_code == 403
    assert visitor("cashier").get("/dispatch").status_code == 403


def test_the_week_has_seven_days_and_can_be_of_one_crew(visitor, visit, tuesday):
    together = visit(["installer", "technician2"], kind=visits.INSTALLATION)
    visit(["technician"])

    _, week = _board(visitor, "manager", tuesday, span="week", of="crew-1")

    assert week["span"] == "week"
    assert week["day"] == str(tuesday.date() - timedelta(days=1))
    assert [each["id"] for each in week["rows"]] == ["crew-1", "installer", "technician2"]
    [shown] = week["visits"]
    assert shown["id"] == str(together)
    assert set(shown["rows"]) == {"crew-1", "installer", "technician2"}
    assert {each["start"][10:] for each in week["gaps"]} == {"T00:00:00"}


def test_absences_and_hours_without_work_are_shaded(visitor, database, tuesday):
    with engine.database.transaction(database) as session:
        until = tuesday.replace(hour=0) + timedelta(days=2)
        staff_times.be_absent(session, "technician", tuesday.replace(hour=0), until, staff_times.SICK)

    page, drawn = _board(visitor, "dispatcher", tuesday)

    gaps = [each for each in drawn["gaps"] if each["row"] == "technician"]
    assert any(each["words"].startswith("Ill until") for each in gaps)
    evening = {each["start"][11:16] for each in drawn["gaps"] if each["row"] == "technician2"}
    assert evening == {"00:00", "18:00"}
    assert "Ill until" in page


def test_a_visit_is_dragged_to_another_time_and_pressed_twice_it_moves_once(
    visitor, database, visit, tuesday
):
    key, later = visit(), tuesday.replace(hour=14)

    answers = [_drag(visitor, key, later, **{"from": "technician", "to": "technician"}) for _ in range(2)]

    assert [each.status_code for each in answers] == [200, 200]
    assert "14:00" in answers[0].json["said"]
    assert _now(database, key) == (later, ["technician"])
    with engine.database.reading(database) as session:
        assert len(session.scalars(select(Appointment)).all()) == 2


def test_a_visit_is_dragged_to_a_colleague_and_to_a_crew(visitor, database, visit, tuesday):
    key = visit(kind=visits.INSTALLATION, people=["installer"])

    alone = _drag(visitor, key, tuesday, **{"from": "installer", "to": "technician2"})
    after_one = _now(database, key)
    crew = _drag(visitor, key, tuesday, **{"from": "technician2", "to": "crew-1"})

    assert (alone.status_code, crew.status_code) == (200, 200)
    assert after_one == (tuesday, ["technician2"])
    assert _now(database, key) == (tuesday, ["installer", "technician2"])


@pytest.mark.parametrize(
    ("hour", "to", "sentence"),
    [
        (11, "technician2", "no longer free"),
        (9, "representative", "does not go to visits of the kind"),
        (9, "van-1", "is a vehicle"),
        (-1, "technician", "is over already"),
    ],
)
def test_what_the_rules_refuse_is_said_and_the_visit_stays(
    visitor, database, visit, tuesday, hour, to, sentence
):
    key = visit()
    visit(["technician2"], 11)
    start = tuesday.replace(hour=hour) if hour >= 0 else tuesday - timedelta(days=60)

    refused = _drag(visitor, key, start, **{"from": "technician", "to": to})

    assert 400 <= refused.status_code < 500
    assert sentence in refused.json["detail"]
    assert _now(database, key) == (tuesday, ["technician"])


def test_the_form_moves_too_and_keeps_what_was_typed_when_it_is_refused(visitor, database, visit, tuesday):
    key = visit()
    visit(["technician2"], 11)
    form = {"start": f"{tuesday.date()}T11:00", "minutes": "90", "lead": "technician2"}
    browser = visitor("dispatcher")

    refused = browser.post(f"/dispatch/visits/{key}/move", form)
    nothing = browser.post(f"/dispatch/visits/{key}/move", form | {"start": "soon"})
    done = browser.post(f"/dispatch/visits/{key}/move", form | {"start": f"{tuesday.date()}T15:00"})

    assert refused.status_code >= 400
    assert "no longer free" in refused.text
    assert 'value="90"' in refused.text
    assert nothing.status_code == 422
    assert done.status_code == 303
    assert done.location == f"/dispatch?day={tuesday.date()}"
    assert _now(database, key) == (tuesday.replace(hour=15), ["technician2"])


def test_a_visit_in_an_absence_stands_on_top_until_it_has_other_people(visitor, database, visit, tuesday):
    key = visit()
    with engine.database.transaction(database) as session:
        staff_times.be_absent(
            session, "technician", tuesday, tuesday + timedelta(hours=5), staff_times.TRAINING
        )

    before, drawn = _board(visitor, "dispatcher", tuesday)
    own, _ = _board(visitor, "technician", tuesday)
    assert _drag(visitor, key, tuesday, **{"from": "technician", "to": "technician2"}).status_code == 200
    after, _ = _board(visitor, "dispatcher", tuesday)

    assert "1 visit needs another time or other people." in before
    assert "is not there: Training" in before
    assert drawn["visits"][0]["tone"] == "bad"
    assert "needs another time" not in own
    assert "needs another time" not in after


def test_the_open_step_of_the_visit_follows_to_whoever_answers_for_it_now(visitor, database, visit, tuesday):
    now = clock.now()
    with engine.database.transaction(database) as session:
        row = instances.start(
            session,
            "sub_clarify",
            variables={},
            business_key="S-7001",
            actor=roles.actor(session, "manager"),
            now=now,
        )
        orders.open_order(
            session,
            Posting(row.key, "S-7001", "S-7001:open", now, "manager"),
            order_type="repair_on_site",
            customer_key=repair_shop.customer(session).key,
            device_key=None,
            repair_kind="paid",
            complaint="The dishwasher does not drain",
            place=orders.ON_SITE,
            address="9 Flower Street",
        )
        step = session.scalar(select(UserTask).where(UserTask.process_instance_key == row.key))
        step.assignee = "technician"
        step_key, instance_key = step.key, row.key
    key = visit(order_no="S-7001", process_instance_key=instance_key)

    def holder():
        with engine.database.reading(database) as session:
            return session.get_one(UserTask, step_key).assignee

    same = _drag(visitor, key, tuesday.replace(hour=10))
    at_first = holder()
    other = _drag(visitor, key, tuesday.replace(hour=10), **{"from": "technician", "to": "technician2"})

    assert (same.status_code, other.status_code) == (200, 200)
    assert (at_first, holder()) == ("technician", "technician2")


def test_a_visit_that_nobody_has_yet_waits_in_the_tray(visitor, database, tuesday):
    now = clock.now()
    with engine.database.transaction(database) as session:
        for each in resources.with_role(session, visits.ROLES[visits.REPAIR]):
            staff_times.be_absent(session, each.resource_id, now, now + timedelta(days=90), staff_times.OTHER)
        instances.start(
            session,
            "sub_schedule",
            variables={
                "visit_kind": "repair",
                "visit_minutes": 90,
                "visit_skill": None,
                "visit_address": "21 New Street",
                "visit_wanted_from": None,
                "visit_wanted_to": None,
                "visit_people": 1,
                "visit_ahead_hours": 0,
                "appointment_key": None,
            },
            business_key="S-7002",
            actor=roles.actor(session, "manager"),
            now=now,
        )

    page = visitor("dispatcher").text(f"/dispatch?day={tuesday.date()}")

    assert "Without a time 1 Repair at your place · S-7002 21 New Street · 1 h 30 min" in page
    assert "Choose a time" in page
    assert "S-7002" not in visitor("technician").text(f"/dispatch?day={tuesday.date()}")
