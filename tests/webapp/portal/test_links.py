"""Links that do not open, or do not open this: each gets a clear page, and none tells anything of an order."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

import engine.database
from engine import clock, errors, mail, roles, worker
from engine.tables import Mail
from processes.records import audit, customer_letters, customer_links, documents, orders
from processes.records.customer_links import CustomerLink
from tests.webapp.asked import Asked, ordered, quoted
from tests.webapp.conftest import BeginWith
from tests.webapp.visitors import Visitor, words
from webapp import access
from webapp.app import create_app
from webapp.database import db

#: What the pages of a link that does not open must not say.
SECRETS = ("R-7001", "Bosch", "SMS 45", "280", "pump", "А. К.")


@pytest.fixture
def asked(begin_with: BeginWith) -> Asked:
    """A quote was sent to the owner of a dishwasher, who reads Russian."""
    return begin_with("quoted", quoted)


@pytest.fixture
def customer(visitor) -> Visitor:
    """The customer's browser, without an account."""
    return visitor()


def _set(asked: Asked, address: str, **values: object) -> None:
    with engine.database.transaction(asked.database) as session:
        session.execute(
            update(CustomerLink).where(CustomerLink.key == asked.row(address).key).values(**values)
        )


def _is_closed(answer, status: int, sentence: str) -> None:
    assert answer.status_code == status
    assert sentence in words(answer.text)
    assert "<h1>" in answer.text
    assert ("This link is over" in words(answer.text)) == (status == 410)
    assert [each for each in SECRETS if each in answer.text] == []
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("token", ["x", "a" * 43, "A-_" * 20, "%00", "..%2f..", "ключ"])
def test_a_link_that_nobody_made_says_so(asked, customer, token):
    for answer in (
        customer.get(f"/c/{token}?lang=en"),
        customer.get(f"/c/{token}/decline?lang=en"),
        customer.get(f"/c/{token}/documents/1?lang=en"),
        customer.post(f"/c/{token}?lang=en", {"decision": "approved"}),
        customer.post(f"/c/{token}/newest?lang=en"),
    ):
        assert answer.status_code == 404
        assert [each for each in SECRETS if each in answer.text] == []
    if "%2f" not in token:
        _is_closed(customer.get(f"/c/{token}?lang=en"), 404, "This link is not known here.")


def test_a_link_that_has_expired_tells_until_when_it_worked(asked, customer):
    address = asked.link("quote")
    now = clock.now()
    _set(asked, address, made_at=now - timedelta(days=20), expires_at=now - timedelta(minutes=1))

    _is_closed(customer.get(f"{address}?lang=en"), 410, "This link worked until")
    _is_closed(customer.post(f"{address}?lang=en", {"decision": "approved"}), 410, "This link worked until")
    _is_closed(customer.get(f"{address}/decline?lang=en"), 410, "This link worked until")
    assert asked.open_steps() == ["answer_the_quote"]


def test_a_link_that_was_withdrawn_opens_nothing_any_more(asked, customer):
    address = asked.link("quote")
    with engine.database.transaction(asked.database) as session:
        assert customer_links.revoke(session, asked.order_no, now=clock.now()) == 1

    _is_closed(customer.get(f"{address}?lang=en"), 410, "This link was withdrawn.")
    _is_closed(customer.post(f"{address}?lang=en", {"decision": "approved"}), 410, "This link was withdrawn.")
    _is_closed(customer.post(f"{address}/newest?lang=en"), 410, "This link is over.")


def _rows_with(database: Engine, text: str) -> list[str]:
    with closing(sqlite3.connect(database.url.database)) as raw:
        return [line for line in raw.iterdump() if text in line]


def test_a_mail_that_was_sent_leaves_no_token_in_the_database(asked, database):
    token = asked.link("quote")[3:]
    assert [row[:18] for row in _rows_with(database, token)] == ['INSERT INTO "mail"']
    received = []

    worker.run_until_quiet(database, now=clock.now, sender=lambda each: received.append(mail.text(each)))

    assert [token in text for text in received] == [True]
    assert _rows_with(database, token) == []
    assert len(_rows_with(database, customer_links.fingerprint(token))) == 1


def test_a_mail_that_could_not_be_sent_yet_keeps_what_it_needs(asked, database):
    token = asked.link("quote")[3:]

    def refuses(_mail: Mail) -> None:
        raise ConnectionRefusedError("The server does not answer.")

    worker.run_due(database, now=clock.now, sender=refuses)

    assert len(_rows_with(database, token)) == 1


def test_guessing_is_slowed_down_and_opening_a_link_is_not(asked, customer, app):
    address = asked.link("quote")
    assert {customer.get(address).status_code for _ in range(40)} == {200}

    codes = [customer.get(f"/c/{number:043}").status_code for number in range(31)]

    assert codes == [404] * 30 + [429]
    page = customer.get(f"/c/{'b' * 43}?lang=en")
    assert "Too many attempts from this address." in words(page.text)


