"""Planned maintenance (ТО, L11): which device is due when, under which contract, and what came of it (I20).

A device has one plan. Each due day of it is a row from the moment it is opened, so that no day is served twice; the plan's next
day moves on when that row is done or skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base, PlainJson
from engine.keys import new_key
from engine.sentences import Sentence, _l
from processes.records import audit, checklists, contracts, devices, frozen, products, quantities, reversing
from processes.records.ledger import Posting
from processes.records.months import months_later

CALENDAR, COMPLETION = BASES = ("calendar", "completion")
BASIS_LABELS = {CALENDAR: _l("The calendar"), COMPLETION: _l("The day it was done")}
OPEN, DONE, SKIPPED = STATES = ("open", "done", "skipped")
STATE_LABELS = {OPEN: _l("Open"), DONE: _l("Done"), SKIPPED: _l("Skipped")}
LEAD_DAYS = 14
_NO_REASON = _l("A maintenance that is skipped needs a reason. Give one.")
_HAS_PLAN = _l("{device} has a maintenance plan already. Change that one.")
_NOT_COVERED = _l("Contract {contract} does not cover {device}. Add it to the contract first.")


class MaintenancePlan(audit.Audited, Base):
    """When a device is maintained. next_due: the next day that is not opened, done or skipped yet.

    basis: whether the day after next counts from the calendar or from the day it was done. lead_days: so long before, the visit
    is arranged. in_plan: the contract covers it, else the customer pays. work: the sku that the technician's hours are booked on.
    kit: [{part, quantity}] that each maintenance takes.
    """

    __tablename__ = "maintenance_plan"
    __table_args__ = (
        Index(
            "uq_maintenance_plan_device",
            "device_key",
            unique=True,
            sqlite_where=text("active"),
            postgresql_where=text("active"),
        ),
        CheckConstraint(f"basis IN {BASES!r}", name="basis"),
        CheckConstraint("months > 0 AND lead_days >= 0 AND visit_minutes > 0", name="counts"),
        CheckConstraint("last_done IS NULL OR next_due > last_done", name="next_after_last"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    device_key: Mapped[int] = mapped_column(ForeignKey("device.key"))
    contract_no: Mapped[str] = mapped_column(ForeignKey("contract.contract_no"), index=True)
    checklist_id: Mapped[str]
    months: Mapped[int] = mapped_column(Integer)
    basis: Mapped[str]
    lead_days: Mapped[int] = mapped_column(Integer)
    first_due: Mapped[date]
    next_due: Mapped[date] = mapped_column(index=True)
    last_done: Mapped[date | None]
    in_plan: Mapped[bool]
    work: Mapped[str] = mapped_column(ForeignKey("product.sku"))
    skill_id: Mapped[str | None]
    visit_minutes: Mapped[int] = mapped_column(Integer)
    meter_unit: Mapped[str | None]
    kit: Mapped[list[dict[str, Any]]] = mapped_column(PlainJson)
    active: Mapped[bool] = mapped_column(index=True)


class MaintenanceDue(audit.Audited, Base):
    """One due day of a device whose maintenance was opened, and what came of it. order_no: the order that serves it."""

    __tablename__ = "maintenance_due"
    __table_args__ = (
        UniqueConstraint("device_key", "due_on"),
        UniqueConstraint("order_no"),
        UniqueConstraint("repair_order_no"),
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name="done"),
        CheckConstraint("state <> 'skipped' OR coalesce(length(skip_reason), 0) > 0", name="skipped"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    plan_key: Mapped[int] = mapped_column(ForeignKey("maintenance_plan.key"), index=True)
    device_key: Mapped[int] = mapped_column(ForeignKey("device.key"))
    contract_no: Mapped[str] = mapped_column(ForeignKey("contract.contract_no"))
    due_on: Mapped[date]
    order_no: Mapped[str]
    checklist_id: Mapped[str]
    checklist_version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str]
    done_on: Mapped[date | None]
    skip_reason: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    repair_order_no: Mapped[str | None]
    repair_covered: Mapped[bool | None]


frozen.keep(MaintenanceDue.__table__, "plan_key", "device_key", "due_on", "order_no", "checklist_version")


def plan(
    session: Session,
    device_key: int,
    contract_no: str,
    *,
    first_due: date,
    months: int,
    work: str,
    basis: str = CALENDAR,
    lead_days: int = LEAD_DAYS,
    checklist_id: str | None = None,
    in_plan: bool = True,
    skill_id: str | None = None,
    visit_minutes: int = 60,
    meter_unit: str | None = None,
    kit: list[Mapping[str, Any]] | None = None,
) -> MaintenancePlan:
    """Maintain a device of a contract from a day on, every so many months. Without a checklist, that of its type of item.

    Raises BusinessError CONTRACT_INVALID when the contract does not cover it, or it has a plan already.
    """
    device = devices.get(session, device_key, hold=True)
    if device_key not in {each.device_key for each in contracts.items(session, contract_no)}:
        said = Sentence(_NOT_COVERED, contract=contract_no, device=device.name)
        raise errors.BusinessError(contracts.INVALID, said)
    if of_device(session, device_key) is not None:
        raise errors.BusinessError(contracts.INVALID, Sentence(_HAS_PLAN, device=device.name))
    if basis not in BASES or months < 1:
        raise errors.Refused(
            f"Expected a basis of {' or '.join(BASES)} and whole months, but found {basis}, {months}."
        )
    version = checklists.newest(session, checklist_id) if checklist_id else _checklist_for(session, device)
    products.get(session, work)
    row = MaintenancePlan(
        device_key=device_key,
        contract_no=contract_no,
        checklist_id=version.checklist_id,
        months=months,
        basis=basis,
        lead_days=lead_days,
        first_due=first_due,
        next_due=first_due,
        in_plan=in_plan,
        work=work,
        skill_id=skill_id,
        visit_minutes=visit_minutes,
        meter_unit=meter_unit,
        kit=[
            {"part": row["part"], "quantity": quantities.plain(quantities.milli(row["quantity"]))}
            for row in kit or []
        ],
        active=True,
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, plan_key: int, *, hold: bool = False) -> MaintenancePlan:
    """The plan of that key; with `hold` nobody else opens or moves it until the transaction ends. Raises NotFound."""
    found = session.get(MaintenancePlan, plan_key, populate_existing=hold, with_for_update=hold or None)
    if found is None:
        raise errors.NotFound(f"There is no maintenance plan {plan_key}.")
    return found


def of_device(session: Session, device_key: int) -> MaintenancePlan | None:
    """The plan by which a device is maintained."""
    query = select(MaintenancePlan).where(
        MaintenancePlan.device_key == device_key, MaintenancePlan.active.is_(True)
    )
    return session.scalar(query)


def of_contract(session: Session, contract_no: str) -> list[MaintenancePlan]:
    """The plans of a contract's devices, the next due first."""
    query = select(MaintenancePlan).where(MaintenancePlan.contract_no == contract_no)
    return list(session.scalars(query.order_by(MaintenancePlan.next_due, MaintenancePlan.key)))


