"""Customers book a visit by themselves: free times only, a taken one says so, and nothing is booked without contact and consent."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

import engine.database
from engine import clock
from engine.tables import ProcessInstance
from processes.records import appointments, bookable_services, web_bookings
from processes.records.appointments import Appointment
from tests.processes import booked
from tests.webapp.visitors import Visitor, words

WHO = {
    "name": "N. Q.",
    "phone": "+373 60 000 201",
    "email": "n.q@customer.example",
    "address": "1 Example Street, Chișinău",
    "subject": "It leaks",
    "consent": "1",
}


@pytest.fixture
def service(database: Engine) -> str:
    """The address of a service that only the two representatives of the demo company can do."""
    with engine.database.transaction(database) as session:
        booked.service(session, clock.now(), skill_id="window_measuring", visit_kind="estimate")
    return "/book/checkup"


@pytest.fixture
def customer(visitor) -> Visitor:
    return visitor()


def _times(customer: Visitor, service: str) -> list[str]:
    page = customer.get(service)
    assert page.status_code == 200, words(page.text)
    return re.findall(rf'href="({service}/at/[\dT:%A-F-]+)', page.text)


def _count(database: Engine) -> list[int]:
    with engine.database.reading(database) as session:
        return [
            session.scalar(select(func.count()).select_from(each)) for each in (Appointment, ProcessInstance)
        ]


def test_a_customer_books_a_free_time_and_it_is_free_no_more(service, customer, visitor, database):
    assert "Check-up" in customer.text("/book?lang=en")
    first = _times(customer, service)[0]
    form = customer.get(first)
    request_id = re.search(r'name="request_id" value="([^"]+)"', form.text)[1]

    answer = customer.post(first, WHO | {"request_id": request_id})

    assert answer.status_code == 303, words(answer.text)
    page = customer.text(answer.headers["Location"])
    assert "Your time is kept" in page
    assert "Order BV-0001" in page
    assert [each for each in ("N. Q.", "000 201", "n.q@") if each in page] == []
    with engine.database.reading(database) as session:
        (found,) = appointments.of_order(session, "BV-0001")
        assert (found.status, found.made_by) == ("tentative", "customer")
    # Two can do it: the time is gone when both have something to do.
    assert visitor().post(first, WHO | {"phone": "+373 60 000 202"}).status_code == 303
    assert first not in _times(customer, service)
    # Pressed twice, booked once.
    assert (
        customer.post(first, WHO | {"request_id": request_id}).headers["Location"]
        == answer.headers["Location"]
    )
    assert _count(database) == [2, 2]


def test_whoever_comes_second_is_told_and_loses_nothing_that_was_typed(service, customer, database):
    first = _times(customer, service)[0]
    customer.get(first)
    with engine.database.transaction(database) as session:
        for number in range(2):
            offered = bookable_services.get(session, "checkup")
            slot = web_bookings.free(session, offered, clock.now())[0]
            appointments.book(
                session,
                offered.visit(),
                slot.starts_at,
                slot.people[:1],
                by=f"other{number}",
                now=clock.now(),
            )

    late = customer.post(f"{first}?lang=en", WHO)

    assert late.status_code == 409
    assert "This time is no longer free" in words(late.text)
    assert 'value="N. Q."' in late.text
    others = re.findall(r'name="start" value="([^"]+)"', late.text)
    assert others and others[0] not in first
    assert _count(database) == [2, 0]
    assert customer.post(first, WHO | {"start": others[0]}).status_code == 303
    assert customer.get(f"{first}?lang=en").status_code == 409


@pytest.mark.parametrize(
    ("missing", "said"),
    [("name", "Tell us your name"), ("phone", "telephone number"), ("consent", "Without your consent")],
)
def test_without_contact_or_consent_nothing_is_booked(service, customer, database, missing, said):
    first = _times(customer, service)[0]

    answer = customer.post(
        f"{first}?lang=en", {name: value for name, value in WHO.items() if name != missing}
    )

    assert answer.status_code == 422
    assert said in words(answer.text)
    assert "It leaks" in answer.text
    assert _count(database) == [0, 0]


def test_the_pages_speak_the_language_of_the_visitor_and_name_no_colleague(service, customer):
    page = customer.get(service, accept_language="ru")

    assert 'lang="ru"' in page.text
    assert "Осмотр" in page.text
    assert "Check-up" in customer.text(f"{service}?lang=en")
    assert [each for each in ("R. P.", "R. Ț.", "representative") if each in page.text] == []


def test_what_cannot_be_booked_gets_a_clear_page(service, customer, database):
    tomorrow = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%d")
    for address, status in (
        ("/book/party", 404),
        (f"{service}/at/never", 404),
        (f"{service}/at/{tomorrow}T03:00", 409),
        (f"{service}/at/2020-01-01T09:00", 409),
        (f"{service}/not-a-day", 200),
        ("/book/booked/nothing", 404),
    ):
        answer = customer.get(f"{address}?lang=en")
        assert answer.status_code == status, address
        assert "<h1>" in answer.text
    assert customer.client.post(f"{service}/at/{tomorrow}T10:00", data=WHO).status_code == 400
    with engine.database.transaction(database) as session:
        bookable_services.put(
            session, "checkup", {"en": "Check-up"}, message="nobody", visit_kind="estimate", minutes=60
        )
    assert "cannot be booked here right now" in words(
        customer.post(f"{_times(customer, service)[0]}?lang=en", WHO).text
    )
    assert _count(database) == [0, 0]


def test_who_books_again_and_again_is_slowed_down(service, customer, database):
    answers = []
    for number in range(12):
        times = _times(customer, service)
        answers.append(customer.post(times[0], WHO | {"phone": f"+373 60 000 3{number:02}"}).status_code)

    assert answers == [303] * 10 + [429] * 2
    assert _count(database) == [10, 10]
