"""Whose work a quality check looks at: those who have reported hours, each once, and nobody else."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from engine import operations
from engine.tables import ProcessInstance
from processes.operations import quality  # noqa: F401  (registers what is tested)
from processes.records import work_orders, work_reports
from processes.stories import shared
from tests.processes.company import NOW, order, posting, step


@pytest.fixture
def repaired(deployed: Session) -> str:
    """The number of a diagnosed repair order."""
    shared.repair_order(deployed, NOW, "DL-2211-5560", [{"work": "W-PUMP", "hours": Decimal(1)}], [])
    return "R-0001"


def _workers(session: Session, row: ProcessInstance) -> list[str]:
    return operations.attempt(session, operations.find("quality.workers"), step(row), {})["repaired_by"]


def test_those_who_reported_hours_are_named_once(deployed: Session, repaired: str) -> None:
    hours = [
        {"employee": "master", "hours": Decimal(1), "work": "W-PUMP"},
        {"employee": "fitter2", "hours": Decimal(1)},
        {"employee": "master", "hours": Decimal(1)},
    ]
    row = order(deployed, repaired)
    work_reports.write(deployed, posting(row), hours=hours, parts_used=[], operations_done=["W-PUMP"])
    assert len(work_orders.employees(deployed, repaired)) == 3

    assert _workers(deployed, row) == ["fitter2", "master"]


def test_an_order_that_nobody_worked_on_keeps_nobody_out(company: Session) -> None:
    assert _workers(company, order(company, "R-0009")) == []
