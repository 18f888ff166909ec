"""The statuses of an appointment and the ledger of its changes; the database itself knows which may follow which (I28)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.columns import Base
from engine.sentences import _l
from processes.records import ledger

TENTATIVE, CONFIRMED, EN_ROUTE, ARRIVED, DONE, NO_SHOW, CANCELLED, RESCHEDULED = STATUSES = (
    "tentative",
    "confirmed",
    "en_route",
    "arrived",
    "done",
    "no_show",
    "cancelled",
    "rescheduled",
)
#: Those that keep their time.
OPEN = (TENTATIVE, CONFIRMED, EN_ROUTE, ARRIVED)
LABELS = {
    TENTATIVE: _l("Not confirmed yet"),
    CONFIRMED: _l("Confirmed"),
    EN_ROUTE: _l("On the way"),
    ARRIVED: _l("There"),
    DONE: _l("Done"),
    NO_SHOW: _l("Customer not there"),
    CANCELLED: _l("Cancelled"),
    RESCHEDULED: _l("Moved to another time"),
}
#: Which status may follow which.
MOVES: dict[str | None, tuple[str, ...]] = {
    None: (TENTATIVE,),
    TENTATIVE: (CONFIRMED, NO_SHOW, CANCELLED, RESCHEDULED),
    CONFIRMED: (EN_ROUTE, NO_SHOW, CANCELLED, RESCHEDULED),
    EN_ROUTE: (ARRIVED, NO_SHOW, CANCELLED, RESCHEDULED),
    ARRIVED: (DONE, NO_SHOW, CANCELLED),
    DONE: (),
    NO_SHOW: (),
    CANCELLED: (),
    RESCHEDULED: (),
}
_PAIRS = " OR ".join(
    f"(from_status = '{before}' AND to_status = '{after}')"
    for before, following in MOVES.items()
    if before is not None
    for after in following
)


class AppointmentChange(Base):
    """An appointment went from one status to the next. number: 1, 2, 3 ... for each appointment."""

    __tablename__ = "appointment_change"
    __table_args__ = (
        UniqueConstraint("appointment_key", "number", "to_status"),
        ForeignKeyConstraint(
            ["appointment_key", "previous_number", "from_status"],
            [
                "appointment_change.appointment_key",
                "appointment_change.number",
                "appointment_change.to_status",
            ],
            name="fk_appointment_change_chain",
        ),
        CheckConstraint(
            f"(from_status IS NULL AND to_status = '{TENTATIVE}') OR (from_status IS NOT NULL AND ({_PAIRS}))",
            name="transition",
        ),
        CheckConstraint(
            "(number = 1 AND previous_number IS NULL AND from_status IS NULL) OR "
            "(number > 1 AND previous_number IS NOT NULL AND previous_number = number - 1 "
            "AND from_status IS NOT NULL)",
            name="chain",
        ),
    )
    appointment_key: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("appointment.key"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    previous_number: Mapped[int | None]
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    reason: Mapped[str | None]


ledger.only_grows(AppointmentChange.__table__)


def note(
    session: Session, appointment_key: int, to_status: str, at: datetime, by: str, reason: str | None = None
) -> AppointmentChange:
    """Write down that an appointment is now `to_status`; the database refuses what may not follow."""
    last = _last(session, appointment_key)
    row = AppointmentChange(
        appointment_key=appointment_key,
        number=last.number + 1 if last else 1,
        previous_number=last.number if last else None,
        from_status=last.to_status if last else None,
        to_status=to_status,
        at=at,
        by=by,
        reason=reason,
    )
    session.add(row)
    session.flush()
    return row


def history(session: Session, appointment_key: int) -> list[AppointmentChange]:
    """Through what an appointment has gone, oldest first."""
    query = select(AppointmentChange).where(AppointmentChange.appointment_key == appointment_key)
    return list(session.scalars(query.order_by(AppointmentChange.number)))


def _last(session: Session, appointment_key: int) -> AppointmentChange | None:
    query = select(AppointmentChange).where(AppointmentChange.appointment_key == appointment_key)
    return session.scalar(query.order_by(AppointmentChange.number.desc()).limit(1))
