"""Customers: reachable, written down once, found by any word."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import exc
from sqlalchemy.orm import Session

from engine import errors
from processes.records import customers
from processes.records.customers import Customer
from tests.processes.company import NOW
from tests.processes.repair_shop import customer, open_shop


def test_a_new_customer_gets_the_next_number_and_the_channel_that_reaches_them(session: Session) -> None:
    called = customers.add(session, " Z. Z. ", phone="+373 (69) 555-444", now=NOW)
    written = customers.add(session, "Y. Y.", email="Y.Y@Customer.example", now=NOW)

    assert (called.customer_no, called.name, called.phone_digits) == ("C-0001", "Z. Z.", "37369555444")
    assert called.preferred_channel == "phone"
    assert (written.customer_no, written.email) == ("C-0002", "y.y@customer.example")
    assert written.preferred_channel == "email"


@pytest.mark.parametrize(
    "name, reached_by",
    [
        (None, {"phone": "069 555 444"}),
        ("  ", {"email": "a@b.example"}),
        ("Z. Z.", {}),
        ("Z. Z.", {"phone": "-"}),
    ],
)
def test_a_customer_without_a_name_or_a_way_to_reach_them_is_incomplete(
    session: Session, name: str | None, reached_by: dict[str, Any]
) -> None:
    with pytest.raises(errors.BusinessError) as refused:
        customers.add(session, name, **reached_by, now=NOW)

    assert refused.value.code == "CUSTOMER_INCOMPLETE"


def test_a_card_may_not_lose_the_last_way_to_reach_its_customer(session: Session) -> None:
    card = customers.add(session, "Z. Z.", phone="069 555 444", now=NOW)

    with pytest.raises(errors.BusinessError):
        card.change(phone=None)

    assert card.phone == "069 555 444"


@pytest.mark.parametrize("facts", [{"kind": "robot"}, {"preferred_channel": "pigeon"}])
def test_a_kind_or_a_channel_that_there_is_not_is_refused(session: Session, facts: dict[str, str]) -> None:
    with pytest.raises(errors.Refused, match="Expected the"):
        customers.add(session, "Z. Z.", phone="069 555 444", **facts, now=NOW)


def test_a_fact_that_a_card_does_not_have_is_refused(session: Session) -> None:
    card = customers.add(session, "Z. Z.", phone="069 555 444", now=NOW)

    with pytest.raises(errors.Refused, match="but found customer_no"):
        card.change(customer_no="C-9999")


def test_the_database_keeps_a_customer_reachable(session: Session) -> None:
    session.add(
        Customer(
            customer_no="C-1",
            kind="person",
            name="Z. Z.",
            language="en",
            preferred_channel="phone",
            created_at=NOW,
            search_text="",
        )
    )

    with pytest.raises(exc.IntegrityError):
        session.flush()


@pytest.mark.parametrize(
    "text", ["пример", "ПРАЧЕЧНАЯ пример", "c-0009", "22 000 108", "office@laundry", "1000000000108"]
)
def test_a_customer_is_found_by_any_word_of_theirs(session: Session, text: str) -> None:
    open_shop(session)

    found = customers.search(session, text)

    assert "ООО «Пример-Прачечная»" in [each.name for each in found]


def test_a_search_takes_signs_as_they_are_and_stops_at_its_limit(session: Session) -> None:
    open_shop(session)

    assert customers.search(session, "%") == []
    assert customers.search(session, "_") == []
    assert len(customers.search(session, "customer.example", limit=2)) == 2
    assert len(customers.search(session, "", limit=50)) == 12


def test_the_same_person_is_known_by_telephone_however_it_is_written(session: Session) -> None:
    open_shop(session)

    known = customers.same(session, "в. м.", "+373 69-000-103", None)

    assert known is customer(session, 3)


def test_another_person_with_the_same_telephone_is_another_customer(session: Session) -> None:
    open_shop(session)

    assert customers.same(session, "Z. Z.", "069 000 103", None) is None
    assert customers.same(session, "Z. Z.", None, None) is None


def test_there_is_no_customer_with_an_unknown_key(session: Session) -> None:
    with pytest.raises(errors.NotFound, match="no customer with the key 5"):
        customers.get(session, 5)
