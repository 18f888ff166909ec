"""Question, survey, status and invoice behind their links."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

import engine.database
from engine import clock, worker
from processes.records import customer_links, invoices, money, order_status, receivables, surveys
from processes.records.invoices import Line
from tests.processes import repair_shop
from tests.webapp.asked import Asked, ordered, quoted
from tests.webapp.visitors import Visitor


@pytest.fixture
def customer(visitor) -> Visitor:
    """The customer's browser, without an account."""
    return visitor()


def _sends(customer: Visitor, address: str, fields: dict[str, str]):
    """Send the form of a page; where it has none any more, with the token of another page of this browser."""
    token = customer.get(address).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    return customer.post(address, {"csrf_token": token or customer.token, **fields})


def _english(customer: Visitor, address: str) -> str:
    joint = "&" if "?" in address else "?"
    return customer.text(f"{address}{joint}lang=en")


# --- a question -----------------------------------------------------------------------------------------------------


@pytest.fixture
def questioned(database: Engine, app) -> Asked:
    """The receiver has asked the customer something."""
    asked = ordered(database)
    asked.starts("sub_clarify")
    asked.staff_completes("receiver", "write_the_question", {"question": "Since when does it leak?"})
    return asked


def test_a_question_is_answered_once_and_the_answer_stays_to_be_read(questioned, customer):
    address = questioned.link("clarify")
    assert "Since when does it leak?" in _english(customer, address)

    assert _sends(customer, address, {"customer_answer": " "}).status_code == 422
    assert _sends(customer, address, {"customer_answer": "Since Monday\r\nin the evening"}).status_code == 303

    assert questioned.open_steps() == ["take_the_answer_over"]
    page = _english(customer, address)
    assert "This question has its answer." in page
    assert "Since Monday in the evening" in page
    assert customer.get(f"{address}/decline").status_code == 404


def test_an_answer_by_telephone_is_shown_to_who_opens_the_link_later(questioned, customer):
    questioned.staff_completes("receiver", "answer_the_question", {"customer_answer": "Since Tuesday"})

    page = _english(customer, questioned.link("clarify"))

    assert "Since Tuesday" in page
    assert "We wrote it down when you called." in page


def test_an_answer_that_is_too_long_is_cut_where_the_form_ends(questioned, customer):
    address = questioned.link("clarify")

    assert _sends(customer, address, {"customer_answer": "x" * 5000}).status_code == 303

    [row] = questioned.completed("answer_the_question")
    assert len(row.detail["submission"]["customer_answer"]) == 2000


def test_what_a_customer_types_is_text_and_nothing_else(questioned, customer):
    address = questioned.link("clarify")
    _sends(customer, address, {"customer_answer": "<script>alert(1)</script>{{ 7*7 }}"})

    page = customer.get(address).text

    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in page


# --- the survey -----------------------------------------------------------------------------------------------------


@pytest.fixture
def surveyed(database: Engine, app) -> Asked:
    """Some days after the order its customer is asked how it was."""
    asked = ordered(database)
    asked.starts("sub_follow_up")
    worker.run_until_quiet(database, now=lambda: clock.now() + timedelta(days=4))
    return asked


def test_a_number_in_the_mail_is_chosen_on_the_page_but_only_sending_keeps_it(surveyed, customer, database):
    address = surveyed.link("survey")

    page = customer.get(f"{address}?score=4").text

    assert 'value="4" required checked' in page
    assert page.count("checked") == 1
    assert "checked" not in customer.get(f"{address}?score=9").text
    with engine.database.reading(database) as session:
        assert surveys.of(session, surveyed.order_no) is None


def test_the_answer_to_the_survey_is_kept_once(surveyed, customer, database):
    address = surveyed.link("survey")
    assert _sends(customer, address, {"score": "6"}).status_code == 422

    assert _sends(customer, f"{address}?score=4", {"score": "5", "comment": "Quick"}).status_code == 303
    assert _sends(customer, address, {"score": "1"}).status_code == 409

    with engine.database.reading(database) as session:
        kept = surveys.of(session, surveyed.order_no)
        assert (kept.score, kept.comment, kept.answered_by) == (5, "Quick", "customer")
    assert "Your answer is kept: 5 of 5." in _english(customer, address)
    assert "Quick" in _english(customer, address)


