"""Price lists: a product costs what the version says that is valid on the day, and a version that began stays as it was."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import exc
from sqlalchemy.orm import Session

from engine import errors
from processes.records import price_lists
from processes.records.price_lists import STANDARD, PriceLine


@pytest.mark.parametrize(
    ("on", "cents"),
    [
        (date(2025, 1, 1), 254_00),
        (date(2026, 6, 30), 254_00),
        (date(2026, 7, 1), 280_00),
        (date(2030, 1, 1), 280_00),
    ],
)
def test_the_price_is_that_of_the_version_valid_on_the_day(company: Session, on: date, cents: int) -> None:
    assert price_lists.price_of(company, "W-PUMP", on).price_cents == cents


def test_what_a_new_version_does_not_name_keeps_its_price(company: Session) -> None:
    before = price_lists.price_of(company, "P-PUMP", date(2026, 12, 31))

    price_lists.publish(company, STANDARD, date(2027, 1, 1), {"W-PUMP": (300_00, 250_00)})

    assert price_lists.price_of(company, "P-PUMP", date(2027, 1, 1)).price_cents == before.price_cents
    changed = price_lists.price_of(company, "W-PUMP", date(2027, 1, 1))
    assert (changed.price_cents, changed.min_price_cents) == (300_00, 250_00)
    assert price_lists.price_of(company, "W-PUMP", date(2026, 12, 31)).price_cents == 280_00


def test_versions_follow_each_other_day_by_day(company: Session) -> None:
    before = price_lists.versions(company)
    price_lists.publish(company, STANDARD, date(2027, 1, 1), {})

    newest, *others = price_lists.versions(company)

    assert (newest.number, newest.valid_from, newest.valid_to) == (len(before) + 1, date(2027, 1, 1), None)
    assert others == before
    for later, earlier in pairwise([newest, *others]):
        assert (later.number, later.valid_from) == (earlier.number + 1, earlier.valid_to + timedelta(days=1))


@pytest.mark.parametrize("day", [date(2026, 7, 1), date(2025, 6, 1)])
def test_prices_that_were_valid_are_not_published_anew(company: Session, day: date) -> None:
    before = price_lists.versions(company)

    with pytest.raises(errors.Refused, match=f"Expected a first day after {before[0].valid_from}"):
        price_lists.publish(company, STANDARD, day, {"W-PUMP": 1})

    assert price_lists.versions(company) == before


def test_a_day_before_the_first_version_and_one_after_the_last_have_no_price(company: Session) -> None:
    price_lists.publish(company, STANDARD, date(2027, 1, 1), {}, valid_to=date(2027, 1, 31))

    for day in (date(2024, 12, 31), date(2027, 2, 1)):
        with pytest.raises(errors.Refused, match="No version of the price list is valid"):
            price_lists.price_of(company, "W-PUMP", day)


def test_a_product_without_a_price_is_named(company: Session) -> None:
    with pytest.raises(errors.Refused, match=r'Version \d of the price list, .* has no price for "W-MOON"'):
        price_lists.price_of(company, "W-MOON", date(2026, 11, 23))


@pytest.mark.parametrize(("price", "least"), [(-1, 0), (100, 101)])
def test_the_database_refuses_a_price_that_is_none(company: Session, price: int, least: int) -> None:
    version = price_lists.versions(company)[0]

    company.add(PriceLine(version_key=version.key, sku="P-FAN", price_cents=price, min_price_cents=least))

    with pytest.raises(exc.IntegrityError):
        company.flush()


def test_an_unknown_list_is_not_found(company: Session) -> None:
    with pytest.raises(errors.NotFound, match="moon"):
        price_lists.publish(company, "moon", date(2027, 1, 1), {})
