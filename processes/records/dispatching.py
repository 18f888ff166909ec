"""What a dispatcher does with an appointment by hand: move it to another time or other people, within the rules, and tell the customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from engine import errors
from engine.roles import Actor
from engine.sentences import Sentence, _l
from processes.records import (
    appointment_status,
    appointments,
    assignment,
    audit,
    capacity,
    customer_messages,
    moments,
    orders,
    staff_times,
    visit_reminders,
    visit_steps,
    visits,
)
from processes.records.appointments import Appointment
from processes.records.ledger import Posting


def move(
    session: Session,
    appointment_key: int,
    starts_at: datetime,
    *,
    actor: Actor,
    now: datetime,
    people: Sequence[str] | None = None,
    minutes: int | None = None,
) -> Appointment:
    """The appointment that counts, at another time or with other people; the customer is told when the time changes.

    The open steps of the visit go along to whoever answers for it now.

    Raises Refused with a sentence when somebody has no time then, lacks the skill or the role, when the time is over, or when
    the visit has begun already.
    """
    found = appointments.current(session, appointment_key)
    audit.acting(session, actor.login, now)
    if starts_at <= now:
        raise errors.Refused(
            Sentence(
                _l("{start} is over already. Choose a later time."), start=moments.said(session, starts_at)
            )
        )
    known = appointments.people(session, found.key)
    team = list(dict.fromkeys(people)) if people is not None else known
    _refuse_strangers(session, found, team)
    same_time = starts_at == found.starts_at
    is_same = same_time and team == known
    if is_same and minutes in (None, found.visit.minutes):
        return found
    try:
        new = appointments.move(
            session,
            found,
            starts_at,
            people=team,
            vehicles=_vehicles(session, found, starts_at, minutes),
            minutes=minutes,
            assigned_for=assignment.by_hand(session, found.visit, team),
            by=actor.login,
            now=now,
        )
    except errors.BusinessError as refused:
        raise errors.Refused(refused.sentence) from refused
    if known:
        visit_steps.follow(session, new.process_instance_key, known[0], team[0], actor=actor, now=now)
    if new.status != appointment_status.TENTATIVE:
        visit_reminders.plan(session, new, now)
    if not same_time and new.order_no is not None and orders.find(session, new.order_no) is not None:
        posting = Posting(
            new.process_instance_key, new.order_no, f"appointment:{new.key}:moved", now, actor.login
        )
        customer_messages.tell(session, posting, "appointment_moved")
    return new


def conflicts(session: Session, now: datetime) -> list[Appointment]:
    """The open appointments that lie in an absence of somebody who was to come: each needs another time or other people."""
    ahead = appointments.between(session, now, now + visits.HORIZON)
    return [each for each in ahead if each.is_open and _is_away(session, each)]


def _vehicles(
    session: Session, found: Appointment, starts_at: datetime, minutes: int | None
) -> tuple[str, ...]:
    visit = visits.Visit(found.visit_kind, minutes or found.visit.minutes)
    known = appointments.vehicles(session, found.key)
    return assignment.vehicle_at(session, visit, starts_at, besides=found.key, known=known)


def _is_away(session: Session, appointment: Appointment) -> bool:
    taking_part = [
        *appointments.people(session, appointment.key),
        *appointments.vehicles(session, appointment.key),
    ]
    return bool(
        taking_part and staff_times.absences(session, appointment.starts_at, appointment.ends_at, taking_part)
    )


def _refuse_strangers(session: Session, appointment: Appointment, people: Sequence[str]) -> None:
    staff = assignment.staff(session, appointment.visit)
    for login in people:
        if login not in staff:
            names = capacity.hold(session, [login])
            name = names[login].name if login in names else login
            raise errors.Refused(
                Sentence(
                    _l('{name} does not go to visits of the kind "{kind}". Choose somebody else.'),
                    name=name,
                    kind=Sentence(visits.LABELS[appointment.visit_kind]),
                )
            )
