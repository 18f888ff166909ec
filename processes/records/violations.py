"""Violations: somebody of the house broke a rule and a customer bore it; what a manager decided about it (E23, R-239)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.sentences import Sentence, _l
from processes.records import ledger
from processes.records.ledger import Posting

#: What can follow, the mildest first.
MEASURES = {
    "none": _l("Nothing follows"),
    "talk": _l("A talk"),
    "training": _l("Training"),
    "warning": _l("A warning"),
    "penalty": _l("A penalty"),
    "dismissal": _l("Dismissal"),
    "legal": _l("Legal steps"),
}


class Violation(ledger.LedgerRow, Base):
    """A rule that was broken, by whom, what it cost and what follows. It is written once it is decided, and stays.

    order_no: the complaint that brought it to light; login: who broke the rule; `by`: who decided.
    """

    __tablename__ = "violation"
    __table_args__ = (
        UniqueConstraint("order_no", "login", "rule"),
        CheckConstraint(f"measure IN {tuple(MEASURES)!r}", name="measure"),
        CheckConstraint("loss_cents >= 0", name="loss"),
        CheckConstraint("length(rule) > 0 AND length(reason) > 0", name="words"),
        # Nobody decides about themselves.
        CheckConstraint('login <> "by"', name="second_person"),
    )
    login: Mapped[str] = mapped_column(ForeignKey("person.login"), index=True)
    rule: Mapped[str]
    loss_cents: Mapped[int]
    measure: Mapped[str]
    reason: Mapped[str]


ledger.only_grows(Violation.__table__)


def decide(
    session: Session, posting: Posting, login: str, *, rule: str, loss_cents: int, measure: str, reason: str
) -> Violation:
    """Write down a violation and what follows from it, once for a person and a rule.

    Raises Refused when somebody decides about themselves, and for a measure that there is not.
    """
    known = session.scalar(
        select(Violation).where(
            Violation.order_no == posting.order_no, Violation.login == login, Violation.rule == rule.strip()
        )
    )
    if known is not None:
        return known
    if login == posting.by:
        raise errors.Refused(_l("Nobody decides about a violation of their own. Let another manager do it."))
    if measure not in MEASURES:
        raise errors.Refused(
            Sentence(
                _l('Expected a measure of {measures}, but found "{found}".'),
                measures=list(MEASURES),
                found=measure,
            )
        )
    row = Violation(
        login=login,
        rule=rule.strip(),
        loss_cents=loss_cents,
        measure=measure,
        reason=reason.strip(),
        **ledger.columns(posting),
    )
    session.add(row)
    session.flush()
    return row


def of_order(session: Session, order_no: str) -> list[Violation]:
    """The violations that an order or a complaint brought to light, oldest first."""
    return list(
        session.scalars(select(Violation).where(Violation.order_no == order_no).order_by(Violation.key))
    )


def of_person(session: Session, login: str) -> list[Violation]:
    """What was decided about a person, oldest first: an appraisal reads it."""
    return list(session.scalars(select(Violation).where(Violation.login == login).order_by(Violation.key)))
