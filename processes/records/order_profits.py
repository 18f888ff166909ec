"""What an order has brought: revenue without tax less everything it cost, kept as it stood when the order was done."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session

from engine.columns import Base
from processes.records import journal, ledger, order_costs, reversing
from processes.records.journal import JournalEntry


class OrderProfit(ledger.LedgerRow, Base):
    """A snapshot of the profit of an order, in cents. The newest counts; an order that goes on gets another."""

    __tablename__ = "order_profit"
    __table_args__ = (
        UniqueConstraint("effect_key"),
        CheckConstraint(
            "profit_cents = revenue_cents - parts_cents - labour_cents - third_party_cents - overhead_cents",
            name="profit",
        ),
    )
    revenue_cents: Mapped[int]
    parts_cents: Mapped[int]
    labour_cents: Mapped[int]
    third_party_cents: Mapped[int]
    overhead_cents: Mapped[int]
    profit_cents: Mapped[int]


ledger.only_grows(OrderProfit.__table__)


def snapshot(session: Session, posting: ledger.Posting) -> OrderProfit:
    """Keep what the order of `posting` has brought so far; once an effect."""
    known = session.scalar(select(OrderProfit).where(OrderProfit.effect_key == posting.effect_key))
    return known or _write(session, posting)


def revenue_cents(session: Session, order_no: str) -> int:
    """The revenue of an order without tax, credited invoices taken off."""
    query = select(func.sum(JournalEntry.amount_cents)).where(
        JournalEntry.order_no == order_no, JournalEntry.account_credit == journal.REVENUE
    )
    return int(session.scalar(query) or 0)


def latest(session: Session, order_no: str) -> OrderProfit | None:
    """The newest snapshot of an order, or None."""
    query = select(OrderProfit).where(OrderProfit.order_no == order_no)
    return session.scalar(query.order_by(OrderProfit.key.desc()).limit(1))


@reversing.on_cancel
def _of_cancelled(session: Session, posting: ledger.Posting, _reason: str | None) -> int:
    """A cancelled order has brought nothing: a snapshot of 0 follows the one that stood."""
    last = latest(session, posting.order_no)
    if last is None or last.effect_key == posting.effect_key:
        return 0
    session.add(_row(posting, 0, dict.fromkeys(order_costs.KINDS, 0)))
    session.flush()
    return 1


def _write(session: Session, posting: ledger.Posting) -> OrderProfit:
    costs = {
        kind: order_costs.total_cents(session, posting.order_no, kind=kind) for kind in order_costs.KINDS
    }
    row = _row(posting, revenue_cents(session, posting.order_no), costs)
    session.add(row)
    session.flush()
    return row


def _row(posting: ledger.Posting, revenue: int, costs: dict[str, int]) -> OrderProfit:
    return OrderProfit(
        revenue_cents=revenue,
        **{f"{kind}_cents": cents for kind, cents in costs.items()},
        profit_cents=revenue - sum(costs.values()),
        **ledger.columns(posting),
    )