def to_open(session: Session, today: date) -> list[MaintenancePlan]:
    """The plans whose next day is near enough to be arranged and not opened yet, of contracts in force that day."""
    opened = (
        select(MaintenanceDue.key)
        .where(
            MaintenanceDue.device_key == MaintenancePlan.device_key,
            MaintenanceDue.due_on == MaintenancePlan.next_due,
        )
        .exists()
    )
    query = select(MaintenancePlan).where(MaintenancePlan.active.is_(True), ~opened)
    return [
        each
        for each in session.scalars(query.order_by(MaintenancePlan.next_due, MaintenancePlan.key))
        if each.next_due - timedelta(days=each.lead_days) <= today and _in_force(session, each, today)
    ]


def open_due(
    session: Session, plan_key: int, number: Callable[[], str], today: date
) -> MaintenanceDue | None:
    """Take the next maintenance of a plan upon oneself; None when somebody has opened it, or it is not to be opened yet.

    number: gives the number of the order that serves it, asked for only when there is one. The plan is held: of two that open
    the same day the second finds it opened.
    """
    row = get(session, plan_key, hold=True)
    if all(each.key != row.key for each in to_open(session, today)):
        return None
    version = checklists.newest(session, row.checklist_id)
    due = MaintenanceDue(
        plan_key=row.key,
        device_key=row.device_key,
        contract_no=row.contract_no,
        due_on=row.next_due,
        order_no=number(),
        checklist_id=version.checklist_id,
        checklist_version=version.version,
        state=OPEN,
    )
    session.add(due)
    session.flush()
    return due


