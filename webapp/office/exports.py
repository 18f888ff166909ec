"""A list as a file: CSV for every program, XLSX for spreadsheets. The same rows, the same order, the same search as on the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from sqlalchemy import Row

from processes.records import money
from webapp.language import label
from webapp.office.listing import Listing

#: A text that a spreadsheet would take for a formula. Source: OWASP, "CSV injection".
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(listing: Listing, rows: Iterable[Row[Any]], zone: ZoneInfo) -> bytes:
    """UTF-8 with a byte-order mark (spreadsheets ask for it); moments on the shop's clock with their offset."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(label(column.title) for column in listing.columns)
    for row in rows:
        writer.writerow(harmless(each) for each in _cells(listing, row, zone))
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(listing: Listing, rows: Iterable[Row[Any]], zone: ZoneInfo) -> bytes:
    """One sheet with a head that stays in view; numbers are numbers, days are days, texts are never formulas."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(label(listing.title)[:31])
    sheet.freeze_panes = "A2"
    heads = [WriteOnlyCell(sheet, label(column.title)) for column in listing.columns]
    for head, column, place in zip(heads, listing.columns, range(1, len(heads) + 1), strict=True):
        head.font = Font(bold=True)
        sheet.column_dimensions[_letter(place)].width = 14 if column.is_number else 26
    sheet.append(heads)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in _cells(listing, row, zone)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cells(listing: Listing, row: Row[Any], zone: ZoneInfo) -> list[Any]:
    return [_plain(column.kind, column.value(row), zone) for column in listing.columns]


def _plain(kind: str, value: Any, zone: ZoneInfo) -> Any:
    if value is None:
        return None
    if kind == "money":
        return money.units(value)
    if kind == "words":
        return label(value)
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(microsecond=0)
    return value


def harmless(value: Any) -> Any:
    """A value as a text file holds it: moments in ISO 8601, no text that a spreadsheet would take for a formula."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)  # a sheet knows no zones: it shows the shop's clock
    if isinstance(value, Decimal | int | date) or value is None:
        return value
    cell = WriteOnlyCell(sheet, str(value))
    cell.data_type = "s"
    return cell


def _letter(place: int) -> str:
    return chr(ord("A") + place - 1)
