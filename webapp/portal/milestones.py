"""The steps of an order in words of its customer, for orders of every type: told from what is on record, never from the diagram."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_datetime, gettext
from sqlalchemy.orm import Session

from engine import user_tasks
from engine.sentences import Money
from engine.tables import ProcessInstance
from processes.records import (
    appointment_status,
    appointments,
    customer_links,
    deliveries,
    installations,
    invoices,
    money,
    orders,
    payment_requests,
    payments,
    quotes,
    visits,
    work_orders,
)
from processes.records.customer_doors import Door
from webapp.language import amount as written
from webapp.language import label


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline. state: done, current, waiting, next."""

    text: str
    note: str = ""
    at: datetime | None = None
    state: str = "next"


def of(session: Session, door: Door) -> list[Entry]:
    """What was, what is now and what comes; the last two only of an order that goes on."""
    was = sorted(
        [*_was(session, door.order), *of_quotes(session, door.order.order_no)], key=lambda each: each.at
    )
    return [*was, *_ahead(session, door)] if is_open(session, door.order) else was


def is_open(session: Session, order: orders.CustomerOrder) -> bool:
    """Whether there is still something to be done for the customer."""
    instance = session.get_one(ProcessInstance, order.process_instance_key)
    return instance.state == "active" and order.cancelled_at is None


def title(session: Session, door: Door) -> str:
    """How the order stands, in one line."""
    if door.order.cancelled_at is not None:
        return gettext("Order cancelled: %(device)s", device=door.subject)
    if not is_open(session, door.order):
        return gettext("Your order is done: %(device)s", device=door.subject)
    return gettext("We work on your order: %(device)s", device=door.subject)


def of_quotes(session: Session, order_no: str) -> list[Entry]:
    """Each quote that was sent, and what the customer said to it."""
    entries = []
    currency = invoices.currency(session)
    said = {
        "approved": gettext("You approved the quote"),
        "declined": gettext("You declined the quote"),
        "changed": gettext("You asked for a change of the quote"),
        "expired": gettext("The quote expired without an answer"),
    }
    for each in quotes.versions(session, order_no):
        if each.sent_at is None:
            continue
        total = written(Money(money.units(each.total_cents), currency))
        sent = gettext("We sent you quote %(number)s", number=each.version)
        entries.append(Entry(sent, total, each.sent_at, "done"))
        if each.decided_at is not None and each.state in said:
            entries.append(Entry(said[each.state], "", each.decided_at, "done"))
    return entries


def awaited(session: Session, door: Door) -> Entry | None:
    """What we wait for from the customer; None when it is not them whom we wait for."""
    asked = {
        customer_links.QUOTE: gettext("Your answer to the quote"),
        customer_links.CLARIFY: gettext("Your answer to our question"),
        customer_links.BOOKING: gettext("Your answer to the appointment"),
        customer_links.SOLUTION: gettext("Your answer to our solution"),
    }
    open_now = user_tasks.open_pages(session, door.link.process_instance_key)
    text = next((text for page, text in asked.items() if page in open_now), None)
    return text and Entry(text, gettext("The link is in our mail to you."), state="waiting")


def _was(session: Session, order: orders.CustomerOrder) -> Iterator[Entry]:
    number = order.order_no
    currency = invoices.currency(session)

    def sum_of(cents: int) -> str:
        return written(Money(money.units(cents), currency))

    yield Entry(gettext("We have your order"), "", order.created_at, "done")
    for each in appointments.of_order(session, number):
        kind = label(visits.LABELS[each.visit_kind])
        if each.status == appointment_status.DONE:
            yield Entry(gettext("We were with you"), kind, each.arrived_at, "done")
        elif each.status == appointment_status.NO_SHOW:
            yield Entry(gettext("We came, but nobody was there"), kind, each.starts_at, "done")
    for request in payment_requests.standing(session, number):
        yield Entry(
            gettext("We asked you for a prepayment"), sum_of(request.amount_cents), request.at, "done"
        )
    for payment in payments.entries(session, number):
        is_back = payment.amount_cents < 0
        text = gettext("We gave you money back") if is_back else gettext("We have your payment")
        yield Entry(text, sum_of(abs(payment.amount_cents)), payment.at, "done")
    delivery = deliveries.find(session, number)
    if delivery is not None and delivery.handed_over_at is not None:
        yield Entry(gettext("You have your goods"), "", delivery.handed_over_at, "done")
    acceptance = installations.accepted(session, number)
    if acceptance is not None:
        yield Entry(gettext("You accepted the installation"), "", acceptance.at, "done")
    work_order = work_orders.find(session, number)
    if work_order is not None and work_order.completed_at is not None:
        yield Entry(gettext("The work is done"), "", work_order.completed_at, "done")
    invoice = invoices.latest(session, number)
    if invoice is not None:
        yield Entry(
            gettext("We wrote your invoice %(number)s", number=invoice.number),
            sum_of(invoice.total_cents),
            invoice.at,
            "done",
        )


def _ahead(session: Session, door: Door) -> Iterator[Entry]:
    """What it waits for now, then what is sure to follow."""
    order = door.order
    known = appointments.of_order(session, order.order_no)
    coming = min((each for each in known if each.is_open), key=lambda each: each.starts_at, default=None)
    waits = awaited(session, door)
    work_order = work_orders.find(session, order.order_no)
    is_done = work_order is not None and work_order.completed_at is not None
    if waits is not None:
        yield waits
    elif coming is None or is_done:
        yield Entry(gettext("We close your order") if is_done else gettext("We work on it"), state="current")
    if coming is not None:
        yield _visit(coming, "next" if waits is not None or is_done else "current")
    elif order.place == orders.ON_SITE and not known:
        yield Entry(gettext("We agree with you when we come"))
    if work_order is not None and work_order.state == "open":
        yield Entry(gettext("The work is done"))
    if invoices.latest(session, order.order_no) is None and order.repair_kind in (orders.PAID, orders.MIXED):
        yield Entry(gettext("Invoice and payment"))


def _visit(coming: appointments.Appointment, state: str) -> Entry:
    at = format_datetime(coming.starts_at, "d MMMM, HH:mm")
    if coming.status == appointment_status.EN_ROUTE:
        text = gettext("We are on our way to you")
    elif coming.status == appointment_status.ARRIVED:
        text = gettext("We are with you")
    else:
        text = gettext("We come to you on %(moment)s", moment=at)
    return Entry(text, label(visits.LABELS[coming.visit_kind]), state=state)
