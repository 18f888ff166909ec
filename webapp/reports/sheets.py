"""How the sheets of a report are shown: values in the reader's language, bars beside a table, a table as a CSV file."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, g, make_response
from flask_babel import gettext
from markupsafe import Markup

from engine import clock
from engine.errors import NotFound
from processes.records import money
from processes.records.reports.sheet import Column, Sheet
from webapp import words
from webapp.language import day, label, number
from webapp.office.cells import cents
from webapp.office.exports import harmless

_HEIGHT, _STEP, _BAR = 80, 12, 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart, in units of its drawing."""

    x: int
    y: float
    width: int
    height: float
    words: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A sheet as a template draws it: everything is text or markup; numbers names the columns that stand at the right."""

    title: str
    heads: list[str]
    rows: list[list[str | Markup]]
    foot: list[str | Markup]
    note: str
    numbers: list[int]
    bars: list[Bar]
    chart_width: int


def shown(sheet: Sheet, currency: str) -> Shown:
    """A sheet in the reader's language."""
    bars = _bars(sheet)
    return Shown(
        title=label(sheet.title),
        heads=[_head(column, currency) for column in sheet.columns],
        rows=[_cells(sheet, row) for row in sheet.rows],
        foot=_cells(sheet, sheet.foot) if sheet.foot else [],
        note=label(sheet.note),
        numbers=[place for place, column in enumerate(sheet.columns) if column.is_number],
        bars=bars,
        chart_width=len(bars) * _STEP,
    )


def written(value: Any, kind: str) -> str | Markup:
    """One value as a reader reads it; nothing is "no data" where a number is expected."""
    if value is None:
        return gettext("no data") if kind in ("count", "decimal", "percent", "money") else ""
    if kind == "money":
        return cents(int(value))
    if kind == "percent":
        return gettext("%(number)s %%", number=number(Decimal(str(value))))
    if kind in ("count", "decimal"):
        return number(Decimal(str(value)).normalize() if value else 0)
    if kind == "day":
        return _moment(str(value))
    return label(str(value)) if kind == "words" else str(value)


def as_csv(sheets: list[Sheet], place: int, name: str) -> Response:
    """One sheet as a CSV file: UTF-8 with a byte-order mark, numbers plain, heads in the reader's language."""
    if not 0 <= place < len(sheets):
        raise NotFound(gettext("There is no such table in this report."))
    sheet = sheets[place]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(label(column.title) for column in sheet.columns)
    for row in [*sheet.rows, *([sheet.foot] if sheet.foot else [])]:
        writer.writerow(
            harmless(_plain(value, column)) for value, column in zip(row, sheet.columns, strict=True)
        )
    response = make_response(text.getvalue().encode("utf-8-sig"))
    response.content_type = "text/csv; charset=utf-8"
    file_name = "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "-" for sign in name
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}-{place + 1}.csv"'
    return response


def _plain(value: Any, column: Column) -> Any:
    if value is None:
        return gettext("no data") if column.is_number else ""
    if column.kind == "money":
        return money.units(int(value))
    return label(str(value)) if column.kind == "words" else value


def _cells(sheet: Sheet, row: Any) -> list[str | Markup]:
    return [written(value, column.kind) for value, column in zip(row, sheet.columns, strict=True)]


def _head(column: Column, currency: str) -> str:
    title = label(column.title)
    return f"{title}, {currency}" if column.kind == "money" else title


def _moment(text: str) -> str | Markup:
    if len(text) == len("2026-11-23"):
        return day(date.fromisoformat(text))
    moment = datetime.fromisoformat(text).astimezone(ZoneInfo(g.calendar.time_zone))
    return words.time_tag(moment, clock.now())


def _bars(sheet: Sheet) -> list[Bar]:
    """One bar a row, the highest as high as the drawing."""
    if sheet.chart is None or not sheet.rows:
        return []
    values = [Decimal(str(row[sheet.chart] or 0)) for row in sheet.rows]
    highest = max(max(values), Decimal(1))
    return [
        Bar(
            x=place * _STEP,
            y=round(_HEIGHT - float(value / highest) * _HEIGHT, 1),
            width=_BAR,
            height=round(float(value / highest) * _HEIGHT, 1),
            words=f"{written(row[0], sheet.columns[0].kind)}: {written(value, 'count')}",
        )
        for place, (row, value) in enumerate(zip(sheet.rows, values, strict=True))
    ]
