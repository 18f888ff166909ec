"""Operations on the operation log: begin the execution, look what waits, report work, report an inspection."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine import messages, roles
from engine.operations import Step, operation
from engine.tables import Person
from processes.records import (
    audit,
    ledger,
    operation_log,
    production_orders,
    production_problems,
    quantities,
)

_WRONG = {operation_log.QUANTITIES_WRONG: "The quantities do not add up, or something is missing."}


@operation("operation_log.begin")
def begin(session: Session, step: Step) -> dict[str, Any]:
    """Begin the execution: the pieces of the plan wait before the first operation.

    Result: begun (how many).
    """
    audit.acting(session, step.actor, step.now)
    return {"begun": quantities.plain(operation_log.begin(session, ledger.Posting.of_step(step)))}


@operation("operation_log.look")
def look(session: Session, step: Step, number: Decimal) -> dict[str, Any]:
    """Look how many pieces wait for an operation, and whether an open problem stops the line.

    Result: input_quantity (to be worked on), to_inspect, line_stopped, stopped_because, worked_by (list of logins), workers
    (value and label).
    """
    order_no = step.business_key
    stopping = production_problems.stopping(session, order_no)
    return {
        "input_quantity": quantities.plain(
            operation_log.waiting(session, order_no, int(number), operation_log.WORK)
        ),
        "to_inspect": quantities.plain(
            operation_log.waiting(session, order_no, int(number), operation_log.INSPECTION)
        ),
        "line_stopped": bool(stopping),
        "stopped_because": ", ".join(each.description for each in stopping) or None,
        "worked_by": operation_log.workers(session, order_no, int(number)),
        "workers": [{"value": each.login, "label": each.name} for each in roles.members(session, "Worker")],
    }


@operation("operation_log.report", errors=_WRONG)
def report(
    session: Session,
    step: Step,
    number: Decimal,
    good: Decimal,
    hours: list[dict[str, Any]],
    scrap: Decimal | None = None,
    scrap_reason: str | None = None,
    machine: str | None = None,
    started_at: str | None = None,
    finished_at: str | None = None,
    problem: str | None = None,
    stop_line: bool = False,
) -> dict[str, Any]:
    """Write down what an operation gave: good pieces, scrap, hours (rows of employee, hours). What is neither goes on waiting.

    A problem that is told with it starts its own process beside this one, and may stop the line.

    Result: rest (pieces that still wait), to_inspect, percent_done.
    """
    audit.acting(session, step.actor, step.now)
    worked: dict[str, int] = {}
    for row in hours:
        milli = quantities.milli(row.get("hours"))
        if milli > 0:
            worked[row["employee"]] = worked.get(row["employee"], 0) + milli
    operation_log.report(
        session,
        ledger.Posting.of_step(step),
        int(number),
        good_milli=quantities.milli(good),
        scrap_milli=quantities.milli(scrap),
        hours_milli=worked,
        machine=machine,
        reason=scrap_reason,
        started_at=_moment(started_at),
        finished_at=_moment(finished_at),
    )
    if (problem or "").strip():
        _tell_problem(session, step, problem.strip(), stop_line)
    return _state(session, step.business_key, int(number))


@operation("operation_log.inspect", errors=_WRONG)
def inspect(
    session: Session,
    step: Step,
    number: Decimal,
    accepted: Decimal,
    scrap: Decimal | None = None,
    defects: str | None = None,
) -> dict[str, Any]:
    """Write down what an inspection found: accepted pieces and scrap. What is neither goes back to be worked on again.

    Result: rest (pieces that go back), to_inspect, percent_done.
    """
    audit.acting(session, step.actor, step.now)
    operation_log.inspect(
        session,
        ledger.Posting.of_step(step),
        int(number),
        good_milli=quantities.milli(accepted),
        scrap_milli=quantities.milli(scrap),
        reason=defects,
    )
    return _state(session, step.business_key, int(number))


def _state(session: Session, order_no: str, number: int) -> dict[str, Any]:
    return {
        "rest": quantities.plain(operation_log.waiting(session, order_no, number, operation_log.WORK)),
        "to_inspect": quantities.plain(
            operation_log.waiting(session, order_no, number, operation_log.INSPECTION)
        ),
        "percent_done": production_orders.get(session, order_no).percent_done,
    }


def _tell_problem(session: Session, step: Step, problem: str, stop_line: bool) -> None:
    known = session.get(Person, step.actor)
    messages.publish(
        session,
        "problem_reported",
        "",
        {
            "production_order_no": step.business_key,
            "description": problem,
            "stop_line": bool(stop_line),
            "subject": problem,
        },
        actor=roles.actor(session, step.actor) if known else roles.SYSTEM,
        now=step.now,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
