"""Service contracts (E9): with whom, by which plan, which devices, from when to when; suspended, renewed, ended.

A contract has the number of the order in which it was concluded. Its state moves only as TRANSITIONS says, and what is billed
for it is in `contract_billing`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, and_, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from engine import errors
from engine.columns import Base, PlainJson
from engine.keys import new_key
from engine.sentences import Label, Sentence, _l
from processes.records import audit, customers, devices, periods, tariffs

DRAFT, ACTIVE, SUSPENDED, ENDED, DROPPED = STATES = ("draft", "active", "suspended", "ended", "dropped")
STATE_LABELS = {
    DRAFT: _l("Draft"),
    ACTIVE: _l("Active"),
    SUSPENDED: _l("Suspended"),
    ENDED: _l("Ended"),
    DROPPED: _l("Not concluded"),
}
TIMING_LABELS = {periods.ADVANCE: _l("In advance"), periods.ARREARS: _l("Afterwards")}
TRANSITIONS = {
    DRAFT: (ACTIVE, DROPPED),
    ACTIVE: (SUSPENDED, ENDED),
    SUSPENDED: (ACTIVE, ENDED),
    ENDED: (),
    DROPPED: (),
}
INVALID = "CONTRACT_INVALID"
_NEVER = _l("Contract {number} is {state}; it cannot become {wanted}.")
_NO_DRAFT = _l("Contract {number} is {state}: only a draft is written anew. Change it instead.")
_ORDER = _l("The contract ends on {end}, before it begins on {start}. Correct the days.")
_BILLING_DAY = _l("Expected a billing day from 1 to 31, but found {day}.")
_FOREIGN = _l("The device {device} belongs to another customer. Choose devices of this one.")
_OTHER_PERIOD = _l(
    "The plan {plan} is billed every {found} months, but the contract every {months}. Conclude a new contract."
)
_OVERLAP = _l("Contract {number} is suspended from {start} already. Resume it first.")
_OUTSIDE = _l("A suspension lies inside the contract, from its first to its last day.")
_NOT_SUSPENDED = _l("Contract {number} is not suspended on {day}.")


class Contract(audit.Audited, Base):
    """A service contract. billing_day: 1 to 31; ends_on: its last day, None while it is open-ended.

    months: how long a period is, from its first plan. index_percent: how much its prices lie above the plan. notice_days: how
    long before its last day somebody decides about it. quota_milli: hours of on-request work a period includes beside the plan's.
    """

    __tablename__ = "contract"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        CheckConstraint(f"timing IN {periods.TIMINGS!r}", name="timing"),
        CheckConstraint("billing_day BETWEEN 1 AND 31", name="billing_day"),
        CheckConstraint("months IN (1, 3, 6, 12)", name="months"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint("notice_days >= 0 AND quota_milli >= 0", name="counts"),
        CheckConstraint("(state IN ('draft', 'dropped')) = (activated_at IS NULL)", name="activated"),
        CheckConstraint("state <> 'ended' OR ends_on IS NOT NULL", name="ended"),
    )
    contract_no: Mapped[str] = mapped_column(ForeignKey("customer_order.order_no"), primary_key=True)
    customer_key: Mapped[int] = mapped_column(ForeignKey("customer.key"), index=True)
    state: Mapped[str] = mapped_column(index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    billing_day: Mapped[int] = mapped_column(Integer)
    months: Mapped[int] = mapped_column(Integer)
    timing: Mapped[str]
    index_percent: Mapped[Decimal] = mapped_column(PlainJson)
    quota_milli: Mapped[int]
    notice_days: Mapped[int] = mapped_column(Integer)
    address: Mapped[str | None]
    needs_review: Mapped[bool]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    activated_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    renewed_on: Mapped[date | None]

    def go(self, state: str) -> None:
        """Move it to a state. Raises Refused where TRANSITIONS does not lead there; where it is already nothing happens."""
        if state == self.state:
            return
        if state not in TRANSITIONS[self.state]:
            said = {"state": Label(STATE_LABELS[self.state]), "wanted": Label(STATE_LABELS[state])}
            raise errors.Refused(Sentence(_NEVER, number=self.contract_no, **said))
        self.state = state

    def activate(self, at: datetime) -> None:
        """It holds from its first day on. Activating again changes nothing."""
        if self.state == DRAFT:
            self.activated_at = at
            self.go(ACTIVE)

    def follow(self, today: date) -> None:
        """Let the state say what the days say: suspended on a suspended day, ended after the last one."""
        if self.state not in (ACTIVE, SUSPENDED):
            return
        if self.ends_on is not None and today > self.ends_on:
            self.go(ENDED)
        else:
            is_off = any(each.covers(today) for each in suspensions(object_session(self), self.contract_no))
            self.go(SUSPENDED if is_off else ACTIVE)

    @property
    def is_ending(self) -> bool:
        """Whether it is decided that it ends on its last day."""
        return self.ends_on is not None and self.end_reason is not None

    def decide_on(self) -> date:
        """On which day somebody decides whether it goes on: the notice before its end, or a year after it began or was renewed."""
        since = self.renewed_on or self.starts_on
        if self.ends_on is None:
            return since + timedelta(days=365)
        return max(since, self.ends_on - timedelta(days=self.notice_days))


class ContractPlan(audit.Audited, Base):
    """By which plan a contract is billed from a day on; the period that a day lies in keeps the plan of its first day."""

    __tablename__ = "contract_plan"
    contract_no: Mapped[str] = mapped_column(ForeignKey("contract.contract_no"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    plan_id: Mapped[str] = mapped_column(ForeignKey("tariff_plan.plan_id"))


class ContractItem(audit.Audited, Base):
    """A device that a contract covers."""

    __tablename__ = "contract_item"
    contract_no: Mapped[str] = mapped_column(ForeignKey("contract.contract_no"), primary_key=True)
    device_key: Mapped[int] = mapped_column(ForeignKey("device.key"), primary_key=True, index=True)


class Suspension(audit.Audited, Base):
    """Days on which a contract rests: nothing is billed for them. until: None while nobody has said."""

    __tablename__ = "contract_suspension"
    __table_args__ = (
        CheckConstraint("until >= first", name="days"),
        CheckConstraint("length(reason) > 0", name="reason"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    contract_no: Mapped[str] = mapped_column(ForeignKey("contract.contract_no"), index=True)
    first: Mapped[date]
    until: Mapped[date | None]
    reason: Mapped[str]

    def covers(self, day: date) -> bool:
        """Whether the contract rests on that day."""
        return self.first <= day and (self.until is None or day <= self.until)

    def days_until(self, last: date) -> int:
        """How many of its days lie on or before `last`."""
        end = last if self.until is None else min(self.until, last)
        return max(0, (end - self.first).days + 1)


def draft(
    session: Session,
    contract_no: str,
    *,
    customer_key: int,
    plan_id: str,
    starts_on: date,
    ends_on: date | None,
    billing_day: int,
    timing: str,
    device_keys: Iterable[int],
    index_percent: Decimal,
    quota_milli: int,
    notice_days: int,
    address: str | None,
    needs_review: bool,
    at: datetime,
    by: str,
) -> Contract:
    """Write a contract down, or a draft anew; the order of its number is there already.

    Raises BusinessError CONTRACT_INVALID with a sentence for what does not fit together.
    """
    if ends_on is not None and ends_on < starts_on:
        raise _invalid(Sentence(_ORDER, end=ends_on.isoformat(), start=starts_on.isoformat()))
    if not 1 <= billing_day <= 31:
        raise _invalid(Sentence(_BILLING_DAY, day=billing_day))
    customers.get(session, customer_key)
    plan = tariffs.get(session, plan_id)
    try:
        tariffs.version_on(session, plan_id, starts_on)
    except errors.Refused as refused:
        raise errors.BusinessError(INVALID, refused.sentence) from refused
    keys = sorted(set(device_keys))
    for key in keys:
        device = devices.get(session, key)
        if device.owner_key != customer_key:
            raise _invalid(Sentence(_FOREIGN, device=device.name))
    row = find(session, contract_no)
    if row is None:
        row = Contract(contract_no=contract_no, state=DRAFT, created_at=at, created_by=by)
    elif row.state != DRAFT:
        state = Label(STATE_LABELS[row.state])
        raise errors.Refused(Sentence(_NO_DRAFT, number=contract_no, state=state))
    row.customer_key, row.starts_on, row.ends_on = customer_key, starts_on, ends_on
    row.billing_day, row.months, row.timing = billing_day, plan.months, timing
    row.index_percent, row.quota_milli, row.notice_days = index_percent, quota_milli, notice_days
    row.address, row.needs_review = (address or "").strip() or None, needs_review
    session.add(row)
    session.flush()
    for old in [*plans(session, contract_no), *items(session, contract_no)]:
        session.delete(old)
    session.flush()
    session.add(ContractPlan(contract_no=contract_no, valid_from=starts_on, plan_id=plan_id))
    session.add_all(ContractItem(contract_no=contract_no, device_key=key) for key in keys)
    session.flush()
    return row


def get(session: Session, contract_no: str, *, hold: bool = False) -> Contract:
    """The contract of that number; with `hold` nobody else changes or bills it until the transaction ends. Raises NotFound."""
    found = session.get(Contract, contract_no, populate_existing=hold, with_for_update=hold or None)
    if found is None:
        raise errors.NotFound(f"There is no contract {contract_no}.")
    return found


def find(session: Session, contract_no: str) -> Contract | None:
    """The contract of that number, or None."""
    return session.get(Contract, contract_no)


def concluded(session: Session) -> list[Contract]:
    """All contracts that hold or have held, by number."""
    query = select(Contract).where(Contract.activated_at.is_not(None))
    return list(session.scalars(query.order_by(Contract.contract_no)))


def plans(session: Session, contract_no: str) -> list[ContractPlan]:
    """The plans of a contract, the first one first."""
    query = select(ContractPlan).where(ContractPlan.contract_no == contract_no)
    return list(session.scalars(query.order_by(ContractPlan.valid_from)))


def plan_on(session: Session, contract_no: str, day: date) -> str:
    """By which plan a period is billed that begins on that day."""
    known = plans(session, contract_no)
    return next((each for each in reversed(known) if each.valid_from <= day), known[0]).plan_id


def items(session: Session, contract_no: str) -> list[ContractItem]:
    """The devices that a contract covers."""
    query = select(ContractItem).where(ContractItem.contract_no == contract_no)
    return list(session.scalars(query.order_by(ContractItem.device_key)))


def suspensions(session: Session, contract_no: str) -> list[Suspension]:
    """When a contract rests, the earliest first."""
    query = select(Suspension).where(Suspension.contract_no == contract_no)
    return list(session.scalars(query.order_by(Suspension.first)))


def covering(session: Session, device_key: int, day: date) -> Contract | None:
    """The contract in force that covers a device on a day, not suspended on it; the oldest when there are several."""
    return next(iter(every_covering(session, device_key, day)), None)


def every_covering(session: Session, device_key: int, day: date) -> list[Contract]:
    """The contracts in force that cover a device on a day, not suspended on it, the oldest first."""
    rests = (
        select(Suspension.key)
        .where(
            Suspension.contract_no == Contract.contract_no,
            Suspension.first <= day,
            or_(Suspension.until.is_(None), Suspension.until >= day),
        )
        .exists()
    )
    query = (
        select(Contract)
        .join(ContractItem, ContractItem.contract_no == Contract.contract_no)
        .where(
            ContractItem.device_key == device_key,
            Contract.state.in_((ACTIVE, SUSPENDED)),
            Contract.starts_on <= day,
            or_(Contract.ends_on.is_(None), Contract.ends_on >= day),
            ~rests,
        )
    )
    return list(session.scalars(query.order_by(Contract.contract_no)))


def overlapping(session: Session, contract: Contract) -> list[str]:
    """The numbers of other contracts in force or drafted that cover one of its devices on one of its days."""
    mine = select(ContractItem.device_key).where(ContractItem.contract_no == contract.contract_no)
    last = contract.ends_on or date.max
    query = (
        select(Contract.contract_no)
        .join(ContractItem, ContractItem.contract_no == Contract.contract_no)
        .where(
            ContractItem.device_key.in_(mine),
            Contract.contract_no != contract.contract_no,
            Contract.state.in_((DRAFT, ACTIVE, SUSPENDED)),
            and_(Contract.starts_on <= last, func.coalesce(Contract.ends_on, date.max) >= contract.starts_on),
        )
    )
    return sorted(set(session.scalars(query)))


def change_plan(session: Session, contract: Contract, plan_id: str, valid_from: date) -> None:
    """Bill the periods that begin on or after a day by another plan; what is billed already stays.

    Raises BusinessError CONTRACT_INVALID for a plan with periods of another length.
    """
    plan = tariffs.get(session, plan_id)
    if plan.months != contract.months:
        found = {"found": plan.months, "months": contract.months}
        raise _invalid(Sentence(_OTHER_PERIOD, plan=plan.name, **found))
    tariffs.version_on(session, plan_id, max(valid_from, contract.starts_on))
    known = session.get(ContractPlan, (contract.contract_no, valid_from))
    if known is None:
        session.add(ContractPlan(contract_no=contract.contract_no, valid_from=valid_from, plan_id=plan_id))
    else:
        known.plan_id = plan_id
    session.flush()


def suspend(
    session: Session, contract: Contract, first: date, until: date | None, reason: str, today: date
) -> Suspension:
    """Let a contract rest from a day on, to another or until further notice. Raises BusinessError CONTRACT_INVALID."""
    last = contract.ends_on or date.max
    if first < contract.starts_on or first > last or (until is not None and not first <= until <= last):
        raise _invalid(Sentence(_OUTSIDE))
    for each in suspensions(session, contract.contract_no):
        if (each.until is None or each.until >= first) and each.first <= (until or date.max):
            start = each.first.isoformat()
            raise _invalid(Sentence(_OVERLAP, number=contract.contract_no, start=start))
    row = Suspension(contract_no=contract.contract_no, first=first, until=until, reason=reason.strip())
    session.add(row)
    session.flush()
    contract.follow(today)
    return row


def resume(session: Session, contract: Contract, day: date, today: date) -> None:
    """Let a contract hold again from a day on. Raises BusinessError CONTRACT_INVALID when it does not rest then."""
    for each in suspensions(session, contract.contract_no):
        if each.covers(day):
            if each.first == day:
                session.delete(each)
            else:
                each.until = day - timedelta(days=1)
            session.flush()
            contract.follow(today)
            return
    raise _invalid(Sentence(_NOT_SUSPENDED, number=contract.contract_no, day=day.isoformat()))


def _invalid(sentence: Sentence) -> errors.BusinessError:
    return errors.BusinessError(INVALID, sentence)
