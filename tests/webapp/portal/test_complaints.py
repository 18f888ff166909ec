"""Complaints of customers through their links: from the page of their order, once, and the answer to what we offer."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

import engine.database
from processes.records import complaints
from tests.webapp.asked import Asked, ordered
from tests.webapp.visitors import Visitor

WRONG = {"kind": "service", "text": "It leaks worse than before", "wanted": "My money back"}


@pytest.fixture
def customer(visitor) -> Visitor:
    """The customer's browser, without an account."""
    return visitor()


@pytest.fixture
def told(database: Engine, app) -> Asked:
    """The customer has a link to the page of their order."""
    asked = ordered(database)
    asked.told("accepted")
    return asked


def _sends(customer: Visitor, address: str, fields: dict[str, str]):
    token = customer.get(address).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    return customer.post(address, {"csrf_token": token, **fields})


def _made(database: Engine) -> list[complaints.Complaint]:
    with engine.database.reading(database) as session:
        return complaints.of_order(session, "R-7001")


def test_the_page_of_an_order_leads_to_a_complaint_that_is_registered_once(told, customer, database):
    page = told.link("status")
    assert f"{page}/complaint" in customer.get(f"{page}?lang=en").text

    assert _sends(customer, f"{page}/complaint", {**WRONG, "text": " "}).status_code == 422
    assert _made(database) == []
    for _twice in range(2):
        assert _sends(customer, f"{page}/complaint", WRONG).status_code == 303

    [complaint] = _made(database)
    assert (complaint.kind, complaint.wanted, complaint.channel) == ("service", "My money back", "web")
    shown = customer.text(f"{page}/complaint?lang=en")
    assert complaint.complaint_no in shown
    assert "We are looking into it" in shown


def test_a_link_that_is_for_something_else_takes_no_complaint(told, customer, database):
    told.starts("sub_clarify")
    told.staff_completes("receiver", "write_the_question", {"question": "Since when?"})
    address = told.link("clarify")

    assert customer.get(f"{address}/complaint").status_code == 404
    assert customer.post(f"{address}/complaint", {"csrf_token": customer.token, **WRONG}).status_code == 404
    assert _made(database) == []


def test_a_colleague_complains_for_nobody(told, visitor, database):
    page = told.link("status")
    colleague = visitor("receiver")

    assert colleague.get(f"{page}/complaint").status_code == 200
    answer = colleague.post(f"{page}/complaint", {"csrf_token": colleague.token, **WRONG})

    assert answer.status_code == 403
    assert _made(database) == []


def test_an_offer_is_accepted_through_its_link_once(told, customer, database):
    page = told.link("status")
    assert _sends(customer, f"{page}/complaint", WRONG).status_code == 303
    complaint = Asked(database, _made(database)[0].complaint_no)
    complaint.staff_completes("aftersales", "answer_the_customer", {"first_answer": "We are sorry."})
    found = {"cause": "workmanship", "findings": "A seal was forgotten"}
    complaint.staff_completes("master", "investigate", found)
    offer = {"remedies": ["explanation"], "offer_text": "We look at it <again>."}
    complaint.staff_completes("aftersales", "propose_a_solution", offer)
    address = complaint.link("solution")

    assert "We look at it &lt;again&gt;." in customer.get(f"{address}?lang=en").text
    assert _sends(customer, address, {"decision": "declined", "reason": ""}).status_code == 422
    assert _sends(customer, address, {"decision": "accepted"}).status_code == 303

    assert "You accepted it." in customer.text(f"{address}?lang=en")
    assert complaint.open_steps() == ["ask_whether_it_is_good"]
    complain_about_it = f"{complaint.link('status')}/complaint"
    assert customer.get(complain_about_it).status_code == 404
