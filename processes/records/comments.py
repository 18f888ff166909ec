"""Comments of colleagues on an order; they are kept as they were written."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.keys import new_key
from engine.sentences import Sentence, _l
from engine.tables import ProcessInstance
from processes.records import ledger

LONGEST = 4000


class Comment(Base):
    """What somebody said about an order."""

    __tablename__ = "comment"
    __table_args__ = (CheckConstraint("length(text) BETWEEN 1 AND 4000", name="text"),)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"), index=True)
    author: Mapped[str]
    text: Mapped[str]
    written_at: Mapped[datetime]


ledger.only_grows(Comment.__table__)


def add(session: Session, process_instance_key: int, text: str, *, author: str, now: datetime) -> Comment:
    """Write a comment on an order. Raises NotFound, and Refused for an empty or a too long text."""
    if session.get(ProcessInstance, process_instance_key) is None:
        raise errors.NotFound("There is no such order, or you may not see it.")
    text = text.strip()
    if not text:
        raise errors.Refused("A comment needs at least one word.")
    if len(text) > LONGEST:
        raise errors.Refused(
            Sentence(
                _l("A comment has at most {most} characters, but this one has {given}. Attach a file."),
                most=LONGEST,
                given=len(text),
            )
        )
    comment = Comment(process_instance_key=process_instance_key, author=author, text=text, written_at=now)
    session.add(comment)
    session.flush()
    return comment


def on(session: Session, process_instance_key: int) -> list[Comment]:
    """The comments on an order, oldest first."""
    query = select(Comment).where(Comment.process_instance_key == process_instance_key)
    return list(session.scalars(query.order_by(Comment.key)))
