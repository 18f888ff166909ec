"""Operations on appointments: find a time and who comes, book, confirm; on the day itself: on the way, there, done, nobody there.

The variables of a visit have the same names everywhere: visit_kind, visit_skill, visit_minutes, visit_address, visit_wanted_from,
visit_wanted_to, visit_people, visit_ahead_hours say what is wanted; appointment_key, visit_person, visit_people_booked,
visit_starts_at, visit_ends_at, visit_reason say what is booked.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import calendars, errors
from engine.operations import Step, operation
from engine.sentences import Sentence, _l, in_language
from processes.records import (
    appointment_status,
    appointments,
    assignment,
    audit,
    capacity,
    customer_messages,
    fitness,
    free_slots,
    languages,
    moments,
    terms,
    visit_reminders,
)
from processes.records.appointments import Appointment
from processes.records.ledger import Posting
from processes.records.visits import Visit

_REFUSALS = {
    appointments.SLOT_TAKEN: "Somebody else has this time by now.",
    appointments.NOT_QUALIFIED: "Whoever was to come lacks the skill on that day.",
}
_DISPATCHER = "Dispatcher"
#: So many free times are offered to whoever chooses by hand.
_OFFERED = 80


@operation("appointments.assign")
def assign(
    session: Session,
    step: Step,
    visit_kind: str,
    visit_minutes: float,
    visit_skill: str | None = None,
    visit_address: str | None = None,
    visit_wanted_from: str | None = None,
    visit_wanted_to: str | None = None,
    visit_people: float | None = None,
    visit_ahead_hours: float | None = None,
    appointment_key: str | None = None,
) -> dict[str, Any]:
    """Find a time and who comes, by skill, shift, zone and load, and book it. What the customer booked on the web is taken over.

    Result: visit_assigned (false when nobody can within the wanted days; then nothing is booked), visit_starts_at,
    visit_ends_at, appointment_key, visit_person, visit_people_booked, visit_reason, visit_call_at (when to call without an answer).
    """
    audit.acting(session, step.actor, step.now)
    booked = _booked_on_the_web(session, step, appointment_key)
    if booked is None:
        visit = _visit(visit_kind, visit_minutes, visit_skill, visit_address, visit_people)
        earliest, latest = free_slots.window(
            session, step.now, visit_wanted_from, visit_wanted_to, visit_ahead_hours or 0
        )
        # Nobody else takes the time that is found here before it is booked.
        capacity.hold(session, assignment.staff(session, visit))
        choice = assignment.choose(session, visit, earliest=earliest, latest=latest)
        if choice is None:
            return {"visit_assigned": False}
        booked = _book(session, step, visit, choice)
    return {"visit_assigned": True, **_said(session, step, booked)}


@operation("appointments.offer")
def offer(
    session: Session,
    step: Step,
    visit_kind: str,
    visit_minutes: float,
    visit_skill: str | None = None,
    visit_address: str | None = None,
    visit_people: float | None = None,
    visit_wanted_from: str | None = None,
    visit_ahead_hours: float | None = None,
) -> dict[str, Any]:
    """Offer the dispatcher free times from the first wanted day on, and everybody who may go, as options for a form.

    Result: offered_visits (value: the moment; label: when, and who could go), offered_visit_people (value: login).
    """
    visit = _visit(visit_kind, visit_minutes, visit_skill, visit_address, visit_people)
    earliest, latest = free_slots.window(session, step.now, visit_wanted_from, None, visit_ahead_hours or 0)
    found = free_slots.find(
        session,
        visit_kind=visit.kind,
        skill_id=visit.skill_id,
        minutes=visit.minutes,
        address=visit.address,
        earliest=earliest,
        latest=latest,
        people=visit.people,
    )
    language, names = languages.of_role(session, _DISPATCHER), assignment.staff(session, visit)
    return {
        "offered_visits": [
            {
                "value": each.starts_at.isoformat(),
                "label": in_language(
                    Sentence(
                        _OFFER,
                        start=moments.said(session, each.starts_at),
                        people=[names[login] for login in each.people],
                    ),
                    language,
                ),
            }
            for each in found[:_OFFERED]
        ],
        "offered_visit_people": [{"value": login, "label": name} for login, name in names.items()],
    }


@operation("appointments.book", errors=_REFUSALS)
def book(
    session: Session,
    step: Step,
    visit_kind: str,
    visit_minutes: float,
    visit_start: str,
    visit_skill: str | None = None,
    visit_address: str | None = None,
    visit_people: float | None = None,
    visit_chosen_people: list[str] | None = None,
    appointment_key: str | None = None,
) -> dict[str, Any]:
    """Book a time that somebody chose, or move the open appointment there. Without chosen people the best of the free ones come.

    visit_start: a moment as text; without a zone it is the clock of the shop. Result: as of appointments.assign.
    """
    audit.acting(session, step.actor, step.now)
    visit = _visit(visit_kind, visit_minutes, visit_skill, visit_address, visit_people)
    start, old = moments.read(session, visit_start), _open(session, step, appointment_key)
    if start <= step.now:
        raise errors.BusinessError(
            appointments.SLOT_TAKEN,
            Sentence(_l("{start} is over already. Choose a later time."), start=moments.said(session, start)),
        )
    besides = old.key if old else None
    if visit_chosen_people:
        people = list(visit_chosen_people)
        vehicles = assignment.vehicle_at(session, visit, start, besides=besides)
        facts = assignment.by_hand(session, visit, people)
    else:
        choice = assignment.choose_at(session, visit, start, besides=besides)
        if choice is None:
            raise errors.BusinessError(
                appointments.SLOT_TAKEN, Sentence(_NOBODY, start=moments.said(session, start))
            )
        people, vehicles, facts = choice.people, choice.vehicles, choice.assigned_for
    if old is not None:
        new = appointments.move(
            session,
            old,
            start,
            people=people,
            vehicles=vehicles,
            assigned_for=facts,
            by=step.actor,
            now=step.now,
        )
    else:
        new = appointments.book(
            session,
            visit,
            start,
            people,
            vehicles=vehicles,
            assigned_for=facts,
            order_no=step.business_key,
            process_instance_key=step.process_instance_key,
            by=step.actor,
            now=step.now,
        )
    return {"visit_assigned": True, **_said(session, step, new)}


@operation("appointments.confirm")
def confirm(session: Session, step: Step, appointment_key: str) -> dict[str, Any]:
    """The customer agrees to the time; they are reminded before it.

    Result: the visit as it is booked now (it may have been moved meanwhile).
    """
    found = appointments.current(session, int(appointment_key))
    if found.is_open:
        appointments.confirm(session, found, by=step.actor, now=step.now)
        visit_reminders.plan(session, found, step.now)
    return _said(session, step, found)


@operation("appointments.cancel")
def cancel(
    session: Session, step: Step, appointment_key: str | None = None, reason: str | None = None
) -> dict[str, Any]:
    """The appointment does not take place; its time is free again. Without one, or when it is over, nothing happens.

    Result: visit_cancelled.
    """
    if appointment_key is None:
        return {"visit_cancelled": False}
    found = appointments.current(session, int(appointment_key))
    return {
        "visit_cancelled": appointments.cancel(session, found, by=step.actor, now=step.now, reason=reason)
    }


@operation("appointments.read")
def read(session: Session, step: Step, appointment_key: str) -> dict[str, Any]:
    """Read how the visit is booked now: the dispatcher may have moved it.

    Result: appointment_key, visit_person, visit_people_booked, visit_starts_at, visit_ends_at, visit_reason, visit_status.
    """
    return _said(session, step, appointments.current(session, int(appointment_key)))


@operation("appointments.set_out")
def set_out(session: Session, step: Step, appointment_key: str) -> dict[str, Any]:
    """Whoever comes is on the way.

    Result: visit_status.
    """
    found = appointments.current(session, int(appointment_key))
    if found.is_open:
        appointments.set_out(session, found, by=step.actor, now=step.now)
    return {"visit_status": found.status}


@operation("appointments.arrive")
def arrive(session: Session, step: Step, appointment_key: str) -> dict[str, Any]:
    """Whoever comes is there. They are late when it is later than the tolerance of the house after the agreed time.

    Result: late, visit_arrived_at, visit_status.
    """
    found, late = appointments.current(session, int(appointment_key)), False
    if found.is_open:
        tolerance = calendars.duration(terms.of(session)["visit_tolerance"]).clock
        late = appointments.arrive(session, found, by=step.actor, now=step.now, tolerance=tolerance)
    return {"late": late, "visit_arrived_at": _text(found.arrived_at), "visit_status": found.status}


@operation("appointments.done")
def done(session: Session, step: Step, appointment_key: str) -> dict[str, Any]:
    """The visit is over; what was left of its time is free again.

    Result: visit_status.
    """
    found = appointments.current(session, int(appointment_key))
    if found.is_open:
        appointments.finish(session, found, by=step.actor, now=step.now)
    return {"visit_status": found.status}


@operation("appointments.no_show")
def no_show(session: Session, step: Step, appointment_key: str, reason: str | None = None) -> dict[str, Any]:
    """The customer was not there. A new time is found by planning the visit again.

    Result: no_shows (how often that was so for visits of this kind), visit_status.
    """
    found = appointments.current(session, int(appointment_key))
    if found.is_open:
        appointments.no_show(session, found, by=step.actor, now=step.now, reason=reason)
    count = appointments.count_no_shows(session, step.business_key, found.visit_kind)
    return {"no_shows": count, "visit_status": found.status}


@operation("appointments.remind")
def remind(session: Session, step: Step, appointment_key: str) -> dict[str, Any]:
    """Write to the customer that the visit is near, once; not of one that was moved, cancelled or is over.

    Result: visit_reminded.
    """
    found = appointments.get(session, int(appointment_key), hold=True)
    is_due = found.status == appointment_status.CONFIRMED and found.reminded_at is None
    if is_due:
        audit.acting(session, step.actor, step.now)
        found.reminded_at = step.now
        # The letter belongs to the order of the visit: this instance is only its alarm clock.
        posting = Posting(found.process_instance_key, found.order_no, step.effect_key, step.now, step.actor)
        customer_messages.tell(session, posting, "appointment_reminder")
    return {"visit_reminded": is_due}


@operation("appointments.check_qualified")
def check_qualified(
    session: Session, step: Step, appointment_key: str, visit_skill: str | None = None
) -> dict[str, Any]:
    """Check that everybody who comes is qualified on the day of the visit, as the certificates are now.

    visit_skill: for what; without it, for what the appointment was booked for.
    Result: visit_qualified, visit_unqualified (names of those who are not).
    """
    found = appointments.current(session, int(appointment_key))
    skill = visit_skill or found.skill_id
    names = assignment.staff(session, found.visit)
    people = appointments.people(session, found.key)
    without = fitness.unqualified(session, skill, people, found.starts_at)
    return {
        "visit_qualified": not without,
        "visit_unqualified": [names.get(login, login) for login in without],
    }


def _visit(kind: str, minutes: float, skill: str | None, address: str | None, people: float | None) -> Visit:
    return Visit(kind, int(minutes), skill or None, address, int(people or 1))


def _book(session: Session, step: Step, visit: Visit, choice: assignment.Choice) -> Appointment:
    return appointments.book(
        session,
        visit,
        choice.slot.starts_at,
        choice.people,
        vehicles=choice.vehicles,
        order_no=step.business_key,
        process_instance_key=step.process_instance_key,
        assigned_for=choice.assigned_for,
        by=step.actor,
        now=step.now,
    )


def _booked_on_the_web(session: Session, step: Step, appointment_key: str | None) -> Appointment | None:
    """The appointment that waits for this order, or that this order still has open; None: a new one is wanted."""
    if appointment_key is None:
        return None
    found = appointments.current(session, int(appointment_key))
    if not found.is_open or found.order_no not in (None, step.business_key):
        return None
    appointments.adopt(session, found, step.business_key, step.process_instance_key)
    return found


def _open(session: Session, step: Step, appointment_key: str | None) -> Appointment | None:
    found = _booked_on_the_web(session, step, appointment_key)
    return found if found is not None and found.arrived_at is None else None


def _said(session: Session, step: Step, found: Appointment) -> dict[str, Any]:
    people = appointments.people(session, found.key)
    language = languages.of_role(session, _DISPATCHER)
    return {
        "appointment_key": str(found.key),
        "visit_person": people[0] if people else None,
        "visit_people_booked": people,
        "visit_starts_at": found.starts_at.isoformat(),
        "visit_ends_at": found.ends_at.isoformat(),
        "visit_reason": in_language(assignment.sentence(session, found.assigned_for, language), language),
        "visit_status": found.status,
        "visit_call_at": visit_reminders.call_at(session, found, step.now).isoformat(),
    }


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


_OFFER = _l("{start}: {people}")
_NOBODY = _l("Nobody is free at {start} any more. Choose another time.")