# --- the status -----------------------------------------------------------------------------------------------------


def test_the_status_tells_what_was_and_what_comes_in_plain_words(database, app, customer):
    asked = ordered(database)
    asked.told("accepted")
    address = asked.link("status")

    page = _english(customer, address)

    assert "We are looking at your Bosch SMS 45" in page
    assert "We took it in" in page
    assert "We are finding out what is wrong" in page
    assert page.index("We took it in") < page.index("Ready to be fetched")
    assert "We expect to be done by" in page


def test_the_status_says_that_we_wait_for_the_customer_but_answers_nothing(database, app, customer):
    asked = quoted(database)
    with engine.database.transaction(database) as session:
        row = asked.row(asked.link("quote"))
        made = customer_links.make(
            session,
            "status",
            order_no=row.order_no,
            process_instance_key=row.process_instance_key,
            now=clock.now(),
        )
    address = made.address.partition("8000")[2]

    page = _english(customer, address)

    assert "We sent you quote 1 280.00 MDL" in page
    assert "Your answer to the quote" in page
    assert "The link is in our mail to you." in page
    assert "Approve" not in page
    assert _sends(customer, address, {"decision": "approved"}).status_code == 422


def test_the_status_of_a_device_that_is_ready_says_what_is_to_pay(database, app, customer):
    asked = _billed(database)
    with engine.database.transaction(database) as session:
        document = repair_shop.intake.get(session, asked.order_no)
        document.set_variant("own", repair_shop.posting(session, "variant", asked.order_no), "choose")
        document.mark_repair_done("repaired", repair_shop.posting(session, "done", asked.order_no), "mark")
        assert order_status.current(session, asked.order_no) == order_status.READY
    asked.told("ready")

    page = _english(customer, asked.link("status"))

    assert "Your Bosch SMS 45 is ready" in page
    assert "Waiting for you to fetch it" in page
    assert "To pay 560.00 MDL" in page
    assert "We expect to be done" not in page


def test_the_status_of_a_cancelled_order_says_why(database, app, customer):
    asked = ordered(database)
    asked.told("accepted")
    with engine.database.transaction(database) as session:
        order = repair_shop.orders.get(session, asked.order_no)
        order.cancelled_at, order.cancelled_reason = clock.now(), "The customer bought a new one"

    page = _english(customer, asked.link("status"))

    assert "Order cancelled: Bosch SMS 45" in page
    assert "The customer bought a new one" in page


# --- the invoice ----------------------------------------------------------------------------------------------------


def _billed(database: Engine) -> Asked:
    asked = ordered(database)
    with engine.database.transaction(database) as session:
        posting = repair_shop.posting(session, "close", asked.order_no)
        customer_key = repair_shop.orders.get(session, asked.order_no).customer_key
        lines = [Line("W-PUMP", "Замена насоса", "work", 2000, "pc", 280_00)]
        invoice = invoices.issue(session, posting, customer_key, lines, clock.now())
        receivables.charge(session, posting, customer_key, invoice)
    return asked


def test_the_invoice_shows_lines_tax_and_what_is_still_to_pay(database, app, customer):
    asked = _billed(database)
    asked.told("invoice", due="2026-12-24")

    page = _english(customer, asked.link("invoice"))

    assert "Замена насоса 2" in page
    assert "560.00" in page
    assert "To pay: 560.00 MDL, by" in page
    assert "VAT, 20%" in page


def test_a_paid_invoice_says_so(database, app, customer):
    asked = _billed(database)
    asked.told("invoice", due="2026-12-24")
    with engine.database.transaction(database) as session:
        posting = repair_shop.posting(session, "pay", asked.order_no)
        customer_key = repair_shop.orders.get(session, asked.order_no).customer_key
        receivables.receive(session, posting, customer_key, money.cents(560))

    page = _english(customer, asked.link("invoice"))

    assert "Paid" in page
    assert "To pay:" not in page
