"""Eight processes want the last free time at once: one gets it, the others are told (I23). A variant that only looks first fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from engine import database
from engine.keys import new_key
from processes.records import appointment_status, appointments, assignment, capacity, free_slots
from processes.records.appointments import Appointment, AppointmentResource
from processes.records.visits import Visit
from tests.processes import at_once, visiting
from tests.processes.visiting import NOW, VISIT, at

Book = Callable[[Session, int], str]


def _set_up(engine: Engine) -> None:
    with database.transaction(engine) as session:
        visiting.company(session, people=("anna",))


def _asks_the_database(session: Session, _number: int) -> str:
    appointments.book(session, VISIT, at(9), ["anna"], by="x", now=NOW)
    return "booked"


def _looks_and_writes_down(session: Session, number: int) -> str:
    """The broken variant: it found the time free a moment ago, and keeps no row that the database could refuse."""
    appointment = Appointment(
        key=new_key() * 10 + number, visit_kind="repair", starts_at=at(9), ends_at=at(10), status="tentative",
        assigned_for={}, made_at=NOW, made_by="x",
    )  # fmt: skip
    session.add(appointment)
    session.flush()
    session.add(AppointmentResource(appointment_key=appointment.key, number=1, resource_id="anna"))
    return "booked"


def _overlaps(engine: Engine) -> int:
    """How many pairs of open appointments have the same person at the same moment."""
    one, other = Appointment.__table__.alias("one"), Appointment.__table__.alias("other")
    of_one, of_other = (
        AppointmentResource.__table__.alias(name) for name in ("resource_of_one", "resource_of_other")
    )
    query = (
        select(func.count())
        .select_from(one)
        .join(of_one, of_one.c.appointment_key == one.c.key)
        .join(of_other, of_other.c.resource_id == of_one.c.resource_id)
        .join(other, other.c.key == of_other.c.appointment_key)
        .where(
            one.c.key < other.c.key,
            one.c.starts_at < other.c.ends_at,
            other.c.starts_at < one.c.ends_at,
            one.c.status.in_(appointment_status.OPEN),
            other.c.status.in_(appointment_status.OPEN),
        )
    )
    with database.reading(engine) as session:
        return session.scalar(query)


def test_of_eight_that_book_the_last_free_time_one_gets_it(any_database: Engine) -> None:
    _set_up(any_database)

    answers = at_once.all_at_once(any_database, _asks_the_database)

    assert answers == ["SLOT_TAKEN"] * 7 + ["booked"]
    assert _overlaps(any_database) == 0


def test_eight_that_only_look_first_double_book_and_the_test_sees_it(any_database: Engine) -> None:
    _set_up(any_database)

    def look_then_write(own: Engine, number: int) -> str:
        with database.reading(own) as session:
            if free_slots.at(session, VISIT, at(9)) is None:
                return "taken"
        with database.transaction(own) as session:
            return _looks_and_writes_down(session, number)

    answers = at_once.each_on_its_own(any_database, look_then_write)

    assert answers.count("booked") > 1
    assert _overlaps(any_database) > 0


def test_without_the_lock_the_primary_key_alone_lets_one_through(
    any_database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set_up(any_database)
    # Nobody waits for anybody, and everybody believes that nothing is taken: what is left is the constraint.
    monkeypatch.setattr("processes.records.capacity._used", lambda *_args: {})

    answers = at_once.all_at_once(any_database, _asks_the_database)

    assert answers == ["SLOT_TAKEN"] * 7 + ["booked"]
    assert _overlaps(any_database) == 0


def test_eight_that_are_assigned_by_themselves_get_eight_times_of_one_person(any_database: Engine) -> None:
    _set_up(any_database)

    def assign(session: Session, _number: int) -> str:
        visit = Visit("repair", 60, visiting.WASHING)
        capacity.hold(session, assignment.staff(session, visit))
        choice = assignment.choose(session, visit, earliest=NOW, latest=NOW + timedelta(days=5))
        found = appointments.book(session, visit, choice.slot.starts_at, choice.people, by="x", now=NOW)
        return f"{found.starts_at:%d %H:%M}"

    answers = at_once.all_at_once(any_database, assign)

    assert answers == [f"23 {hour:02}:00" for hour in range(7, 15)]
    assert _overlaps(any_database) == 0
    with database.reading(any_database) as session:
        assert session.execute(text("SELECT count(*) FROM capacity_use")).scalar() == 8 * 4
