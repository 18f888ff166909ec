"""T23: what people may not do with a repair is refused on every way, changes nothing, and is in the audit with their name."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from engine import database
from processes.records import documents
from processes.records.audit import AuditRow
from processes.stories import repair
from tests.http_client import Client
from tests.stories.company import Company
from tests.stories.repairs import CLEAN, Repair, taken_in


@pytest.fixture(scope="module")
def quoted(company: Company) -> Repair:
    """A repair that waits for its customer's consent."""
    order = taken_in(company, "T23-A")
    order.does("master", "Find the fault", CLEAN)
    return order


def _attempts(company: Company, login: str) -> list[tuple[str, str]]:
    """(what they tried, where) of one person's refused attempts, oldest first."""
    with database.reading(company.engine) as session:
        rows = session.scalars(
            select(AuditRow)
            .where(AuditRow.action == "refused", AuditRow.actor == login)
            .order_by(AuditRow.key)
        )
        return [(row.after["tried"], row.object_key) for row in rows]


def _status(order: Repair) -> tuple[str, int]:
    """The status of the intake document and how often it has changed."""
    with database.reading(order.company.engine) as session:
        number = order.order.number
        return repair.intake(session, number)["status"], len(repair.status_history(session, number))


def test_a_storekeeper_does_not_open_the_payments(company: Company):
    storekeeper = company["storekeeper"].client
    before = len(_attempts(company, "storekeeper"))

    answers = [storekeeper.get(place) for place in ("/payments", "/payments.csv", "/invoices")]
    taken = storekeeper.post("/invoices/INV-1/payments", {"amount": "10", "method": "cash"})

    assert [each.status for each in (*answers, taken)] == [403] * 4
    assert _attempts(company, "storekeeper")[before:] == [
        ("GET", "/payments"),
        ("GET", "/payments.csv"),
        ("GET", "/invoices"),
        ("POST", "/invoices/INV-1/payments"),
    ]


def test_a_customer_opens_nothing_of_another_order_with_their_link(company: Company, quoted: Repair):
    other = taken_in(company, "T23-B")
    with database.reading(company.engine) as session:
        [receipt] = [
            each for each in documents.of(session, other.order.number) if each.kind == "intake_receipt"
        ]
    before = len(_attempts(company, "customer"))
    link = quoted.links("status")[-1]
    browser = Client(company.server.url)

    own = browser.get(link)
    answers = [
        browser.get(f"{link}/documents/{receipt.key}"),
        browser.get(f"{link}?order_no={other.order.number}"),
        browser.get(f"/orders/{other.order.key}"),
        browser.get(f"/documents/{receipt.key}"),
    ]
    browser.close()

    assert own.status == 200
    assert [each.status for each in answers] == [404, 200, 302, 302]
    assert all(other.order.number not in each.text for each in answers if each.status != 302)
    assert _attempts(company, "customer")[before:] == [(f"open documents/{receipt.key}", quoted.order.number)]


def test_nobody_sets_the_status_of_a_repair_by_hand(company: Company, quoted: Repair):
    """W1: not by a form that has no such field, not by an address, not for a manager."""
    manager, receiver, master = company["manager"], company["receiver"], company["master"]
    order, before = quoted.order, _status(quoted)
    noted = {login: len(_attempts(company, login)) for login in ("manager", "receiver")}
    step = receiver.sees(order)["Answer the quote"]
    said = {"decision": "approved", "answered_through": "phone", "evidence": "They said yes"}

    for field in ("status", "intake_status", "issued_status", "outcome"):
        answer = receiver.client.complete(step, {**said, field: "issued"}, receiver.opens(step))
        assert (answer.status, list(answer.json()["errors"])) == (422, [field])
    intake = {"complaint": "Again", "completeness": "-", "repair_kind": "paid", "status": "ready"}
    started = receiver.client.post(
        "/orders/new/repair_intake", {"submission": json.dumps(intake)}, as_program=True
    )
    assert started.status == 422
    by_address = [
        manager.client.post(f"/orders/{order.key}", {"status": "issued"}),
        manager.client.post(f"/orders/{order.key}/status", {"status": "issued"}),
        manager.client.post("/repairs", {"order_no": order.number, "status": "issued"}),
    ]
    assert [each.status for each in by_address] == [405, 404, 405]

    assert _status(quoted) == before == ("in_work", 2)
    assert master.sees(order) == {}, "No repair before the customer has agreed."
    assert [tried for tried, _ in _attempts(company, "receiver")[noted["receiver"] :]] == [
        *(
            f"POST to answer what is not asked: {each}"
            for each in ("status", "intake_status", "issued_status", "outcome", "status")
        )
    ]
    assert _attempts(company, "manager")[noted["manager"] :] == [
        ("POST", f"/orders/{order.key}"),
        ("POST", f"/orders/{order.key}/status"),
        ("POST", "/repairs"),
    ]


def test_a_colleague_does_not_agree_for_the_customer_through_their_link(company: Company, quoted: Repair):
    """What staff write down for a customer needs evidence; the link is no way around it."""
    receiver = company["receiver"].client
    link = quoted.links("quote")[-1]
    before = len(_attempts(company, "receiver"))
    receiver.get(link)

    answer = receiver.post(link, {"decision": "approved"})

    assert answer.status == 403
    assert _attempts(company, "receiver")[before:] == [("POST", "/c/<token>")]
    assert _status(quoted)[0] == "in_work"
    assert quoted.see("receiver") == {"receiver": ["Answer the quote"]}


def test_a_step_of_another_role_is_refused_and_noted(company: Company, quoted: Repair):
    """The cashier repairs nothing and consents to nothing, whatever address they know."""
    step = company["receiver"].sees(quoted.order)["Answer the quote"]
    before = len(_attempts(company, "cashier"))

    answer = company["cashier"].client.complete(step, {"decision": "approved"})

    assert answer.status == 403
    assert _attempts(company, "cashier")[before:] == [("POST", f"/user-tasks/{step}/complete")]
    assert _status(quoted)[0] == "in_work"
