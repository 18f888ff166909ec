"""Waybills (Расходная накладная): goods of an order that the customer takes over after the act was signed.

The act bills the goods; the waybill takes them out of stock and books what they cost. Between the two the waybill is due.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.keys import new_key
from engine.sentences import _l
from processes.records import audit, documents, reversing
from processes.records.ledger import Posting

DUE, POSTED, WITHDRAWN = STATES = ("due", "posted", "withdrawn")


class Waybill(audit.Audited, Base):
    """The goods of one order on their way to its customer: due with the act, posted when they are handed over.

    effect_key: the effect that posted it, so that posting twice books once. recipient: who took them.
    """

    __tablename__ = "waybill"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        CheckConstraint(
            "(state = 'posted') = (number IS NOT NULL AND effect_key IS NOT NULL AND recipient IS NOT NULL "
            "AND posted_at IS NOT NULL AND posted_by IS NOT NULL)",
            name="posted",
        ),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    order_no: Mapped[str] = mapped_column(ForeignKey("customer_order.order_no"), unique=True)
    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"), index=True)
    state: Mapped[str]
    number: Mapped[str | None] = mapped_column(unique=True)
    effect_key: Mapped[str | None] = mapped_column(unique=True)
    recipient: Mapped[str | None]
    posted_at: Mapped[datetime | None]
    posted_by: Mapped[str | None]

    def withdraw(self) -> None:
        """The goods are not handed over, or come back."""
        self.state = WITHDRAWN
        self.number = self.effect_key = self.recipient = self.posted_by = None
        self.posted_at = None


_OF_ORDER = select(Waybill).where(Waybill.order_no == bindparam("order_no"))


def announce(session: Session, posting: Posting) -> Waybill:
    """Let goods of the order of `posting` be due by waybill; one that was withdrawn is due again."""
    row = find(session, posting.order_no)
    if row is None:
        row = Waybill(order_no=posting.order_no, process_instance_key=posting.process_instance_key, state=DUE)
        session.add(row)
    elif row.state == WITHDRAWN:
        row.state = DUE
    session.flush()
    return row


def mark_posted(session: Session, posting: Posting, recipient: str) -> Waybill:
    """Give the waybill that is due its number. Raises Refused where none is due, or nobody takes the goods."""
    row = find(session, posting.order_no)
    if row is None or row.state != DUE:
        raise errors.Refused(
            _l("No goods are due by waybill for this order. Let the customer sign the act first.")
        )
    if not recipient.strip():
        raise errors.Refused(_l("A waybill needs the name of who takes the goods. Write it down."))
    number = documents.next_number(session, "waybill", posting.at)
    row.state, row.number, row.effect_key = POSTED, number, posting.effect_key
    row.recipient, row.posted_at, row.posted_by = recipient.strip(), posting.at, posting.by
    session.flush()
    return row


def find(session: Session, order_no: str) -> Waybill | None:
    """The waybill of an order, or None."""
    return session.scalar(_OF_ORDER, {"order_no": order_no})


def is_due(session: Session, order_no: str) -> bool:
    """Whether the goods of an order are still to be handed over by waybill."""
    row = find(session, order_no)
    return row is not None and row.state == DUE


@reversing.on_cancel
def withdraw(session: Session, posting: Posting, reason: str | None = None) -> int:
    """Take the waybill of the order of `posting` back; what it booked is reversed elsewhere. Again it does nothing."""
    row = find(session, posting.order_no)
    if row is None or row.state == WITHDRAWN:
        return 0
    row.withdraw()
    session.flush()
    return 1
