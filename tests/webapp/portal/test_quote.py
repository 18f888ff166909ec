"""A quote behind a link: its customer reads it, answers once, and nobody else and nothing else answers for them."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Engine

import engine.database
from engine import clock, roles, user_tasks
from processes.records import quotes
from tests.webapp.asked import Asked, quoted
from tests.webapp.conftest import BeginWith
from tests.webapp.visitors import Visitor, words

APPROVED = {"decision": "approved"}


@pytest.fixture
def asked(begin_with: BeginWith) -> Asked:
    """A quote of 280.00 for a dishwasher was sent to its owner, who reads Russian."""
    return begin_with("quoted", quoted)


@pytest.fixture
def customer(visitor) -> Visitor:
    """The customer's browser, without an account."""
    return visitor()


def _everything(database: Engine) -> list[str]:
    with database.connect() as connection:
        return list(connection.connection.driver_connection.iterdump())


def _quote(asked: Asked, version: int = 1) -> quotes.QuoteVersion:
    with engine.database.reading(asked.database) as session:
        return next(each for each in quotes.versions(session, asked.order_no) if each.version == version)


def _sends(customer: Visitor, address: str, fields: dict[str, str]):
    return customer.post(address, {"csrf_token": _token(customer, address), **fields})


def _token(customer: Visitor, address: str) -> str:
    page = customer.get(f"{address}?lang=en").text
    return page.partition('name="csrf_token" value="')[2].partition('"')[0] or customer.token


def test_the_page_shows_lines_total_and_how_long_it_holds(asked, customer):
    page = words(customer.get(f"{asked.link('quote')}?lang=en").text)

    assert "Order R-7001 · Bosch SMS 45" in page
    assert "12 Example Street, MD-2001 Chișinău" in page
    assert "Quote no. 1, valid until" in page
    assert "The pump is blocked and leaks" in page
    assert "Under warranty, you do not pay 0.00" in page
    assert "Approve the quote: 280.00 MDL" in page
    assert "disabled" not in customer.get(asked.link("quote")).text


def test_the_page_speaks_the_customers_language_until_they_choose_another(asked, customer):
    address = asked.link("quote")

    assert '<html lang="ru"' in customer.get(address, accept_language="en").text
    chosen = customer.get(f"{address}?lang=ro").text
    assert '<html lang="ro"' in chosen
    assert f'action="{address}?lang=ro"' in chosen
    assert '<html lang="ru"' in customer.get(f"{address}?lang=xx").text


def test_the_customer_approves_and_the_order_goes_on(asked, customer):
    address = asked.link("quote")

    answer = _sends(customer, address, APPROVED)

    assert (answer.status_code, answer.location) == (303, address)
    assert "You approved this quote." in words(customer.get(f"{address}?lang=en").text)
    [row] = asked.completed("answer_the_quote")
    assert row.actor == "customer"
    assert row.detail["submission"]["answered_by_staff"] is False
    assert (_quote(asked).state, _quote(asked).answered_through) == ("approved", "link")
    assert asked.open_steps() == []


@pytest.mark.parametrize(
    ("page", "decision", "state"), [("decline", "declined", "declined"), ("change", "change", "changed")]
)
def test_a_refusal_and_a_change_need_words(asked, customer, page, decision, state):
    address = asked.link("quote")
    assert customer.get(f"{address}/{page}").status_code == 200

    without = _sends(customer, address, {"decision": decision, "reason": "  "})
    assert without.status_code == 422
    assert f'name="decision" value="{decision}"' in without.text
    assert asked.open_steps() == ["answer_the_quote"]

    assert _sends(customer, address, {"decision": decision, "reason": "Too dear"}).status_code == 303
    assert (_quote(asked).state, _quote(asked).reason) == (state, "Too dear")
    assert "Too dear" in customer.get(address).text
    assert customer.get(f"{address}/{page}").location == address


def test_looking_changes_nothing_however_it_is_done(asked, customer, database):
    """Scanners of mails open every link; some send HEAD, some say that they only prefetch."""
    address = asked.link("quote")
    before = _everything(database)

    for each in (address, f"{address}/decline", f"{address}/change", f"{address}?decision=approved"):
        assert customer.get(each, sec_purpose="prefetch", purpose="prefetch").status_code == 200
        assert customer.client.head(each).status_code == 200
        assert customer.client.options(each).status_code == 200

    assert _everything(database) == before
    assert asked.row(address).used_at is None


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_no_other_method_acts(asked, customer, method):
    answer = getattr(customer.client, method)(asked.link("quote"), headers={"X-CSRFToken": customer.token})

    assert answer.status_code == 405
    assert asked.open_steps() == ["answer_the_quote"]


def test_an_answer_without_the_pages_token_is_refused_and_the_page_offered_again(asked, customer):
    address = asked.link("quote")

    answer = customer.client.post(f"{address}?lang=en", data=APPROVED, headers={"Accept": "text/html"})

    assert answer.status_code == 400
    assert "Load it again" in words(answer.text)
    assert f'href="{address}' in answer.text
    assert asked.open_steps() == ["answer_the_quote"]


def test_pressing_twice_answers_once(asked, customer):
    address = asked.link("quote")

    first, second = _sends(customer, address, APPROVED), _sends(customer, address, APPROVED)

    assert (first.status_code, second.status_code) == (303, 303)
    assert len(asked.completed("answer_the_quote")) == 1


