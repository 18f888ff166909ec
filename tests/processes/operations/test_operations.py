"""What a service task can do: each operation asks its records, and is safe to run twice."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import processes.operations  # noqa: F401  (registers what is tested)
from engine import errors, operations
from engine.tables import Effect, Mail, Person
from processes import catalogue
from processes.records import comments, cost_centres, equipment
from tests.processes.company import counts, order, posting, step


def _run(session: Session, type: str, given: operations.Step, **inputs: Any) -> dict[str, Any]:
    """Run an operation as a step runs it."""
    answer = operations.attempt(session, operations.find(type), given, inputs)
    assert not isinstance(answer, operations.Failed), answer.sentence
    return answer


_OWN = [
    found
    for found in operations.catalogue().values()
    if found.run.__module__.startswith("processes.operations.")
]

_INPUTS: dict[str, dict[str, Any]] = {
    "catalogue_items.offer": {"department": "it"},
    "catalogue_items.look_up": {"item": "event", "cost_centre": "SALES"},
    "cost_centres.book": {"cost_centre": "SALES", "department": "it", "hours": Decimal(2)},
    "departments.people": {"department": "it"},
    "equipment.record_repair": {"equipment": "EQ-001", "fault": "leaks", "work": "new seal"},
    "orders.note": {"text": "A word"},
    "orders.reverse_effects": {"reason": "Cancelled"},
    "people.tell": {"login": "sales"},
}


def test_every_operation_of_the_company_is_drawn_in_a_diagram_or_tested_by_name() -> None:
    """The stories of a package take every sequence flow, so what is drawn is played."""
    drawn = "".join(path.read_text() for path in catalogue.FOLDER.glob("*/*.bpmn"))
    tested = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))

    silent = [
        each.type for each in _OWN if f'type="{each.type}"' not in drawn and f'"{each.type}"' not in tested
    ]

    assert silent == []


@pytest.mark.parametrize("type", sorted(_INPUTS))
def test_an_operation_that_is_repeated_gives_the_first_result_and_does_nothing(
    company: Session, type: str
) -> None:
    row = order(company)
    cost_centres.get(company, "ADMIN").book({"material": 5}, posting(row, "before"))
    given = step(row, about="wanted_date_passed")
    inputs = {"order": str(row.key), **_INPUTS[type]} if type == "orders.note" else _INPUTS[type]
    first = _run(company, type, given, **inputs)
    rows = counts(company)

    again = _run(company, type, given, **inputs)

    assert again == first
    assert counts(company) == rows


@pytest.mark.parametrize("type", ["cost_centres.book", "equipment.record_repair", "orders.reverse_effects"])
def test_a_ledger_posts_once_even_when_the_effect_key_was_forgotten(company: Session, type: str) -> None:
    row = order(company)
    cost_centres.get(company, "ADMIN").book({"material": 5}, posting(row, "before"))
    first = _run(company, type, step(row), **_INPUTS[type])
    company.delete(company.get_one(Effect, "effect 1"))
    rows = counts(company)

    again = _run(company, type, step(row), **_INPUTS[type])

    assert again == first or type == "orders.reverse_effects"
    assert {name: count for name, count in counts(company).items() if name != "effect"} == {
        name: count for name, count in rows.items() if name != "effect"
    }


@pytest.mark.parametrize("found", _OWN, ids=lambda found: found.type)
def test_a_designer_reads_what_an_operation_does_and_gives(found: operations.Operation) -> None:
    assert found.title[0].isupper() and len(found.title) > 20
    assert "Result:" in found.doc
    for code, sentence in found.errors.items():
        assert code.isupper() and sentence.endswith(".")


def test_an_offer_is_in_the_language_of_who_asks(company: Session) -> None:
    answers = {
        login: _run(
            company,
            "catalogue_items.offer",
            step(order(company, f"IR-{login}", login), login),
            department="secretariat",
        )["offered_items"][0]["label"]
        for login in ("sales", "office", "workshop")
    }

    assert answers == {"sales": "Correspondence", "office": "Corespondență", "workshop": "Корреспонденция"}


def test_booking_adds_up_hours_material_and_outside_help(company: Session) -> None:
    row = order(company)

    answer = _run(
        company,
        "cost_centres.book",
        step(row),
        cost_centre="SALES",
        department="maintenance",
        hours=Decimal("1.5"),
        material=Decimal("99.99"),
        outside=640,
    )

    assert answer == {"booked_cost": Decimal("949.99")}
    assert [entry.kind for entry in cost_centres.entries(company, "IR-0001")] == [
        "labour",
        "material",
        "outside",
    ]


def test_a_refused_booking_leaves_nothing(company: Session) -> None:
    row = order(company)
    rows = counts(company)

    with pytest.raises(errors.BusinessError, match="closed"):
        _run(company, "cost_centres.book", step(row), cost_centre="OLDSHOP", department="it", hours=1)

    assert counts(company) == rows


def test_taking_back_an_order_takes_back_money_and_history(company: Session) -> None:
    row = order(company)
    cost_centres.get(company, "SALES").book({"labour": 120_50}, posting(row, "a"))
    equipment.get(company, "EQ-001").record_repair("leaks", "new seal", 120_50, posting(row, "b"))

    answer = _run(company, "orders.reverse_effects", step(row, "c"), reason="Cancelled")

    assert answer == {"reversed_cost": Decimal("120.50"), "refunded": 0}
    assert cost_centres.balance_cents(company, "SALES") == 0
    assert sum(event.cost_cents for event in equipment.entries(company, "IR-0001")) == 0


def test_a_person_is_told_by_mail_with_the_order_in_its_head(company: Session) -> None:
    row = order(company)
    given = step(row, about="request_declined")

    _run(company, "people.tell", given, login="sales", subject="Screen", reason="Next year")

    mail = company.scalars(select(Mail)).one()
    assert mail.recipient == "sales@demo.example"
    assert mail.subject == "Declined: IR-0001, Screen"
    assert mail.body == "Your request was declined. The reason: Next year"


def test_a_person_without_an_address_is_not_told_and_that_is_said(company: Session) -> None:
    company.get_one(Person, "sales").email = None

    answer = _run(company, "people.tell", step(order(company), about="request_declined"), login="sales")

    assert answer == {"told": False}
    assert company.scalars(select(Mail)).all() == []


def test_a_message_that_nobody_wrote_breaks_with_the_ones_there_are(company: Session) -> None:
    answer = operations.attempt(
        company, operations.find("people.tell"), step(order(company), about="gossip"), {"login": "sales"}
    )

    assert isinstance(answer, operations.Failed)
    assert "request_declined" in answer.sentence


def test_a_note_stands_on_the_order_it_is_about(company: Session) -> None:
    about, by = order(company, "IR-0001"), order(company, "MR-0001", "manager")

    _run(company, "orders.note", step(by), order=str(about.key), text="It may wait")

    assert [(each.author, each.text) for each in comments.on(company, about.key)] == [
        ("manager", "It may wait")
    ]
