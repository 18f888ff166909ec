"""How production keeps its date: a check each working day that ends in a decision, and what sales decides about a delay (R-178, R-179)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors, settings
from engine.columns import Base, Key, key_column
from engine.sentences import Sentence, _l
from processes.records import audit, ledger, order_clock, orders, production_orders, quantities

DECISION_REFUSED = "DECISION_REFUSED"
#: What a progress check can end in.
DECISIONS = {
    "on_track": _l("Goes on as planned"),
    "measures": _l("Goes on with measures"),
    "late": _l("Will be late: sales decides"),
}
#: What sales can decide about a delay.
ANSWERS = {
    "new_date": _l("A new date is agreed"),
    "expedite": _l("Speed it up"),
    "split": _l("Deliver in two parts"),
}


class ProgressCheck(audit.Audited, Base):
    """The check of one order on one day. Opened by the clock, decided by planning; never two of one day."""

    __tablename__ = "progress_check"
    __table_args__ = (
        UniqueConstraint("order_no", "day"),
        CheckConstraint("decision IS NULL OR decision IN ('on_track', 'measures', 'late')", name="decision"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
        CheckConstraint("decision IS NULL OR predicted_finish IS NOT NULL", name="predicted"),
        CheckConstraint("percent IS NULL OR percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint("decision <> 'measures' OR coalesce(length(note), 0) > 0", name="measures_are_named"),
    )
    key: Key = key_column()
    order_no: Mapped[str] = mapped_column(ForeignKey("production_order.order_no"))
    day: Mapped[date] = mapped_column(Date)
    opened_at: Mapped[datetime]
    percent: Mapped[int | None] = mapped_column(Integer)
    predicted_finish: Mapped[date | None] = mapped_column(Date)
    decision: Mapped[str | None]
    note: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]


class DelayDecision(ledger.LedgerRow, Base):
    """What sales decided about a delay, and on which predicted day. Once for a predicted day of an order."""

    __tablename__ = "delay_decision"
    __table_args__ = (
        UniqueConstraint("effect_key"),
        UniqueConstraint("order_no", "predicted_finish", "delivery_date"),
        CheckConstraint("answer IN ('new_date', 'expedite', 'split')", name="answer"),
        CheckConstraint("answer <> 'new_date' OR new_date IS NOT NULL", name="new_date"),
        CheckConstraint("answer <> 'split' OR (new_date IS NOT NULL AND first_milli > 0)", name="split"),
    )
    predicted_finish: Mapped[date] = mapped_column(Date)
    delivery_date: Mapped[date] = mapped_column(Date)
    answer: Mapped[str]
    new_date: Mapped[date | None] = mapped_column(Date)
    first_milli: Mapped[int | None]
    note: Mapped[str | None]


ledger.only_grows(DelayDecision.__table__)


def open_check(session: Session, order_no: str, at: datetime) -> ProgressCheck | None:
    """Open the check of today, or None: on a day off, when today has one, and while an earlier one is not decided."""
    day = orders.day(session, at)
    if _is_day_off(session, day) or _undecided(session, order_no):
        return None
    if session.scalar(
        select(ProgressCheck.key).where(ProgressCheck.order_no == order_no, ProgressCheck.day == day)
    ):
        return None
    row = ProgressCheck(order_no=order_no, day=day, opened_at=at)
    session.add(row)
    session.flush()
    return row


def decide(
    session: Session,
    posting: ledger.Posting,
    *,
    percent: int,
    predicted_finish: date,
    decision: str,
    note: str | None,
) -> ProgressCheck:
    """Decide the open check. A predicted day behind the agreed one is late, whatever was chosen.

    Raises BusinessError DECISION_REFUSED for a day that is over, and for measures that nobody names.
    """
    row = _undecided(session, posting.order_no)
    if row is None:
        raise errors.Refused(f"No progress check of {posting.order_no} is open.")
    order = production_orders.get(session, posting.order_no, hold=True)
    late = predicted_finish > order.delivery_date
    if predicted_finish < orders.day(session, posting.at):
        raise errors.BusinessError(
            DECISION_REFUSED, _l("It cannot be done on a day that is over. Say a later one.")
        )
    if not late and decision == "measures" and not (note or "").strip():
        raise errors.BusinessError(DECISION_REFUSED, _l("Say which measures are taken."))
    row.percent, row.predicted_finish = percent, predicted_finish
    row.decision = "late" if late else ("on_track" if decision == "late" else decision)
    row.note = (note or "").strip() or None
    row.decided_at, row.decided_by = posting.at, posting.by
    order.predicted_finish = predicted_finish
    if late:
        order.is_risky(row.note)
    session.flush()
    return row


def needs_sales(session: Session, order_no: str, predicted_finish: date) -> bool:
    """Whether sales has to decide about this predicted day: it is late, and they have not decided about it yet."""
    order = production_orders.get(session, order_no)
    if predicted_finish <= order.delivery_date:
        return False
    return not any(row.predicted_finish == predicted_finish for row in decisions(session, order_no))


def record_answer(
    session: Session,
    posting: ledger.Posting,
    *,
    predicted_finish: date,
    answer: str,
    new_date: date | None,
    first_milli: int | None,
    note: str | None,
) -> DelayDecision:
    """Write down what sales decided; a new date is promised to the customer, a split leaves the rest for another order.

    Raises BusinessError DECISION_REFUSED for a new date that is before the predicted one or missing, for a split without a
    quantity or with one that is not less than what is ordered, or less than is made already.
    """
    known = session.scalar(select(DelayDecision).where(DelayDecision.effect_key == posting.effect_key))
    if known is not None:
        return known
    order = production_orders.get(session, posting.order_no, hold=True)
    _check_answer(order, predicted_finish, answer, new_date, first_milli)
    row = DelayDecision(
        predicted_finish=predicted_finish,
        delivery_date=order.delivery_date,
        answer=answer,
        new_date=new_date if answer != "expedite" else None,
        first_milli=first_milli if answer == "split" else None,
        note=(note or "").strip() or None,
        **ledger.columns(posting),
    )
    session.add(row)
    if answer == "new_date":
        order.delivery_date = new_date
        order_clock.promise(session, order.order_no, new_date.isoformat())
    if answer == "split":
        order.ordered_milli = first_milli
    session.flush()
    return row


def checks(session: Session, order_no: str) -> list[ProgressCheck]:
    """The checks of an order, oldest first."""
    query = select(ProgressCheck).where(ProgressCheck.order_no == order_no)
    return list(session.scalars(query.order_by(ProgressCheck.day)))


def decisions(session: Session, order_no: str) -> list[DelayDecision]:
    """What sales decided about delays of an order, oldest first."""
    query = select(DelayDecision).where(DelayDecision.order_no == order_no)
    return list(session.scalars(query.order_by(DelayDecision.key)))


def _check_answer(
    order: production_orders.ProductionOrder,
    predicted_finish: date,
    answer: str,
    new_date: date | None,
    first_milli: int | None,
) -> None:
    if answer in ("new_date", "split") and (new_date is None or new_date <= order.delivery_date):
        raise errors.BusinessError(
            DECISION_REFUSED,
            Sentence(
                _l("The new date has to be after {agreed}, the one that was agreed on."),
                agreed=order.delivery_date.isoformat(),
            ),
        )
    if answer == "new_date" and new_date < predicted_finish:
        raise errors.BusinessError(
            DECISION_REFUSED,
            Sentence(
                _l("It is predicted for {predicted}. Agree on that day or a later one."),
                predicted=predicted_finish.isoformat(),
            ),
        )
    if answer == "split" and not 0 < (first_milli or 0) < order.ordered_milli:
        raise errors.BusinessError(
            DECISION_REFUSED,
            Sentence(
                _l("The first part has to be less than the {ordered} that are ordered."),
                ordered=quantities.plain(order.ordered_milli),
            ),
        )


def _undecided(session: Session, order_no: str) -> ProgressCheck | None:
    query = select(ProgressCheck).where(ProgressCheck.order_no == order_no, ProgressCheck.decision.is_(None))
    return session.scalar(query.order_by(ProgressCheck.day).limit(1))


def _is_day_off(session: Session, day: date) -> bool:
    """Whether nobody works on that day: no shift, or a holiday."""
    calendar = settings.calendar(session)
    return day.weekday() not in calendar.week or calendar.is_holiday(day)
