"""How a value of a record is written on a page: money with two decimals, quantities without needless zeros, days in words."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from flask import Flask
from flask_babel import get_locale
from markupsafe import Markup
from sqlalchemy import Row

from engine import clock
from processes.records import money, quantities
from webapp import words
from webapp.language import day as day_in_words
from webapp.language import label, number
from webapp.office.listing import COUNTED_TO, Column


def init_app(app: Flask) -> None:
    """Give templates these words as filters."""
    app.jinja_env.filters["cell"] = cell
    app.jinja_env.filters["counted"] = counted
    app.jinja_env.filters["cents"] = cents
    app.jinja_env.filters["pieces"] = pieces
    app.jinja_env.filters["on_day"] = day_in_words


def cents(amount: int | None) -> str:
    """Cents as an amount in the reader's language, always with two decimals: 1,360.00 · 1.360,00 · 1 360,00."""
    if amount is None:
        return ""
    written = format_decimal(money.units(amount), format="#,##0.00", locale=get_locale() or "en")
    return written.replace("-", "\N{MINUS SIGN}")


def pieces(quantity_milli: int) -> str:
    """Thousandths as a quantity without needless zeros: 2 · 0.5 · −1."""
    return number(quantities.plain(quantity_milli))


def counted(rows: int) -> str:
    """A count that is exact up to 999: "12", "999+"."""
    return str(rows) if rows <= COUNTED_TO else f"{COUNTED_TO}+"


def cell(row: Row[Any], column: Column) -> str | Markup:
    """What a column shows of a row."""
    value = column.value(row)
    if value is None or value == "":
        return ""
    if column.kind == "money":
        return cents(value)
    if column.kind == "words":
        return label(value)
    if isinstance(value, datetime):
        return words.time_tag(value, clock.now())
    if isinstance(value, date):
        return day_in_words(value)
    if isinstance(value, Decimal | int):
        return number(value.normalize() if isinstance(value, Decimal) else value)
    return str(value)
