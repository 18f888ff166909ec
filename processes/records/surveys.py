"""What customers say about their order after it: a score of 1 to 5 and a comment, once an order."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.keys import new_key
from engine.sentences import Sentence, _l
from processes.records import audit
from processes.records.ledger import Posting

LONGEST = 4000
SCORES = range(1, 6)


class ScoreRefused(errors.Refused):
    """A score is a whole number from 1 to 5."""


class SurveyAnswer(audit.Audited, Base):
    """One answer; an order has at most one."""

    __tablename__ = "survey_answer"
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 5", name="score"),
        CheckConstraint("comment IS NULL OR length(comment) <= 4000", name="comment"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    order_no: Mapped[str] = mapped_column(unique=True)
    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"), index=True)
    score: Mapped[int]
    comment: Mapped[str | None]
    answered_at: Mapped[datetime]
    answered_by: Mapped[str]


def store(session: Session, posting: Posting, score: int, comment: str | None = None) -> SurveyAnswer:
    """Keep the answer of an order, once: a second one gives the first. Raises ScoreRefused, Refused."""
    if score not in SCORES:
        raise ScoreRefused(
            Sentence(_l("A score is a whole number from 1 to 5, but found {given}."), given=score)
        )
    comment = (comment or "").strip() or None
    if comment and len(comment) > LONGEST:
        raise errors.Refused(Sentence(_l("A comment has at most {most} characters."), most=LONGEST))
    known = of(session, posting.order_no)
    if known is not None:
        return known
    answer = SurveyAnswer(
        order_no=posting.order_no,
        process_instance_key=posting.process_instance_key,
        score=int(score),
        comment=comment,
        answered_at=posting.at,
        answered_by=posting.by,
    )
    session.add(answer)
    session.flush()
    return answer


def of(session: Session, order_no: str) -> SurveyAnswer | None:
    """What the customer of an order has answered."""
    return session.scalar(select(SurveyAnswer).where(SurveyAnswer.order_no == order_no))
