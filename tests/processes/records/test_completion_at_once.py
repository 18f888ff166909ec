"""Eight processes that complete one order, or answer one quote, at the same moment: it happens once (I17, I29)."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import database
from engine.tables import ProcessInstance
from processes.records import (
    completion,
    invoices,
    journal,
    order_costs,
    quotes,
    wages,
    warranties,
    work_orders,
)
from processes.records.wage_schemes import Earning, WageScheme
from tests.processes import repaired
from tests.processes.at_once import all_at_once
from tests.processes.company import posting


@pytest.fixture
def ready(any_database: Engine) -> Engine:
    """A database with an order that can be completed."""
    with database.transaction(any_database) as session:
        repaired.shop(session)
        repaired.ready(session)
    return any_database


def _row(session: Session):
    work_order = work_orders.find(session, "R-0001")
    return session.get_one(ProcessInstance, work_order.process_instance_key)


def _complete(session: Session, effect: str) -> str:
    completion.complete(session, repaired.of(_row(session), effect), "repaired")
    return "completed"


def test_an_order_that_eight_complete_at_once_is_completed_and_paid_once(ready: Engine) -> None:
    answers = all_at_once(ready, lambda session, number: _complete(session, f"completion {number}"))

    assert answers == ["NOT_READY_TO_COMPLETE"] * 7 + ["completed"]
    with database.reading(ready) as session:
        assert [each.amount_cents for each in wages.entries(session, "R-0001")] == [200_00]
        assert order_costs.total_cents(session, "R-0001") == 243_00
        assert len(invoices.of_order(session, "R-0001")) == 1
        assert len(warranties.entries(session, "R-0001")) == 1
        assert journal.balance_cents(session, journal.RECEIVABLES) == 281_00


def test_an_effect_that_eight_run_at_once_gives_all_of_them_the_first_result(ready: Engine) -> None:
    answers = all_at_once(ready, lambda session, _number: _complete(session, "completion"))

    assert answers == ["completed"] * 8
    with database.reading(ready) as session:
        assert len(wages.entries(session, "R-0001")) == 1
        assert len(invoices.of_order(session, "R-0001")) == 1


def _accrue(session: Session, number: int) -> str:
    """Book the wage around the work order, whose row the completion would hold."""
    scheme = session.scalars(select(WageScheme)).one()
    earning = Earning("anna", "order", scheme, 2000, 200_00)
    wages.accrue(session, posting(_row(session), f"wage {number}"), 1, [earning])
    return "accrued"


def test_the_database_itself_refuses_a_second_wage_for_the_same_work(ready: Engine) -> None:
    all_at_once(ready, _accrue)

    with database.reading(ready) as session:
        assert [each.amount_cents for each in wages.entries(session, "R-0001")] == [200_00]


def test_of_eight_answers_to_one_quote_the_first_counts(any_database: Engine) -> None:
    with database.transaction(any_database) as session:
        repaired.shop(session)
        row = repaired.diagnosed(session)
        repaired.quoted(session, row)
        key = row.key

    def answer(session: Session, number: int) -> str:
        row = session.get_one(ProcessInstance, key)
        decision = "approved" if number % 2 else "declined"
        given = repaired.of(row, f"answer {number}", "customer")
        return quotes.decide(session, given, 1, decision, answered_through="link").state

    answers = all_at_once(any_database, answer)

    with database.reading(any_database) as session:
        assert answers == ["QUOTE_CLOSED"] * 7 + [quotes.newest(session, "R-0001").state]