def test_a_page_tells_its_address_to_nobody(asked, customer):
    address = asked.link("quote")
    for answer in (customer.get(address), customer.get(f"/c/{'a' * 43}"), customer.post(address)):
        assert answer.headers["Referrer-Policy"] == "strict-origin"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "script" not in answer.text
        assert "http://" not in answer.text.replace("http://www.w3.org", "")


def test_an_answer_over_https_passes_the_check_of_where_it_came_from(asked, installation):
    """Browsers send the bare origin under this policy; with none at all the check would refuse every customer."""
    app = create_app(replace(installation, url="https://orders.example"))
    client, address = app.test_client(), f"https://orders.example{asked.link('quote')}"
    page = client.get(address, base_url="https://orders.example")
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    data = {"csrf_token": token, "decision": "approved"}

    def post(referrer: str):
        return client.post(
            address, data=data, base_url="https://orders.example", headers={"Referer": referrer}
        )

    assert post("https://elsewhere.example/").status_code == 400
    assert post("https://orders.example/").status_code == 303
    with app.app_context():
        db.engine.dispose()


def test_the_token_is_not_written_into_the_log(asked, customer, app, caplog):
    def broken(token: str) -> str:
        raise ZeroDivisionError

    app.view_functions["portal.show"] = access.by_link(broken)

    assert customer.get(asked.link("quote")).status_code == 500

    assert "ZeroDivisionError" in caplog.text
    assert "/c/<token>" in caplog.text
    assert asked.link("quote")[3:] not in caplog.text


def test_a_link_opens_one_thing_only(asked, database, customer):
    """Neither another page of the same order, nor a document of another order, nor one that customers do not get."""
    asked.told("accepted")
    other = ordered(database, "R-7002", "PF-3XK7Q2")
    other.starts("sub_customer_approval")
    with engine.database.reading(database) as session:
        [own] = documents.of(session, "R-7001")
        [foreign] = documents.of(session, "R-7002")
    quote, status = asked.link("quote"), asked.link("status")

    assert customer.get(f"{quote}/documents/{own.key}").data.startswith(b"%PDF")
    assert customer.get(f"{quote}/documents/{own.key}").mimetype == "application/pdf"
    for address in (
        f"{quote}/documents/{foreign.key}",
        f"{status}/documents/{foreign.key}",
        f"{status}/decline",
    ):
        _is_closed(customer.get(f"{address}?lang=en"), 404, "There is no such thing, or you may not see it.")
    assert customer.post(status, {"decision": "approved"}).status_code == 422
    with engine.database.reading(database) as session:
        tried = audit.of(session, "customer_link", "R-7001")
    assert [(row.actor, row.action) for row in tried] == [("customer", "refused")] * 2


def test_a_link_is_no_key_to_the_staffs_pages(asked, customer):
    token = asked.link("quote")[3:]

    for address in ("/inbox", "/orders/1", "/cockpit/", f"/inbox?token={token}"):
        answer = customer.client.get(address, headers={"Authorization": f"Bearer {token}"})
        assert answer.location.startswith("/login?next=")


def test_a_rule_for_links_needs_a_token_in_the_address(adds_addresses, app, visitor):
    app.add_url_rule("/no-token", "no_token", access.by_link(lambda: "an order"))

    assert visitor("admin").get("/no-token").status_code == 403


def test_the_mail_holds_the_address_that_this_installation_has(database, installation, app):
    from webapp import prepare

    list(prepare.prepare(replace(installation, url="https://orders.example/")))
    asked = ordered(database, "R-7003")
    asked.told("accepted")

    with engine.database.reading(database) as session:
        [body] = [mail.text(each) for each in session.scalars(select(Mail).where(Mail.secrets.is_not(None)))]
    assert f"https://orders.example{asked.link('status')}\n" in body


def _send_again(asked: Asked, address: str) -> bool:
    with engine.database.transaction(asked.database) as session:
        order = orders.get(session, asked.order_no)
        author = roles.actor(session, "frontdesk")
        return customer_letters.send_link_again(
            session, order, asked.row(address).key, author=author, now=clock.now()
        )


def test_a_quote_that_is_sent_again_is_answered_through_the_new_link_only(asked, customer):
    lost = asked.link("quote")

    assert _send_again(asked, lost)
    assert not _send_again(asked, lost)

    assert asked.links("quote")[0] == lost
    [found] = asked.links("quote")[1:]
    _is_closed(
        customer.post(f"{lost}?lang=en", {"decision": "approved"}), 410, "There is a newer version of this."
    )
    assert customer.post(f"{found}?lang=en", {"decision": "approved"}).status_code == 303
    with pytest.raises(errors.Refused, match="Nobody waits for an answer through this link"):
        _send_again(asked, found)
