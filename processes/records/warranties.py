"""Warranties on fitted parts (L12): a row at completion, its term from the day of hand-out; a claim keeps the end it had (I21)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.columns import Base
from processes.records import ledger


class PartWarranty(ledger.LedgerRow, Base):
    """A part that was fitted with a warranty, or the row that takes one back. Its term is a `PartWarrantyTerm`.

    source: the order line and the work order's version it comes from. kept_until: for a part replaced under a warranty, the
    day on which that one ended anyhow; claims: that warranty, when it was one on a part.
    """

    __tablename__ = "part_warranty"
    __table_args__ = (
        Index(
            "uq_part_warranty_source",
            "source",
            unique=True,
            sqlite_where=text("reverses IS NULL"),
            postgresql_where=text("reverses IS NULL"),
        ),
        UniqueConstraint("reverses"),
        CheckConstraint("months > 0", name="months"),
        CheckConstraint(
            "(reverses IS NULL AND quantity_milli > 0) OR (reverses IS NOT NULL AND quantity_milli < 0)",
            name="quantity",
        ),
        CheckConstraint("claims IS NULL OR kept_until IS NOT NULL", name="claims"),
    )
    device_key: Mapped[int] = mapped_column(BigInteger, index=True)
    sku: Mapped[str]
    description: Mapped[str]
    source: Mapped[str]
    quantity_milli: Mapped[int]
    months: Mapped[int] = mapped_column(Integer)
    kept_until: Mapped[date | None]
    claims: Mapped[int | None] = mapped_column(ForeignKey("part_warranty.key"))
    reverses: Mapped[int | None] = mapped_column(ForeignKey("part_warranty.key"))


class PartWarrantyTerm(Base):
    """From when until when a part's warranty runs: set once, at hand-out, both days included."""

    __tablename__ = "part_warranty_term"
    __table_args__ = (CheckConstraint("ends_on >= starts_on OR kept", name="term"),)
    warranty_key: Mapped[int] = mapped_column(
        ForeignKey("part_warranty.key"), primary_key=True, autoincrement=False
    )
    starts_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(index=True)
    kept: Mapped[bool]
    at: Mapped[datetime]


ledger.only_grows(PartWarranty.__table__)
ledger.only_grows(PartWarrantyTerm.__table__)


def entries(session: Session, order_no: str) -> list[PartWarranty]:
    """All warranty rows of an order, reversing ones included, oldest first."""
    query = select(PartWarranty).where(PartWarranty.order_no == order_no)
    return list(session.scalars(query.order_by(PartWarranty.key)))
