"""What an order costs the company (L7): rows are written at completion, named by their source, taken back by reversing rows."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.columns import Base
from processes.records import ledger

KINDS = ("parts", "labour", "third_party", "overhead")
PAYERS = ("client", "warranty", "company")


class OrderCost(ledger.LedgerRow, Base):
    """One amount that an order cost, and who bears it: the client's price, the warranty, or the company.

    source: the row it comes from, as "<table>:<key>"; one source makes one row (I15). The warranty cost of an order is the
    sum of its rows with payer "warranty".
    """

    __tablename__ = "order_cost"
    __table_args__ = (
        Index(
            "uq_order_cost_source",
            "source",
            unique=True,
            sqlite_where=text("reverses IS NULL"),
            postgresql_where=text("reverses IS NULL"),
        ),
        UniqueConstraint("reverses"),
        CheckConstraint("kind IN ('parts', 'labour', 'third_party', 'overhead')", name="kind"),
        CheckConstraint("payer IN ('client', 'warranty', 'company')", name="payer"),
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


def entries(session: Session, order_no: str) -> list[OrderCost]:
    """All cost rows of an order, reversing ones included, oldest first."""
    return list(
        session.scalars(select(OrderCost).where(OrderCost.order_no == order_no).order_by(OrderCost.key))
    )


def total_cents(session: Session, order_no: str, kind: str | None = None, payer: str | None = None) -> int:
    """What an order has cost so far, in all or of one kind, or borne by one payer."""
    query = select(func.sum(OrderCost.amount_cents)).where(OrderCost.order_no == order_no)
    if kind is not None:
        query = query.where(OrderCost.kind == kind)
    if payer is not None:
        query = query.where(OrderCost.payer == payer)
    return int(session.scalar(query) or 0)
