"""Work orders (Заказ-наряд): who did what on an order, how long it took; a plan until completed, then posted as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.keys import new_key
from engine.sentences import Label, Sentence, _l
from processes.records import audit, documents
from processes.records.ledger import Posting

OUTCOMES = ("repaired", "without_repair")
#: {state: what people read}
STATES = {"open": _l("Open"), "completed": _l("Completed"), "cancelled": _l("Cancelled")}
_NOT_OPEN = _l(
    "The work order {number} is not open ({state}). What is completed is opened again by reversing it."
)
#: The operation of hours that were not given to one planned work.
WHOLE_ORDER = "order"


class WorkOrder(audit.Audited, Base):
    """The document that holds the whole repair. `version` grows each time a completed one is opened again.

    state: open, completed, cancelled. completion_key: the effect that completed it, so that completing twice posts once.
    """

    __tablename__ = "work_order"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'completed', 'cancelled')", name="state"),
        CheckConstraint("outcome IN ('repaired', 'without_repair')", name="outcome"),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint(
            "(state = 'completed') = (completed_at IS NOT NULL AND completion_key IS NOT NULL "
            "AND completed_by IS NOT NULL AND outcome IS NOT NULL)",
            name="completed",
        ),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    order_no: Mapped[str] = mapped_column(ForeignKey("customer_order.order_no"), unique=True)
    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"), index=True)
    number: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str]
    outcome: Mapped[str | None]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    reported_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    completed_by: Mapped[str | None]
    completion_key: Mapped[str | None] = mapped_column(unique=True)

    def refuse_unless_open(self) -> None:
        """Raise Refused when it is completed or cancelled: then it changes no more."""
        if self.state != "open":
            raise errors.Refused(Sentence(_NOT_OPEN, number=self.number, state=Label(STATES[self.state])))

    def complete(self, outcome: str, posting: Posting) -> None:
        """Mark it completed by an effect; what follows from that is posted by `processes.records.completion`."""
        self.refuse_unless_open()
        if outcome not in OUTCOMES:
            raise errors.Refused(f'Expected an outcome of {", ".join(OUTCOMES)}, but found "{outcome}".')
        self.state, self.outcome = "completed", outcome
        self.completed_at, self.completed_by = posting.at, posting.by
        self.completion_key = posting.effect_key

    def reopen(self) -> None:
        """Open a completed one again, as its next version."""
        self._forget_completion("open")
        self.version += 1

    def cancel(self) -> None:
        """End it without a result, completed before or not."""
        self._forget_completion("cancelled")

    def _forget_completion(self, state: str) -> None:
        self.state, self.outcome = state, None
        self.completed_at = self.completed_by = self.completion_key = None


class WorkOrderEmployee(audit.Audited, Base):
    """Hours of one person on one operation of a work order; `operation` is the sku of a planned work, or "order"."""

    __tablename__ = "work_order_employee"
    __table_args__ = (
        UniqueConstraint("work_order_key", "login", "operation"),
        CheckConstraint("hours_milli >= 0", name="hours"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    work_order_key: Mapped[int] = mapped_column(ForeignKey("work_order.key"))
    login: Mapped[str] = mapped_column(ForeignKey("person.login"), index=True)
    operation: Mapped[str]
    hours_milli: Mapped[int]


_OF_ORDER = select(WorkOrder).where(WorkOrder.order_no == bindparam("order_no"))
_HELD = _OF_ORDER.with_for_update().execution_options(populate_existing=True)
_EMPLOYEES = (
    select(WorkOrderEmployee)
    .join(WorkOrder)
    .where(WorkOrder.order_no == bindparam("order_no"))
    .order_by(WorkOrderEmployee.login, WorkOrderEmployee.operation)
)


def open_for(session: Session, posting: Posting) -> WorkOrder:
    """The work order of the order of `posting`, opened now when there is none yet."""
    known = find(session, posting.order_no)
    if known is not None:
        return known
    row = WorkOrder(
        order_no=posting.order_no,
        process_instance_key=posting.process_instance_key,
        number=documents.next_number(session, "work_order", posting.at),
        version=1,
        state="open",
        opened_at=posting.at,
        opened_by=posting.by,
    )
    session.add(row)
    session.flush()
    return row


def report_hours(
    session: Session, work_order: WorkOrder, hours_milli: Mapping[tuple[str, str], int], at: datetime
) -> None:
    """Write down who worked how long, all in all; an earlier report is replaced.

    hours_milli: {(login, operation): thousandths of an hour}; nothing for an operation makes no row.
    """
    work_order.refuse_unless_open()
    known = {(row.login, row.operation): row for row in employees(session, work_order.order_no)}
    for who, row in known.items():
        if hours_milli.get(who):
            row.hours_milli = hours_milli[who]
        else:
            session.delete(row)
    session.add_all(
        WorkOrderEmployee(work_order_key=work_order.key, login=who[0], operation=who[1], hours_milli=hours)
        for who, hours in sorted(hours_milli.items())
        if hours and who not in known
    )
    work_order.reported_at = at
    session.flush()


def find(session: Session, order_no: str) -> WorkOrder | None:
    """The work order of an order, or None before it is opened."""
    return session.scalar(_OF_ORDER, {"order_no": order_no})


def get(session: Session, order_no: str) -> WorkOrder:
    """The work order of an order, read anew and held until the transaction ends. Raises NotFound."""
    found = session.scalar(_HELD, {"order_no": order_no})
    if found is None:
        raise errors.NotFound(f"Order {order_no} has no work order yet. Open one first.")
    return found


def employees(session: Session, order_no: str) -> list[WorkOrderEmployee]:
    """Who worked on an order, with hours, by person and operation."""
    return list(session.scalars(_EMPLOYEES, {"order_no": order_no}))
