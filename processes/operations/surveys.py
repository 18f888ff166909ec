"""Operations on what customers say after their order."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine import messages, roles
from engine.operations import Step, operation
from engine.sentences import Sentence, _l, in_language
from processes.records import audit, complaint_desk, complaints, languages, remedy_orders, surveys
from processes.records.ledger import Posting

#: What an answer that is no praise is a complaint about, until somebody has looked into it.
_KIND = "service"
_NO_WORDS = _l("The customer gave {score} of 5 points and wrote nothing.")


@operation("surveys.store")
def store(session: Session, step: Step, score: int, comment: str | None = None) -> dict[str, Any]:
    """Keep the customer's score (1 to 5) and comment, once an order.

    Result: survey_score (the score that is kept).
    """
    audit.acting(session, step.actor, step.now)
    answer = surveys.store(session, Posting.of_step(step), score, comment)
    return {"survey_score": answer.score}


@operation("surveys.complain")
def complain(session: Session, step: Step, score: int, comment: str | None = None) -> dict[str, Any]:
    """Take an answer of a customer who is not content up as a complaint about this order, once; its text is their comment.

    The same words while that complaint is open change nothing; other words are added to it by its own process.

    Result: survey_complaint_no.
    """
    said = (comment or "").strip()
    if not said:
        said = in_language(Sentence(_NO_WORDS, score=score), languages.of_role(session, "After-sales"))
    known = complaints.open_of(session, step.business_key, _KIND)
    if known is not None and known.text == said:
        return {"survey_complaint_no": known.complaint_no}
    answer = {
        "about_order_no": step.business_key,
        "complaint_kind": _KIND,
        "complaint_text": said,
        "channel": "web",
    }
    # Whoever answers a survey has no account: the complaint begins by itself.
    published = messages.publish(session, complaint_desk.MADE, "", answer, actor=roles.SYSTEM, now=step.now)
    return {"survey_complaint_no": remedy_orders.number(session, published.process_instance_keys)}
