"""Problems in production: reported at once, answered with a measure that somebody owns; they may stop the line (R-176)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base, Key, key_column
from engine.sentences import Sentence, _l
from processes.records import audit, ledger, production_orders

NO_SUCH_ORDER = "NO_SUCH_ORDER"


class ProductionProblem(audit.Audited, Base):
    """Something that went wrong on a production order. problem_no: the number of the instance that deals with it."""

    __tablename__ = "production_problem"
    __table_args__ = (
        CheckConstraint("length(description) > 0", name="description"),
        CheckConstraint("(measure IS NULL) = (owner IS NULL)", name="measure_has_an_owner"),
        CheckConstraint("measure IS NULL OR due_on IS NOT NULL", name="measure_is_due"),
        CheckConstraint("solved_at IS NULL OR measure IS NOT NULL", name="solved_by_a_measure"),
    )
    key: Key = key_column()
    problem_no: Mapped[str] = mapped_column(unique=True)
    order_no: Mapped[str] = mapped_column(ForeignKey("production_order.order_no"), index=True)
    description: Mapped[str]
    stops_the_line: Mapped[bool] = mapped_column(Boolean)
    reported_by: Mapped[str]
    reported_at: Mapped[datetime]
    measure: Mapped[str | None]
    owner: Mapped[str | None] = mapped_column(ForeignKey("person.login"))
    due_on: Mapped[date | None] = mapped_column(Date)
    solved_at: Mapped[datetime | None]
    result: Mapped[str | None]


def report(
    session: Session, posting: ledger.Posting, order_no: str, description: str, stops_the_line: bool
) -> ProductionProblem:
    """Write a problem of a production order down; the order is at risk from now on. Once for an instance.

    Raises BusinessError NO_SUCH_ORDER for an order that is none, or is not being made.
    """
    known = find(session, posting.order_no)
    if known is not None:
        return known
    order = production_orders.find(session, order_no.strip().upper())
    if order is None or order.started_at is None or order.finished_at is not None:
        raise errors.BusinessError(
            NO_SUCH_ORDER,
            Sentence(
                _l("There is no production order {order} in execution. Look at the number."), order=order_no
            ),
        )
    row = ProductionProblem(
        problem_no=posting.order_no,
        order_no=order.order_no,
        description=description.strip(),
        stops_the_line=stops_the_line,
        reported_by=posting.by,
        reported_at=posting.at,
    )
    session.add(row)
    order.is_risky(row.description)
    session.flush()
    return row


def measure(
    session: Session, problem_no: str, text: str, owner: str, due_on: date, stops_the_line: bool
) -> ProductionProblem:
    """Say what is done about a problem, who does it and until when; and whether the line waits for it."""
    row = get(session, problem_no)
    row.measure, row.owner, row.due_on, row.stops_the_line = text.strip(), owner, due_on, stops_the_line
    session.flush()
    return row


def solve(session: Session, problem_no: str, result: str, at: datetime) -> ProductionProblem:
    """The measure is carried out. When it was the last open problem, the order is at risk no more."""
    row = get(session, problem_no)
    if row.solved_at is None:
        row.solved_at, row.result = at, result.strip()
        session.flush()
        if not open_ones(session, row.order_no):
            production_orders.get(session, row.order_no, hold=True).is_safe()
            session.flush()
    return row


def get(session: Session, problem_no: str) -> ProductionProblem:
    """The problem that an instance deals with. Raises NotFound."""
    found = find(session, problem_no)
    if found is None:
        raise errors.NotFound(f"There is no problem {problem_no}.")
    return found


def find(session: Session, problem_no: str) -> ProductionProblem | None:
    """The problem that an instance deals with, or None."""
    return session.scalar(select(ProductionProblem).where(ProductionProblem.problem_no == problem_no))


def of(session: Session, order_no: str) -> list[ProductionProblem]:
    """The problems of an order, oldest first."""
    query = select(ProductionProblem).where(ProductionProblem.order_no == order_no)
    return list(session.scalars(query.order_by(ProductionProblem.key)))


def open_ones(session: Session, order_no: str) -> list[ProductionProblem]:
    """The problems of an order that are not solved."""
    return [row for row in of(session, order_no) if row.solved_at is None]


def stopping(session: Session, order_no: str) -> list[ProductionProblem]:
    """The open problems of an order that stop its line."""
    return [row for row in open_ones(session, order_no) if row.stops_the_line]
