"""The lists of the store and of prices."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext
from sqlalchemy import ColumnElement, Row, and_, func, select

from engine import clock
from engine.sentences import _l
from processes.records import quantities
from processes.records.orders import day
from processes.records.price_lists import PriceLine, PriceListVersion
from processes.records.products import KINDS, UNITS, Product
from processes.records.stock_ledger import StockBalance, StockLocation
from webapp.database import db
from webapp.language import page_language
from webapp.office import lists
from webapp.office.listing import Column, Filter, Listing


def _in_stores(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return (
        select(func.coalesce(func.sum(column), 0))
        .join(StockLocation, StockLocation.location_id == StockBalance.location_id)
        .where(StockBalance.sku == Product.sku, StockLocation.kind == "stock")
        .correlate(Product)
        .scalar_subquery()
    )


_here, _reserved = _in_stores(StockBalance.quantity_milli), _in_stores(StockBalance.reserved_milli)
_value = _in_stores(StockBalance.value_cents)


def _search(words: str) -> ColumnElement[bool]:
    return and_(*(Product.search_text.contains(each, autoescape=True) for each in words.casefold().split()))


def _under(row: Row[Any]) -> tuple[str, str] | None:
    free = row.here - row.reserved
    if row.here <= 0:
        return gettext("Nothing is left"), "bad"
    if free <= 0:
        return gettext("All of it is reserved"), "warn"
    if free < row.Product.min_stock_milli:
        return gettext("Below the minimum"), "warn"
    return None


STOCK = Listing(
    name="stock",
    title=_l("Stock"),
    permission="stock.see",
    icon="boxes",
    query=select(Product, _here.label("here"), _reserved.label("reserved"), _value.label("value")).where(
        Product.kind == "part"
    ),
    key=Product.sku,
    columns=(
        Column(
            "part", _l("Part"), lambda row: row.Product.name_in(page_language()), sort=Product.search_text
        ),
        Column("code", _l("Code"), lambda row: row.Product.sku, "code", Product.sku),
        Column("here", _l("In stock"), lambda row: quantities.plain(row.here), "number", _here),
        Column("reserved", _l("Reserved"), lambda row: quantities.plain(row.reserved), "number", _reserved),
        Column(
            "free",
            _l("Free"),
            lambda row: quantities.plain(row.here - row.reserved),
            "number",
            _here - _reserved,
        ),
        Column("unit", _l("Unit"), lambda row: UNITS[row.Product.unit], "words"),
        Column(
            "minimum",
            _l("Minimum"),
            lambda row: quantities.plain(row.Product.min_stock_milli),
            "number",
            Product.min_stock_milli,
        ),
        Column("value", _l("Value"), lambda row: row.value, "money", _value),
    ),
    default="code",
    search_hint=_l("Part or code"),
    search=_search,
    filters=(
        Filter("none", _l("Missing"), lambda: _here <= 0, "bad"),
        Filter("low", _l("Below the minimum"), lambda: _here - _reserved < Product.min_stock_milli, "warn"),
        Filter("reserved", _l("Reserved"), lambda: _reserved > 0),
    ),
    empty=(_l("No parts yet"), _l("Parts appear here when the first of them are received.")),
    card=lambda row: url_for("office.product", sku=row.Product.sku),
    under=_under,
)


def _is_valid() -> ColumnElement[bool]:
    today = day(db.session, clock.now())
    ends = func.coalesce(PriceListVersion.valid_to, today)
    return and_(PriceListVersion.valid_from <= today, ends >= today)


PRICES = Listing(
    name="prices",
    title=_l("Price lists"),
    permission="prices.see",
    icon="receipt-text",
    query=select(PriceLine, PriceListVersion, Product)
    .join(PriceListVersion, PriceListVersion.key == PriceLine.version_key)
    .join(Product, Product.sku == PriceLine.sku),
    key=PriceLine.key,
    columns=(
        Column(
            "product", _l("What"), lambda row: row.Product.name_in(page_language()), sort=Product.search_text
        ),
        Column("code", _l("Code"), lambda row: row.Product.sku, "code", Product.sku),
        Column("kind", _l("Kind"), lambda row: KINDS[row.Product.kind], "words", Product.kind),
        Column("price", _l("Price"), lambda row: row.PriceLine.price_cents, "money", PriceLine.price_cents),
        Column(
            "least",
            _l("Least price"),
            lambda row: row.PriceLine.min_price_cents,
            "money",
            PriceLine.min_price_cents,
        ),
        Column("currency", _l("Currency"), lambda row: row.PriceListVersion.currency),
        Column(
            "version",
            _l("Version"),
            lambda row: row.PriceListVersion.number,
            "number",
            PriceListVersion.number,
        ),
        Column(
            "from",
            _l("Valid from"),
            lambda row: row.PriceListVersion.valid_from,
            "day",
            PriceListVersion.valid_from,
        ),
        Column("to", _l("Valid until"), lambda row: row.PriceListVersion.valid_to, "day"),
    ),
    default="code",
    search_hint=_l("Part, work or code"),
    search=_search,
    filters=(
        Filter("valid", _l("Valid today"), _is_valid),
        Filter("parts", _l("Spare parts"), lambda: Product.kind == "part"),
        Filter("works", _l("Works"), lambda: Product.kind == "work"),
    ),
    empty=(_l("No prices yet"), _l("A price list gets its prices with its first version.")),
)
lists.add(STOCK)
lists.add(PRICES)
