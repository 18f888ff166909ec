"""Operations on the progress of production: open the check of the day, decide it, record what sales decided about a delay."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from processes.records import audit, ledger, operation_log, production_orders, quantities
from processes.records import production_progress as progress

_REFUSED = {
    progress.DECISION_REFUSED: "The decision lacks something: the measures, a later date, or a quantity."
}


@operation("production_progress.open_check")
def open_check(session: Session, step: Step) -> dict[str, Any]:
    """Open the progress check of today, once; not on a day off, and not while an earlier one waits for its decision.

    Result: check_is_due, counted_percent (by the operation log), good_quantity, scrap_quantity.
    """
    audit.acting(session, step.actor, step.now)
    row = production_orders.get(session, step.business_key, hold=True)
    opened = progress.open_check(session, row.order_no, step.now)
    return {
        "check_is_due": opened is not None,
        "counted_percent": operation_log.percent_done(session, row.order_no),
        "good_quantity": quantities.plain(row.good_milli),
        "scrap_quantity": quantities.plain(row.scrap_milli),
    }


@operation("production_progress.decide", errors=_REFUSED)
def decide(
    session: Session,
    step: Step,
    percent: Decimal,
    predicted_finish: str,
    decision: str,
    note: str | None = None,
) -> dict[str, Any]:
    """Decide the open check: on_track, measures (named in the note) or late; a predicted day behind the agreed one is late.

    Result: progress_decision, needs_sales (late, and sales has not decided about that day yet).
    """
    audit.acting(session, step.actor, step.now)
    day = date.fromisoformat(predicted_finish)
    row = progress.decide(
        session,
        ledger.Posting.of_step(step),
        percent=int(percent),
        predicted_finish=day,
        decision=decision,
        note=note,
    )
    return {
        "progress_decision": row.decision,
        "needs_sales": progress.needs_sales(session, step.business_key, day),
    }


@operation("production_progress.record_answer", errors=_REFUSED)
def record_answer(
    session: Session,
    step: Step,
    predicted_finish: str,
    delay_answer: str,
    new_date: str | None = None,
    first_quantity: Decimal | None = None,
    delay_note: str | None = None,
) -> dict[str, Any]:
    """Write down what sales agreed with the customer: new_date, expedite, or split (a first part on time, the rest on the new date).

    Result: delivery_date (what is agreed on now), delay_answer.
    """
    audit.acting(session, step.actor, step.now)
    row = progress.record_answer(
        session,
        ledger.Posting.of_step(step),
        predicted_finish=date.fromisoformat(predicted_finish),
        answer=delay_answer,
        new_date=date.fromisoformat(new_date) if new_date else None,
        first_milli=quantities.milli(first_quantity) or None,
        note=delay_note,
    )
    order = production_orders.get(session, step.business_key)
    return {"delivery_date": order.delivery_date.isoformat(), "delay_answer": row.answer}
