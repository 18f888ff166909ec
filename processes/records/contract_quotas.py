"""What a contract includes beside its periods: hours of on-request work, used up order by order and period by period.

Work that fits into what is left is the contract's; the rest of it is the customer's, at the usual price.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.columns import Base
from processes.records import contracts, ledger, order_lines, orders, periods, reversing, tariffs
from processes.records.contracts import Contract
from processes.records.ledger import Posting
from processes.records.order_lines import CLIENT, WORK, OrderLine

#: The name of hours that any work may use.
ANY_WORK = "*"


class QuotaUse(ledger.LedgerRow, Base):
    """Included hours that an order has used in a period. sku: of the work they are included for, or "*"."""

    __tablename__ = "contract_quota_use"
    __table_args__ = (
        Index(
            "uq_contract_quota_use_effect",
            "effect_key",
            "line_key",
            "sku",
            unique=True,
            sqlite_where=text("reverses IS NULL"),
            postgresql_where=text("reverses IS NULL"),
        ),
        UniqueConstraint("reverses"),
        CheckConstraint("hours_milli <> 0 AND (hours_milli > 0) = (reverses IS NULL)", name="hours"),
    )
    contract_no: Mapped[str] = mapped_column(ForeignKey("contract.contract_no"), index=True)
    period_first: Mapped[date]
    sku: Mapped[str]
    line_key: Mapped[int] = mapped_column(ForeignKey("order_line.key"))
    hours_milli: Mapped[int]
    reverses: Mapped[int | None] = mapped_column(ForeignKey("contract_quota_use.key"))


ledger.only_grows(QuotaUse.__table__)


def left(session: Session, contract: Contract, day: date) -> dict[str, int]:
    """{sku or "*": hours in thousandths} that the period of that day still includes; empty outside the contract."""
    period = _period(contract, day)
    if period is None:
        return {}
    plan_id = contracts.plan_on(session, contract.contract_no, period.first)
    lines = tariffs.lines_of(session, tariffs.version_on(session, plan_id, period.first))
    included = {line.sku: line.included_milli for line in lines if line.included_milli}
    if contract.quota_milli:
        included[ANY_WORK] = contract.quota_milli
    used = dict(
        session.execute(
            select(QuotaUse.sku, func.sum(QuotaUse.hours_milli))
            .where(QuotaUse.contract_no == contract.contract_no, QuotaUse.period_first == period.first)
            .group_by(QuotaUse.sku)
        ).all()
    )
    return {sku: hours - int(used.get(sku, 0)) for sku, hours in included.items()}


def cover(session: Session, posting: Posting, day: date) -> tuple[int, int]:
    """Let the contract of the order of `posting` bear the hours of its works that it still includes; the rest is the customer's.

    Returns (covered, to pay) in thousandths of an hour. Covering again takes back what was covered before, and reckons anew.
    """
    order = orders.get(session, posting.order_no, hold=True)
    contract = contracts.get(session, order.contract_no, hold=True)
    take_back(session, posting, None)
    remaining = left(session, contract, day)
    period = _period(contract, day)
    covered_milli = client_milli = 0
    for line in [each for each in order_lines.planned(session, order.order_no) if each.kind == WORK]:
        uses, rest = _use(remaining, line.sku, line.norm_milli)
        covered_milli, client_milli = covered_milli + line.norm_milli - rest, client_milli + rest
        bearer = _split(session, line, rest)
        for sku, hours in uses.items():
            session.add(
                QuotaUse(
                    contract_no=contract.contract_no,
                    period_first=period.first,
                    sku=sku,
                    line_key=bearer.key,
                    hours_milli=hours,
                    **ledger.columns(posting),
                )
            )
    session.flush()
    return covered_milli, client_milli


@reversing.on_cancel
def take_back(session: Session, posting: Posting, _reason: str | None) -> int:
    """Give back the included hours that an order has used; returns how many rows that were."""
    query = select(QuotaUse).where(QuotaUse.order_no == posting.order_no).order_by(QuotaUse.key)
    standing = reversing.standing(session.scalars(query))
    for row in standing:
        same = {name: getattr(row, name) for name in ("contract_no", "period_first", "sku", "line_key")}
        session.add(
            QuotaUse(**same, hours_milli=-row.hours_milli, reverses=row.key, **ledger.columns(posting))
        )
    session.flush()
    return len(standing)


def _period(contract: Contract, day: date) -> periods.Period | None:
    found = periods.of(contract.starts_on, contract.ends_on, contract.billing_day, contract.months)
    for each in found:
        if each.first <= day <= each.last:
            return each
        if each.first > day:
            break
    return None


def _use(remaining: dict[str, int], sku: str, hours_milli: int) -> tuple[dict[str, int], int]:
    """Take hours from what is included for this work, then from what any work may use: {sku: hours}, what is left over."""
    uses, rest = {}, hours_milli
    for name in (sku, ANY_WORK):
        part = min(rest, max(0, remaining.get(name, 0)))
        if part:
            uses[name] = part
            remaining[name] -= part
            rest -= part
    return uses, rest


def _split(session: Session, line: OrderLine, rest_milli: int) -> OrderLine:
    """Let a line be the contract's but for `rest_milli` hours, which the customer pays; returns the contract's line.

    A work that is sold as a whole is shared by its hours: the customer pays their share of its price.
    """
    if not rest_milli and line.payer == order_lines.CONTRACT:
        return line
    covered = line.norm_milli - rest_milli
    line.state = "dropped"
    session.flush()
    parts = []
    for payer, hours in ((order_lines.CONTRACT, covered), (CLIENT, rest_milli)):
        if hours or (payer == CLIENT and not line.norm_milli):
            quantity = (
                line.quantity_milli * hours // line.norm_milli if line.norm_milli else line.quantity_milli
            )
            parts.append(_line(line, payer, max(1, quantity), hours))
    session.add_all(parts)
    session.flush()
    return parts[0]


def _line(line: OrderLine, payer: str, quantity_milli: int, norm_milli: int) -> OrderLine:
    same = {name: getattr(line, name) for name in ("order_no", "kind", "sku", "description", "unit")}
    return OrderLine(
        **same,
        quantity_milli=quantity_milli,
        list_price_cents=line.list_price_cents,
        price_cents=line.list_price_cents if payer == CLIENT else 0,
        norm_milli=norm_milli,
        payer=payer,
        state="planned",
    )
