"""The demo customers: enough of each kind to try things out with, and nobody who could be a real person."""

from __future__ import annotations

import re

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.demo import customers as demo
from processes.records import audit
from processes.records.customers import Customer
from processes.records.devices import Device


def test_there_are_people_and_companies_in_three_languages_with_devices(session: Session) -> None:
    demo.add(session)

    cards = session.scalars(select(Customer)).all()
    assert len(cards) == 12
    assert {each.language for each in cards} == {"ru", "ro", "en"}
    assert {each.kind for each in cards} == {"person", "company"}
    assert session.scalar(select(func.count()).select_from(Device)) >= 15
    assert session.scalars(select(Device.warranty_until).where(Device.sale_document.is_not(None))).all()


def test_nobody_in_it_is_a_real_person(session: Session) -> None:
    demo.add(session)

    for card in session.scalars(select(Customer)):
        assert (
            re.fullmatch(r"\w\. \w\.", card.name)
            if card.kind == "person"
            else re.search(r"Example|Exemplu|Пример", card.name)
        )
        assert card.email is None or card.email.endswith(".example")
        assert card.phone is None or " 000 1" in card.phone or " 0000 01" in card.phone


def test_the_audit_says_that_the_house_itself_wrote_them(session: Session) -> None:
    demo.add(session)

    card = session.scalars(select(Customer).limit(1)).one()
    assert [row.actor for row in audit.of(session, "customer", card.key)] == ["orderlane"]
