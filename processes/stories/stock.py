"""What stories find in the stock of the company, and what happens there beside an order."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from processes.records import (
    audit,
    ledger,
    money,
    price_lists,
    quantities,
    stock,
    stock_documents,
    stock_ledger,
    stock_losses,
)
from processes.records import reservations as reserving

_STOREKEEPER = "storekeeper"


def stock_moves(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The moves of an order: document (its kind), part, lot, quantity, from, to (kinds of place), cost, reverses."""
    kinds = {place.location_id: place.kind for place in session.scalars(select(stock_ledger.StockLocation))}
    documents = {document.key: document for document in stock_documents.of(session, order_no)}
    return [
        {
            "document": documents[row.document_key].kind,
            "part": row.sku,
            "lot": session.get_one(stock_ledger.Lot, row.lot_key).lot_no,
            "quantity": quantities.plain(row.quantity_milli),
            "from": kinds[row.from_location_id],
            "to": kinds[row.to_location_id],
            "cost": money.units(row.cost_cents),
            "reverses": row.reverses is not None,
        }
        for row in stock_ledger.moves(session, order_no)
    ]


def reservations(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The reservations of an order: part, lot, quantity, state (active, issued, released)."""
    return [
        {
            "part": row.sku,
            "lot": session.get_one(stock_ledger.Lot, row.lot_key).lot_no,
            "quantity": quantities.plain(row.quantity_milli),
            "state": row.state,
        }
        for row in reserving.of(session, order_no)
    ]


def stock_documents_of(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The stock documents of an order: kind, number, receiver, supplier."""
    return [
        {"kind": row.kind, "number": row.number, "receiver": row.receiver, "supplier": row.supplier}
        for row in stock_documents.of(session, order_no)
    ]


def parts_at_work(session: Session, order_no: str) -> Decimal:
    """How many parts an order has from the store, in work or used up: 0 for a cancelled one (I30)."""
    return quantities.plain(sum(stock_ledger.issued(session, order_no).values()))


def on_hand(session: Session, sku: str) -> Decimal:
    """How much of a part lies in the store, reserved or free. Asked by the number of the part, not of the order."""
    return quantities.plain(stock.on_hand(session, sku))


def free_stock(session: Session, sku: str) -> Decimal:
    """How much of a part lies in the store and is promised to nobody. Asked by the number of the part, not of the order."""
    return quantities.plain(reserving.free_milli(session, sku))


def goods_arrive(
    session: Session,
    now: datetime,
    part: str,
    quantity: Decimal,
    unit_cost: Decimal,
    lot: str | None = None,
    supplier: str | None = None,
) -> None:
    """Goods come into the store on nobody's order."""
    delivered = stock.Delivered(part, quantities.milli(quantity), money.cents(unit_cost), lot)
    stock.receive(session, _beside_orders(session, now), [delivered], supplier)


def goods_are_lost(session: Session, now: datetime, part: str, quantity: Decimal, reason: str) -> None:
    """Goods break or cannot be found: they leave the store, also those that were reserved for somebody."""
    audit.acting(session, _STOREKEEPER, now)
    stock_losses.write_off(session, _beside_orders(session, now), {part: quantities.milli(quantity)}, reason)


def prices_change(session: Session, now: datetime, valid_from: str, prices: dict[str, Decimal]) -> None:
    """A new version of the price list is published. valid_from: a day; prices: by number, the others stay."""
    audit.acting(session, "manager", now)
    changed = {sku: money.cents(price) for sku, price in prices.items()}
    price_lists.publish(session, price_lists.STANDARD, date.fromisoformat(valid_from), changed)


def _beside_orders(session: Session, now: datetime) -> ledger.Posting:
    count = session.scalar(select(func.count()).select_from(stock_documents.StockDocument))
    return stock_documents.without_order(f"story {count}", now, _STOREKEEPER)


FINDERS = (stock_moves, reservations, stock_documents_of, parts_at_work, on_hand, free_stock)
CHANGES = (goods_arrive, goods_are_lost, prices_change)
