"""The lines of an order: works, parts, surcharges and fees, each with who pays it (E11)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, bindparam, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.columns import Base, Word
from engine.keys import new_key
from processes.records import audit, billing, frozen, quantities

WORK, PART, SURCHARGE, FEE, THIRD_PARTY = KINDS = ("work", "part", "surcharge", "fee", "third_party")
CLIENT, WARRANTY, COMPANY, CONTRACT = PAYERS = ("client", "warranty", "company", "contract")


class OrderLine(audit.Audited, Base):
    """One thing that is done or sold on an order. `price_cents` is what the client pays for one unit: 0 for other payers.

    list_price_cents: one unit by the price list, whoever pays. norm_milli: norm hours of a work, in thousandths.
    state: a dropped line is no longer part of the order and stays to be read. Prices never change: a line with another
    price is another line.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS!r}", name="kind"),
        CheckConstraint(f"payer IN {PAYERS!r}", name="payer"),
        CheckConstraint("state IN ('planned', 'dropped')", name="state"),
        CheckConstraint("quantity_milli > 0", name="quantity"),
        CheckConstraint("used_milli >= 0", name="used"),
        CheckConstraint("norm_milli >= 0", name="norm"),
        CheckConstraint("price_cents >= 0 AND list_price_cents >= 0", name="price"),
        CheckConstraint("payer = 'client' OR price_cents = 0", name="only_the_client_is_charged"),
        Index("ix_order_line_order", "order_no", "state"),
        Index(
            "uq_order_line_planned",
            "order_no",
            "kind",
            "sku",
            "payer",
            unique=True,
            sqlite_where=text("state = 'planned'"),
            postgresql_where=text("state = 'planned'"),
        ),
        # The surcharge for urgency is there once or not at all.
        Index(
            "uq_order_line_surcharge",
            "order_no",
            unique=True,
            sqlite_where=text("state = 'planned' AND kind = 'surcharge'"),
            postgresql_where=text("state = 'planned' AND kind = 'surcharge'"),
        ),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    order_no: Mapped[str] = mapped_column(ForeignKey("customer_order.order_no"))
    kind: Mapped[str]
    sku: Mapped[str]
    description: Mapped[str]
    quantity_milli: Mapped[int]
    unit: Mapped[str]
    price_cents: Mapped[int]
    list_price_cents: Mapped[int]
    norm_milli: Mapped[int] = mapped_column(default=0)
    payer: Mapped[str]
    used_milli: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(Word, default="planned")


frozen.keep(
    OrderLine.__table__,
    "order_no",
    "kind",
    "sku",
    "description",
    "unit",
    "price_cents",
    "list_price_cents",
    "payer",
)

#: Built once, because building a statement costs more than running it, and every step of an order asks for its lines.
_OF = select(OrderLine).where(OrderLine.order_no == bindparam("order")).order_by(OrderLine.key)


def of(session: Session, order_no: str) -> list[OrderLine]:
    """The lines of an order, dropped ones included, in the order they were written."""
    return list(session.scalars(_OF, {"order": order_no}))


def planned(session: Session, order_no: str) -> list[OrderLine]:
    """The lines that an order has now."""
    return [line for line in of(session, order_no) if line.state == "planned"]


def list_total_cents(lines: Iterable[OrderLine]) -> int:
    """What the planned lines are worth by the price list, whoever pays."""
    return sum(
        quantities.cost_cents(line.list_price_cents, line.quantity_milli) for line in billing.planned(lines)
    )
