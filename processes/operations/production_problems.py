"""Operations on problems in production: report, measure, solve."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from engine import messages, roles
from engine.operations import Step, operation
from engine.tables import Person
from processes.records import audit, ledger
from processes.records import production_problems as problems


@operation(
    "production_problems.report",
    errors={problems.NO_SUCH_ORDER: "There is no such production order in execution."},
)
def report(
    session: Session, step: Step, production_order_no: str, description: str, stop_line: bool = False
) -> dict[str, Any]:
    """Write a problem of a production order down: the order is at risk, and stops where the line is stopped.

    Result: production_order_no, offered_owners (value and label).
    """
    audit.acting(session, step.actor, step.now)
    row = problems.report(
        session, ledger.Posting.of_step(step), production_order_no, description, bool(stop_line)
    )
    people = {
        each.login: each.name
        for role in ("Production", "Worker", "Planner")
        for each in roles.members(session, role)
    }
    return {
        "production_order_no": row.order_no,
        "offered_owners": [{"value": login, "label": name} for login, name in sorted(people.items())],
    }


@operation("production_problems.measure")
def measure(
    session: Session, step: Step, measure: str, owner: str, due_on: str, stop_line: bool = False
) -> dict[str, Any]:
    """Write down what is done about the problem, by whom and until when, and whether the line waits for it.

    Result: none.
    """
    audit.acting(session, step.actor, step.now)
    row = problems.measure(
        session, step.business_key, measure, owner, date.fromisoformat(due_on), bool(stop_line)
    )
    _release(session, step, row.order_no)
    return {}


@operation("production_problems.solve")
def solve(session: Session, step: Step, result: str) -> dict[str, Any]:
    """Close the problem: its measure is carried out. A line that waited for it goes on.

    Result: none.
    """
    audit.acting(session, step.actor, step.now)
    row = problems.solve(session, step.business_key, result, step.now)
    _release(session, step, row.order_no)
    return {}


def _release(session: Session, step: Step, order_no: str) -> None:
    """Let a stopped line go on when nothing stops it any more; a line that runs hears nothing of it."""
    if problems.stopping(session, order_no):
        return
    known = session.get(Person, step.actor)
    messages.publish(
        session,
        "line_released",
        order_no,
        actor=roles.actor(session, step.actor) if known else roles.SYSTEM,
        now=step.now,
    )
