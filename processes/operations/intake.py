"""Operations on intake and hand-over: take in, mark, clear a mark, hand out."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from processes.records import audit, documents, hand_out
from processes.records import intake as records
from processes.records.ledger import Posting

_MARKS = {records.NOT_ALLOWED: "The marks of the order, or what it still needs, do not allow this."}


@operation("intake.accept", errors=_MARKS)
def accept(
    session: Session,
    step: Step,
    completeness: str,
    appearance: str | None = None,
    accessories: str | None = None,
) -> dict[str, Any]:
    """Take the device of the order in: its intake document with a receipt, and the device at the reception.

    Result: intake_no, status.
    """
    audit.acting(session, step.actor, step.now)
    posting = Posting.of_step(step)
    document = records.of(session, step.business_key)
    if document is None:
        number = documents.next_number(session, "intake_receipt", step.now)
        document = records.accept(
            session,
            posting,
            step.element_id,
            number=number,
            completeness=completeness,
            appearance=appearance,
            accessories=accessories,
        )
        documents.issue(session, "intake_receipt", posting)
    return {"intake_no": document.number, "status": document.status}


@operation("intake.set_variant", errors=_MARKS)
def set_variant(
    session: Session,
    step: Step,
    repair_variant: str,
    partner: str | None = None,
    reason: str | None = None,
) -> dict[str, Any]:
    """State who repairs the device: own (our workshop) or third_party (a service centre, named as partner).

    Choosing another one later needs a reason. The error MARK_NOT_ALLOWED says what is in the way.
    Result: status.
    """
    document = _held(session, step)
    document.set_variant(
        repair_variant, Posting.of_step(step), step.element_id, partner=partner, reason=reason
    )
    return {"status": document.status}


@operation("intake.mark_done", errors=_MARKS)
def mark_done(session: Session, step: Step, outcome: str, reason: str | None = None) -> dict[str, Any]:
    """Make the mark "Repair done": our own workshop has finished, with the outcome repaired or without_repair (with a reason).

    Result: status.
    """
    document = _held(session, step)
    document.mark_repair_done(outcome, Posting.of_step(step), step.element_id, reason)
    return {"status": document.status}


@operation("intake.mark_accepted_back", errors=_MARKS)
def mark_accepted_back(
    session: Session, step: Step, outcome: str, reason: str | None = None
) -> dict[str, Any]:
    """Make the mark "Accepted from service centre", with the outcome repaired or without_repair (with a reason).

    Result: status.
    """
    document = _held(session, step)
    document.mark_accepted_back(outcome, Posting.of_step(step), step.element_id, reason)
    return {"status": document.status}


@operation("intake.clear_last_mark", errors=_MARKS)
def clear_last_mark(session: Session, step: Step, reason: str) -> dict[str, Any]:
    """Take back the last mark of an order, with a reason, before the device is handed out: the status goes one step back.

    Result: status.
    """
    document = _held(session, step)
    document.clear_last_mark(reason, Posting.of_step(step), step.element_id)
    return {"status": document.status}


@operation("intake.hand_out", errors=_MARKS)
def give_out(
    session: Session,
    step: Step,
    recipient: str,
    id_checked: bool,
    accessories_returned: bool,
    signature: str | None = None,
) -> dict[str, Any]:
    """Hand the device out to its customer: the final mark. Nothing may be owed, unless credit was allowed.

    Warranties on fitted parts begin today.
    Result: status.
    """
    audit.acting(session, step.actor, step.now)
    document = hand_out.hand_out(
        session,
        Posting.of_step(step),
        step.element_id,
        recipient=recipient,
        id_checked=id_checked,
        accessories_returned=accessories_returned,
        signature=signature,
    )
    return {"status": document.status}


@operation("intake.give_back", errors=_MARKS)
def give_back(session: Session, step: Step, recipient: str) -> dict[str, Any]:
    """Give the device of a cancelled order back to its customer; no mark is made.

    Result: none.
    """
    audit.acting(session, step.actor, step.now)
    records.give_back(session, Posting.of_step(step), recipient)
    return {}


def _held(session: Session, step: Step) -> records.IntakeDocument:
    """The intake document of this order, held, with whoever acts on it known to the audit."""
    audit.acting(session, step.actor, step.now)
    return records.get(session, step.business_key)