def due_of(session: Session, order_no: str, *, hold: bool = False) -> MaintenanceDue:
    """The due day that an order serves. Raises NotFound."""
    found = find_due(session, order_no, hold=hold)
    if found is None:
        raise errors.NotFound(f"The order {order_no} serves no planned maintenance.")
    return found


def find_due(session: Session, order_no: str, *, hold: bool = False) -> MaintenanceDue | None:
    """The due day that an order serves, or None."""
    query = select(MaintenanceDue).where(MaintenanceDue.order_no == order_no)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def dues_of(session: Session, device_key: int) -> list[MaintenanceDue]:
    """Every due day of a device that was opened, the earliest first."""
    query = select(MaintenanceDue).where(MaintenanceDue.device_key == device_key)
    return list(session.scalars(query.order_by(MaintenanceDue.due_on)))


def done(session: Session, order_no: str, done_on: date, at: datetime) -> date:
    """Note that a maintenance is done, and set the next day; done again, nothing changes. Returns the next day."""
    due = due_of(session, order_no, hold=True)
    row = get(session, due.plan_key, hold=True)
    if due.state != OPEN:
        return row.next_due
    due.state, due.done_on, due.closed_at = DONE, done_on, at
    _move_on(row, due.due_on, done_on)
    session.flush()
    return row.next_due


def skip(session: Session, order_no: str, reason: str, at: datetime) -> date:
    """Let a due day pass without maintenance, with a reason; the next day is set at once. Returns it. Raises Refused without a reason."""
    if not reason.strip():
        raise errors.Refused(_NO_REASON)
    due = due_of(session, order_no, hold=True)
    row = get(session, due.plan_key, hold=True)
    if due.state != OPEN:
        return row.next_due
    due.state, due.skip_reason, due.closed_at = SKIPPED, reason.strip(), at
    _move_on(row, due.due_on, None)
    session.flush()
    return row.next_due


@reversing.on_cancel
def skip_cancelled(session: Session, posting: Posting, reason: str | None) -> int:
    """Let the due day of a cancelled order pass: the next day is set at once. Returns how many days that were."""
    due = find_due(session, posting.order_no, hold=True)
    if due is None or due.state != OPEN:
        return 0
    skip(session, posting.order_no, (reason or "").strip() or "-", posting.at)
    return 1


def _move_on(row: MaintenancePlan, due_on: date, done_on: date | None) -> None:
    """Set the next day: so many months after the due day, or after the day it was done; always later than that day."""
    if done_on is not None:
        row.last_done = max(done_on, row.last_done or done_on)
    if row.basis == COMPLETION and done_on is not None:
        row.next_due = months_later(done_on, row.months)
        return
    # Counted from the first day, so that 31 January, 28 February, 31 March follow each other.
    least, times = max(due_on, done_on or due_on, row.last_done or due_on), 1
    while (following := months_later(row.first_due, row.months * times)) <= least:
        times += 1
    row.next_due = following


def _in_force(session: Session, row: MaintenancePlan, today: date) -> bool:
    contract = contracts.get(session, row.contract_no)
    if contract.state != contracts.ACTIVE:
        return False
    return contract.ends_on is None or row.next_due <= contract.ends_on


def _checklist_for(session: Session, device: devices.Device) -> checklists.ChecklistVersion:
    found = checklists.for_item_type(session, device.item_type)
    if found is None:
        raise errors.BusinessError(
            contracts.INVALID,
            Sentence(_l("There is no checklist for {item_type}. Add one first."), item_type=device.item_type),
        )
    return found
