"""The card of a customer's order, of every type: what is wanted by whom, where it stands, visits, papers, money and parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import user_tasks
from engine.sentences import _l
from engine.tables import ProcessDefinition, ProcessInstance
from processes.records import (
    appointment_status,
    appointments,
    billing,
    customer_letters,
    customer_links,
    documents,
    intake,
    invoices,
    order_costs,
    order_lines,
    order_status,
    payments,
    places,
    quotes,
    receivables,
    reservations,
    resources,
    stock_ledger,
    visits,
    work_orders,
)
from processes.records.customers import Customer
from processes.records.devices import Device
from processes.records.orders import CustomerOrder
from webapp.cockpit import maps
from webapp.texts import shown


@dataclass(frozen=True, slots=True)
class Part:
    """A part on the order: planned, kept for it in the store, issued to the workshop; thousandths of its unit."""

    line: order_lines.OrderLine
    reserved_milli: int
    issued_milli: int


@dataclass(frozen=True, slots=True)
class Link:
    """A link that the customer got, what became of it, and whether a new one in its place would be of use."""

    link: customer_links.CustomerLink
    state: str
    can_be_sent_again: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment of the order. people: their names; status, kind: marked texts; is_open: whether it is still ahead."""

    starts_at: datetime
    ends_at: datetime
    kind: str
    status: str
    people: list[str]
    is_open: bool


@dataclass(frozen=True, slots=True)
class OrderCard:
    """Everything on the card. process_name: what kind of order it is. place: where its device is, None without one.

    related: the order that it came from and those that came from it, the oldest first.
    """

    order: CustomerOrder
    process_name: str
    customer: Customer
    device: Device | None
    intake: intake.IntakeDocument | None
    place: str | None
    visits: list[Visit]
    related: list[CustomerOrder]
    xml: str
    track: maps.Track
    lines: list[order_lines.OrderLine]
    parts: list[Part]
    quotes: list[quotes.QuoteVersion]
    links: list[Link]
    documents: list[documents.IssuedDocument]
    replaced: set[int]
    work_order: work_orders.WorkOrder | None
    invoice: invoices.Invoice | None
    currency: str
    paid_cents: int
    balance_cents: int
    cost_cents: int

    @property
    def status(self) -> str:
        """The status in words: of a repair at the point by its marks, of other orders the step that they have come to."""
        if self.order.cancelled_at is not None:
            return _l("Cancelled")
        if self.has_marks:
            return order_status.LABELS[self.intake.status] if self.intake else _l("Being taken in")
        return self.track.here[0][0] if self.track.here else _l("On its way")

    @property
    def has_marks(self) -> bool:
        """Whether its status comes from marks: it is a repair for which a device is taken in."""
        return self.intake is not None or self.order.order_type == "repair_intake"

    @property
    def next_visit(self) -> Visit | None:
        """The first visit that is still to come."""
        return next((each for each in self.visits if each.is_open), None)

    @property
    def steps_done(self) -> int:
        """How many of the four statuses the order has behind it; all of them when the device is handed out."""
        if self.intake is None:
            return 0
        place = order_status.STATUSES.index(self.intake.status)
        return place + 1 if self.intake.status == order_status.ISSUED else place

    @property
    def has_surcharge(self) -> bool:
        """Whether the customer still pays for urgency, and it could be waived."""
        is_open = self.work_order is None or self.work_order.state == "open"
        return is_open and any(each.kind == order_lines.SURCHARGE for each in self.lines)

    @property
    def counted(self) -> list[tuple[order_lines.OrderLine, int, int]]:
        """(line, thousandths, cents for its payer): as planned, and as it was done once the work order is completed."""
        if self.work_order is not None and self.work_order.state == "completed":
            return [
                (each.line, each.quantity_milli, each.amount_cents) for each in billing.billed(self.lines)
            ]
        return [(each, each.quantity_milli, billing.planned_cents(each)) for each in self.lines]

    @property
    def client_total_cents(self) -> int:
        """What the customer pays by the lines as they stand now."""
        return sum(cents for _line, _milli, cents in self.counted)


def of(session: Session, row: ProcessInstance, *, now: datetime) -> OrderCard | None:
    """The card of an order of a customer, None for a request of a colleague. A fixed number of queries."""
    order = session.scalar(select(CustomerOrder).where(CustomerOrder.process_instance_key == row.key))
    if order is None:
        return None
    number = order.order_no
    papers = documents.of(session, number)
    lines = order_lines.planned(session, number)
    reserved = {}
    for each in reservations.active(session, number):
        reserved[each.sku] = reserved.get(each.sku, 0) + each.quantity_milli
    issued = stock_ledger.issued(session, number)
    definition = session.get_one(ProcessDefinition, row.process_definition_key)
    return OrderCard(
        order=order,
        process_name=definition.name or definition.process_id,
        customer=session.get_one(Customer, order.customer_key),
        device=session.get(Device, order.device_key) if order.device_key else None,
        intake=intake.of(session, number),
        place=places.LABELS[places.of(session, order.device_key)] if order.device_key else None,
        visits=_visits(session, number),
        related=_related(session, order),
        xml=shown.diagram(definition.xml),
        track=maps.of_order(session, row, now),
        lines=lines,
        parts=[
            Part(each, reserved.get(each.sku, 0), issued.get(each.sku, 0))
            for each in lines
            if each.kind == order_lines.PART
        ],
        quotes=quotes.versions(session, number),
        links=_links(session, order, now),
        documents=papers[::-1],
        replaced=documents.replaced(papers),
        work_order=work_orders.find(session, number),
        invoice=invoices.latest(session, number),
        currency=invoices.currency(session),
        paid_cents=payments.standing_paid(session, number),
        balance_cents=receivables.balance(session, number),
        cost_cents=order_costs.total_cents(session, number),
    )


def _visits(session: Session, order_no: str) -> list[Visit]:
    """The visits of the order by their time, without those that were moved. Two queries."""
    shown = [
        each
        for each in appointments.of_order(session, order_no)
        if each.status != appointment_status.RESCHEDULED
    ]
    rows = session.execute(
        select(appointments.AppointmentResource.appointment_key, resources.Resource.name)
        .join(
            resources.Resource,
            resources.Resource.resource_id == appointments.AppointmentResource.resource_id,
        )
        .where(appointments.AppointmentResource.appointment_key.in_([each.key for each in shown]))
        .order_by(appointments.AppointmentResource.number)
    )
    people: dict[int, list[str]] = {each.key: [] for each in shown}
    for key, name in rows:
        people[key].append(name)
    return [
        Visit(
            each.starts_at,
            each.ends_at,
            visits.LABELS[each.visit_kind],
            appointment_status.LABELS[each.status],
            people[each.key],
            each.is_open,
        )
        for each in sorted(shown, key=lambda each: each.starts_at)
    ]


def _related(session: Session, order: CustomerOrder) -> list[CustomerOrder]:
    near = CustomerOrder.parent_order_no == order.order_no
    if order.parent_order_no:
        near = or_(near, CustomerOrder.order_no == order.parent_order_no)
    return list(
        session.scalars(select(CustomerOrder).where(near).order_by(CustomerOrder.created_at).limit(20))
    )


def _links(session: Session, order: CustomerOrder, now: datetime) -> list[Link]:
    """The links of the customer, newest first. Two queries, however many there are."""
    asked = user_tasks.open_pages(session, order.process_instance_key)
    return [
        Link(each, each.state(now), customer_letters.can_be_sent_again(each, asked))
        for each in reversed(customer_links.of(session, order.order_no))
    ]
