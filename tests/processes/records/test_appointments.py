"""Appointments: what keeps a time, through which statuses it goes, who may go, and what a move leaves behind."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, exc, insert, select, update
from sqlalchemy.orm import Session

from engine import database, errors, roles
from processes.records import (
    appointment_status,
    appointments,
    audit,
    capacity,
    dispatching,
    resources,
    skills,
    staff_times,
)
from processes.records.appointment_status import AppointmentChange
from processes.records.capacity import CapacityUse
from processes.records.visits import Visit
from tests.processes import visiting
from tests.processes.visiting import NOW, VISIT, at


@pytest.fixture
def session(session: Session) -> Session:
    visiting.company(session)
    return session


def _book(session: Session, hour: float, people: list[str], visit: Visit = VISIT) -> appointments.Appointment:
    return appointments.book(session, visit, at(hour), people, by="dispatcher", now=NOW)


def _taken(session: Session, appointment: appointments.Appointment) -> int:
    query = select(CapacityUse).where(CapacityUse.appointment_key == appointment.key)
    return len(session.scalars(query).all())


def test_whoever_is_booked_has_no_time_for_anything_else(session):
    first = _book(session, 10, ["anna"])

    with pytest.raises(errors.BusinessError) as refused:
        _book(session, 10.75, ["anna"])

    assert refused.value.code == appointments.SLOT_TAKEN
    assert "Anna is no longer free at 2026-11-23, 10:45" in str(refused.value.sentence)
    # The half of a team that had time keeps none of it.
    with pytest.raises(errors.BusinessError):
        _book(session, 10.5, ["boris", "anna"], Visit("repair", 60, None, None, 2))
    assert _taken(session, first) == 4
    assert _taken(session, _book(session, 10.5, ["boris"])) == 4
    assert _taken(session, _book(session, 11, ["anna"])) == 4


def test_a_van_for_two_takes_part_in_two_and_not_in_three(session):
    resources.put(session, "van", resources.VEHICLE, "shop", name="Van", capacity=2)
    roles.add_person(session, "vera", "Vera", ["Delivery"])
    resources.put(session, "vera", resources.PERSON, "shop")
    delivery = Visit("delivery", 30)

    for login in ("anna", "boris"):
        appointments.book(session, delivery, at(9), [login], vehicles=["van"], by="x", now=NOW)
    with pytest.raises(errors.BusinessError, match="Van is no longer free"):
        appointments.book(session, delivery, at(9), ["vera"], vehicles=["van"], by="x", now=NOW)


def test_nobody_goes_without_the_skill_on_the_day_of_the_visit(session):
    _book(session, 9, ["boris"])

    with pytest.raises(errors.BusinessError, match="Boris is not qualified for Washing machines") as refused:
        appointments.book(session, VISIT, at(9) + timedelta(days=8), ["boris"], by="x", now=NOW)

    assert refused.value.code == appointments.NOT_QUALIFIED


def test_a_visit_goes_through_its_statuses_and_tells_whether_it_was_late(session):
    visit = _book(session, 9, ["anna"])
    tolerance = timedelta(minutes=15)

    late = appointments.arrive(session, visit, by="anna", now=at(9.5), tolerance=tolerance)
    again = appointments.arrive(session, visit, by="anna", now=at(11), tolerance=tolerance)
    appointments.finish(session, visit, by="anna", now=at(9.75))

    assert (late, again, visit.arrived_at) == (True, True, at(9.5))
    assert [each.to_status for each in appointment_status.history(session, visit.key)] == [
        "tentative", "confirmed", "en_route", "arrived", "done",
    ]  # fmt: skip
    # The last quarter of an hour was not needed.
    assert _taken(session, visit) == 3
    with pytest.raises(errors.BusinessError, match='is "Done"'):
        appointments.no_show(session, visit, by="anna", now=at(12))
    assert appointments.cancel(session, visit, by="anna", now=at(12)) is False


def test_an_expired_certificate_cannot_complete_a_visit(session):
    visit = _book(session, 9, ["anna"])
    for each in skills.of_person(session, "anna"):
        each.end(date(2026, 11, 22))

    with pytest.raises(errors.BusinessError) as refused:
        appointments.finish(session, visit, by="anna", now=at(10))

    assert refused.value.code == appointments.NOT_QUALIFIED


def test_a_move_leaves_the_old_time_behind_and_a_refused_move_changes_nothing(session):
    visit = _book(session, 9, ["anna"])
    appointments.confirm(session, visit, by="customer", now=NOW)
    _book(session, 14, ["anna"])

    with pytest.raises(errors.BusinessError):
        appointments.move(session, visit, at(14.5), by="x", now=NOW)
    assert (visit.status, _taken(session, visit)) == ("confirmed", 4)
    # By half an hour: its own time is not in its way.
    new = appointments.move(session, visit, at(9.5), by="x", now=NOW)

    assert (visit.status, _taken(session, visit)) == ("rescheduled", 0)
    assert (new.status, new.replaces, _taken(session, new)) == ("confirmed", visit.key, 4)
    assert appointments.current(session, visit.key) is new
    with pytest.raises(errors.BusinessError):
        appointments.move(session, visit, at(16), by="x", now=NOW)


def test_the_dispatcher_moves_within_the_rules_and_hears_in_a_sentence_what_is_against_them(session):
    roles.add_person(session, "rep", "Rep", ["Representative"])
    resources.put(session, "rep", resources.PERSON, "shop")
    visit, actor = _book(session, 9, ["anna"]), roles.Actor("dispatcher", "D. S.", frozenset())
    _book(session, 11, ["boris"])

    def move(hour: float, people: list[str] | None = None, now=NOW):
        return dispatching.move(session, visit.key, at(hour), people=people, actor=actor, now=now)

    with pytest.raises(errors.Refused, match="Boris is no longer free"):
        move(11, ["boris"])
    with pytest.raises(errors.Refused, match="Rep does not go to visits of the kind"):
        move(9, ["rep"])
    with pytest.raises(errors.Refused, match="is over already"):
        move(9, now=at(9))
    assert move(9, ["anna"]) is visit
    new = move(15, ["boris"])

    assert (appointments.people(session, new.key), new.assigned_for["way"]) == (["boris"], "by_hand")
    staff_times.be_absent(session, "boris", at(12), at(24), "sick")
    assert dispatching.conflicts(session, NOW) == [new]
    assert appointments.in_the_way(session, "boris", at(12), at(24)) == [new]


def test_a_delivery_that_is_moved_by_hand_takes_the_van_that_is_free_then(session):
    resources.put(session, "van-2", resources.VEHICLE, "shop", name="Van 2")
    delivery, actor = Visit("delivery", 60), roles.Actor("dispatcher", "D. S.", frozenset())
    first = appointments.book(session, delivery, at(9), ["anna"], vehicles=["van"], by="x", now=NOW)
    appointments.book(session, delivery, at(14), ["boris"], vehicles=["van"], by="x", now=NOW)

    later = dispatching.move(session, first.key, at(14), actor=actor, now=NOW)
    back = dispatching.move(session, first.key, at(9), actor=actor, now=NOW)

    assert appointments.vehicles(session, later.key) == ["van-2"]
    assert appointments.vehicles(session, back.key) == ["van-2"]
    staff_times.be_absent(session, "van-2", at(12), at(24), "out_of_use")
    with pytest.raises(errors.Refused, match="Van, Van 2 is no longer free"):
        dispatching.move(session, first.key, at(14.5), actor=actor, now=NOW)


def test_cancelling_the_order_frees_the_time(session):
    visit = _book(session, 9, ["anna"])

    assert appointments.cancel(session, visit, by="manager", now=NOW, reason="No money") is True

    assert _taken(session, visit) == 0
    assert appointment_status.history(session, visit.key)[-1].reason == "No money"
    assert audit.of(session, "appointment", visit.key)[-1].after == {"status": "cancelled"}


@pytest.mark.parametrize(
    ("wrong", "refused_by"),
    [
        ("unit", "ck_capacity_use_unit|unit"),
        ("twice", "capacity_use"),
        ("jump", "transition"),
        ("shrink", "unit"),
        ("change", "only grows"),
    ],
)
def test_the_database_itself_refuses_what_goes_around_the_records(
    any_database: Engine, wrong: str, refused_by: str
) -> None:
    with database.transaction(any_database) as session:
        visiting.company(session)
        visit = appointments.book(session, VISIT, at(9), ["anna"], by="x", now=NOW)
        resources.put(session, "van", resources.VEHICLE, "shop", capacity=2)
        for login in ("anna", "boris"):
            appointments.book(
                session, Visit("delivery", 30), at(12), [login], vehicles=["van"], by="x", now=NOW
            )
        row = {
            "resource_id": "anna",
            "quarter": capacity.quarters(at(9), at(10)).start,
            "unit": 1,
            "capacity": 1,
            "appointment_key": visit.key,
        }
        change = {
            "appointment_key": visit.key, "number": 2, "previous_number": 1, "from_status": "tentative",
            "to_status": "arrived", "at": NOW, "by": "x",
        }  # fmt: skip
    statements = {
        "unit": insert(CapacityUse).values(row | {"unit": 2}),
        "twice": insert(CapacityUse).values(row),
        "jump": insert(AppointmentChange).values(change),
        "shrink": update(resources.Resource)
        .where(resources.Resource.resource_id == "van")
        .values(capacity=1),
        "change": update(AppointmentChange).values(to_status="confirmed"),
    }

    with (
        pytest.raises(exc.DatabaseError, match=refused_by),
        database.transaction(any_database) as session,
    ):
        session.execute(statements[wrong])
