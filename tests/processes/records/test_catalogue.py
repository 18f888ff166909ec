"""Departments, what they offer, and money in cents."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from engine import errors
from processes.records import catalogue_items, departments, money


def test_hours_cost_what_the_department_takes_for_them(company: Session) -> None:
    department = departments.get(company, "it")

    assert department.labour_cents(Decimal("1.5")) == 225_00
    assert department.labour_cents(None) == 0


def test_negative_hours_are_refused(company: Session) -> None:
    with pytest.raises(errors.Refused, match="zero or more"):
        departments.get(company, "it").labour_cents(Decimal(-1))


def test_the_people_of_a_department_are_those_of_its_role(company: Session) -> None:
    assert {person.login for person in departments.people(company, "maintenance")} == {
        "fitter",
        "electrician",
    }


def test_there_are_the_five_departments(company: Session) -> None:
    found = {department.department_id for department in departments.all_departments(company)}

    assert found == {"personnel", "it", "marketing", "maintenance", "secretariat"}


def test_an_unknown_department_is_not_found(company: Session) -> None:
    with pytest.raises(errors.NotFound, match="astrology"):
        departments.get(company, "astrology")


def test_a_withdrawn_item_is_offered_no_more_but_still_found(company: Session) -> None:
    catalogue_items.get(company, "event").withdraw()
    company.flush()

    offered = {item.item_id for item in catalogue_items.offered(company, "marketing")}

    assert offered == {"business_cards", "promotion", "site_update", "advertising_material"}
    assert catalogue_items.get(company, "event").name_in("en") == "Event"


def test_an_item_has_its_name_in_the_readers_language_else_in_english(company: Session) -> None:
    item = catalogue_items.get(company, "event")

    assert (item.name_in("ru"), item.name_in("ro"), item.name_in("sv")) == (
        "Мероприятие",
        "Eveniment",
        "Event",
    )


def test_an_item_without_an_english_name_is_refused(company: Session) -> None:
    with pytest.raises(errors.Refused, match="English name"):
        catalogue_items.add(company, "x", "it", {"ro": "ceva"}, cost_limit_cents=0)


@pytest.mark.parametrize(
    ("amount", "in_cents"),
    [
        (None, 0),
        (0, 0),
        (Decimal("120.5"), 120_50),
        (Decimal("0.005"), 1),
        (Decimal("19.994"), 19_99),
        (7, 7_00),
    ],
)
def test_money_is_rounded_to_whole_cents_half_up(amount: Decimal | int | None, in_cents: int) -> None:
    assert money.cents(amount) == in_cents


def test_cents_are_said_in_units_with_two_decimals() -> None:
    assert str(money.units(420_50)) == "420.50"
    assert str(money.units(-5)) == "-0.05"
