"""What the cards of the office read: one customer, device, part or invoice with what belongs to it. Fixed numbers of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from engine.tables import ProcessDefinition, ProcessInstance
from processes.records import (
    documents,
    invoices,
    order_lines,
    payments,
    price_lists,
    products,
    receivables,
    reservations,
    warranties,
)
from processes.records.customers import Customer
from processes.records.devices import Device
from processes.records.intake import IntakeDocument
from processes.records.invoices import Invoice
from processes.records.orders import CustomerOrder
from processes.records.stock_documents import StockDocument
from processes.records.stock_ledger import Lot, StockBalance, StockLocation, StockMove

SHOWN = 50


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """A customer with devices, orders of every type (newest first, at most 50), invoices and what they owe."""

    customer: Customer
    devices: list[Device]
    orders: Sequence[Row[tuple[CustomerOrder, Device | None, IntakeDocument | None, str, str | None]]]
    invoices: list[Invoice]
    invoice_statuses: dict[str, str]
    owes_cents: int


@dataclass(frozen=True, slots=True)
class DeviceCard:
    """A device with its owner, its repairs, the parts fitted and the warranties that run on them."""

    device: Device
    owner: Customer
    repairs: Sequence[Row[tuple[CustomerOrder, IntakeDocument | None]]]
    parts: dict[str, list[order_lines.OrderLine]]
    warranties: list[tuple[warranties.PartWarranty, warranties.PartWarrantyTerm]]

    @property
    def mileage_km(self) -> int | None:
        """What a vehicle had run when it last came, as far as somebody wrote it down."""
        known = (order.mileage_km for order, _intake in self.repairs if order.mileage_km is not None)
        return next(known, None)


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A part with what lies where, who waits for it, its last moves and its price today (None: it has none)."""

    product: products.Product
    places: Sequence[Row[tuple[StockBalance, Lot, StockLocation]]]
    reserved: list[reservations.Reservation]
    moves: Sequence[Row[tuple[StockMove, StockDocument]]]
    store_names: frozenset[str]
    price_cents: int | None


@dataclass(frozen=True, slots=True)
class InvoiceCard:
    """An invoice with its state, what is owed on its order, the payments, and its printed document (None: not printed)."""

    invoice: Invoice
    customer: Customer
    status: str
    owed_cents: int
    payments: list[payments.Payment]
    document: documents.IssuedDocument | None


def customer(session: Session, found: Customer) -> CustomerCard:
    """The card of a customer. 5 queries."""
    ordered = session.execute(
        select(CustomerOrder, Device, IntakeDocument, ProcessInstance.state, ProcessDefinition.name)
        .outerjoin(Device, Device.key == CustomerOrder.device_key)
        .join(ProcessInstance, ProcessInstance.key == CustomerOrder.process_instance_key)
        .join(ProcessDefinition, ProcessDefinition.key == ProcessInstance.process_definition_key)
        .outerjoin(IntakeDocument, IntakeDocument.order_no == CustomerOrder.order_no)
        .where(CustomerOrder.customer_key == found.key)
        .order_by(CustomerOrder.created_at.desc(), CustomerOrder.order_no.desc())
        .limit(SHOWN)
    ).all()
    owned = select(Device).where(Device.owner_key == found.key).order_by(Device.search_text).limit(SHOWN)
    issued = list(
        session.scalars(
            select(Invoice)
            .where(Invoice.customer_key == found.key)
            .order_by(Invoice.at.desc(), Invoice.key.desc())
            .limit(SHOWN)
        )
    )
    return CustomerCard(
        found,
        list(session.scalars(owned)),
        ordered,
        issued,
        invoices.statuses(session, [each.number for each in issued]),
        receivables.customer_balance(session, found.key),
    )


def device(session: Session, found: Device, today: date) -> DeviceCard:
    """The card of a device, with its history (R-082). 4 queries."""
    repairs = session.execute(
        select(CustomerOrder, IntakeDocument)
        .outerjoin(IntakeDocument, IntakeDocument.order_no == CustomerOrder.order_no)
        .where(CustomerOrder.device_key == found.key)
        .order_by(CustomerOrder.created_at.desc(), CustomerOrder.order_no.desc())
        .limit(SHOWN)
    ).all()
    used = session.scalars(
        select(order_lines.OrderLine).where(
            order_lines.OrderLine.order_no.in_([order.order_no for order, _intake in repairs]),
            order_lines.OrderLine.kind == order_lines.PART,
            order_lines.OrderLine.used_milli > 0,
        )
    )
    parts: dict[str, list[order_lines.OrderLine]] = {}
    for line in used:
        parts.setdefault(line.order_no, []).append(line)
    owner = session.get_one(Customer, found.owner_key)
    return DeviceCard(found, owner, repairs, parts, warranties.covering(session, found.key, today))


def product(session: Session, found: products.Product, today: date) -> ProductCard:
    """The card of a part. 5 queries."""
    places = session.execute(
        select(StockBalance, Lot, StockLocation)
        .join(Lot, Lot.key == StockBalance.lot_key)
        .join(StockLocation, StockLocation.location_id == StockBalance.location_id)
        .where(
            StockBalance.sku == found.sku,
            StockBalance.quantity_milli != 0,
            StockLocation.kind.in_(("stock", "wip", "quarantine")),
        )
        .order_by(StockLocation.kind, Lot.received_at, Lot.key)
    ).all()
    reserved = session.scalars(
        select(reservations.Reservation)
        .where(reservations.Reservation.sku == found.sku, reservations.Reservation.state == "active")
        .order_by(reservations.Reservation.reserved_at)
        .limit(SHOWN)
    )
    stores = frozenset(
        session.scalars(select(StockLocation.location_id).where(StockLocation.kind == "stock"))
    )
    moves = session.execute(
        select(StockMove, StockDocument)
        .join(StockDocument, StockDocument.key == StockMove.document_key)
        .where(
            StockMove.sku == found.sku,
            or_(StockMove.from_location_id.in_(stores), StockMove.to_location_id.in_(stores)),
        )
        .order_by(StockMove.at.desc(), StockMove.key.desc())
        .limit(SHOWN)
    ).all()
    version = price_lists.version_on(session, today)
    price = version and session.scalar(
        select(price_lists.PriceLine.price_cents).where(
            price_lists.PriceLine.version_key == version.key, price_lists.PriceLine.sku == found.sku
        )
    )
    return ProductCard(found, places, list(reserved), moves, stores, price)


def invoice(session: Session, found: Invoice) -> InvoiceCard:
    """The card of an invoice. 5 queries."""
    return InvoiceCard(
        found,
        session.get_one(Customer, found.customer_key),
        invoices.status(session, found),
        receivables.balance(session, found.order_no),
        payments.entries(session, found.order_no),
        documents.latest(session, found.order_no, "invoice"),
    )
