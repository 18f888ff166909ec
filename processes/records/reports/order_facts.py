"""What all order reports read: each order of a customer as one line of facts, with the same rules for all of them.

An order is *done* when its device is handed out; without an intake document, when its work order is completed, else when its process
has ended. It is *in work* from when it was opened until it is done, as in the list of repairs (filter "Open").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine.tables import ProcessDefinition, ProcessInstance
from processes.records import order_status, orders
from processes.records.devices import Device
from processes.records.intake import IntakeDocument
from processes.records.orders import CustomerOrder
from processes.records.quotes import QuoteVersion
from processes.records.work_orders import WorkOrder

IN_WORK, SUCCESS, CANCELLED, DECLINED, UNREPAIRED = OUTCOMES = (
    "in_work",
    "success",
    "cancelled",
    "declined",
    "unrepaired",
)


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One order. finished_at: when it was done or cancelled; outcome: see OUTCOMES; type_name: the name of its process."""

    order_no: str
    process_instance_key: int
    order_type: str
    type_name: str
    category: str | None
    place: str
    repair_kind: str
    urgent: bool
    created_at: datetime
    promised_date: date
    limit_at: datetime
    status: str | None
    outcome: str
    finished_at: datetime | None
    device_key: int | None
    parent_order_no: str | None

    @property
    def is_done(self) -> bool:
        """Whether the customer has what there is to have: repaired, delivered or given back; not when it was cancelled."""
        return self.finished_at is not None and self.outcome != CANCELLED


def opened(session: Session, since: datetime, until: datetime) -> list[OrderFacts]:
    """The orders that were opened from `since` to before `until`, oldest first."""
    return _read(session, CustomerOrder.created_at >= since, CustomerOrder.created_at < until)


def finished(session: Session, since: datetime, until: datetime) -> list[OrderFacts]:
    """The orders that were done or cancelled from `since` to before `until`, oldest first."""
    return [
        each
        for each in touched(session, since, until)
        if each.finished_at and since <= each.finished_at < until
    ]


def touched(session: Session, since: datetime, until: datetime) -> list[OrderFacts]:
    """The orders that were open at some moment from `since` to before `until`, oldest first."""
    may_be = or_(ProcessInstance.ended_at.is_(None), ProcessInstance.ended_at >= since)
    found = _read(session, CustomerOrder.created_at < until, may_be)
    return [each for each in found if each.finished_at is None or each.finished_at >= since]


def in_work(session: Session) -> list[OrderFacts]:
    """The orders that are in work now, oldest first."""
    found = _read(session, ProcessInstance.state == "active")
    return [each for each in found if each.outcome == IN_WORK]


def warranty_returns(session: Session, done: Iterable[OrderFacts]) -> set[str]:
    """The numbers of those orders that came back under warranty later: the same device, or named as their parent."""
    returns = session.execute(
        select(CustomerOrder.device_key, CustomerOrder.parent_order_no, CustomerOrder.created_at).where(
            CustomerOrder.repair_kind == orders.WARRANTY
        )
    ).all()
    parents = {row.parent_order_no for row in returns}
    devices = {(row.device_key, row.created_at) for row in returns if row.device_key is not None}
    return {
        each.order_no
        for each in done
        if each.order_no in parents
        or any(key == each.device_key and at > each.finished_at for key, at in devices)
    }


def _read(session: Session, *where: object) -> list[OrderFacts]:
    newest = (
        select(QuoteVersion.order_no, func.max(QuoteVersion.version).label("version"))
        .group_by(QuoteVersion.order_no)
        .subquery()
    )
    query = (
        select(CustomerOrder, ProcessInstance, ProcessDefinition.name, Device, IntakeDocument, WorkOrder)
        .add_columns(QuoteVersion.state)
        .join(ProcessInstance, ProcessInstance.key == CustomerOrder.process_instance_key)
        .join(ProcessDefinition, ProcessDefinition.key == ProcessInstance.process_definition_key)
        .outerjoin(Device, Device.key == CustomerOrder.device_key)
        .outerjoin(IntakeDocument, IntakeDocument.order_no == CustomerOrder.order_no)
        .outerjoin(WorkOrder, WorkOrder.order_no == CustomerOrder.order_no)
        .outerjoin(newest, newest.c.order_no == CustomerOrder.order_no)
        .outerjoin(
            QuoteVersion,
            (QuoteVersion.order_no == newest.c.order_no) & (QuoteVersion.version == newest.c.version),
        )
        .where(*where)
        .order_by(CustomerOrder.created_at, CustomerOrder.order_no)
    )
    return [_facts(*row) for row in session.execute(query)]


def _facts(
    order: CustomerOrder,
    row: ProcessInstance,
    type_name: str,
    device: Device | None,
    intake: IntakeDocument | None,
    work_order: WorkOrder | None,
    quote_state: str | None,
) -> OrderFacts:
    finished_at = _finished_at(order, row, intake, work_order)
    return OrderFacts(
        order_no=order.order_no,
        process_instance_key=order.process_instance_key,
        order_type=order.order_type,
        type_name=type_name,
        category=device.item_type if device else None,
        place=order.place,
        repair_kind=order.repair_kind,
        urgent=order.urgent,
        created_at=order.created_at,
        promised_date=order.promised_date,
        limit_at=order.limit_at,
        status=order_status.LABELS[intake.status] if intake else None,
        outcome=_outcome(order, row, finished_at, intake, work_order, quote_state),
        finished_at=finished_at,
        device_key=order.device_key,
        parent_order_no=order.parent_order_no,
    )


def _finished_at(
    order: CustomerOrder, row: ProcessInstance, intake: IntakeDocument | None, work_order: WorkOrder | None
) -> datetime | None:
    if order.cancelled_at is not None:
        return order.cancelled_at
    if intake is not None:
        return intake.issued_at or row.ended_at
    if work_order is not None and work_order.completed_at is not None:
        return work_order.completed_at
    return row.ended_at


def _outcome(
    order: CustomerOrder,
    row: ProcessInstance,
    finished_at: datetime | None,
    intake: IntakeDocument | None,
    work_order: WorkOrder | None,
    quote_state: str | None,
) -> str:
    if order.cancelled_at is not None or row.state == "terminated":
        return CANCELLED
    if finished_at is None:
        return IN_WORK
    if quote_state in ("declined", "expired"):
        return DECLINED
    outcomes = {each.outcome for each in (intake, work_order) if each is not None}
    return UNREPAIRED if "without_repair" in outcomes else SUCCESS
