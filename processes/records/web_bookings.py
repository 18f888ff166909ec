"""Booking without an account: a free time, and the order that it starts, in one transaction (I23).

Either the time is the customer's and an order runs for it, or nothing has happened and they are told that it is no longer free.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors, messages, roles
from engine.columns import Base
from engine.keys import new_key
from engine.sentences import _l
from engine.tables import ProcessInstance
from processes.records import appointments, assignment, audit, capacity, customers, free_slots
from processes.records.appointments import Appointment
from processes.records.bookable_services import BookableService
from processes.records.visits import Slot

LONGEST = 500


class SlotTaken(errors.Conflict):
    """This time is no longer free: somebody was quicker. Choose another one."""


class BookingIncomplete(errors.Refused):
    """Something is missing. Fill it in and send it again."""

    def __init__(self, field: str, sentence: str):
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Contact:
    """Who books, how we reach them, where we come and what for."""

    name: str
    phone: str | None
    email: str | None
    address: str
    subject: str
    language: str = "en"


class WebBooking(audit.Audited, Base):
    """That somebody booked by themselves: what for, when, and that they agreed to our keeping what they told us."""

    __tablename__ = "web_booking"
    __table_args__ = (CheckConstraint("length(consent) > 0", name="consent"),)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    service_id: Mapped[str] = mapped_column(ForeignKey("bookable_service.service_id"), index=True)
    appointment_key: Mapped[int] = mapped_column(ForeignKey("appointment.key"), unique=True)
    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"), unique=True)
    consent: Mapped[str]
    booked_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Booked:
    """What came of it: the time and the number of the order."""

    appointment: Appointment
    order_no: str


def free(session: Session, service: BookableService, now: datetime, days: int = 14) -> list[Slot]:
    """The times at which a service can be booked now, the earliest first."""
    earliest = now + timedelta(hours=service.ahead_hours)
    return free_slots.find(
        session,
        visit_kind=service.visit_kind,
        skill_id=service.skill_id,
        minutes=service.minutes,
        address=None,
        earliest=earliest,
        latest=earliest + timedelta(days=days),
        people=service.people,
    )


def book(
    session: Session,
    service: BookableService,
    starts_at: datetime,
    contact: Contact,
    *,
    consent: bool,
    now: datetime,
) -> Booked:
    """Book a time and start the order that it is for.

    Raises SlotTaken when nobody is free then any more, BookingIncomplete, Refused when nothing takes the booking.
    """
    contact = _checked(contact, consent)
    if starts_at < now + timedelta(hours=service.ahead_hours):
        raise SlotTaken
    visit = service.visit(contact.address)
    # Whoever comes second waits here, and then sees that the time is taken.
    capacity.hold(session, assignment.staff(session, visit))
    choice = assignment.choose_at(session, visit, starts_at)
    if choice is None:
        raise SlotTaken
    try:
        appointment = appointments.book(
            session,
            visit,
            starts_at,
            choice.people,
            vehicles=choice.vehicles,
            assigned_for=choice.assigned_for,
            by=roles.CUSTOMER_LOGIN,
            now=now,
        )
    except errors.BusinessError as taken:
        raise SlotTaken from taken
    instance = _start(session, service, appointment, contact, now)
    appointments.adopt(session, appointment, instance.business_key, instance.key)
    session.add(
        WebBooking(
            service_id=service.service_id,
            appointment_key=appointment.key,
            process_instance_key=instance.key,
            consent=_CONSENT,
            booked_at=now,
        )
    )
    session.flush()
    return Booked(appointment, instance.business_key)


def _start(
    session: Session, service: BookableService, appointment: Appointment, contact: Contact, now: datetime
) -> ProcessInstance:
    published = messages.publish(
        session,
        service.message,
        "",
        {
            "customer_name": contact.name,
            "customer_phone": contact.phone,
            "customer_email": contact.email,
            "customer_language": contact.language,
            "address": contact.address,
            "subject": contact.subject,
            "channel": "web",
            "service_id": service.service_id,
            "appointment_key": str(appointment.key),
            "consent": True,
        },
        actor=roles.customer(contact.name),
        now=now,
    )
    if not published.process_instance_keys:
        raise errors.Refused(_l("This service cannot be booked here right now. Call us: we find a time."))
    return session.get_one(ProcessInstance, published.process_instance_keys[0])


def _checked(contact: Contact, consent: bool) -> Contact:
    """What was told, trimmed; what is needed and missing is refused by the name of its field."""
    trimmed = Contact(
        *((getattr(contact, each) or "").strip()[:LONGEST] for each in ("name", "phone", "email")),
        *(contact.address.strip()[:LONGEST], contact.subject.strip()[:LONGEST], contact.language),
    )
    if not trimmed.name:
        raise BookingIncomplete("name", _l("Tell us your name."))
    if len(customers.digits(trimmed.phone) or "") < 6:
        raise BookingIncomplete("phone", _l("Tell us a telephone number under which we reach you."))
    if trimmed.email and not ("@" in trimmed.email and " " not in trimmed.email):
        raise BookingIncomplete("email", _l("This is no e-mail address. Mend it, or leave it empty."))
    if not trimmed.address:
        raise BookingIncomplete("address", _l("Tell us where we should come."))
    if not trimmed.subject:
        raise BookingIncomplete("subject", _l("Tell us in a few words what it is about."))
    if not consent:
        raise BookingIncomplete(
            "consent", _l("We need your consent to keep what you tell us, else we cannot come.")
        )
    return Contact(
        trimmed.name,
        trimmed.phone,
        trimmed.email or None,
        trimmed.address,
        trimmed.subject,
        trimmed.language,
    )


#: What they agreed to, as it stood on the page.
_CONSENT = "Name, telephone, e-mail and address are kept for this order."
