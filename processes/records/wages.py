"""Wages (L8): schemes that say what work earns, and the ledger of what it has earned, once per person, order and operation."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.columns import Base
from engine.keys import new_key
from processes.records import ledger


class WageScheme(Base):
    """How much an operation earns, for whom, from when until when.

    basis: hour (rate_cents for an hour worked), norm_hour (rate_cents for an hour of the norm), piece (rate_cents for the
    operation), share (share_milli thousandths of the operation's price). login, role_id, sku, repair_kind: whom and what
    it is for; empty means everybody, everything.
    """

    __tablename__ = "wage_scheme"
    __table_args__ = (
        CheckConstraint("basis IN ('hour', 'norm_hour', 'piece', 'share')", name="basis"),
        CheckConstraint("rate_cents >= 0 AND share_milli BETWEEN 0 AND 1000", name="rate"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="valid"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    name: Mapped[str]
    basis: Mapped[str]
    rate_cents: Mapped[int] = mapped_column(default=0)
    share_milli: Mapped[int] = mapped_column(Integer, default=0)
    login: Mapped[str | None] = mapped_column(ForeignKey("person.login"))
    role_id: Mapped[str | None] = mapped_column(ForeignKey("role.role_id"))
    sku: Mapped[str | None]
    repair_kind: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class WageAccrual(ledger.LedgerRow, Base):
    """What one person earned with one operation of one order, or the row that takes it back.

    The base it was reckoned from and the rate are kept as they were: a later change of the scheme changes nothing here.
    base_milli: hours or price units in thousandths. period: "2026-11", the month whose payroll takes the row.
    """

    __tablename__ = "wage_accrual"
    __table_args__ = (
        # I17: once per person, order and operation; opening a completed work order again makes a new version of it.
        Index(
            "uq_wage_accrual_work",
            "login",
            "order_no",
            "operation",
            "work_order_version",
            unique=True,
            sqlite_where=text("reverses IS NULL"),
            postgresql_where=text("reverses IS NULL"),
        ),
        UniqueConstraint("reverses"),
        CheckConstraint(
            "(reverses IS NULL AND amount_cents >= 0) OR (reverses IS NOT NULL AND amount_cents <= 0)",
            name="amount",
        ),
        CheckConstraint("length(period) = 7", name="period"),
    )
    login: Mapped[str] = mapped_column(ForeignKey("person.login"), index=True)
    operation: Mapped[str]
    work_order_version: Mapped[int] = mapped_column(Integer)
    scheme_key: Mapped[int] = mapped_column(ForeignKey("wage_scheme.key"))
    basis: Mapped[str]
    base_milli: Mapped[int]
    rate_cents: Mapped[int]
    share_milli: Mapped[int] = mapped_column(Integer)
    amount_cents: Mapped[int]
    period: Mapped[str] = mapped_column(index=True)
    reverses: Mapped[int | None] = mapped_column(ForeignKey("wage_accrual.key"))


class WagePeriod(Base):
    """A month whose wages are paid out: it takes no more rows, what comes later goes into the next month."""

    __tablename__ = "wage_period"
    __table_args__ = (CheckConstraint("length(period) = 7", name="period"),)
    period: Mapped[str] = mapped_column(primary_key=True)
    locked_at: Mapped[datetime]
    locked_by: Mapped[str]


ledger.only_grows(WageAccrual.__table__)
ledger.only_grows(WagePeriod.__table__)


def entries(session: Session, order_no: str) -> list[WageAccrual]:
    """All wage rows of an order, reversing ones included, oldest first."""
    query = select(WageAccrual).where(WageAccrual.order_no == order_no)
    return list(session.scalars(query.order_by(WageAccrual.key)))
