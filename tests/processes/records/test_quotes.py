"""Quotes: frozen when sent, answered once and in time, only the newest, with something to show for it (I33, R-133)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, exc, text, update
from sqlalchemy.orm import Session

from engine import database, errors
from processes.records import order_lines, order_plan, orders, price_lists, quotes
from processes.records.quotes import QuoteVersion
from tests.processes import repaired
from tests.processes.repaired import CLEAN, HOSE, NOW, PUMP, REPLACE, agreed, diagnosed, of, quoted


def _decide(session: Session, row, version: int, decision: str = "approved", hours: int = 1, **how: str):
    how = {"answered_through": "link", **how}
    return quotes.decide(
        session, of(row, f"{decision} {version}", "customer", hours), version, decision, **how
    )


def _code(refused: pytest.ExceptionInfo[errors.BusinessError]) -> tuple[str, dict]:
    return refused.value.code, refused.value.variables


def test_a_version_holds_the_lines_and_what_the_client_would_pay(shop: Session) -> None:
    row = diagnosed(shop, pump="warranty")

    version = quoted(shop, row)

    assert (version.version, version.state, version.total_cents) == (1, "sent", 190_00)
    assert [(line["sku"], line["payer"], line["amount_cents"]) for line in version.lines] == [
        (REPLACE, "client", 120_00),
        (CLEAN, "client", 60_00),
        (PUMP, "warranty", 0),
        (HOSE, "client", 10_00),
    ]
    assert (version.sent_at, version.expires_at) == (NOW, NOW + timedelta(days=14))


def test_freezing_in_one_effect_again_gives_the_first_version(shop: Session) -> None:
    row = diagnosed(shop)

    assert quoted(shop, row) is quoted(shop, row)
    assert len(quotes.versions(shop, "R-0001")) == 1


def test_a_quote_that_costs_the_client_nothing_asks_nobody(shop: Session) -> None:
    row = diagnosed(shop, kind="warranty")

    version = quoted(shop, row)

    assert (version.state, version.total_cents, version.sent_at) == ("draft", 0, None)
    with pytest.raises(errors.BusinessError, match="waits for no answer") as refused:
        _decide(shop, row, 1)
    assert _code(refused) == ("QUOTE_CLOSED", {"quote_state": "draft"})


def test_a_newer_version_supersedes_the_one_that_waits(shop: Session) -> None:
    row = diagnosed(shop)
    quoted(shop, row)

    quoted(shop, row, "quote 2")

    assert [(each.version, each.state) for each in quotes.versions(shop, "R-0001")] == [
        (1, "superseded"),
        (2, "sent"),
    ]


def test_consent_to_an_old_version_is_refused_and_names_the_newest(shop: Session) -> None:
    row = diagnosed(shop)
    quoted(shop, row)
    quoted(shop, row, "quote 2")

    with pytest.raises(errors.BusinessError, match="replaced by version 2") as refused:
        _decide(shop, row, 1)

    assert _code(refused) == ("QUOTE_SUPERSEDED", {"newest_version": 2})
    assert quotes.in_force(shop, "R-0001") is None


def test_an_approved_version_stays_approved_when_a_newer_one_is_sent(shop: Session) -> None:
    row = diagnosed(shop)
    quoted(shop, row)
    agreed(shop, row)

    quoted(shop, row, "quote 2")

    assert quotes.in_force(shop, "R-0001").version == 1
    with pytest.raises(errors.BusinessError, match="replaced"):
        _decide(shop, row, 1, "declined")


@pytest.mark.parametrize(
    ("decision", "state"),
    [("approved", "approved"), ("declined", "declined"), ("change", "changed"), ("expired", "expired")],
)
def test_an_answer_is_kept_with_who_gave_it_when_and_why(shop: Session, decision: str, state: str) -> None:
    row = diagnosed(shop)
    quoted(shop, row)

    version = _decide(shop, row, 1, decision, reason="Because")

    assert (version.state, version.decided_by, version.decided_at, version.reason) == (
        state,
        "customer",
        NOW + timedelta(hours=1),
        "Because",
    )
    assert version.answered_through == (None if decision == "expired" else "link")


def test_a_second_answer_is_refused_and_says_what_was_answered_when(shop: Session) -> None:
    row = diagnosed(shop)
    quoted(shop, row)
    _decide(shop, row, 1, "declined")

    with pytest.raises(errors.BusinessError, match="2026-11-23 09:00 UTC: Declined") as refused:
        _decide(shop, row, 1)

    assert _code(refused) == ("QUOTE_CLOSED", {"quote_state": "declined"})


@pytest.mark.parametrize(("hours", "is_late"), [(14 * 24 - 1, False), (14 * 24, True)])
def test_an_answer_after_its_time_is_refused(shop: Session, hours: int, is_late: bool) -> None:
    row = diagnosed(shop)
    quoted(shop, row)

    if not is_late:
        assert _decide(shop, row, 1, hours=hours).state == "approved"
        return
    with pytest.raises(errors.BusinessError, match="was open until 2026-12-07 08:00 UTC"):
        _decide(shop, row, 1, hours=hours)
    assert _decide(shop, row, 1, "expired", hours=hours).state == "expired"


@pytest.mark.parametrize("way", ["phone", "office"])
def test_an_answer_without_the_link_needs_evidence(shop: Session, way: str) -> None:
    row = diagnosed(shop)
    quoted(shop, row)

    with pytest.raises(errors.Refused, match="something to show for it"):
        _decide(shop, row, 1, answered_through=way, evidence=" ")

    assert _decide(shop, row, 1, answered_through=way, evidence="Called at 9:12").state == "approved"


@pytest.mark.parametrize(
    ("decision", "way", "sentence"),
    [("maybe", "link", "Expected a decision"), ("approved", "dream", "Expected an answer through")],
)
def test_what_is_no_answer_is_refused(shop: Session, decision: str, way: str, sentence: str) -> None:
    row = diagnosed(shop)
    quoted(shop, row)

    with pytest.raises(errors.Refused, match=sentence):
        _decide(shop, row, 1, decision, answered_through=way)


def test_a_version_that_there_is_not_cannot_be_answered(shop: Session) -> None:
    row = diagnosed(shop)

    with pytest.raises(errors.NotFound, match="no quote of version 7"):
        _decide(shop, row, 7)


def test_a_withdrawn_offer_takes_no_answer(shop: Session) -> None:
    row = diagnosed(shop)
    quoted(shop, row)

    quotes.withdraw(shop, "R-0001", "The order is cancelled")

    with pytest.raises(errors.BusinessError, match="was taken back"):
        _decide(shop, row, 1)


def test_the_price_stays_as_agreed_whatever_the_price_list_says_later(shop: Session) -> None:
    row = diagnosed(shop)
    quoted(shop, row)
    agreed(shop, row)
    later = NOW.date() + timedelta(days=1)
    price_lists.publish(shop, price_lists.STANDARD, later, {REPLACE: 999_00})

    order_plan.diagnose(shop, orders.get(shop, "R-0001"), [{"work": REPLACE}, {"work": CLEAN}], [], later)

    prices = {line.sku: line.price_cents for line in order_lines.planned(shop, "R-0001")}
    assert prices == {REPLACE: 120_00, CLEAN: 60_00}


def test_the_database_keeps_what_was_offered(any_database: Engine) -> None:
    with database.transaction(any_database) as session:
        repaired.shop(session)
        quoted(session, diagnosed(session))

    for statement in (
        update(QuoteVersion).values(total_cents=1),
        update(QuoteVersion).values(lines=[]),
        text("DELETE FROM quote_version"),
    ):
        with Session(any_database) as session, pytest.raises(exc.DBAPIError, match="as they were"):
            database.begin_write(session)
            session.execute(statement)
    with database.transaction(any_database) as session:
        session.execute(update(QuoteVersion).values(reason="What may change still may"))


@pytest.mark.parametrize(
    "values",
    [
        {"state": "approved"},
        {"state": "approved", "decided_at": NOW, "decided_by": "x", "answered_through": "phone"},
        {"state": "approved", "decided_at": NOW, "decided_by": "x"},
        {"state": "lost"},
    ],
)
def test_the_database_refuses_a_consent_without_an_answer_or_evidence(shop: Session, values: dict) -> None:
    quoted(shop, diagnosed(shop))

    with pytest.raises(exc.IntegrityError):
        shop.execute(update(QuoteVersion).values(**values))


def test_the_database_refuses_two_versions_that_wait_side_by_side(shop: Session) -> None:
    row = diagnosed(shop)
    quoted(shop, row)
    quoted(shop, row, "quote 2")

    with pytest.raises(exc.IntegrityError):
        shop.execute(update(QuoteVersion).values(state="sent"))
