"""The page of an appointment: confirm it, choose another free time, or ask for a call; nothing that somebody else took."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

import engine.database
from engine import clock
from processes.records import appointments, moments
from processes.records.appointments import Appointment
from processes.records.visits import Visit
from tests.webapp.asked import Asked, ordered
from tests.webapp.conftest import BeginWith
from tests.webapp.visitors import Visitor, words

PEOPLE = ["installer", "technician", "technician2"]


def _proposed(database: Engine) -> Asked:
    """A visit of ninety minutes was found for the owner of a dishwasher, who reads Russian."""
    asked = ordered(database)
    asked.starts(
        "sub_schedule",
        visit_kind="repair",
        visit_minutes=90,
        visit_skill="appliances",
        visit_address="1 Example Street",
        visit_wanted_from=(date.today() + timedelta(days=3)).isoformat(),
    )
    return asked


@pytest.fixture
def asked(begin_with: BeginWith) -> Asked:
    """The visit waits for the answer of its customer."""
    return begin_with("proposed", _proposed)


@pytest.fixture
def customer(visitor) -> Visitor:
    return visitor()


def _appointments(asked: Asked) -> list[Appointment]:
    with engine.database.reading(asked.database) as session:
        return appointments.of_order(session, asked.order_no)


def _times(customer: Visitor, link: str, path: str = "/times") -> list[str]:
    page = customer.get(f"{link}{path}?lang=en")
    assert page.status_code == 200, words(page.text)
    return re.findall(r'name="visit_start" value="([^"]+)"', page.text)


def test_a_customer_confirms_the_time_and_looking_changes_nothing(asked, customer):
    link = asked.link("booking")

    page = customer.text(f"{link}?lang=en")
    _times(customer, link)
    assert "May we come then?" in page
    assert "about 90 minutes" in page
    assert [each.status for each in _appointments(asked)] == ["tentative"]
    assert customer.post(link, {"visit_answer": "confirmed"}).status_code == 303

    assert "It is agreed." in customer.text(f"{link}?lang=en")
    assert [each.status for each in _appointments(asked)] == ["confirmed"]
    assert asked.open_steps() == []
    # Pressed twice is no fault; another answer is.
    assert customer.post(link, {"visit_answer": "confirmed"}).status_code == 303
    assert customer.post(link, {"visit_answer": "call"}).status_code == 409


def test_a_customer_chooses_another_free_time_and_it_is_agreed(asked, customer):
    link = asked.link("booking")
    days = re.findall(r'href="([^"]+/times/([\d-]+)[^"]*)"', customer.get(f"{link}/times?lang=en").text)
    times = _times(customer, link, f"/times/{days[-1][1]}")
    assert {each[:10] for each in times} == {days[-1][1]}

    assert customer.post(link, {"visit_answer": "move", "visit_start": times[-1]}).status_code == 303

    old, new = _appointments(asked)
    assert (old.status, new.status, new.assigned_for["way"]) == ("rescheduled", "confirmed", "by_customer")
    assert times[-1][11:] in words(customer.get(f"{link}?lang=en").text)
    assert asked.open_steps() == []


def test_a_time_that_was_taken_meanwhile_is_refused_on_the_page_with_other_times(asked, customer, database):
    link = asked.link("booking")
    wanted = _times(customer, link)[-1]
    with engine.database.transaction(database) as session:
        at = moments.read(session, wanted)
        for login in PEOPLE:
            appointments.book(session, Visit("repair", 90), at, [login], by="dispatcher", now=clock.now())

    late = customer.post(f"{link}?lang=en", {"visit_answer": "move", "visit_start": wanted})

    assert late.status_code == 409
    assert "This time is no longer free" in words(late.text)
    assert wanted not in re.findall(r'name="visit_start" value="([^"]+)"', late.text)
    assert [each.status for each in _appointments(asked)] == ["tentative"]
    assert asked.open_steps() == ["confirm_the_visit"]
    for given in ({}, {"visit_answer": "move"}, {"visit_answer": "party"}):
        assert customer.post(f"{link}?lang=en", given).status_code == 422
    for start in ("never", "2020-01-01T09:00", wanted[:11] + "03:00"):
        assert customer.post(link, {"visit_answer": "move", "visit_start": start}).status_code == 409


def test_who_wants_to_be_called_is_called(asked, customer):
    link = asked.link("booking")

    assert customer.post(link, {"visit_answer": "call"}).status_code == 303

    assert "We call you about the time." in customer.text(f"{link}?lang=en")
    assert asked.open_steps() == ["call_about_the_visit"]
    assert customer.get(f"{link}/times").status_code == 302


def test_only_the_link_of_a_booking_has_times_and_no_colleague_answers_there(asked, customer, visitor):
    link = asked.link("booking")

    assert visitor("dispatcher").post(link, {"visit_answer": "confirmed"}).status_code == 403
    assert [each.status for each in _appointments(asked)] == ["tentative"]
    asked.told("accepted")
    assert customer.get(f"{asked.link('status')}/times").status_code == 404
