"""What an order costs the company (L7): each row names its source, reversing rows take back, completion ends it (I16)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, bindparam, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.sentences import Sentence, _l
from processes.records import ledger, reversing, waybills, work_orders

KINDS = ("parts", "labour", "third_party", "overhead")
PAYERS = ("client", "warranty", "company", "contract")
_SETTLED = _l("The work order {number} is completed, so its cost stands. Reverse it to book more cost on it.")


class OrderCost(ledger.LedgerRow, Base):
    """One amount that an order cost, and who bears it: the client's price, the warranty, the company, or the income of a contract.

    source: the row it comes from, as "<table>:<key>"; one source makes one row a payer (I15). The warranty cost of an order is the
    sum of its rows with payer "warranty".
    """

    __tablename__ = "order_cost"
    __table_args__ = (
        Index(
            "uq_order_cost_source",
            "source",
            "payer",
            unique=True,
            sqlite_where=text("reverses IS NULL"),
            postgresql_where=text("reverses IS NULL"),
        ),
        UniqueConstraint("reverses"),
        CheckConstraint("kind IN ('parts', 'labour', 'third_party', 'overhead')", name="kind"),
        CheckConstraint("payer IN ('client', 'warranty', 'company', 'contract')", name="payer"),
        CheckConstraint(
            "(reverses IS NULL AND amount_cents > 0) OR (reverses IS NOT NULL AND amount_cents < 0)",
            name="amount",
        ),
    )
    kind: Mapped[str]
    payer: Mapped[str]
    source: Mapped[str]
    amount_cents: Mapped[int]
    reverses: Mapped[int | None] = mapped_column(ForeignKey("order_cost.key"))


ledger.only_grows(OrderCost.__table__)


_OF_SOURCE = (
    select(OrderCost)
    .where(OrderCost.source == bindparam("source"), OrderCost.reverses.is_(None))
    .order_by(OrderCost.key)
)
_OF_ORDER = select(OrderCost).where(OrderCost.order_no == bindparam("order_no")).order_by(OrderCost.key)


def book(
    session: Session, posting: ledger.Posting, kind: str, source: str, shares_cents: Mapping[str, int]
) -> list[OrderCost]:
    """Book what a source row cost the order of `posting`; nothing makes no row.

    shares_cents: {payer: cents}. Booking a source again books nothing and gives the first rows. Raises Refused once the
    work order is completed: its cost stands then, until it is opened again.
    """
    known = session.scalars(_OF_SOURCE, {"source": source}).all()
    if known:
        return list(known)
    _refuse_when_settled(session, posting)
    rows = [
        OrderCost(kind=kind, payer=payer, source=source, amount_cents=amount, **ledger.columns(posting))
        for payer, amount in sorted(shares_cents.items())
        if amount
    ]
    session.add_all(rows)
    session.flush()
    return rows


def reverse_order(session: Session, posting: ledger.Posting, of_effect: str | None = None) -> list[OrderCost]:
    """Take back the cost of the order of `posting`, or only what one effect booked; returns the new rows.

    What is reversed already stays so.
    """
    rows = [
        OrderCost(
            kind=row.kind,
            payer=row.payer,
            source=row.source,
            amount_cents=-row.amount_cents,
            reverses=row.key,
            **ledger.columns(posting),
        )
        for row in reversing.standing(entries(session, posting.order_no))
        if of_effect in (None, row.effect_key)
    ]
    session.add_all(rows)
    session.flush()
    return rows


def entries(session: Session, order_no: str) -> list[OrderCost]:
    """All cost rows of an order, reversing ones included, oldest first."""
    return list(session.scalars(_OF_ORDER, {"order_no": order_no}))


def total_cents(session: Session, order_no: str, kind: str | None = None, payer: str | None = None) -> int:
    """What an order has cost so far, in all or of one kind, or borne by one payer."""
    query = select(func.sum(OrderCost.amount_cents)).where(OrderCost.order_no == order_no)
    if kind is not None:
        query = query.where(OrderCost.kind == kind)
    if payer is not None:
        query = query.where(OrderCost.payer == payer)
    return int(session.scalar(query) or 0)


def _refuse_when_settled(session: Session, posting: ledger.Posting) -> None:
    work_order = work_orders.find(session, posting.order_no)
    if work_order is None or work_order.state != "completed":
        return
    # The completion itself is the last to book, and after it the waybill of the goods that it has billed.
    waybill = waybills.find(session, posting.order_no)
    if posting.effect_key not in (work_order.completion_key, waybill and waybill.effect_key):
        raise errors.Refused(Sentence(_SETTLED, number=work_order.number))
