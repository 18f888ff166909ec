"""Wages (L8): the ledger of what work has earned, once per person, order and operation (I17), and the months that take it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    UniqueConstraint,
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors, settings
from engine.columns import Base
from processes.records import ledger, reversing
from processes.records.wage_schemes import Earning


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
    """A month of wages. Once it is locked (paid out) it takes no more rows; what comes later goes into the next month."""

    __tablename__ = "wage_period"
    __table_args__ = (CheckConstraint("length(period) = 7", name="period"),)
    period: Mapped[str] = mapped_column(primary_key=True)
    locked_at: Mapped[datetime | None]
    locked_by: Mapped[str | None]


ledger.only_grows(WageAccrual.__table__)


_OF_VERSION = select(WageAccrual).where(
    WageAccrual.order_no == bindparam("order_no"),
    WageAccrual.work_order_version == bindparam("version"),
    WageAccrual.reverses.is_(None),
)
_OF_ORDER = select(WageAccrual).where(WageAccrual.order_no == bindparam("order_no")).order_by(WageAccrual.key)
_MONTH = (
    select(WagePeriod)
    .where(WagePeriod.period == bindparam("period"))
    .execution_options(populate_existing=True)
)
#: {whether others may hold it as well: the month}
_MONTH_HELD = {share: _MONTH.with_for_update(read=share) for share in (False, True)}


def accrue(
    session: Session, posting: ledger.Posting, work_order_version: int, earnings: Iterable[Earning]
) -> list[WageAccrual]:
    """Book what people earned with the order of `posting`, once for a version of its work order (I17).

    Raises Refused for an earning without a scheme.
    """
    known = session.scalars(_OF_VERSION, {"order_no": posting.order_no, "version": work_order_version}).all()
    if known:
        return list(known)
    period = open_period(session, posting.at)
    rows = []
    for each in earnings:
        if each.scheme is None:
            raise errors.Refused(
                f'No wage scheme is in force for {each.login} and the operation "{each.operation}". Add one.'
            )
        rows.append(
            WageAccrual(
                login=each.login,
                operation=each.operation,
                work_order_version=work_order_version,
                scheme_key=each.scheme.key,
                basis=each.scheme.basis,
                base_milli=each.base_milli,
                rate_cents=each.scheme.rate_cents,
                share_milli=each.scheme.share_milli,
                amount_cents=each.amount_cents,
                period=period,
                **ledger.columns(posting),
            )
        )
    session.add_all(rows)
    session.flush()
    return rows


def reverse_order(session: Session, posting: ledger.Posting) -> list[WageAccrual]:
    """Take back what was earned with the order of `posting`, in the month that is open now. Returns the new rows."""
    standing = reversing.standing(entries(session, posting.order_no))
    period = open_period(session, posting.at) if standing else ""
    rows = [
        WageAccrual(
            login=row.login,
            operation=row.operation,
            work_order_version=row.work_order_version,
            scheme_key=row.scheme_key,
            basis=row.basis,
            base_milli=-row.base_milli,
            rate_cents=row.rate_cents,
            share_milli=row.share_milli,
            amount_cents=-row.amount_cents,
            period=period,
            reverses=row.key,
            **ledger.columns(posting),
        )
        for row in standing
    ]
    session.add_all(rows)
    session.flush()
    return rows


def open_period(session: Session, at: datetime) -> str:
    """The month that takes a wage row written now: this one, or the next that is not locked.

    It stays open until the transaction ends: who locks it waits.
    """
    local = at.astimezone(ZoneInfo(settings.calendar(session).time_zone))
    year, month = local.year, local.month
    while True:
        period = _period(session, f"{year:04}-{month:02}", share=True)
        if period.locked_at is None:
            return period.period
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def lock_period(session: Session, period: str, *, by: str, now: datetime) -> WagePeriod:
    """Lock a month because its wages are paid out; locking it again changes nothing."""
    found = _period(session, period, share=False)
    if found.locked_at is None:
        found.locked_at, found.locked_by = now, by
        session.flush()
    return found


def balance_cents(session: Session, login: str, period: str | None = None) -> int:
    """What somebody has earned with orders, in all or in a month."""
    query = select(func.sum(WageAccrual.amount_cents)).where(WageAccrual.login == login)
    if period is not None:
        query = query.where(WageAccrual.period == period)
    return int(session.scalar(query) or 0)


def entries(session: Session, order_no: str) -> list[WageAccrual]:
    """All wage rows of an order, reversing ones included, oldest first."""
    return list(session.scalars(_OF_ORDER, {"order_no": order_no}))


def _period(session: Session, period: str, *, share: bool) -> WagePeriod:
    """The row of a month, made when it is first asked for, held shared or alone."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(WagePeriod).values(period=period).on_conflict_do_nothing())
    return session.scalars(_MONTH_HELD[share], {"period": period}).one()
