"""Eight processes that bill one period, or open one due day, at the same moment: it happens once (I19, I20)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import database
from processes.records import contract_periods, invoices, maintenance, receivables
from processes.records.contract_periods import ContractPeriod
from tests.processes import contracted
from tests.processes.at_once import all_at_once
from tests.processes.contracted import later


@pytest.fixture
def house(any_database: Engine) -> Engine:
    """The demo company and its processes, with a contract to be billed and a device to be maintained."""
    with database.transaction(any_database) as session:
        contracted.company(session)
        contracted.conclude(session)
        maintenance.plan(
            session,
            contracted.device(session).key,
            "SC-0001",
            first_due=date(2026, 12, 1),
            months=12,
            work="W-CLEAN",
        )
    return any_database


def _run_both(session: Session, _number: int) -> str:
    contracted.run(session, later(8))
    contracted.run(session, later(8), "maintenance_run", "dispatcher")
    return "run"


def test_a_period_and_a_due_day_that_eight_runs_find_at_once_have_one_order_each(house: Engine) -> None:
    assert all_at_once(house, _run_both) == ["run"] * 8

    with database.reading(house) as session:
        assert [row.state for row in contract_periods.of(session, "SC-0001")] == ["billed"]
        assert len(contract_periods.entries(session, "SC-0001")) == 1
        assert len(invoices.of_order(session, "SC-0001:2026-11-01")) == 1
        assert receivables.balance(session, "SC-0001:2026-11-01") == 500_00
        dues = maintenance.dues_of(session, contracted.device(session).key)
        assert [(due.due_on, due.order_no) for due in dues] == [(date(2026, 12, 1), "MT-0001")]


def _around(session: Session, number: int) -> str:
    """Begin the period without holding the contract, as code that forgot it would."""
    session.add(
        ContractPeriod(
            contract_no="SC-0001",
            first=date(2026, 11, 1),
            last=date(2026, 11, 30),
            number=1,
            order_no=f"around {number}",
            attempt=1,
            state="open",
        )
    )
    session.flush()
    return "begun"


def test_the_database_itself_lets_one_begin_a_period(house: Engine) -> None:
    assert all_at_once(house, _around) == ["begun"] + ["refused by the database"] * 7
