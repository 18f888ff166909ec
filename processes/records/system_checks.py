"""The regular check of the house (E29): plans with a named checker, exactly one check a period, findings that become tasks.

A plan says how often somebody looks and who. Each period of a plan has one row in `system_check`, also one that nobody could
make because Orderlane did not run: that one is missed. What a check finds is in `check_finding`; each has an owner and a day,
is corrected, and is verified by another person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base, Key, PlainJson, key_column
from engine.sentences import Sentence, _l
from engine.tables import Person
from processes.records import audit, check_periods, orders, reversing
from processes.records.ledger import Posting

#: A check that somebody asked for, outside of every plan.
BY_HAND = "by_hand"
KINDS = (*check_periods.PERIODS, BY_HAND)
SEVERITIES = {"high": _l("High"), "medium": _l("Medium"), "low": _l("Low")}
#: So many days an owner has when the check names no day.
DAYS_TO_CORRECT = 2


class CheckPlan(audit.Audited, Base):
    """How often the house is checked, and by whom; at most one plan a period.

    It counts from `starts_on`; without a day, from the first round on that meets it.
    """

    __tablename__ = "check_plan"
    __table_args__ = (CheckConstraint(f"period IN {check_periods.PERIODS!r}", name="period"),)
    period: Mapped[str] = mapped_column(primary_key=True)
    checker: Mapped[str] = mapped_column(ForeignKey("person.login"))
    active: Mapped[bool] = mapped_column(Boolean)
    starts_on: Mapped[date | None]


class SystemCheck(audit.Audited, Base):
    """One check. `label` is its period ("2026-W48"), of a check by hand the number of its order; one row a period (R-016).

    counts: what was there when it was reviewed, {kind: rows}. missed_at: its term passed without a review; a check without
    an order was missed because nothing ran on its day.
    """

    __tablename__ = "system_check"
    __table_args__ = (
        UniqueConstraint("period", "label"),
        CheckConstraint(f"period IN {KINDS!r}", name="period"),
        CheckConstraint("process_instance_key IS NOT NULL OR missed_at IS NOT NULL", name="made_or_missed"),
        CheckConstraint("(reviewed_at IS NULL) = (reviewed_by IS NULL)", name="reviewed"),
        CheckConstraint("closed_at IS NULL OR reviewed_at IS NOT NULL", name="closed"),
        Index("ix_system_check_opened", "opened_at"),
    )
    key: Key = key_column()
    period: Mapped[str]
    label: Mapped[str]
    checker: Mapped[str] = mapped_column(ForeignKey("person.login"))
    opened_at: Mapped[datetime]
    process_instance_key: Mapped[int | None] = mapped_column(ForeignKey("process_instance.key"), unique=True)
    order_no: Mapped[str | None]
    counts: Mapped[dict[str, Any] | None] = mapped_column(PlainJson)
    missed_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


class CheckFinding(audit.Audited, Base):
    """One thing that a check found and what became of it. `source` names it again when the house is looked at once more."""

    __tablename__ = "check_finding"
    __table_args__ = (
        UniqueConstraint("check_key", "number"),
        CheckConstraint(f"severity IN {tuple(SEVERITIES)!r}", name="severity"),
        CheckConstraint("length(action) > 0", name="action"),
        CheckConstraint("(corrected_at IS NULL) = (corrected_by IS NULL)", name="corrected"),
        # Another person than the one who corrected it (R-017, W6).
        CheckConstraint(
            "verified_by IS NULL OR (corrected_by IS NOT NULL AND verified_by <> corrected_by)",
            name="verified",
        ),
    )
    key: Key = key_column()
    check_key: Mapped[int] = mapped_column(ForeignKey("system_check.key"))
    number: Mapped[int]
    kind: Mapped[str]
    source: Mapped[str]
    order_no: Mapped[str | None]
    sentence: Mapped[str]
    severity: Mapped[str]
    action: Mapped[str]
    owner: Mapped[str] = mapped_column(ForeignKey("person.login"), index=True)
    due_on: Mapped[date]
    correction: Mapped[str | None]
    corrected_at: Mapped[datetime | None]
    corrected_by: Mapped[str | None]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[str | None]


@dataclass(frozen=True, slots=True)
class Due:
    """A check that is to be made now: the running period of a plan that has none yet."""

    period: str
    label: str
    checker: str


def choose_plan(
    session: Session,
    period: str,
    checker: str,
    *,
    active: bool,
    starts_on: date | None,
    by: str,
    now: datetime,
) -> CheckPlan:
    """Say how often the house is checked and by whom. Raises Refused for an unknown period or somebody who is not active."""
    if period not in check_periods.PERIODS:
        raise errors.Refused(
            f'Expected the period to be one of {", ".join(check_periods.PERIODS)}, but found "{period}".'
        )
    person = session.get(Person, checker)
    if person is None or not person.active:
        raise errors.Refused(_l("A check needs somebody active who makes it. Choose a person."))
    audit.acting(session, by, now)
    plan = session.get(CheckPlan, period)
    if plan is None:
        plan = CheckPlan(period=period, checker=checker, active=active, starts_on=starts_on)
        session.add(plan)
    elif active and not plan.active:
        # What passed while nobody wanted checks was not missed.
        plan.starts_on = starts_on
    plan.checker, plan.active = checker, active
    session.flush()
    return plan


def pause(session: Session) -> None:
    """Let no check begin by itself any more."""
    for plan in plans(session):
        plan.active = False
    session.flush()


def plans(session: Session) -> list[CheckPlan]:
    """The plans that there are, the shortest period first."""
    found = {each.period: each for each in session.scalars(select(CheckPlan))}
    return [found[period] for period in check_periods.PERIODS if period in found]


def due(session: Session, now: datetime) -> list[Due]:
    """The checks that are to be made now. A period that passed without one gets its row as missed; today that is once.

    A plan that begins in the middle of a period is due in it.
    """
    today = orders.day(session, now)
    found = []
    for plan in plans(session):
        plan.starts_on = plan.starts_on or today
        if not plan.active or plan.starts_on > today:
            continue
        for first in check_periods.begun(plan.period, _last(session, plan) or plan.starts_on, today):
            label = check_periods.label(plan.period, first)
            if _of_period(session, plan.period, label) is not None:
                continue
            if label == check_periods.label(plan.period, today):
                found.append(Due(plan.period, label, plan.checker))
            else:
                session.add(
                    SystemCheck(
                        period=plan.period, label=label, checker=plan.checker, opened_at=now, missed_at=now
                    )
                )
    session.flush()
    return found


def begin(session: Session, posting: Posting, *, period: str, label: str, checker: str) -> SystemCheck:
    """The order of `posting` is the check of this period; a check by hand has the number of its order for a label."""
    known = _of_period(session, period, label)
    if known is not None:
        return known
    row = SystemCheck(
        period=period,
        label=label,
        checker=checker,
        opened_at=posting.at,
        process_instance_key=posting.process_instance_key,
        order_no=posting.order_no,
    )
    session.add(row)
    session.flush()
    return row


def of_order(session: Session, order_no: str) -> SystemCheck:
    """The check that an order makes. Raises NotFound."""
    found = session.scalar(select(SystemCheck).where(SystemCheck.order_no == order_no))
    if found is None:
        raise errors.NotFound(f"Order {order_no} is no check of the house.")
    return found


def miss(session: Session, order_no: str, now: datetime) -> SystemCheck:
    """The term of a check has passed without a review; the first time counts."""
    row = of_order(session, order_no)
    row.missed_at = row.missed_at or now
    session.flush()
    return row


def name_checker(session: Session, order_no: str, checker: str) -> SystemCheck:
    """Another person makes this check; the plan stays as it is."""
    row = of_order(session, order_no)
    row.checker = checker
    session.flush()
    return row


def review(
    session: Session,
    order_no: str,
    found: Iterable[Mapping[str, Any]],
    counts: Mapping[str, int],
    *,
    by: str,
    now: datetime,
) -> list[CheckFinding]:
    """Write down what the checker found, each with action, owner and day; a second review gives the first findings.

    found: {kind, source, order_no, sentence, severity, action, owner, due_on (ISO day or None)}.
    """
    check = of_order(session, order_no)
    if check.reviewed_at is not None:
        return findings(session, check.key)
    check.reviewed_at, check.reviewed_by, check.counts = now, by, dict(counts)
    later = orders.day(session, now) + timedelta(days=DAYS_TO_CORRECT)
    for number, each in enumerate(found, start=1):
        session.add(
            CheckFinding(
                check_key=check.key,
                number=number,
                kind=each["kind"],
                source=each["source"],
                order_no=each.get("order_no"),
                sentence=each["sentence"],
                severity=each["severity"],
                action=each["action"].strip(),
                owner=each["owner"],
                due_on=date.fromisoformat(each["due_on"]) if each.get("due_on") else later,
            )
        )
    session.flush()
    return findings(session, check.key)


def findings(session: Session, check_key: int) -> list[CheckFinding]:
    """What a check found, in its order."""
    query = select(CheckFinding).where(CheckFinding.check_key == check_key)
    return list(session.scalars(query.order_by(CheckFinding.number)))


def finding(session: Session, order_no: str, number: int) -> CheckFinding:
    """One finding of the check that an order makes. Raises NotFound."""
    query = select(CheckFinding).where(
        CheckFinding.check_key == of_order(session, order_no).key, CheckFinding.number == number
    )
    found = session.scalar(query)
    if found is None:
        raise errors.NotFound(f"The check {order_no} has no finding {number}.")
    return found


def correct(
    session: Session, order_no: str, number: int, correction: str, *, by: str, now: datetime
) -> CheckFinding:
    """Somebody has put a finding right and says how."""
    row = finding(session, order_no, number)
    row.correction, row.corrected_at, row.corrected_by = correction.strip(), now, by
    session.flush()
    return row


def verify(
    session: Session, order_no: str, number: int, *, is_ok: bool, by: str, now: datetime
) -> CheckFinding:
    """Another person has looked: the finding is put right, or it is to be corrected again.

    Raises Refused when it was not corrected, or by the same person.
    """
    row = finding(session, order_no, number)
    if not is_ok:
        row.corrected_at = row.corrected_by = None
    elif row.corrected_by is None or row.corrected_by == by:
        raise errors.Refused(
            Sentence(
                _l("Finding {number} is verified by somebody who did not correct it, once it is corrected."),
                number=number,
            )
        )
    else:
        row.verified_at, row.verified_by = now, by
    session.flush()
    return row


def close(session: Session, order_no: str, now: datetime) -> SystemCheck:
    """The check is done: it was reviewed, and each finding is verified. Raises Refused when one is not."""
    row = of_order(session, order_no)
    is_open = CheckFinding.verified_at.is_(None)
    open_ones = session.scalar(
        select(func.count()).select_from(CheckFinding).where(CheckFinding.check_key == row.key, is_open)
    )
    if open_ones:
        raise errors.Refused(
            Sentence(_l("{count} findings of this check are not verified yet."), count=open_ones)
        )
    row.closed_at = row.closed_at or now
    session.flush()
    return row


@reversing.on_cancel
def cancel(session: Session, posting: Posting, _reason: str | None) -> int:
    """A check whose order is cancelled is not made; its period keeps its row."""
    row = session.scalar(select(SystemCheck).where(SystemCheck.order_no == posting.order_no))
    if row is None or row.cancelled_at is not None:
        return 0
    row.cancelled_at = posting.at
    session.flush()
    return 1


def _last(session: Session, plan: CheckPlan) -> date | None:
    """The day on which the last check of this plan was opened, if that is later than its beginning."""
    opened_at = session.scalar(
        select(func.max(SystemCheck.opened_at)).where(SystemCheck.period == plan.period)
    )
    last = orders.day(session, opened_at) if opened_at else None
    return last if last and last > plan.starts_on else None


def _of_period(session: Session, period: str, label: str) -> SystemCheck | None:
    return session.scalar(select(SystemCheck).where(SystemCheck.period == period, SystemCheck.label == label))
