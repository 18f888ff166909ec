"""The clock of an order: what is left of its terms, without the time in which we waited for the customer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from engine import errors
from engine.keys import new_key
from engine.tables import UserTask
from processes.records import order_clock
from processes.records.order_clock import time_left, waited
from processes.records.orders import CustomerOrder
from tests.processes.company import NOW
from tests.processes.repair_shop import instance, open_shop, ready, repair

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def shop(session: Session) -> Session:
    open_shop(session)
    return session


def _asked(
    session: Session, opened_at: datetime, closed_at: datetime | None, page: str | None = "quote"
) -> None:
    """A user task of the order that was open for a while; with a page, one that the customer answers."""
    row = instance(session)
    session.add(
        UserTask(
            key=new_key(),
            process_instance_key=row.key,
            process_definition_key=row.process_definition_key,
            process_id=row.process_id,
            token_id=new_key(),
            element_id="answer_the_quote",
            name="Answer the quote",
            lane="Customer",
            state="completed" if closed_at else "open",
            version=1,
            priority=50,
            urgent=False,
            created_at=opened_at,
            closed_at=closed_at,
            escalation_level=0,
            properties={"customer_page": page} if page else {},
        )
    )
    session.flush()


def test_spans_that_overlap_count_once() -> None:
    spans = [(NOW + 2 * HOUR, NOW + 5 * HOUR), (NOW, NOW + 3 * HOUR), (NOW + 9 * HOUR, None)]

    assert waited(spans, NOW, NOW + 10 * HOUR) == 6 * HOUR


def test_what_was_before_the_term_does_not_count() -> None:
    assert waited([(NOW - 5 * HOUR, NOW + HOUR)], NOW, NOW + 10 * HOUR) == HOUR
    assert waited([(NOW - 5 * HOUR, NOW - HOUR)], NOW, NOW) == timedelta(0)


def test_a_term_ends_when_its_time_is_over(shop: Session) -> None:
    order = repair(shop, urgent=True)

    assert time_left(shop, order, "target", NOW + 20 * HOUR) == 4 * HOUR
    assert time_left(shop, order, "target", NOW + 24 * HOUR) is None
    assert time_left(shop, order, "limit", NOW + 24 * HOUR) == 24 * HOUR
    assert time_left(shop, order, "limit", NOW + 50 * HOUR) is None


def test_the_time_in_which_the_customer_was_asked_is_added(shop: Session) -> None:
    order = repair(shop, urgent=True)
    _asked(shop, NOW + HOUR, NOW + 31 * HOUR)
    _asked(shop, NOW, NOW + 90 * HOUR, page=None)

    assert time_left(shop, order, "target", NOW + 31 * HOUR) == 23 * HOUR
    assert time_left(shop, order, "target", NOW + 54 * HOUR) is None


def test_while_the_customer_is_asked_the_term_does_not_end_and_is_looked_at_now_and_then(
    shop: Session,
) -> None:
    order = repair(shop, urgent=True)
    _asked(shop, NOW + 24 * HOUR - timedelta(seconds=1), None)

    assert time_left(shop, order, "target", NOW + 24 * HOUR) == timedelta(minutes=30)
    assert time_left(shop, order, "target", NOW + 90 * HOUR) == timedelta(minutes=30)


def test_a_device_that_waits_to_be_fetched_makes_no_order_late(shop: Session) -> None:
    ready(shop)
    order = shop.get_one(CustomerOrder, "R-0001")

    assert time_left(shop, order, "target", order.target_at + 40 * DAY) is not None


def test_an_order_that_is_no_longer_urgent_has_its_long_term(shop: Session) -> None:
    order = repair(shop, urgent=True)
    order.make_normal()

    assert time_left(shop, order, "target", NOW + 24 * HOUR) == 29 * DAY


def test_a_term_that_there_is_not_is_refused(shop: Session) -> None:
    with pytest.raises(errors.Refused, match="target or limit"):
        time_left(shop, repair(shop), "wish", NOW)


def test_another_day_is_promised(shop: Session) -> None:
    order = repair(shop)

    order_clock.promise(shop, "R-0001", "2026-12-05")

    assert order.promised_date.isoformat() == "2026-12-05"
