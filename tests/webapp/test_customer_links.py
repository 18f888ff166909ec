"""The customer on the order card: their links, sent again or withdrawn, and letters to them (R-063)."""

import re

import pytest
from sqlalchemy import select

import engine.database
from engine import mail
from engine.tables import Mail
from processes.records import audit, comments, customer_links
from tests.webapp.counter.new_repair import NEW
from tests.webapp.visitors import Visitor

PERSON = {**NEW, "customer_email": "q.z@customer.example"}
LETTER = {"letter": "17", "letter_subject": "Your drill", "letter_text": "Which colour\nis it?"}


def _taken_in(visitor, answers) -> str:
    answer = visitor("frontdesk").post("/counter/new", answers)
    return f"/orders/{answer.location.rsplit('/', 1)[1]}"


@pytest.fixture
def order(visitor) -> str:
    """The page of an order whose customer has one link, to how it stands."""
    return _taken_in(visitor, PERSON)


def _links(database):
    with engine.database.reading(database) as session:
        return customer_links.of(session, "R-0001")


def _mails(database):
    with engine.database.reading(database) as session:
        return list(session.scalars(select(Mail).order_by(Mail.key)))


def _comments(database, order):
    with engine.database.reading(database) as session:
        return [(each.author, each.text) for each in comments.on(session, int(order.rsplit("/", 1)[1]))]


def _audit(database, link):
    with engine.database.reading(database) as session:
        rows = audit.of(session, "customer_link", link.key)
        return [(each.actor, sorted(each.after)) for each in rows]


def _opens(visitor, written: Mail) -> int:
    address = re.search(r"/c/[\w-]{43}", mail.text(written)).group()
    return visitor().get(address).status_code


def test_the_card_tells_which_links_the_customer_has(order, visitor):
    page = visitor("frontdesk").text(order)

    assert "Links of the customer" in page
    assert "How the order stands" in page
    assert "Send again" in page and "Withdraw" in page


def test_a_link_that_is_sent_again_ends_the_one_before_however_often_the_button_is_pressed(
    order, visitor, database
):
    [old] = _links(database)
    person = visitor("frontdesk")

    for _ in range(2):
        assert person.post(f"{order}/links/{old.key}/again").status_code == 302

    first, second = _mails(database)
    assert second.subject == "Your link: order R-0001"
    assert [each.superseded_at is None for each in _links(database)] == [False, True]
    assert [_opens(visitor, each) for each in (first, second)] == [410, 200]
    assert _audit(database, old) == [("frontdesk", ["replaced_by"])]
    assert _comments(database, order) == [
        ("frontdesk", 'The link "How the order stands" was sent again; those before it no longer work.')
    ]
    assert "replaced by a newer link" in person.text(order)


def test_a_link_that_is_withdrawn_opens_nothing_and_the_order_says_who_did_it(order, visitor, database):
    [link] = _links(database)
    person = visitor("frontdesk")

    for _ in range(2):
        person.post(f"{order}/links/{link.key}/withdraw")

    assert _opens(visitor, _mails(database)[0]) == 410
    assert _audit(database, link) == [("frontdesk", ["revoked_at"])]
    assert _comments(database, order) == [("frontdesk", 'The link "How the order stands" was withdrawn.')]
    page = person.get(order).text
    assert "withdrawn" in page and "/withdraw" not in page


def test_a_letter_goes_out_once_and_stays_on_the_order_as_a_comment_of_its_author(order, visitor, database):
    person = visitor("frontdesk")

    for _ in range(2):
        assert person.post(f"{order}/letters", LETTER).status_code == 302
    person.post(f"{order}/letters", {**LETTER, "letter": "18", "letter_text": "Another one"})

    _, letter, other = _mails(database)
    assert (letter.recipient, letter.subject) == ("q.z@customer.example", "Your drill")
    assert letter.body.startswith("Which colour\nis it?\n\n")
    assert other.body.startswith("Another one\n")
    assert _comments(database, order)[0] == (
        "frontdesk",
        "Written to the customer: Your drill\n\nWhich colour\nis it?",
    )


@pytest.mark.parametrize(
    "wrong", [{"letter_text": " "}, {"letter_subject": " "}, {"letter_text": "x" * 3501}]
)
def test_a_letter_that_cannot_be_sent_is_refused_and_what_was_typed_stays(order, visitor, database, wrong):
    answer = visitor("frontdesk").post(f"{order}/letters", {**LETTER, **wrong})

    assert answer.status_code == 422
    for typed in {**LETTER, **wrong}.values():
        assert typed.strip() in answer.text
    assert len(_mails(database)) == 1
    assert _comments(database, order) == []


def test_who_has_no_address_is_called(visitor, database):
    order = _taken_in(visitor, NEW)
    person = visitor("frontdesk")

    assert "There is no e-mail address. Call them: 069 123 321" in person.text(order)
    answer = person.post(f"{order}/letters", LETTER)

    assert answer.status_code == 422
    assert "Q. Z. has no e-mail address. Call them: 069 123 321." in answer.text
    assert _mails(database) == []


@pytest.mark.parametrize("what", ["letters", "links/{key}/again", "links/{key}/withdraw"])
def test_only_who_deals_with_customers_writes_to_them(order, visitor, database, what):
    [link] = _links(database)
    address = f"{order}/{what.format(key=link.key)}"

    fitter: Visitor = visitor("fitter2")
    assert fitter.post(address, LETTER).status_code == 403
    assert "Write to the customer" not in fitter.text(order)
    assert visitor("manager").post(address, LETTER).status_code == 302


def test_a_link_of_another_order_is_not_found(order, visitor, database):
    [link] = _links(database)
    other = _taken_in(visitor, {**PERSON, "page": "18", "serial_no": "B7-0002"})

    assert visitor("frontdesk").post(f"{other}/links/{link.key}/withdraw").status_code == 404
    assert _links(database)[0].revoked_at is None
