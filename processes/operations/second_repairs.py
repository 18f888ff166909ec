"""The operation that sends a finished repair back to the bench: the customer has tried the device, and it still does not work."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine import errors
from engine.operations import Step, operation
from processes.records import audit, completion, intake
from processes.records.ledger import Posting


@operation("second_repairs.begin")
def begin(session: Session, step: Step, reason: str) -> dict[str, Any]:
    """Take the completion of a repair and its mark "done" back, with a reason: it is in work again, and what was paid waits.

    Result: status.
    """
    audit.acting(session, step.actor, step.now)
    posting = Posting.of_step(step)
    completion.reopen(session, posting, reason)
    document = intake.get(session, step.business_key)
    try:
        document.clear_last_mark(reason, posting, step.element_id)
    except errors.BusinessError as refused:
        # With the completion taken back a ready device can be cleared; when not, somebody must look at its records.
        raise errors.Refused(refused.sentence) from refused
    return {"status": document.status}
