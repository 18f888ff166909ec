"""Products and quantities: found by every name, named in every language, counted exactly."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from engine import errors
from processes.demo import stock as demo
from processes.records import products, quantities


@pytest.mark.parametrize("text", ["pump p-pump", "POMPĂ", "насос сливной", "p-pum"])
def test_a_product_is_found_by_its_number_and_by_its_name_in_any_language(
    company: Session, text: str
) -> None:
    assert "P-PUMP" in [each.sku for each in products.search(company, text, kind="part")]


def test_a_search_takes_signs_of_its_own_for_what_they_are(company: Session) -> None:
    assert products.search(company, "%") == []
    assert products.search(company, "насос луна") == []


def test_a_withdrawn_product_is_offered_no_more_and_can_be_read(company: Session) -> None:
    products.get(company, "P-FAN").withdraw()
    company.flush()

    assert products.search(company, "P-FAN") == []
    assert "P-FAN" not in {each["value"] for each in products.choices(company, "part", "en")}
    assert products.get(company, "P-FAN").name_in("ru") == "Мотор вентилятора"


def test_a_name_falls_back_to_english(company: Session) -> None:
    products.get(company, "P-FAN").rename({"en": "Fan"})

    assert products.get(company, "P-FAN").name_in("ro") == "Fan"
    with pytest.raises(errors.Refused, match="English name"):
        products.get(company, "P-FAN").rename({"ru": "Мотор"})


def test_a_number_names_one_product(company: Session) -> None:
    with pytest.raises(errors.Refused, match="already"):
        products.add(company, "P-FAN", {"en": "Another fan"}, kind="part")
    with pytest.raises(errors.NotFound, match="P-MOON"):
        products.hold(company, ["P-FAN", "P-MOON"])


def test_the_demo_company_names_all_its_products_in_three_languages(company: Session) -> None:
    rows = [*demo.WORKS, *demo.FEES, *demo.PARTS]

    names = [products.get(company, row[0]).names for row in rows]

    assert len(demo.PARTS) == 20
    assert all(set(each) == {"en", "ro", "ru"} and all(each.values()) for each in names)


@pytest.mark.parametrize(
    ("quantity", "milli", "text"),
    [
        ("2", 2000, "2"),
        ("0.5", 500, "0.5"),
        ("10", 10000, "10"),
        ("0.0005", 1, "0.001"),
        ("12.125", 12125, "12.125"),
    ],
)
def test_quantities_are_whole_thousandths_inside_and_plain_outside(
    quantity: str, milli: int, text: str
) -> None:
    assert quantities.milli(Decimal(quantity)) == milli
    assert str(quantities.plain(milli)) == text


def test_a_quantity_of_nothing_is_zero_and_may_be_refused() -> None:
    assert quantities.milli(None) == 0
    with pytest.raises(errors.Refused, match='more than 0 of "P-FAN"'):
        quantities.positive_milli(Decimal("0.0001"), "P-FAN")


@pytest.mark.parametrize(("milli", "cents"), [(1000, 450), (333, 150), (1, 0), (2, 1)])
def test_a_cost_is_rounded_to_the_nearest_cent(milli: int, cents: int) -> None:
    assert quantities.cost_cents(450, milli) == cents
