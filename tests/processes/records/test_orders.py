"""Repair orders: opened once, with the terms of the house, urgent or not, cancelled with a reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import exc
from sqlalchemy.orm import Session

from engine import errors, settings
from processes.records import orders
from tests.processes.company import NOW
from tests.processes.repair_shop import device, open_shop, posting, repair


@pytest.fixture
def shop(session: Session) -> Session:
    open_shop(session)
    return session


def test_a_normal_order_has_thirty_days_and_sixty_at_most(shop: Session) -> None:
    order = repair(shop)

    assert order.terms == {"target": "P30D", "limit": "P60D"}
    assert (order.target_at, order.limit_at) == (NOW + timedelta(days=30), NOW + timedelta(days=60))
    assert order.promised_date == date(2026, 12, 23)


def test_an_urgent_order_has_a_day_and_two_at_most(shop: Session) -> None:
    order = repair(shop, urgent=True)

    assert order.terms == {"target": "PT24H", "limit": "PT48H"}
    assert (order.target_at, order.limit_at) == (NOW + timedelta(hours=24), NOW + timedelta(hours=48))
    assert order.urgent_since == NOW


def test_a_day_that_was_promised_is_kept(shop: Session) -> None:
    assert repair(shop, promised_date=date(2026, 11, 30)).promised_date == date(2026, 11, 30)


def test_the_house_chooses_its_terms_and_what_it_leaves_out_stays(shop: Session) -> None:
    settings.put(shop, "order_terms", {"normal": {"target": "P10D"}})

    assert orders.terms(shop, urgent=False) == {"target": "P10D", "limit": "P60D"}
    assert orders.terms(shop, urgent=True) == {"target": "PT24H", "limit": "PT48H"}


def test_the_promised_day_is_the_day_at_the_shop(shop: Session) -> None:
    late_in_the_evening = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)

    assert orders.day(shop, late_in_the_evening) == date(2026, 11, 24)


def test_an_order_is_opened_once(shop: Session) -> None:
    first = repair(shop)

    assert repair(shop, complaint="Another text") is first
    assert first.complaint == "Не сливает воду"


@pytest.mark.parametrize("facts", [{"repair_kind": "free"}, {"place": "moon"}])
def test_a_kind_or_a_place_that_there_is_not_is_refused(shop: Session, facts: dict[str, str]) -> None:
    with pytest.raises(errors.Refused, match="Expected the"):
        repair(shop, **facts)


def test_a_complaint_is_needed(shop: Session) -> None:
    with pytest.raises(exc.IntegrityError):
        repair(shop, complaint="  ")


def test_an_order_that_becomes_urgent_counts_from_then_and_from_its_beginning_when_it_is_no_more(
    shop: Session,
) -> None:
    order = repair(shop)

    order.make_urgent(NOW + timedelta(days=3))
    order.make_urgent(NOW + timedelta(days=5))
    assert order.target_at == NOW + timedelta(days=4)
    order.waive_surcharge("Our delay")
    order.make_normal()
    order.make_normal()

    assert (order.target_at, order.limit_at) == (NOW + timedelta(days=30), NOW + timedelta(days=60))
    assert (order.urgent_since, order.surcharge_waived_reason) == (None, None)


def test_a_surcharge_is_waived_with_a_reason_and_where_there_is_one(shop: Session) -> None:
    with pytest.raises(errors.Refused, match="not urgent"):
        repair(shop).waive_surcharge("Our delay")

    urgent = repair(shop, "R-0002", urgent=True, device=device(shop, "912-KWSB"))
    with pytest.raises(errors.Refused, match="needs a reason"):
        urgent.waive_surcharge(" ")


def test_an_order_is_cancelled_once(shop: Session) -> None:
    order = repair(shop)

    order.cancel("Changed their mind", NOW)
    order.cancel("Another reason", NOW + timedelta(days=1))

    assert (order.cancelled_at, order.cancelled_reason) == (NOW, "Changed their mind")


def test_the_database_keeps_urgency_and_its_moment_together(shop: Session) -> None:
    repair(shop).urgent = True

    with pytest.raises(exc.IntegrityError):
        shop.flush()


def test_a_diagnosis_says_what_is_broken_and_why(shop: Session) -> None:
    order = repair(shop)

    order.diagnose("E24", "Pump blocked", "Glass in the filter")

    assert (order.fault_code, order.cause, order.findings) == ("E24", "Pump blocked", "Glass in the filter")


def test_an_order_that_there_is_not_is_not_found(shop: Session) -> None:
    posting(shop, "x", "R-0009")

    assert orders.find(shop, "R-0009") is None
    with pytest.raises(errors.NotFound, match="no order R-0009"):
        orders.get(shop, "R-0009", hold=True)
