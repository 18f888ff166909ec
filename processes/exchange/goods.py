"""Products, price lists and tariff plans as tables. A version of prices comes in as a whole: all its rows together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors, roles
from engine.sentences import Sentence, _l
from processes.exchange.sheet import ADDED, CHANGED, LANGUAGES, SAME, Field, Sheet, change
from processes.records import money, price_lists, products, quantities, tariffs
from processes.records.price_lists import PriceList
from processes.records.products import Product
from processes.records.tariffs import TariffPlan

_NO_LIST = _l(
    'There is no price list "{name}". The first line of a new list needs its title and its currency.'
)
_VALID_ALREADY = _l(
    "Prices from {day} on are published and stay as they are. Give changed prices a later first day."
)
_NO_PLAN = _l('There is no tariff plan "{name}". A new plan needs its title, its months and its currency.')
_PUBLISHED = _l(
    "The lines from {day} on are published and stay as they are. Give changed lines a later first day."
)


def _read_products(session: Session) -> Iterator[dict[str, Any]]:
    for row in session.scalars(select(Product).order_by(Product.sku)):
        yield {
            "product": row.sku,
            **{f"name_{language}": row.names.get(language) for language in LANGUAGES},
            "kind": row.kind,
            "unit": row.unit,
            "tracking": row.tracking,
            "least_stock": quantities.plain(row.min_stock_milli),
            "norm_hours": quantities.plain(row.norm_milli),
            "warranty_months": row.warranty_months,
            "is_offered": row.is_offered,
        }


def _write_product(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> str:
    (values,) = rows
    known = session.get(Product, values["product"])
    names = dict(known.names) if known else {}
    given = {
        language: values.get(f"name_{language}") for language in LANGUAGES if f"name_{language}" in values
    }
    names = {language: name for language, name in {**names, **given}.items() if name}
    facts = {
        name: values[name]
        for name in ("unit", "tracking", "warranty_months", "is_offered")
        if values.get(name) is not None
    }
    for column, name in (("least_stock", "min_stock_milli"), ("norm_hours", "norm_milli")):
        if values.get(column) is not None:
            facts[name] = quantities.milli(values[column])
    if known is None:
        offered = facts.pop("is_offered", True)
        made = products.add(session, values["product"], names, kind=values.get("kind") or "part", **facts)
        made.is_offered = offered
        session.flush()
        return ADDED
    outcome = change(known, {**facts, **({"kind": values["kind"]} if values.get("kind") else {})})
    if names != known.names:
        known.rename(names)
        outcome = CHANGED
    session.flush()
    return outcome


def _read_prices(session: Session) -> Iterator[dict[str, Any]]:
    for price_list in session.scalars(select(PriceList).order_by(PriceList.price_list_id)):
        for version in reversed(price_lists.versions(session, price_list.price_list_id)):
            for line in price_lists.lines(session, version):
                yield {
                    "price_list": price_list.price_list_id,
                    "title": price_list.name,
                    "currency": version.currency,
                    "valid_from": version.valid_from,
                    "product": line.sku,
                    "price": money.units(line.price_cents),
                    "least_price": money.units(line.min_price_cents),
                }


def _write_prices(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> str:
    first = rows[0]
    name, valid_from = first["price_list"], first["valid_from"]
    wanted = {
        row["product"]: (money.cents(row["price"]), money.cents(row.get("least_price"))) for row in rows
    }
    for sku in wanted:
        products.get(session, sku)
    if session.get(PriceList, name) is None:
        if not first.get("title") or not first.get("currency"):
            raise errors.Refused(Sentence(_NO_LIST, name=name))
        price_lists.add(session, name, first["title"], first["currency"])
    known = {each.valid_from: each for each in price_lists.versions(session, name)}
    if valid_from in known:
        lines = price_lists.lines(session, known[valid_from])
        here = {line.sku: (line.price_cents, line.min_price_cents) for line in lines}
        # A file with some products of a version only says nothing of the others.
        if any(here.get(sku) != prices for sku, prices in wanted.items()):
            raise errors.Refused(Sentence(_VALID_ALREADY, day=valid_from))
        return SAME
    price_lists.publish(session, name, valid_from, wanted)
    return ADDED


def _read_tariffs(session: Session) -> Iterator[dict[str, Any]]:
    for plan in session.scalars(select(TariffPlan).order_by(TariffPlan.plan_id)):
        for version in tariffs.versions(session, plan.plan_id):
            for line in tariffs.lines_of(session, version):
                yield {
                    "tariff_plan": plan.plan_id,
                    "title": plan.name,
                    "months": plan.months,
                    "currency": plan.currency,
                    "valid_from": version.valid_from,
                    **_line(line),
                }


def _line(line: tariffs.TariffLine) -> dict[str, Any]:
    return {
        "product": line.sku,
        "description": line.description,
        "quantity": quantities.plain(line.quantity_milli),
        "price": money.units(line.price_cents),
        "included_hours": quantities.plain(line.included_milli),
    }


def _write_tariff(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> str:
    first = rows[0]
    name, valid_from = first["tariff_plan"], first["valid_from"]
    if session.get(TariffPlan, name) is None:
        if not (first.get("title") and first.get("months") and first.get("currency")):
            raise errors.Refused(Sentence(_NO_PLAN, name=name))
        tariffs.add(session, name, first["title"], months=first["months"], currency=first["currency"])
    known = {each.valid_from: each for each in tariffs.versions(session, name)}
    if valid_from in known:
        here = [_line(line) for line in tariffs.lines_of(session, known[valid_from])]
        if [_comparable(row) for row in rows] != [_comparable(row) for row in here]:
            raise errors.Refused(Sentence(_PUBLISHED, day=valid_from))
        return SAME
    lines = [
        {
            "sku": row["product"],
            "included": row.get("included_hours"),
            **{name: row.get(name) for name in ("description", "price")},
            "quantity": row.get("quantity") or 1,
        }
        for row in rows
    ]
    tariffs.publish(session, name, valid_from, lines, by=roles.SYSTEM.login, at=now)
    return ADDED


def _comparable(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return (
        row["product"],
        row.get("description"),
        quantities.milli(row.get("quantity") or 1),
        money.cents(row.get("price")),
        quantities.milli(row.get("included_hours")),
    )


def _titled(first: Field, *fields: Field) -> tuple[Field, ...]:
    return (
        first,
        Field("title", _l("Name")),
        *fields,
    )


_VALID_FROM = Field("valid_from", _l("Valid from"), "day", required=True)
_PRODUCT = Field("product", _l("Product"), required=True)
SHEETS = (
    Sheet(
        "products",
        _l("Products"),
        _l("Parts, works, services and fees. What an order has on its lines stays as it was."),
        "prices.see",
        "records.exchange",
        ("product",),
        (
            _PRODUCT,
            Field("name_en", _l("Name in English"), required=True),
            Field("name_ro", _l("Name in Romanian")),
            Field("name_ru", _l("Name in Russian")),
            Field("kind", _l("Kind"), "choice", choices=tuple(products.KINDS)),
            Field("unit", _l("Unit"), "choice", choices=tuple(products.UNITS)),
            Field("tracking", _l("Tracking"), "choice", choices=tuple(products.TRACKING)),
            Field("least_stock", _l("Minimum"), "number"),
            Field("norm_hours", _l("Norm (hours)"), "number"),
            Field("warranty_months", _l("Warranty (months)"), "whole"),
            Field("is_offered", _l("In use"), "switch"),
        ),
        _read_products,
        _write_product,
    ),
    Sheet(
        "prices",
        _l("Price lists"),
        _l(
            "A new first day is a new version of the list: products that it does not name keep their prices. What was valid stays."
        ),
        "prices.see",
        "records.exchange",
        ("price_list", "valid_from", "product"),
        _titled(
            Field("price_list", _l("Price list"), required=True),
            Field("currency", _l("Currency")),
            _VALID_FROM,
            _PRODUCT,
            Field("price", _l("Price"), "number", required=True),
            Field("least_price", _l("Least price"), "number"),
        ),
        _read_prices,
        _write_prices,
        group=("price_list", "valid_from"),
    ),
    Sheet(
        "tariffs",
        _l("Tariff plans"),
        _l(
            "A new first day is a new version of the plan, with the lines that the file gives for it. What was valid stays."
        ),
        "prices.see",
        "records.exchange",
        ("tariff_plan", "valid_from", "product"),
        _titled(
            Field("tariff_plan", _l("Tariff plan"), required=True),
            Field("months", _l("Period (months)"), "whole"),
            Field("currency", _l("Currency")),
            _VALID_FROM,
            _PRODUCT,
            Field("description", _l("Description")),
            Field("quantity", _l("Quantity"), "number"),
            Field("price", _l("Price"), "number"),
            Field("included_hours", _l("Included hours"), "number"),
        ),
        _read_tariffs,
        _write_tariff,
        group=("tariff_plan", "valid_from"),
    ),
)
