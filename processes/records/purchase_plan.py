"""What should be bought today: what is reserved, the least that is to lie there, and what orders wait for, less what is there or comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import settings
from processes.records import money, parts_requests, products, purchase_orders, quantities
from processes.records.products import Product
from processes.records.stock_ledger import Lot, StockBalance, StockLocation

#: The setting with the amount above which a second person approves a purchase, in units.
LIMIT_SETTING = "purchase_limit"
DEFAULT_LIMIT = 5000
#: The setting that says whether the store is compared with its plan every working day.
DAILY_SETTING = "daily_purchase_plan"


def is_daily(session: Session) -> bool:
    """Whether the plan of the day is made."""
    return bool(settings.get(session, DAILY_SETTING, True))


def limit_cents(session: Session) -> int:
    """The amount above which a second person approves a purchase."""
    return money.cents(settings.get(session, LIMIT_SETTING, DEFAULT_LIMIT))


def propose(
    session: Session, language: str = "en", wanted: Mapping[str, int] | None = None
) -> list[dict[str, Any]]:
    """The lines that a buyer should order: part, name, quantity, unit_cost, supplier (the last one), why.

    wanted: only these products and what is missing of each, {sku: thousandths}; None: everything that falls short, by the plan
    reserved + least + waited for - on hand - on order.
    """
    short = _short(session) if wanted is None else dict(wanted)
    return [_row(session, sku, milli, language) for sku, milli in sorted(short.items()) if milli > 0]


def _short(session: Session) -> dict[str, int]:
    there, kept = _on_hand(session)
    comes = purchase_orders.on_order_milli(session)
    # What is waited for and on its way is on both sides; only what nobody has ordered asks for more.
    waited = parts_requests.unordered_milli(session)
    ordered_for = _waited_on_order(session)
    found = {}
    for product in session.scalars(select(Product).where(Product.kind == "part", Product.is_offered)):
        sku = product.sku
        need = kept.get(sku, 0) + product.min_stock_milli + waited.get(sku, 0) + ordered_for.get(sku, 0)
        short = need - there.get(sku, 0) - comes.get(sku, 0)
        if short > 0:
            found[sku] = _whole(product, short)
    return found


def _on_hand(session: Session) -> tuple[dict[str, int], dict[str, int]]:
    query = (
        select(StockBalance.sku, func.sum(StockBalance.quantity_milli), func.sum(StockBalance.reserved_milli))
        .join(StockLocation, StockLocation.location_id == StockBalance.location_id)
        .where(StockLocation.kind == "stock")
        .group_by(StockBalance.sku)
    )
    rows = session.execute(query).all()
    return {sku: int(there) for sku, there, _kept in rows}, {sku: int(kept) for sku, _there, kept in rows}


def _waited_on_order(session: Session) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in parts_requests.waiting(session):
        if row.po_no is not None:
            found[row.sku] = found.get(row.sku, 0) + row.missing_milli
    return found


def _whole(product: Product, milli: int) -> int:
    """What can be bought: whole pieces and sets, any share of what is measured."""
    return -(-milli // 1000) * 1000 if product.unit in ("pc", "set") else milli


def _row(session: Session, sku: str, milli: int, language: str) -> dict[str, Any]:
    product = products.get(session, sku)
    bought = purchase_orders.last_bought(session, sku)
    cost_cents = bought[1] if bought else _last_cost(session, sku)
    return {
        "part": sku,
        "name": product.name_in(language),
        "quantity": quantities.plain(_whole(product, milli)),
        "unit_cost": None if cost_cents is None else money.units(cost_cents),
        "supplier": bought[0] if bought else None,
        "needs_inspection": False,
    }


def _last_cost(session: Session, sku: str) -> int | None:
    query = select(Lot.unit_cost_cents).where(Lot.sku == sku).order_by(Lot.received_at.desc(), Lot.key.desc())
    return session.scalar(query.limit(1))
