"""The order card of a repair: what is repaired for whom, where it is on the diagram, papers, money and parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import user_tasks
from engine.sentences import _l
from engine.tables import ProcessDefinition, ProcessInstance
from processes.records import (
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
    stock_ledger,
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
class RepairCard:
    """Everything on the card."""

    order: CustomerOrder
    customer: Customer
    device: Device
    intake: intake.IntakeDocument | None
    place: str
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
        """The status in words; it follows from the marks on the intake document."""
        if self.order.cancelled_at is not None:
            return _l("Cancelled")
        return order_status.LABELS[self.intake.status] if self.intake else _l("Being taken in")

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


def of(session: Session, row: ProcessInstance, *, now: datetime) -> RepairCard | None:
    """The card of a repair order, None for an order of another kind. A fixed number of queries."""
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
    return RepairCard(
        order=order,
        customer=session.get_one(Customer, order.customer_key),
        device=session.get_one(Device, order.device_key),
        intake=intake.of(session, number),
        place=places.LABELS[places.of(session, order.device_key)],
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


def _links(session: Session, order: CustomerOrder, now: datetime) -> list[Link]:
    """The links of the customer, newest first. Two queries, however many there are."""
    asked = user_tasks.open_pages(session, order.process_instance_key)
    return [
        Link(each, each.state(now), customer_letters.can_be_sent_again(each, asked))
        for each in reversed(customer_links.of(session, order.order_no))
    ]
