"""What customers are written: each message once, in their language, with the link that it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors, mail, operations, sentences, settings
from engine.sentences import Sentence
from engine.tables import Mail
from processes.records import comments, customer_links, customer_messages, quotes, terms
from processes.records.customer_messages import Facts, tell
from tests.processes import repair_shop
from tests.processes.company import NOW
from tests.processes.repair_shop import posting

_LINK = re.compile(r"http://\S+/c/([\w-]{43})")


@pytest.fixture
def shop(session: Session) -> Session:
    """A shop with an order of each of three customers: in Russian, without e-mail, in English."""
    repair_shop.open_shop(session)
    repair_shop.repair(session, "R-0001")
    repair_shop.repair(session, "R-0002", device=repair_shop.device(session, "F2J3"))
    return session


@pytest.fixture
def in_brackets() -> Iterator[None]:
    """A translator that says in which language it was asked: [ru] Hello."""

    def say(sentence: Sentence, language: str) -> str:
        return f"[{language}] {sentence}"

    known = list(sentences._translators)
    sentences.translate_with(say)
    yield
    sentences._translators[:] = known


def _mails(session: Session) -> list[Mail]:
    return list(session.scalars(select(Mail).order_by(Mail.key)))


def _quote(session: Session, effect: str = "freeze", days: int = 14) -> quotes.QuoteVersion:
    given = posting(session, effect)
    lines = repair_shop.orders.lines(session, "R-0001")
    return quotes.freeze(session, given, lines, given.at + timedelta(days=days))


def _diagnosed(session: Session) -> None:
    works = [{"work": "T-CLEAN", "hours": 1, "payer": "client"}]
    repair_shop.run(session, "repair_orders.record_diagnosis", fault_code="F2", cause="Dirt", works=works)


def test_a_customer_is_written_to_in_their_language_with_a_link(shop: Session, in_brackets: None):
    assert tell(shop, posting(shop, "accepted"), "accepted") == "email"

    [written] = _mails(shop)
    assert written.recipient == "a.k@customer.example"
    assert written.subject == "[ru] Accepted for repair: Bosch SMS 45, order R-0001"
    assert written.body.startswith("[ru] Hello А. К.,\n\n[ru] We have accepted your Bosch SMS 45")
    assert f"\n{mail.LINK}\n" in written.body
    [token] = _LINK.findall(mail.text(written))
    link = customer_links.find(shop, token)
    assert (link.purpose, link.order_no, link.state(NOW)) == ("status", "R-0001", "open")


def test_who_has_no_address_is_called_by_a_colleague(shop: Session):
    assert tell(shop, posting(shop, "ready", "R-0002"), "ready") == "phone"

    assert _mails(shop) == []
    assert customer_links.of(shop, "R-0002") == []
    [comment] = comments.on(shop, posting(shop, "x", "R-0002").process_instance_key)
    assert comment.author == "orderlane"
    assert comment.text.startswith("Call the customer, Б. С. (+373 79 000 102): Your LG F2J3 is ready")


def test_who_wants_to_be_called_is_called_though_there_is_an_address(shop: Session):
    customer = repair_shop.customer(shop, 1)
    customer.change(preferred_channel="phone")

    assert tell(shop, posting(shop, "ready"), "ready") == "phone"
    assert _mails(shop) == []


# The answer to a complaint needs one: the stories of `complaint` read it.
@pytest.mark.parametrize("about", sorted(set(customer_messages.MESSAGES) - {"complaint_solution"}))
def test_every_message_says_everything_it_names(shop: Session, about: str):
    _diagnosed(shop)
    _quote(shop)

    told = tell(
        shop,
        posting(shop, about),
        about,
        facts=Facts(reason="It rained.", amount=Decimal("1360"), due="2026-12-04"),
    )

    [written] = _mails(shop)
    assert told == "email"
    for text in (written.subject, mail.text(written)):
        assert "{" not in text
    assert "R-0001" in written.subject
    assert len(set(_LINK.findall(mail.text(written)))) == 1


def test_a_message_that_nobody_has_written_is_refused_by_name(shop: Session):
    with pytest.raises(errors.Refused, match='but found "greetings"'):
        tell(shop, posting(shop, "x"), "greetings")


def test_before_the_invoice_a_message_names_what_the_planned_lines_come_to(shop: Session):
    _diagnosed(shop)

    tell(shop, posting(shop, "ready"), "ready")

    assert "To pay: 250.00\N{NO-BREAK SPACE}MDL." in _mails(shop)[0].body


def test_a_quote_is_told_with_what_it_costs_and_its_link_ends_with_it(shop: Session):
    _diagnosed(shop)
    quote = _quote(shop)

    tell(shop, posting(shop, "send"), "quote", facts=Facts(quote_version=1))

    [written] = _mails(shop)
    assert "250.00 MDL" in written.subject
    assert "Quote 1" in written.subject
    [link] = customer_links.of(shop, "R-0001")
    assert (link.record_key, link.expires_at) == ("1", quote.expires_at)


def test_a_reminder_brings_a_second_link_and_the_first_one_goes_on_working(shop: Session):
    _diagnosed(shop)
    _quote(shop)

    tell(shop, posting(shop, "send"), "quote")
    tell(shop, posting(shop, "remind", days=1), "quote_reminder")

    links = customer_links.of(shop, "R-0001")
    assert [link.state(NOW) for link in links] == ["open", "open"]
    assert links[0].token_hash != links[1].token_hash


def test_nobody_is_reminded_of_a_quote_that_takes_no_answer_any_more(shop: Session):
    """A reminder that was due while the server was down, or is tried again after the customer has answered."""
    _diagnosed(shop)
    quote = _quote(shop)
    late = replace(posting(shop, "late"), at=quote.expires_at)

    assert tell(shop, late, "quote_reminder", facts=Facts(quote_version=1)) == "nobody"
    quote.decide("approved", posting(shop, "decide"), answered_through="link")
    assert tell(shop, posting(shop, "again"), "quote_reminder", facts=Facts(quote_version=1)) == "nobody"

    assert _mails(shop) == []
    assert customer_links.of(shop, "R-0001") == []


def test_a_newer_quote_ends_the_links_to_the_older_one(shop: Session):
    _diagnosed(shop)
    _quote(shop)
    tell(shop, posting(shop, "send"), "quote")
    tell(shop, posting(shop, "accept"), "accepted")
    _quote(shop, "freeze again")

    tell(shop, posting(shop, "send again"), "quote")

    states = {(link.purpose, link.record_key): link.state(NOW) for link in customer_links.of(shop, "R-0001")}
    assert states == {("quote", "1"): "superseded", ("status", None): "open", ("quote", "2"): "open"}


def test_a_survey_has_an_address_for_each_number_and_outlives_its_question(shop: Session):
    settings.put(shop, terms.SETTING, {"survey_closes": "P40D"})

    tell(shop, posting(shop, "ask"), "survey")

    [written] = _mails(shop)
    assert [line[-7:] for line in written.body.splitlines() if "score=" in line] == [
        f"score={score}" for score in (5, 4, 3, 2, 1)
    ]
    [link] = customer_links.of(shop, "R-0001")
    assert link.expires_at > NOW + timedelta(days=40)


def test_telling_is_repeated_without_a_second_mail(shop: Session):
    step = repair_shop.step(shop, "tell")
    step = operations.Step(
        **{each: getattr(step, each) for each in step.__slots__} | {"headers": {"about": "ready"}}
    )
    found = operations.find("customers.tell")

    answers = [operations.attempt(shop, found, step, {}) for _ in range(2)]

    assert answers == [{"told": True, "channel": "email"}] * 2
    assert len(_mails(shop)) == 1
    assert len(customer_links.of(shop, "R-0001")) == 1


def test_a_link_ends_by_its_own_term_and_the_house_may_choose_another(shop: Session):
    settings.put(shop, "customer_link_terms", {"status": "P10D"})

    tell(shop, posting(shop, "ready"), "ready")

    [link] = customer_links.of(shop, "R-0001")
    assert timedelta(days=9, hours=22) < link.expires_at - NOW < timedelta(days=10, hours=2)


def test_a_link_is_for_something_that_there_is(shop: Session):
    with pytest.raises(errors.Refused, match='but found "everything"'):
        customer_links.make(
            shop,
            "everything",
            order_no="R-0001",
            process_instance_key=posting(shop, "x").process_instance_key,
            now=NOW,
        )
