"""Operations on customers: found again, written down once, incomplete ones refused."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import errors
from processes.records import audit
from tests.processes.repair_shop import (
    customer,
    open_shop,
    run,
)


@pytest.fixture
def shop(session: Session) -> Session:
    open_shop(session)
    return session


def test_a_new_customer_is_written_down(shop: Session) -> None:
    answer = run(
        shop,
        "customers.remember",
        customer_name="Z. Z.",
        customer_phone="069 555 444",
        customer_language="ro",
        customer_kind="company",
    )

    card = customer(shop, 13)
    assert answer == {"customer_key": str(card.key), "customer_name": "Z. Z.", "customer_language": "ro"}
    assert card.kind == "company"
    assert audit.of(shop, "customer", card.key)[0].actor == "master"


def test_a_known_customer_is_found_by_key_and_the_card_learns_what_was_said(shop: Session) -> None:
    answer = run(
        shop,
        "customers.remember",
        customer_key=str(customer(shop, 2).key),
        customer_name="",
        customer_email="B.S@customer.example",
    )

    assert answer["customer_name"] == "Б. С."
    assert (customer(shop, 2).email, customer(shop, 2).phone) == ("b.s@customer.example", "+373 79 000 102")


def test_the_same_name_and_telephone_is_the_same_customer(shop: Session) -> None:
    answer = run(shop, "customers.remember", customer_name="В. М.", customer_phone="+373 69 000 103")

    assert answer["customer_key"] == str(customer(shop, 3).key)
    assert shop.scalar(select(func.count()).select_from(type(customer(shop)))) == 12


def test_an_incomplete_customer_is_a_business_error(shop: Session) -> None:
    with pytest.raises(errors.BusinessError) as refused:
        run(shop, "customers.remember", customer_name="Z. Z.")

    assert refused.value.code == "CUSTOMER_INCOMPLETE"
