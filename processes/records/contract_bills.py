"""What a period of a contract comes to: the plan version of its first day, less suspended days, and who should look at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from engine.sentences import Sentence, _l
from processes.records import contract_periods, contracts, customers, money, periods, reversing, tariffs
from processes.records.contract_periods import WAIVED, ContractPeriod
from processes.records.contracts import Contract
from processes.records.periods import Period

#: Beyond this share of the period before, somebody looks at a bill before it is sent.
DEVIATION_PERCENT = 20
_REVIEW_ZERO = _l("The period comes to nothing although {days} days of it count.")
_REVIEW_DEVIATION = _l(
    "The period comes to {total}, the one before to {before}: more than {percent} % apart."
)
_REVIEW_WANTED = _l("The contract asks for a look at each bill.")


@dataclass(frozen=True, slots=True)
class Bill:
    """What a period comes to before it is posted. review: why somebody should look at it before it is sent, or None."""

    period: Period
    version: tariffs.TariffVersion
    deducted_days: int
    lines: tuple[tariffs.Billable, ...]
    review: Sentence | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to bill: no day of it counts."""
        return self.deducted_days >= self.period.days

    @property
    def total_cents(self) -> int:
        """What the customer is to pay for it."""
        return sum(each.total_cents for each in self.lines)


def reckon(session: Session, row: ContractPeriod) -> Bill:
    """What a period comes to, by the plan version of its first day, less the suspended days. Changes nothing."""
    contract = contracts.get(session, row.contract_no)
    period = next(
        each
        for each in periods.of(contract.starts_on, contract.ends_on, contract.billing_day, contract.months)
        if each.number == row.number
    )
    plan_id = contracts.plan_on(session, row.contract_no, period.first)
    version = tariffs.version_on(session, plan_id, period.first)
    deducted = _deducted(session, contract, period)
    counted = period.days - deducted
    lines = tuple(
        tariffs.billed(
            session,
            version,
            customers.get(session, contract.customer_key).language,
            index_percent=contract.index_percent,
            days=counted,
            of_days=period.of_days,
        )
        if counted
        else ()
    )
    total = sum(each.total_cents for each in lines)
    return Bill(period, version, deducted, lines, _review(session, contract, row, counted, total))


def _deducted(session: Session, contract: Contract, period: Period) -> int:
    """Suspended days that this bill takes off: its own, and those of earlier periods that were billed before they were known."""
    rested = sum(
        each.days_until(period.last) for each in contracts.suspensions(session, contract.contract_no)
    )
    rows = [
        each for each in contract_periods.entries(session, contract.contract_no) if each.first < period.first
    ]
    taken_off = sum(each.deducted_days for each in reversing.standing(rows))
    waived = sum(
        each.days_until(row.last) - each.days_until(row.first - timedelta(days=1))
        for row in contract_periods.of(session, contract.contract_no)
        if row.state == WAIVED and row.first < period.first
        for each in contracts.suspensions(session, contract.contract_no)
    )
    return min(period.days, max(0, rested - taken_off - waived))


def _review(
    session: Session, contract: Contract, row: ContractPeriod, counted: int, total_cents: int
) -> Sentence | None:
    if not counted:
        return None
    if not total_cents:
        return Sentence(_REVIEW_ZERO, days=counted)
    if contract.needs_review:
        return Sentence(_REVIEW_WANTED)
    rows = [
        each for each in contract_periods.entries(session, contract.contract_no) if each.first < row.first
    ]
    before = next((each for each in reversed(reversing.standing(rows)) if each.total_cents), None)
    if (
        before is None
        or abs(total_cents - before.total_cents) * 100 <= before.total_cents * DEVIATION_PERCENT
    ):
        return None
    amounts = {"total": money.units(total_cents), "before": money.units(before.total_cents)}
    return Sentence(_REVIEW_DEVIATION, percent=DEVIATION_PERCENT, **amounts)
