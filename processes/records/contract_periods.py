"""The periods of contracts as they are billed, and what was posted for them (L10, I19).

A period is a row from the moment its billing begins, so that nobody begins it twice; the database keeps it to one row, one
invoice, one act, and lets no period be left out. What was posted for it is in the ledger, which only grows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.sentences import _l
from processes.records import audit, ledger, reversing

OPEN, BILLED, NOTHING, WAIVED = STATES = ("open", "billed", "nothing", "waived")
STATE_LABELS = {
    OPEN: _l("Being billed"),
    BILLED: _l("Billed"),
    NOTHING: _l("Nothing to bill"),
    WAIVED: _l("Waived"),
}


class ContractPeriod(audit.Audited, Base):
    """One period of a contract whose billing has begun. order_no: the order that bills it. attempt: grows when it is billed anew."""

    __tablename__ = "contract_period"
    __table_args__ = (
        UniqueConstraint("contract_no", "number"),
        UniqueConstraint("order_no"),
        UniqueConstraint("invoice_no"),
        UniqueConstraint("act_no"),
        # Each period follows one that is there: none is left out.
        ForeignKeyConstraint(
            ["contract_no", "previous_number"],
            ["contract_period.contract_no", "contract_period.number"],
            name="fk_contract_period_chain",
        ),
        CheckConstraint(
            "(number = 1 AND previous_number IS NULL) OR "
            "(number > 1 AND previous_number IS NOT NULL AND previous_number = number - 1)",
            name="chain",
        ),
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        CheckConstraint("last >= first AND attempt > 0", name="days"),
        CheckConstraint("(state = 'billed') = (act_no IS NOT NULL)", name="billed"),
        CheckConstraint("invoice_no IS NULL OR act_no IS NOT NULL", name="invoice_with_act"),
        CheckConstraint("state <> 'waived' OR coalesce(length(waived_reason), 0) > 0", name="waived"),
    )
    contract_no: Mapped[str] = mapped_column(ForeignKey("contract.contract_no"), primary_key=True)
    first: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[date]
    number: Mapped[int] = mapped_column(Integer)
    previous_number: Mapped[int | None] = mapped_column(Integer)
    order_no: Mapped[str]
    attempt: Mapped[int] = mapped_column(Integer)
    state: Mapped[str]
    invoice_no: Mapped[str | None] = mapped_column(ForeignKey("invoice.number"))
    act_no: Mapped[str | None]
    waived_reason: Mapped[str | None]


class ContractBilling(ledger.LedgerRow, Base):
    """What was posted for a period of a contract. deducted_days: suspended days that this bill takes off."""

    __tablename__ = "contract_billing"
    __table_args__ = (
        ForeignKeyConstraint(
            ["contract_no", "first"], ["contract_period.contract_no", "contract_period.first"]
        ),
        Index(
            "uq_contract_billing_period",
            "contract_no",
            "first",
            "attempt",
            unique=True,
            sqlite_where=text("reverses IS NULL"),
            postgresql_where=text("reverses IS NULL"),
        ),
        UniqueConstraint("reverses"),
        CheckConstraint("days >= deducted_days AND deducted_days >= 0 AND of_days >= days", name="days"),
    )
    contract_no: Mapped[str]
    first: Mapped[date]
    attempt: Mapped[int] = mapped_column(Integer)
    plan_id: Mapped[str]
    plan_version: Mapped[int] = mapped_column(Integer)
    days: Mapped[int] = mapped_column(Integer)
    of_days: Mapped[int] = mapped_column(Integer)
    deducted_days: Mapped[int] = mapped_column(Integer)
    total_cents: Mapped[int]
    invoice_no: Mapped[str | None]
    act_no: Mapped[str | None]
    reverses: Mapped[int | None] = mapped_column(ForeignKey("contract_billing.key"))


ledger.only_grows(ContractBilling.__table__)


def get(session: Session, order_no: str, *, hold: bool = False) -> ContractPeriod:
    """The period that an order bills. Raises NotFound."""
    query = select(ContractPeriod).where(ContractPeriod.order_no == order_no)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise errors.NotFound(f"The order {order_no} bills no period of a contract.")
    return found


def find(session: Session, order_no: str) -> ContractPeriod | None:
    """The period that an order bills, or None."""
    return session.scalar(select(ContractPeriod).where(ContractPeriod.order_no == order_no))


def of(session: Session, contract_no: str) -> list[ContractPeriod]:
    """The periods of a contract whose billing has begun, the first one first."""
    query = select(ContractPeriod).where(ContractPeriod.contract_no == contract_no)
    return list(session.scalars(query.order_by(ContractPeriod.number)))


def entries(session: Session, contract_no: str) -> list[ContractBilling]:
    """What was posted for a contract, reversing rows included, oldest first."""
    query = select(ContractBilling).where(ContractBilling.contract_no == contract_no)
    return list(session.scalars(query.order_by(ContractBilling.key)))


def billed_until(session: Session, contract_no: str) -> date | None:
    """The last day for which something was billed; None when nothing was."""
    known = [each.last for each in of(session, contract_no) if each.state in (BILLED, OPEN)]
    return max(known, default=None)


def standing(session: Session, row: ContractPeriod) -> ContractBilling | None:
    """What counts of what was posted for a period; None when nothing does."""
    rows = [each for each in entries(session, row.contract_no) if each.first == row.first]
    return next(iter(reversing.standing(rows)), None)


def standing_cents(rows: Iterable[ContractBilling]) -> int:
    """What the rows that count come to."""
    return sum(each.total_cents for each in reversing.standing(rows))
