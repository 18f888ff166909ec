"""Appointments (E16): who comes to whom, when and what for. An appointment has its time, or it is over; nothing between.

A move to another time leaves the old appointment behind as rescheduled and makes a new one in its place, so what was agreed
before can be read later. `current` follows from an old one to the one that counts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.keys import new_key
from engine.sentences import Sentence, _l
from processes.records import appointment_status as statuses
from processes.records import audit, capacity, fitness, ledger, moments, resources, reversing, visits
from processes.records.visits import Visit

SLOT_TAKEN, NOT_QUALIFIED, NOT_OPEN = capacity.SLOT_TAKEN, fitness.NOT_QUALIFIED, "APPOINTMENT_CLOSED"


class Appointment(audit.Audited, Base):
    """A visit that has a time. order_no is None as long as what a customer booked on the web has no order yet.

    assigned_for: why these people, as facts ({"way": "automatic", ...}); `assignment.sentence` says them.
    replaces: the appointment that was moved to this time.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint(f"visit_kind IN {visits.KINDS!r}", name="visit_kind"),
        CheckConstraint(f"status IN {statuses.STATUSES!r}", name="status"),
        CheckConstraint("ends_at > starts_at", name="term"),
        CheckConstraint(
            "(arrived_at IS NULL) OR status IN ('arrived', 'done', 'no_show', 'cancelled')", name="arrived"
        ),
        CheckConstraint("(order_no IS NULL) = (process_instance_key IS NULL)", name="order"),
        Index("ix_appointment_order", "order_no", "key"),
        Index("ix_appointment_time", "starts_at", "status"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    order_no: Mapped[str | None]
    process_instance_key: Mapped[int | None] = mapped_column(ForeignKey("process_instance.key"))
    visit_kind: Mapped[str]
    skill_id: Mapped[str | None] = mapped_column(ForeignKey("skill.skill_id"))
    address: Mapped[str | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    status: Mapped[str]
    assigned_for: Mapped[dict[str, Any]]
    replaces: Mapped[int | None] = mapped_column(ForeignKey("appointment.key"), unique=True)
    reminded_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    made_by: Mapped[str]

    @property
    def is_open(self) -> bool:
        """Whether it keeps its time."""
        return self.status in statuses.OPEN

    @property
    def visit(self) -> Visit:
        """What it is, without its time. How many people come is in `AppointmentResource`."""
        minutes = int((self.ends_at - self.starts_at).total_seconds() // 60)
        return Visit(self.visit_kind, minutes, self.skill_id, self.address)


class AppointmentResource(Base):
    """Somebody or something takes part in an appointment. number: 1 is who answers for it; vehicles come last."""

    __tablename__ = "appointment_resource"
    __table_args__ = (Index("ix_appointment_resource_resource", "resource_id", "appointment_key"),)
    appointment_key: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("appointment.key"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.resource_id"))


def book(
    session: Session,
    visit: Visit,
    starts_at: datetime,
    people: Sequence[str],
    *,
    by: str,
    now: datetime,
    vehicles: Sequence[str] = (),
    order_no: str | None = None,
    process_instance_key: int | None = None,
    assigned_for: dict[str, Any] | None = None,
    replaces: int | None = None,
) -> Appointment:
    """A tentative appointment at that time, with these people (the first answers for it) and vehicles.

    Raises BusinessError SLOT_TAKEN when one of them has no time then, NOT_QUALIFIED when somebody lacks the skill on that day.
    """
    ends_at = starts_at + visit.length
    if not people:
        raise errors.Refused(_l("Somebody has to come. Choose a person."))
    with session.begin_nested():
        # First, so that whoever may not go says so before somebody else is in the way.
        fitness.refuse_unqualified(session, visit.skill_id, people, starts_at)
        appointment = Appointment(
            key=new_key(),
            order_no=order_no,
            process_instance_key=process_instance_key,
            visit_kind=visit.kind,
            skill_id=visit.skill_id,
            address=(visit.address or "").strip() or None,
            starts_at=starts_at,
            ends_at=ends_at,
            status=statuses.TENTATIVE,
            assigned_for=dict(assigned_for or {}),
            replaces=replaces,
            made_at=now,
            made_by=by,
        )
        session.add(appointment)
        session.flush()
        taken = [*dict.fromkeys(people), *vehicles]
        session.add_all(
            AppointmentResource(appointment_key=appointment.key, number=number, resource_id=each)
            for number, each in enumerate(taken, start=1)
        )
        session.flush()
        capacity.take(session, appointment.key, dict.fromkeys(taken, 1), starts_at, ends_at)
        statuses.note(session, appointment.key, statuses.TENTATIVE, now, by)
    return appointment


def adopt(session: Session, appointment: Appointment, order_no: str, process_instance_key: int) -> None:
    """What a customer booked on the web belongs to this order from now on. Raises Refused when it is another's."""
    if appointment.order_no not in (None, order_no):
        raise errors.Refused(
            f"The appointment {appointment.key} belongs to order {appointment.order_no}, not to {order_no}."
        )
    if appointment.order_no is None:
        appointment.order_no, appointment.process_instance_key = order_no, process_instance_key
        session.flush()


def confirm(
    session: Session, appointment: Appointment, *, by: str, now: datetime, reason: str | None = None
) -> None:
    """The customer agrees; what is confirmed, or further, stays as it is."""
    if appointment.status == statuses.TENTATIVE:
        _set(session, appointment, statuses.CONFIRMED, by, now, reason)
    else:
        _refuse_closed(session, appointment)


def set_out(session: Session, appointment: Appointment, *, by: str, now: datetime) -> None:
    """Whoever comes is on the way."""
    _refuse_closed(session, appointment)
    _go_to(session, appointment, statuses.EN_ROUTE, by, now)


def arrive(
    session: Session, appointment: Appointment, *, by: str, now: datetime, tolerance: timedelta
) -> bool:
    """Whoever comes is there; returns whether they are late, later than the tolerance. A second arrival changes nothing."""
    _refuse_closed(session, appointment)
    if appointment.arrived_at is None:
        _go_to(session, appointment, statuses.ARRIVED, by, now)
        appointment.arrived_at = now
        session.flush()
    return appointment.arrived_at > appointment.starts_at + tolerance


def finish(session: Session, appointment: Appointment, *, by: str, now: datetime) -> None:
    """The visit is over; time that it did not need is free again."""
    if appointment.status != statuses.DONE:
        _refuse_closed(session, appointment)
        fitness.refuse_unqualified(
            session, appointment.skill_id, people(session, appointment.key), appointment.starts_at
        )
        if appointment.arrived_at is None:
            _go_to(session, appointment, statuses.ARRIVED, by, now)
            appointment.arrived_at = now
        _set(session, appointment, statuses.DONE, by, now)
        capacity.release(session, appointment.key, after=now)


def no_show(
    session: Session, appointment: Appointment, *, by: str, now: datetime, reason: str | None = None
) -> None:
    """The customer was not there; the rest of the time is free again."""
    if appointment.status != statuses.NO_SHOW:
        _refuse_closed(session, appointment)
        _set(session, appointment, statuses.NO_SHOW, by, now, reason)
        capacity.release(session, appointment.key, after=now)


def cancel(
    session: Session, appointment: Appointment, *, by: str, now: datetime, reason: str | None = None
) -> bool:
    """It does not take place: its time is free. What is over stays as it is; returns whether it was still open."""
    if not appointment.is_open:
        return False
    _set(session, appointment, statuses.CANCELLED, by, now, reason)
    capacity.release(session, appointment.key)
    return True


def move(
    session: Session,
    appointment: Appointment,
    starts_at: datetime,
    *,
    by: str,
    now: datetime,
    people: Sequence[str] | None = None,
    vehicles: Sequence[str] | None = None,
    minutes: int | None = None,
    assigned_for: dict[str, Any] | None = None,
    reason: str | None = None,
) -> Appointment:
    """The appointment at another time, or with other people: a new one, confirmed if the old one was.

    Raises BusinessError SLOT_TAKEN or NOT_QUALIFIED: then the old one stays as it is.
    """
    _refuse_closed(session, appointment)
    if appointment.status == statuses.ARRIVED:
        raise _closed(session, appointment)
    visit = appointment.visit
    if minutes is not None:
        visit = Visit(visit.kind, minutes, visit.skill_id, visit.address)
    was_confirmed = appointment.status != statuses.TENTATIVE
    with session.begin_nested():
        # Its own time must not be in the way of a move by half an hour.
        capacity.release(session, appointment.key)
        _set(session, appointment, statuses.RESCHEDULED, by, now, reason)
        new = book(
            session,
            visit,
            starts_at,
            people if people is not None else _ids(session, appointment.key, resources.PERSON),
            vehicles=vehicles if vehicles is not None else _ids(session, appointment.key, resources.VEHICLE),
            by=by,
            now=now,
            order_no=appointment.order_no,
            process_instance_key=appointment.process_instance_key,
            assigned_for=assigned_for if assigned_for is not None else dict(appointment.assigned_for),
            replaces=appointment.key,
        )
        if was_confirmed:
            confirm(session, new, by=by, now=now)
    return new


@reversing.on_cancel
def cancel_of_order(session: Session, posting: ledger.Posting, reason: str | None) -> int:
    """Free the time of every open appointment of the order of the posting; returns how many there were."""
    return sum(
        cancel(session, each, by=posting.by, now=posting.at, reason=reason)
        for each in of_order(session, posting.order_no)
    )


def get(session: Session, appointment_key: int, *, hold: bool = False) -> Appointment:
    """The appointment of that key; with `hold` nobody else changes it until the transaction ends. Raises NotFound."""
    found = session.get(Appointment, appointment_key, populate_existing=hold, with_for_update=hold or None)
    if found is None:
        raise errors.NotFound(f"There is no appointment with the key {appointment_key}.")
    return found


def current(session: Session, appointment_key: int, *, hold: bool = True) -> Appointment:
    """The appointment that counts: the one of that key, or what it was moved to in the end.

    With `hold` nobody else changes it until the transaction ends; who only looks does without.
    """
    found = get(session, appointment_key, hold=hold)
    while found.status == statuses.RESCHEDULED:
        following = session.scalar(select(Appointment.key).where(Appointment.replaces == found.key))
        if following is None:
            break
        found = get(session, following, hold=hold)
    return found


def of_order(session: Session, order_no: str) -> list[Appointment]:
    """All appointments of an order, in the order they were made."""
    query = select(Appointment).where(Appointment.order_no == order_no)
    return list(session.scalars(query.order_by(Appointment.key)))


def between(
    session: Session, start: datetime, end: datetime, resource_ids: Collection[str] | None = None
) -> list[Appointment]:
    """The appointments that keep a time between two moments, by their beginning; of these resources, or of all."""
    query = select(Appointment).where(
        Appointment.starts_at < end,
        Appointment.ends_at > start,
        Appointment.status.in_((*statuses.OPEN, statuses.DONE)),
    )
    if resource_ids is not None:
        of_them = select(AppointmentResource.appointment_key).where(
            AppointmentResource.resource_id.in_(sorted(resource_ids))
        )
        query = query.where(Appointment.key.in_(of_them))
    return list(session.scalars(query.order_by(Appointment.starts_at, Appointment.key)))


def in_the_way(session: Session, resource_id: str, start: datetime, end: datetime) -> list[Appointment]:
    """The open appointments of somebody that lie in a time in which they will be away: each needs another time or person."""
    return [each for each in between(session, start, end, [resource_id]) if each.is_open]


def people(session: Session, appointment_key: int) -> list[str]:
    """The logins of those who come; the first answers for it."""
    return _ids(session, appointment_key, resources.PERSON)


def vehicles(session: Session, appointment_key: int) -> list[str]:
    """The vehicles that are booked with it."""
    return _ids(session, appointment_key, resources.VEHICLE)


def count_no_shows(session: Session, order_no: str, visit_kind: str) -> int:
    """How often the customer of an order was not there for a visit of that kind."""
    return sum(
        1
        for each in of_order(session, order_no)
        if each.status == statuses.NO_SHOW and each.visit_kind == visit_kind
    )


def _ids(session: Session, appointment_key: int, kind: str) -> list[str]:
    query = (
        select(AppointmentResource.resource_id)
        .join(resources.Resource, resources.Resource.resource_id == AppointmentResource.resource_id)
        .where(AppointmentResource.appointment_key == appointment_key, resources.Resource.kind == kind)
    )
    return list(session.scalars(query.order_by(AppointmentResource.number)))


def _go_to(session: Session, appointment: Appointment, status: str, by: str, now: datetime) -> None:
    """Through every status up to that one: nobody is there who was not on the way."""
    way = (statuses.CONFIRMED, statuses.EN_ROUTE, statuses.ARRIVED)
    for each in way[: way.index(status) + 1]:
        if statuses.OPEN.index(appointment.status) < statuses.OPEN.index(each):
            _set(session, appointment, each, by, now)


def _set(
    session: Session, appointment: Appointment, status: str, by: str, now: datetime, reason: str | None = None
) -> None:
    audit.acting(session, by, now)
    if status not in statuses.MOVES[appointment.status]:
        raise _closed(session, appointment)
    statuses.note(session, appointment.key, status, now, by, (reason or "").strip() or None)
    appointment.status = status
    session.flush()


def _refuse_closed(session: Session, appointment: Appointment) -> None:
    if not appointment.is_open:
        raise _closed(session, appointment)


def _closed(session: Session, appointment: Appointment) -> errors.BusinessError:
    return errors.BusinessError(
        NOT_OPEN,
        Sentence(
            _l('The appointment of {start} is "{status}", so this cannot be done with it any more.'),
            start=moments.said(session, appointment.starts_at),
            status=Sentence(statuses.LABELS[appointment.status]),
        ),
    )
