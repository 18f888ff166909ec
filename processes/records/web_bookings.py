"""Booking without an account: a free time, and the order that it starts, in one transaction (I23).

Either the time is the customer's and an order runs for it, or nothing has happened and they are told that it is no longer free.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors, messages, roles
from engine.columns import Base
from engine.keys import new_key
from engine.sentences import _l
from engine.tables import ProcessInstance
from processes.records import (
    appointment_status,
    appointments,
    assignment,
    audit,
    capacity,
    customers,
    free_slots,
)
from processes.records.appointments import Appointment
from processes.records.bookable_services import BookableService
from processes.records.visits import Slot, Visit

LONGEST = 500
#: Nobody keeps more times than this without an answer, by one telephone number: a calendar is soon full of jokes.
MOST_OPEN = 3


class SlotTaken(errors.Conflict):
    """This time is no longer free: somebody was quicker. Choose another one."""


class TooManyBooked(errors.Refused):
    """You have booked several visits already that are not confirmed. Confirm them first, or call us."""


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
    """That somebody booked by themselves: what for, when, and that they agreed to our keeping what they told us.

    request_id: the page that they sent; sent twice, it books once. phone_digits: who books again and again.
    """

    __tablename__ = "web_booking"
    __table_args__ = (CheckConstraint("length(consent) > 0", name="consent"),)
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    service_id: Mapped[str] = mapped_column(ForeignKey("bookable_service.service_id"), index=True)
    appointment_key: Mapped[int] = mapped_column(ForeignKey("appointment.key"), unique=True)
    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"), unique=True)
    order_no: Mapped[str]
    request_id: Mapped[str] = mapped_column(unique=True)
    phone_digits: Mapped[str] = mapped_column(index=True)
    consent: Mapped[str]
    booked_at: Mapped[datetime]


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


def find(session: Session, request_id: str) -> WebBooking | None:
    """What came of a page that somebody sent; None when nothing did."""
    return session.scalar(select(WebBooking).where(WebBooking.request_id == request_id))


def book(
    session: Session,
    service: BookableService,
    starts_at: datetime,
    contact: Contact,
    *,
    consent: bool,
    request_id: str,
    now: datetime,
) -> WebBooking:
    """Book a time and start the order that it is for; the same page sent again gives what the first one booked.

    Raises SlotTaken when nobody is free then any more, BookingIncomplete, TooManyBooked, Refused when nothing takes the booking.
    """
    contact, visit = _checked(contact, consent), service.visit(contact.address)
    # Whoever comes second waits here, and then sees that the time is taken, or that it was their own first press.
    capacity.hold(session, assignment.staff(session, visit))
    known = find(session, request_id)
    if known is not None:
        return known
    digits = customers.digits(contact.phone)
    _refuse_flood(session, digits)
    appointment = _take(session, service, starts_at, visit, now)
    instance = _start(session, service, appointment, contact, now)
    appointments.adopt(session, appointment, instance.business_key, instance.key)
    booking = WebBooking(
        service_id=service.service_id,
        appointment_key=appointment.key,
        process_instance_key=instance.key,
        order_no=instance.business_key,
        request_id=request_id,
        phone_digits=digits,
        consent=CONSENT,
        booked_at=now,
    )
    session.add(booking)
    session.flush()
    return booking


def _take(
    session: Session, service: BookableService, starts_at: datetime, visit: Visit, now: datetime
) -> Appointment:
    soonest = now + timedelta(hours=service.ahead_hours)
    choice = None if starts_at < soonest else assignment.choose_at(session, visit, starts_at)
    if choice is None:
        raise SlotTaken
    audit.acting(session, roles.CUSTOMER_LOGIN, now)
    try:
        return appointments.book(
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


def _refuse_flood(session: Session, phone_digits: str) -> None:
    kept = (
        select(func.count())
        .select_from(WebBooking)
        .join(Appointment, Appointment.key == WebBooking.appointment_key)
        .where(WebBooking.phone_digits == phone_digits, Appointment.status == appointment_status.TENTATIVE)
    )
    if session.scalar(kept) >= MOST_OPEN:
        raise TooManyBooked


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
            "consent", _l("Without your consent we may not keep what you tell us, so we cannot come.")
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
CONSENT = "Name, telephone, e-mail and address are kept for this order."
