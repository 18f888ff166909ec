"""Requests for prepayment: money that is asked for before the work. It is no revenue and no debt until an act settles it (I13).

What the customer pays on a request is an advance of the order (`receivables`); the next invoice of the order uses it, once.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, bindparam, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import calendars, errors, settings
from engine.columns import Base
from engine.sentences import Sentence, _l
from processes.records import documents, ledger, orders, receivables, reversing

#: How long a customer has to pay in advance (ISO 8601), and how much of the total is asked for (percent).
DUE_SETTING, DUE = "prepayment_due", "P3D"
PERCENT_SETTING, PERCENT = "prepayment_percent", 30


class PaymentRequest(ledger.LedgerRow, Base):
    """Money that was asked for in advance. A reversing row says that it is asked for no more, and why.

    number: of the paper that the customer got, the same on the row that takes it back.
    """

    __tablename__ = "payment_request"
    __table_args__ = (
        UniqueConstraint("reverses"),
        UniqueConstraint("effect_key", "number"),
        # A number is given once, and taken back once.
        Index(
            "uq_payment_request_number",
            "number",
            unique=True,
            sqlite_where=text("reverses IS NULL"),
            postgresql_where=text("reverses IS NULL"),
        ),
        CheckConstraint(
            "(reverses IS NULL AND amount_cents > 0 AND reason IS NULL)"
            " OR (reverses IS NOT NULL AND amount_cents < 0 AND reason IS NOT NULL)",
            name="amount",
        ),
    )
    number: Mapped[str]
    customer_key: Mapped[int] = mapped_column(ForeignKey("customer.key"), index=True)
    amount_cents: Mapped[int]
    due_at: Mapped[datetime]
    reason: Mapped[str | None]
    reverses: Mapped[int | None] = mapped_column(ForeignKey("payment_request.key"))


ledger.only_grows(PaymentRequest.__table__)


_OF_ORDER = (
    select(PaymentRequest)
    .where(PaymentRequest.order_no == bindparam("order_no"))
    .order_by(PaymentRequest.key)
)
_ASKED = select(func.sum(PaymentRequest.amount_cents)).where(PaymentRequest.order_no == bindparam("order_no"))


def ask(session: Session, posting: ledger.Posting, amount_cents: int) -> PaymentRequest:
    """Ask the customer of the order of `posting` for money in advance, with a paper; asking again in one effect asks once.

    A request that stands already is replaced. Raises Refused for an amount that is not above 0.
    """
    known = session.scalar(
        select(PaymentRequest).where(
            PaymentRequest.effect_key == posting.effect_key, PaymentRequest.reverses.is_(None)
        )
    )
    if known is not None:
        return known
    if amount_cents <= 0:
        raise errors.Refused(
            Sentence(
                _l(
                    "Expected more than 0 to be asked for in advance, but found {cents} cents. Ask for nothing instead."
                ),
                cents=amount_cents,
            )
        )
    order = orders.get(session, posting.order_no, hold=True)
    close(session, posting, "replaced")
    length = calendars.duration(settings.get(session, DUE_SETTING, DUE))
    row = PaymentRequest(
        number=documents.next_number(session, "payment_request", posting.at),
        customer_key=order.customer_key,
        amount_cents=amount_cents,
        due_at=length.after(posting.at, settings.calendar(session).time_zone),
        **ledger.columns(posting),
    )
    session.add(row)
    session.flush()
    documents.issue(session, "payment_request", posting)
    return row


def close(session: Session, posting: ledger.Posting, reason: str | None) -> int:
    """Ask no more for what stands: it was invoiced, waived or cancelled. What was paid stays an advance.

    Returns the cents that were still missing. Doing it again does nothing.
    """
    missing = still_asked(session, posting.order_no)
    for row in standing(session, posting.order_no):
        session.add(
            PaymentRequest(
                number=row.number,
                customer_key=row.customer_key,
                amount_cents=-row.amount_cents,
                due_at=row.due_at,
                reason=(reason or "").strip() or "closed",
                reverses=row.key,
                **ledger.columns(posting),
            )
        )
    session.flush()
    return missing


def standing(session: Session, order_no: str) -> list[PaymentRequest]:
    """The requests of an order that are asked for now: one, or none."""
    return reversing.standing(entries(session, order_no))


def entries(session: Session, order_no: str) -> list[PaymentRequest]:
    """All rows of an order, reversing ones included, oldest first."""
    return list(session.scalars(_OF_ORDER, {"order_no": order_no}))


def still_asked(session: Session, order_no: str) -> int:
    """What of the standing request the customer has not paid yet, in cents: 0 without one."""
    asked = session.scalar(_ASKED, {"order_no": order_no})
    if not asked:
        return 0
    return max(int(asked) + receivables.advance_cents(session, order_no), 0)


def owed(session: Session, order_no: str) -> int:
    """What the customer is to pay now: what invoices ask for, else what is asked for in advance; below 0 for an advance."""
    balance = receivables.balance(session, order_no)
    return balance if balance > 0 else still_asked(session, order_no) or balance


@reversing.on_cancel
def _withdraw(session: Session, posting: ledger.Posting, reason: str | None) -> int:
    if orders.find(session, posting.order_no) is None:
        return 0
    here = len(standing(session, posting.order_no))
    close(session, posting, reason or "cancelled")
    return here
