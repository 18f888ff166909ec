"""The operation log (L18): how many pieces went into each operation, and what became of them.

input = good + scrap + rest on every row (I27); the rest waits to be worked on again. What waits where is kept beside the log in the
same transaction (`Waiting`); the database refuses to work on what is not there, so an operation begins with what the one before
it has given, in the order of the route.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base, Key, key_column
from engine.sentences import Sentence, _l
from processes.records import (
    billing,
    ledger,
    production_orders,
    production_plans,
    quantities,
    reversing,
)

QUANTITIES_WRONG = "QUANTITIES_WRONG"
WORK, INSPECTION = STAGES = ("work", "inspection")


class OperationLogRow(ledger.LedgerRow, Base):
    """Pieces that were worked on or inspected, or the row that takes it back (all quantities negative). In thousandths.

    rest_milli: not finished yet, or sent back to be worked on again. number: of the operation in the plan.
    """

    __tablename__ = "operation_log"
    __table_args__ = (
        UniqueConstraint("effect_key", "number", "stage"),
        UniqueConstraint("reverses"),
        CheckConstraint("stage IN ('work', 'inspection')", name="stage"),
        # I27
        CheckConstraint("input_milli = good_milli + scrap_milli + rest_milli", name="balance"),
        CheckConstraint(
            "(reverses IS NULL AND input_milli > 0 AND good_milli >= 0 AND scrap_milli >= 0 AND rest_milli >= 0)"
            " OR (reverses IS NOT NULL AND input_milli < 0 AND good_milli <= 0 AND scrap_milli <= 0"
            " AND rest_milli <= 0)",
            name="sign",
        ),
        CheckConstraint(
            "finished_at IS NULL OR started_at IS NULL OR finished_at >= started_at", name="times"
        ),
        CheckConstraint("scrap_milli <= 0 OR coalesce(length(reason), 0) > 0", name="scrap_has_a_reason"),
    )
    number: Mapped[int] = mapped_column(Integer)
    stage: Mapped[str]
    work_sku: Mapped[str] = mapped_column(ForeignKey("product.sku"))
    input_milli: Mapped[int]
    good_milli: Mapped[int]
    scrap_milli: Mapped[int]
    rest_milli: Mapped[int]
    machine: Mapped[str | None]
    reason: Mapped[str | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    reverses: Mapped[int | None] = mapped_column(ForeignKey("operation_log.key"))


class OperationHours(ledger.LedgerRow, Base):
    """Hours that somebody has worked on an operation, and how many good pieces of that row are theirs. In thousandths."""

    __tablename__ = "operation_hours"
    __table_args__ = (
        UniqueConstraint("log_key", "login"),
        CheckConstraint("hours_milli > 0", name="hours"),
        CheckConstraint("pieces_milli >= 0", name="pieces"),
    )
    log_key: Mapped[int] = mapped_column(ForeignKey("operation_log.key"))
    login: Mapped[str] = mapped_column(ForeignKey("person.login"), index=True)
    hours_milli: Mapped[int]
    pieces_milli: Mapped[int]


class Waiting(Base):
    """How many pieces wait before an operation to be worked on, or behind it to be inspected. Never less than none."""

    __tablename__ = "operation_waiting"
    __table_args__ = (
        UniqueConstraint("order_no", "number", "stage"),
        CheckConstraint("stage IN ('work', 'inspection')", name="stage"),
        CheckConstraint("waiting_milli >= 0", name="never_negative"),
    )
    key: Key = key_column()
    order_no: Mapped[str] = mapped_column(ForeignKey("production_order.order_no"))
    number: Mapped[int] = mapped_column(Integer)
    stage: Mapped[str]
    waiting_milli: Mapped[int]


ledger.only_grows(OperationLogRow.__table__)
ledger.only_grows(OperationHours.__table__)


def begin(session: Session, posting: ledger.Posting) -> int:
    """Put the pieces of the plan before its first operation, once; returns how many, in thousandths."""
    order = production_orders.get(session, posting.order_no, hold=True)
    if order.started_at is None:
        first = production_plans.operations(session, order.order_no)[0]
        order.started_at, order.begun_milli = posting.at, first.quantity_milli
        order.in_work_milli = first.quantity_milli
        _add(session, order.order_no, first.number, WORK, first.quantity_milli)
        session.flush()
    return order.begun_milli


def waiting(session: Session, order_no: str, number: int, stage: str) -> int:
    """How many pieces wait there, in thousandths."""
    return waits(session, order_no).get((number, stage), 0)


def waits(session: Session, order_no: str) -> dict[tuple[int, str], int]:
    """How many pieces wait where: {(number of the operation, stage): thousandths}."""
    query = select(Waiting.number, Waiting.stage, Waiting.waiting_milli).where(Waiting.order_no == order_no)
    return {(number, stage): milli for number, stage, milli in session.execute(query)}


def report(
    session: Session,
    posting: ledger.Posting,
    number: int,
    *,
    good_milli: int,
    scrap_milli: int,
    hours_milli: Mapping[str, int],
    machine: str | None = None,
    reason: str | None = None,
    started_at: datetime | None = None,
    finished_at: datetime | None = None,
) -> OperationLogRow:
    """Write down what an operation has made of the pieces that wait before it; the rest goes on waiting.

    Good pieces go on to be inspected, or to the next operation. Reporting in the same effect again writes nothing. Raises
    BusinessError QUANTITIES_WRONG for more than waits, for nothing at all, for scrap without a reason, and without hours.
    """
    known = _of_effect(session, posting, number, WORK)
    if known is not None:
        return known
    if not hours_milli:
        raise errors.BusinessError(
            QUANTITIES_WRONG, _l("Nobody has hours on this operation. Write down who worked.")
        )
    row = _write(
        session, posting, number, WORK, good_milli, scrap_milli, reason, machine, started_at, finished_at
    )
    for login, pieces in billing.split(good_milli, hours_milli).items():
        session.add(
            OperationHours(
                log_key=row.key,
                login=login,
                hours_milli=hours_milli[login],
                pieces_milli=pieces,
                **ledger.columns(posting),
            )
        )
    session.flush()
    return row


def inspect(
    session: Session,
    posting: ledger.Posting,
    number: int,
    *,
    good_milli: int,
    scrap_milli: int,
    reason: str | None = None,
) -> OperationLogRow:
    """Write down what an inspection has found of the pieces that wait for it; what is neither good nor scrap goes back.

    Raises BusinessError QUANTITIES_WRONG as `report` does.
    """
    known = _of_effect(session, posting, number, INSPECTION)
    if known is not None:
        return known
    return _write(
        session, posting, number, INSPECTION, good_milli, scrap_milli, reason, None, None, posting.at
    )


def rows(session: Session, order_no: str) -> list[OperationLogRow]:
    """The log of an order, reversing rows included, oldest first."""
    query = select(OperationLogRow).where(OperationLogRow.order_no == order_no)
    return list(session.scalars(query.order_by(OperationLogRow.key)))


def hours(session: Session, order_no: str) -> list[OperationHours]:
    """Who has worked how long on an order, oldest first. Hours of rows that are taken back are not among them."""
    keys = [row.key for row in reversing.standing(rows(session, order_no))]
    query = select(OperationHours).where(OperationHours.log_key.in_(keys))
    return list(session.scalars(query.order_by(OperationHours.key)))


def workers(session: Session, order_no: str, number: int) -> list[str]:
    """Who has worked on an operation, by login: they may not inspect it."""
    keys = [row.key for row in reversing.standing(rows(session, order_no)) if row.number == number]
    query = select(OperationHours.login).where(OperationHours.log_key.in_(keys)).distinct()
    return sorted(session.scalars(query))


def first_pass_percent(session: Session, order_no: str) -> int | None:
    """How many of a hundred pieces passed their first inspection, or None where nothing was inspected."""
    first: dict[int, OperationLogRow] = {}
    for row in reversing.standing(rows(session, order_no)):
        if row.stage == INSPECTION:
            first.setdefault(row.number, row)
    total = sum(row.input_milli for row in first.values())
    return round(100 * sum(row.good_milli for row in first.values()) / total) if total else None


def percent_done(session: Session, order_no: str) -> int:
    """How much of the work of the plan is done, in percent: the pieces that have left each operation."""
    planned = production_plans.operations(session, order_no)
    wanted = sum(each.quantity_milli for each in planned)
    left = sum(
        row.good_milli + row.scrap_milli
        for row in reversing.standing(rows(session, order_no))
        if row.stage == WORK
    )
    return min(100, round(100 * left / wanted)) if wanted else 0


@reversing.on_cancel
def reverse_order(session: Session, posting: ledger.Posting, _reason: str | None) -> int:
    """Take back the log of the order of `posting`: nothing of it is in work any more. Doing it again does nothing."""
    order = production_orders.find(session, posting.order_no)
    if order is None or order.cancelled_at is not None:
        return 0
    standing = reversing.standing(rows(session, posting.order_no))
    for row in standing:
        session.add(
            OperationLogRow(
                number=row.number,
                stage=row.stage,
                work_sku=row.work_sku,
                input_milli=-row.input_milli,
                good_milli=-row.good_milli,
                scrap_milli=-row.scrap_milli,
                rest_milli=-row.rest_milli,
                machine=row.machine,
                reason=row.reason,
                reverses=row.key,
                # Several rows of one operation are taken back by one effect.
                **{**ledger.columns(posting), "effect_key": f"{posting.effect_key}:{row.key}"},
            )
        )
    for each in session.scalars(select(Waiting).where(Waiting.order_no == posting.order_no)):
        each.waiting_milli = 0
    order.begun_milli = order.good_milli = order.scrap_milli = order.in_work_milli = 0
    order.cancelled_at = posting.at
    session.flush()
    return len(standing)


def _write(
    session: Session,
    posting: ledger.Posting,
    number: int,
    stage: str,
    good_milli: int,
    scrap_milli: int,
    reason: str | None,
    machine: str | None,
    started_at: datetime | None,
    finished_at: datetime | None,
) -> OperationLogRow:
    order = production_orders.get(session, posting.order_no, hold=True)
    planned = production_plans.operation(session, order.order_no, number)
    here = waiting(session, order.order_no, number, stage)
    _check(here, good_milli, scrap_milli, reason, stage)
    rest = here - good_milli - scrap_milli
    row = OperationLogRow(
        number=number,
        stage=stage,
        work_sku=planned.work_sku,
        input_milli=here,
        good_milli=good_milli,
        scrap_milli=scrap_milli,
        rest_milli=rest,
        machine=machine,
        reason=(reason or "").strip() or None,
        started_at=started_at,
        finished_at=finished_at,
        **ledger.columns(posting),
    )
    session.add(row)
    _add(session, order.order_no, number, stage, -here)
    _add(session, order.order_no, number, WORK, rest)
    if stage == WORK and planned.is_inspected:
        _add(session, order.order_no, number, INSPECTION, good_milli)
    else:
        _hand_on(session, order, number, good_milli)
    order.scrap_milli += scrap_milli
    order.in_work_milli -= scrap_milli
    session.flush()
    order.percent_done = percent_done(session, order.order_no)
    session.flush()
    return row


def _hand_on(
    session: Session, order: production_orders.ProductionOrder, number: int, good_milli: int
) -> None:
    """Good pieces go to the next operation; behind the last they are done."""
    if number < len(production_plans.operations(session, order.order_no)):
        _add(session, order.order_no, number + 1, WORK, good_milli)
    else:
        order.good_milli += good_milli
        order.in_work_milli -= good_milli


def _check(here: int, good_milli: int, scrap_milli: int, reason: str | None, stage: str) -> None:
    if here == 0 or good_milli < 0 or scrap_milli < 0 or good_milli + scrap_milli > here:
        raise errors.BusinessError(
            QUANTITIES_WRONG,
            Sentence(
                _l(
                    "{waiting} pieces wait here, but {good} good and {scrap} scrap were reported. Count again."
                ),
                waiting=quantities.plain(here),
                good=quantities.plain(good_milli),
                scrap=quantities.plain(scrap_milli),
            ),
        )
    if stage == WORK and good_milli + scrap_milli == 0:
        raise errors.BusinessError(
            QUANTITIES_WRONG, _l("No piece was finished. Report when there is at least one.")
        )
    if scrap_milli and not (reason or "").strip():
        raise errors.BusinessError(QUANTITIES_WRONG, _l("Scrap needs a reason. Say what went wrong."))


def _waiting(session: Session, order_no: str, number: int, stage: str) -> Waiting:
    query = select(Waiting).where(
        Waiting.order_no == order_no, Waiting.number == number, Waiting.stage == stage
    )
    found = session.scalar(query)
    if found is None:
        # Nobody else makes the same row now: the production order is held.
        found = Waiting(order_no=order_no, number=number, stage=stage, waiting_milli=0)
        session.add(found)
        session.flush()
    return found


def _add(session: Session, order_no: str, number: int, stage: str, milli: int) -> None:
    if milli:
        row = _waiting(session, order_no, number, stage)
        # The database adds, not we: its constraint judges what is really there.
        row.waiting_milli = Waiting.waiting_milli + milli
        session.flush()
        session.refresh(row)


def _of_effect(session: Session, posting: ledger.Posting, number: int, stage: str) -> OperationLogRow | None:
    return session.scalar(
        select(OperationLogRow).where(
            OperationLogRow.effect_key == posting.effect_key,
            OperationLogRow.number == number,
            OperationLogRow.stage == stage,
        )
    )
