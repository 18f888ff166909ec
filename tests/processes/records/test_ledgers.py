"""Ledgers only grow, whoever tries: the record, the session, the database itself."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, delete, exc, text, update
from sqlalchemy.orm import Session

from engine import database
from processes import demo
from processes.records import comments, cost_centres, equipment
from processes.records.cost_centres import CostCentreEntry
from processes.records.ledger import LedgerOnlyGrows
from tests.conftest import begin_with
from tests.processes.company import NOW, order, posting


def _book(session: Session, effect_key: str = "effect 1") -> CostCentreEntry:
    return cost_centres.get(session, "SALES").book({"labour": 300_00}, posting(order(session), effect_key))[0]


def test_a_ledger_row_cannot_be_changed(company: Session) -> None:
    entry = _book(company)

    entry.amount_cents = 1

    with pytest.raises(LedgerOnlyGrows, match="reversing row"):
        company.flush()


def test_a_ledger_row_cannot_be_deleted(company: Session) -> None:
    company.delete(_book(company))

    with pytest.raises(LedgerOnlyGrows):
        company.flush()


def test_the_database_refuses_what_goes_around_the_records(any_database: Engine) -> None:
    with database.transaction(any_database) as session:
        begin_with(session, "company", demo.company)
        row = order(session)
        _row = cost_centres.get(session, "SALES").book({"labour": 1}, posting(row))
        equipment.get(session, "EQ-001").record_repair("fault", "work", 1, posting(row))
        comments.add(session, row.key, "A word", author="sales", now=NOW)

    for statement in (
        update(CostCentreEntry).values(amount_cents=2),
        delete(CostCentreEntry),
        text("UPDATE equipment_event SET cost_cents = 2"),
        text("DELETE FROM comment"),
    ):
        with Session(any_database) as session, pytest.raises(exc.DBAPIError, match="only grows"):
            database.begin_write(session)
            session.execute(statement)


def test_the_database_refuses_a_second_posting_of_one_effect(company: Session) -> None:
    first = _book(company)

    company.add(
        CostCentreEntry(
            cost_centre_id="SALES",
            kind="labour",
            amount_cents=300_00,
            process_instance_key=first.process_instance_key,
            order_no=first.order_no,
            effect_key=first.effect_key,
            at=NOW,
            by="sales",
        )
    )

    with pytest.raises(exc.IntegrityError):
        company.flush()


def test_the_database_refuses_to_reverse_a_row_twice(company: Session) -> None:
    first = _book(company)

    for effect_key in ("undo 1", "undo 2"):
        company.add(
            CostCentreEntry(
                cost_centre_id="SALES",
                kind="labour",
                amount_cents=-300_00,
                process_instance_key=first.process_instance_key,
                order_no=first.order_no,
                effect_key=effect_key,
                at=NOW,
                by="manager",
                reverses=first.key,
            )
        )

    with pytest.raises(exc.IntegrityError):
        company.flush()
