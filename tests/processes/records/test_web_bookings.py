"""Booking without an account: the time and the order of it are one, or nothing has happened (I23)."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from engine import database, errors, user_tasks
from engine.tables import ProcessInstance, UserTask
from processes.records import appointments, bookable_services, capacity, web_bookings
from processes.records.appointments import Appointment
from processes.records.web_bookings import BookingIncomplete, Contact, SlotTaken, WebBooking
from tests.processes import at_once, booked, visiting
from tests.processes.visiting import NOW, VISIT, WASHING, at

WHO = Contact("N. Q.", "+373 60 000 201", "n.q@customer.example", "1 North Street", "It leaks", "ru")


@pytest.fixture
def session(session: Session) -> Session:
    _company(session)
    return session


def _company(session: Session) -> None:
    visiting.company(session, people=("anna",))
    booked.service(session, NOW, skill_id=WASHING)


def _book(
    session: Session, hour: float = 9, who: Contact = WHO, request_id: str = "r1", consent: bool = True
):
    service = bookable_services.get(session, "checkup")
    return web_bookings.book(session, service, at(hour), who, consent=consent, request_id=request_id, now=NOW)


def _left(session: Session) -> list[int]:
    tables = (Appointment, capacity.CapacityUse, ProcessInstance, WebBooking)
    return [session.scalar(select(func.count()).select_from(each)) for each in tables]


def test_a_booking_keeps_the_time_and_starts_the_order_with_what_was_told(session):
    booking = _book(session)

    appointment = appointments.get(session, booking.appointment_key)
    step = session.scalars(
        select(UserTask).where(UserTask.process_instance_key == booking.process_instance_key)
    ).one()
    told = user_tasks.variables(session, step)
    assert (appointment.status, appointment.order_no) == ("tentative", "BV-0001")
    assert appointments.people(session, appointment.key) == ["anna"]
    assert appointment.assigned_for["way"] == "by_customer"
    assert (told["customer_name"], told["customer_language"]) == ("N. Q.", "ru")
    assert told["appointment_key"] == str(appointment.key)
    assert at(9) not in [
        each.starts_at for each in web_bookings.free(session, bookable_services.get(session, "checkup"), NOW)
    ]


def test_a_page_that_is_sent_twice_books_once(session):
    assert _book(session) is _book(session)

    assert _left(session) == [1, 4, 1, 1]


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", " "), ("phone", "12"), ("email", "n.q"), ("address", ""), ("subject", "")],
)
def test_what_is_missing_is_named_by_its_field(session, field, value):
    facts = {each: getattr(WHO, each) for each in ("name", "phone", "email", "address", "subject")}

    with pytest.raises(BookingIncomplete) as refused:
        _book(session, who=Contact(**facts | {field: value}))

    assert refused.value.field == field
    assert _left(session) == [0, 0, 0, 0]
    with pytest.raises(BookingIncomplete, match="consent"):
        _book(session, consent=False)


def test_nobody_keeps_the_calendar_full_without_an_answer(session):
    for number in range(web_bookings.MOST_OPEN):
        _book(session, 9 + number, request_id=str(number))

    with pytest.raises(web_bookings.TooManyBooked):
        _book(session, 14, request_id="more")
    first = appointments.of_order(session, "BV-0001")[0]
    appointments.confirm(session, first, by="customer", now=NOW)

    assert _book(session, 14, request_id="more").order_no == "BV-0004"


def test_what_no_process_takes_keeps_no_time(any_database: Engine) -> None:
    with database.transaction(any_database) as session:
        _company(session)
        bookable_services.put(
            session, "checkup", {"en": "Check-up"}, message="nobody_listens", visit_kind="repair", minutes=60
        )

    with pytest.raises(errors.Refused, match="right now"), database.transaction(any_database) as session:
        _book(session)

    with database.reading(any_database) as session:
        assert _left(session) == [0, 0, 0, 0]


def test_of_eight_customers_on_the_last_time_one_gets_it_with_the_only_order(any_database: Engine) -> None:
    with database.transaction(any_database) as session:
        _company(session)
        # All but one hour of the day is taken.
        for hour in (9, 10, 11, 13, 14, 15, 16, 17):
            appointments.book(session, VISIT, at(hour), ["anna"], by="x", now=NOW)
    before = 8

    def book(session: Session, number: int) -> str:
        who = Contact("N. Q.", f"+373 60 000 3{number:02}", None, "1 North Street", "It leaks")
        return _book(session, 12, who=who, request_id=f"r{number}").order_no

    answers = at_once.all_at_once(any_database, book)

    assert answers == ["BV-0001", *["SlotTaken"] * 7]
    with database.reading(any_database) as session:
        assert _left(session) == [before + 1, (before + 1) * 4, 1, 1]


def test_one_customer_who_presses_eight_times_at_once_books_once(any_database: Engine) -> None:
    with database.transaction(any_database) as session:
        _company(session)

    answers = at_once.all_at_once(any_database, lambda session, _number: _book(session).order_no)

    assert answers == ["BV-0001"] * 8
    with database.reading(any_database) as session:
        assert _left(session) == [1, 4, 1, 1]


def test_a_time_that_is_too_soon_or_no_time_at_all_is_taken(session):
    service = bookable_services.get(session, "checkup")
    service.ahead_hours = 24

    for hour in (9, 3):
        with pytest.raises(SlotTaken):
            _book(session, hour)
    service.active = False
    session.flush()
    with pytest.raises(errors.NotFound, match="cannot be booked here"):
        bookable_services.get(session, "checkup")
    assert bookable_services.offered(session) == []
