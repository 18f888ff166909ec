"""When a customer hears of a visit again before it, and when we call who has not answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine import calendars, messages, roles, settings
from processes.records import devices, orders, terms
from processes.records.appointments import Appointment

#: The message that starts the process `visit_reminder`; its key is that of the appointment.
MESSAGE = "visit_is_booked"


def call_at(session: Session, appointment: Appointment, now: datetime) -> datetime:
    """When we call a customer who has not confirmed: after the term of the house, and so early that it still helps."""
    house, zone = terms.of(session), settings.calendar(session).time_zone
    usual = calendars.duration(house["visit_call"]).after(now, zone)
    working = settings.calendar(session)
    least = working.add_working(now, working.working_time(calendars.duration(house["booking_confirmation"])))
    latest = _before(appointment.starts_at, house["visit_last_call"], zone)
    return max(min(usual, latest), min(least, appointment.starts_at))


def plan(session: Session, appointment: Appointment, now: datetime) -> datetime | None:
    """Let the customer be reminded of the visit; None when it is so soon that what we just wrote is the reminder.

    One reminder waits for each time that was agreed; one for a time that no longer counts ends without a word.
    """
    zone = settings.calendar(session).time_zone
    at = _before(appointment.starts_at, terms.of(session)["visit_reminder"], zone)
    if at <= now or appointment.order_no is None:
        return None
    order = orders.find(session, appointment.order_no)
    messages.publish(
        session,
        MESSAGE,
        str(appointment.key),
        {
            "appointment_key": str(appointment.key),
            "visit_remind_at": at.isoformat(),
            "order_no_of_order": appointment.order_no,
            "subject": devices.subject(session, order) if order else appointment.order_no,
        },
        actor=roles.SYSTEM,
        now=now,
    )
    return at


def _before(at: datetime, length: str, zone: str) -> datetime:
    """So long before a moment, by the clock on the wall."""
    after = calendars.duration(length).after(at, zone)
    return at - (after - at)
