"""Who looks after the house in the demo company: a weekly check, one check somebody has asked for, one process under evaluation."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from processes.records import check_periods
from processes.records.system_checks import CheckPlan

PEOPLE: list[tuple[str, str, str, list[str], list[str]]] = [
    ("checker", "S. C.", "en", ["System checker"], ["System checker"]),
    ("owner", "P. O.", "en", ["Process owner"], ["Process owner"]),
]
ORDERS: list[dict[str, Any]] = [
    {
        "process": "system_check",
        "by": "checker",
        "hours_ago": 5,
        "submission": {"check_reason": "The power was off last night"},
        "steps": [],
    },
    {
        "process": "process_evaluation",
        "by": "owner",
        "hours_ago": 4,
        "submission": {"evaluation_reason": "Requests wait long for approval"},
        "steps": [("owner", {"process_id": "internal_request", "days": 90})],
    },
]


def fill(session: Session) -> None:
    """The plan of checks; it counts from the first morning on."""
    session.add(CheckPlan(period=check_periods.WEEKLY, checker="checker", active=True, starts_on=None))
    session.flush()
