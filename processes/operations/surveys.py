"""Operations on what customers say after their order."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from processes.records import audit, surveys
from processes.records.ledger import Posting


@operation("surveys.store")
def store(session: Session, step: Step, score: int, comment: str | None = None) -> dict[str, Any]:
    """Keep the customer's score (1 to 5) and comment, once an order.

    Result: survey_score (the score that is kept).
    """
    audit.acting(session, step.actor, step.now)
    answer = surveys.store(session, Posting.of_step(step), score, comment)
    return {"survey_score": answer.score}