def test_of_two_windows_the_second_learns_what_was_answered(asked, customer, visitor):
    address, other = asked.link("quote"), visitor()
    other.get(address)
    _sends(customer, address, APPROVED)

    late = _sends(other, f"{address}?lang=en", {"decision": "declined", "reason": "No"})

    assert late.status_code == 409
    assert "This was answered already, so your answer was not taken." in words(late.text)
    assert "You approved this quote." in words(late.text)
    assert _quote(asked).state == "approved"


def test_of_two_answers_at_the_same_moment_one_is_taken(asked, app, visitor):
    address = asked.link("quote")
    people = [visitor() for _ in range(4)]
    tokens = [_token(each, address) for each in people]
    gate, codes = threading.Barrier(4), []

    def press(each: Visitor, token: str, decision: str) -> None:
        gate.wait()
        fields = {"csrf_token": token, "decision": decision, "reason": "Because"}
        codes.append(each.post(address, fields).status_code)

    decisions = ["approved", "declined", "approved", "declined"]
    threads = [
        threading.Thread(target=press, args=each) for each in zip(people, tokens, decisions, strict=True)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert len(asked.completed("answer_the_quote")) == 1
    assert sorted(codes) == [303, 303, 409, 409]


def test_staff_who_record_an_answer_owe_its_evidence(asked, visitor):
    receiver = visitor("receiver")
    step = asked.step("answer_the_quote").key
    assert '"answered_by_staff": true' in receiver.get(f"/user-tasks/{step}").text.replace("&#34;", '"')

    without = receiver.submit(
        f"/user-tasks/{step}/complete", {"decision": "approved", "answered_through": "phone"}, version=1
    )
    assert without.status_code == 422
    assert set(without.json["errors"]) == {"evidence"}

    forged = {"decision": "approved", "answered_by_staff": False}
    assert receiver.submit(f"/user-tasks/{step}/complete", forged, version=1).status_code == 422

    done = {"decision": "approved", "answered_through": "phone", "evidence": "Called at 10:15"}
    assert receiver.submit(f"/user-tasks/{step}/complete", done, version=1).status_code == 200
    [row] = asked.completed("answer_the_quote")
    assert (row.actor, row.detail["submission"]["answered_by_staff"]) == ("receiver", True)
    assert (_quote(asked).answered_through, _quote(asked).evidence) == ("phone", "Called at 10:15")


def test_who_opens_the_link_after_the_call_reads_what_was_written_down(asked, customer):
    asked.staff_completes(
        "receiver",
        "answer_the_quote",
        {
            "decision": "declined",
            "reason": "Buys a new one",
            "answered_through": "phone",
            "evidence": "10:15",
        },
    )

    page = words(customer.get(f"{asked.link('quote')}?lang=en").text)

    assert "You declined this quote. We wrote it down when you called." in page
    assert "Approve the quote" not in page
    assert _sends(customer, asked.link("quote"), APPROVED).status_code == 409


def test_a_customer_may_answer_while_a_colleague_has_the_question(asked, customer, visitor):
    step = asked.step("answer_the_quote").key
    with engine.database.transaction(asked.database) as session:
        user_tasks.claim(session, step, actor=roles.actor(session, "receiver"), now=clock.now())

    assert _sends(customer, asked.link("quote"), APPROVED).status_code == 303

    late = visitor("receiver").submit(f"/user-tasks/{step}/complete", {"decision": "declined"}, version=2)
    assert late.status_code == 409
    assert "Клиент" in late.json["title"] or "Customer" in late.json["title"]


def test_a_colleague_does_not_answer_through_the_link(asked, visitor):
    receiver = visitor("receiver")
    address = asked.link("quote")

    page = receiver.get(f"{address}?lang=en")
    assert "You are signed in as a colleague." in words(page.text)
    answer = _sends(receiver, f"{address}?lang=en", APPROVED)

    assert answer.status_code == 403
    assert "private window" in words(answer.text)
    assert asked.open_steps() == ["answer_the_quote"]


def test_the_history_of_the_order_names_the_customer(asked, customer, visitor):
    _sends(customer, asked.link("quote"), APPROVED)

    # The order's page tells what happened in the instance that asked.
    key = asked.completed("answer_the_quote")[0].process_instance_key
    page = visitor("manager").text(f"/orders/{key}")

    assert "Answer the quote" in page
    assert "Customer" in page


def test_a_newer_quote_closes_the_older_link_and_is_one_press_away(asked, customer):
    old = asked.link("quote")
    _sends(customer, old, {"decision": "change", "reason": "A used pump"})
    asked.starts("sub_customer_approval")
    assert asked.row(old).superseded_at is not None

    page = customer.get(f"{old}?lang=en")

    assert page.status_code == 410
    assert "There is a newer quote." in words(page.text)
    assert "R-7001" not in page.text and "280" not in page.text
    assert _sends(customer, old, APPROVED).status_code == 410
    opened = _sends(customer, f"{old}/newest", {})
    assert opened.status_code == 303
    assert "Quote no. 2" in words(customer.get(f"{opened.location}?lang=en").text)
    assert _sends(customer, opened.location, APPROVED).status_code == 303
    assert (_quote(asked, 1).state, _quote(asked, 2).state) == ("changed", "approved")


def test_the_newest_quote_opens_only_from_an_old_link_that_still_works(asked, customer):
    assert _sends(customer, f"{asked.link('quote')}/newest", {}).status_code == 410

    assert len(asked.links("quote")) == 1
