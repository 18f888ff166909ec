"""Operations on appointments, as steps of an order call them: the day of the visit, the second visit, the cancelled order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import messages, operations, roles
from engine.operations import Step
from engine.tables import ProcessInstance
from processes.records import appointments, reversing, skills, staff_times
from processes.records.ledger import Posting
from processes.records.visits import Visit
from tests.processes import booked, visiting
from tests.processes.visiting import NOW, WASHING, at

_effects = count()
WANTED = {"visit_kind": "repair", "visit_minutes": 60, "visit_skill": WASHING}


@pytest.fixture
def step(session: Session) -> Step:
    """A step of an order, eight o'clock on a Monday."""
    visiting.company(session)
    booked.service(session, NOW, skill_id=WASHING)
    published = messages.publish(session, booked.MESSAGE, "", actor=roles.SYSTEM, now=NOW)
    row = session.get_one(ProcessInstance, published.process_instance_keys[0])
    return Step(row.key, row.business_key, "booked_visit", "any", "effect 0", "anna", NOW)


def _run(session: Session, step: Step, type: str, now: datetime = NOW, **inputs: Any) -> dict[str, Any]:
    own = replace(step, element_id=type, effect_key=f"effect {next(_effects)}", now=now)
    done = operations.attempt(session, operations.find(type), own, inputs)
    assert not isinstance(done, operations.Failed), done.sentence
    return done


def test_a_visit_is_found_reached_late_and_done(session, step):
    found = _run(session, step, "appointments.assign", **WANTED)
    key = found["appointment_key"]

    assert (found["visit_assigned"], found["visit_person"]) == (True, "anna")
    assert found["visit_starts_at"] == "2026-11-23T07:00:00+00:00"
    # At least half an hour of working time to answer, and no later than the visit.
    assert found["visit_call_at"] == "2026-11-23T07:00:00+00:00"
    assert _run(session, step, "appointments.confirm", appointment_key=key)["visit_status"] == "confirmed"
    assert _run(session, step, "appointments.set_out", appointment_key=key)["visit_status"] == "en_route"
    late = _run(session, step, "appointments.arrive", at(9.5), appointment_key=key)
    assert (late["late"], late["visit_arrived_at"]) == (True, "2026-11-23T07:30:00+00:00")
    assert _run(session, step, "appointments.done", at(10), appointment_key=key)["visit_status"] == "done"
    # What is over stays as it is, without an incident.
    assert _run(session, step, "appointments.no_show", at(11), appointment_key=key) == {
        "no_shows": 0,
        "visit_status": "done",
    }
    assert _run(session, step, "appointments.cancel", appointment_key=key) == {"visit_cancelled": False}


def test_who_was_not_there_is_counted_and_gets_a_new_time(session, step):
    first = _run(session, step, "appointments.assign", **WANTED)["appointment_key"]

    shown = _run(session, step, "appointments.no_show", at(9), appointment_key=first, reason="Door locked")
    second = _run(session, step, "appointments.assign", at(10), **WANTED, appointment_key=first)

    assert shown == {"no_shows": 1, "visit_status": "no_show"}
    assert second["appointment_key"] != first
    assert second["visit_starts_at"] == at(10).isoformat()


def test_what_was_booked_on_the_web_is_taken_over_and_not_booked_twice(session, step):
    kept = appointments.book(session, Visit("repair", 60, WASHING), at(15), ["boris"], by="customer", now=NOW)

    taken = _run(session, step, "appointments.assign", **WANTED, appointment_key=str(kept.key))

    assert (taken["appointment_key"], taken["visit_person"]) == (str(kept.key), "boris")
    assert kept.order_no == step.business_key
    # Another order does not get it.
    kept.order_no = "BV-9999"
    assert _run(session, step, "appointments.assign", **WANTED, appointment_key=str(kept.key))[
        "appointment_key"
    ] != str(kept.key)


def test_where_nobody_can_nothing_is_booked(session, step):
    for login in ("anna", "boris"):
        staff_times.be_absent(session, login, NOW, NOW + timedelta(days=40), "vacation")

    assert _run(session, step, "appointments.assign", **WANTED) == {"visit_assigned": False}
    offered = _run(session, step, "appointments.offer", **WANTED)

    assert offered["offered_visits"] == []
    assert [each["value"] for each in offered["offered_visit_people"]] == ["anna", "boris"]
    assert appointments.of_order(session, step.business_key) == []


def test_on_the_day_an_expired_certificate_is_found(session, step):
    key = _run(session, step, "appointments.assign", **WANTED)["appointment_key"]

    assert _run(session, step, "appointments.check_qualified", appointment_key=key)["visit_qualified"]
    skills.of_person(session, "anna")[0].end(date(2026, 11, 22))

    assert _run(session, step, "appointments.check_qualified", appointment_key=key) == {
        "visit_qualified": False,
        "visit_unqualified": ["Anna"],
    }


def test_a_moved_visit_is_read_as_it_is_now_and_a_cancelled_order_frees_it(session, step):
    first = _run(session, step, "appointments.assign", **WANTED)["appointment_key"]
    appointments.move(
        session, appointments.get(session, int(first)), at(14), people=["boris"], by="dispatcher", now=NOW
    )

    read = _run(session, step, "appointments.read", appointment_key=first)
    posting = Posting(step.process_instance_key, step.business_key, "cancel", NOW, "manager")

    assert (read["visit_person"], read["visit_starts_at"]) == ("boris", at(14).isoformat())
    assert reversing.cancel(session, posting, "No money") == 1
    assert reversing.cancel(session, posting, "No money") == 0
    assert [each.status for each in appointments.of_order(session, step.business_key)] == [
        "rescheduled",
        "cancelled",
    ]
