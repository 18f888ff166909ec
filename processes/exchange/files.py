"""Tables as files: CSV (UTF-8, comma or semicolon) and XLSX, read defensively, written so that no cell is a formula."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException

from engine import errors
from engine.sentences import Sentence, _l
from processes.exchange.bringing import MOST_ROWS
from processes.exchange.sheet import Sheet, written

MOST_BYTES = 5 * 1024 * 1024
#: What an XLSX file may grow to when it is unpacked: more is an attack or no table.
_MOST_UNPACKED = 20 * MOST_BYTES
#: A text that a spreadsheet would take for a formula gets an apostrophe, which is taken off again. Source: OWASP, "CSV injection".
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NO_TABLE = _l("The file is neither a CSV file in UTF-8 nor an XLSX file. Save it as one of them.")
_TOO_LARGE = _l("The file is larger than {most} MB. Split it.")
_NO_HEAD = _l('The first line has no column "{column}". It must name the columns: {columns}.')
_TWO_HEADS = _l('The first line names the column "{column}" twice. Remove one of them.')
_STRANGE = _l('The first line has a column "{column}" that this table does not have. It has: {columns}.')


def as_csv(sheet: Sheet, rows: Iterable[Mapping[str, str]]) -> bytes:
    """UTF-8 with a byte-order mark; the head names the columns."""
    text = io.StringIO()
    writer = csv.writer(text)
    names = [field.name for field in sheet.fields]
    writer.writerow(names)
    for row in rows:
        writer.writerow([_harmless(row[name]) for name in names])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(sheet: Sheet, rows: Iterable[Mapping[str, str]]) -> bytes:
    """One sheet of texts with a head that stays in view: a number with leading zeros keeps them."""
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet.name[:31])
    page.freeze_panes = "A2"
    heads = [WriteOnlyCell(page, field.name) for field in sheet.fields]
    for head in heads:
        head.font = Font(bold=True)
    page.append(heads)
    for row in rows:
        page.append([_text_cell(page, row[field.name]) for field in sheet.fields])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def read(sheet: Sheet, content: bytes) -> list[dict[str, str]]:
    """The rows of a file as texts by column. Raises Refused with a sentence when it is no such table.

    Columns may stand in any order and may be missing, but for those that name a row; what is missing stays as it is in the records.
    """
    if len(content) > MOST_BYTES:
        raise errors.Refused(Sentence(_TOO_LARGE, most=MOST_BYTES // 1024 // 1024))
    lines = _xlsx_lines(content) if content[:2] == b"PK" else _csv_lines(content)
    if not lines:
        raise errors.Refused(_NO_TABLE)
    head = [each.strip() for each in lines[0]]
    while head and not head[-1]:
        head.pop()
    _check_head(sheet, head)
    return [
        dict(zip(head, [*line, *[""] * len(head)], strict=False))
        for line in lines[1:]
        if any(map(str.strip, line))
    ]


def _check_head(sheet: Sheet, head: Sequence[str]) -> None:
    names = [field.name for field in sheet.fields]
    columns = ", ".join(names)
    for name in head:
        if name not in names:
            raise errors.Refused(Sentence(_STRANGE, column=name[:60], columns=columns))
        if head.count(name) > 1:
            raise errors.Refused(Sentence(_TWO_HEADS, column=name))
    for name in sheet.key:
        if name not in head:
            raise errors.Refused(Sentence(_NO_HEAD, column=name, columns=columns))


def _csv_lines(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise errors.Refused(_NO_TABLE) from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        found = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return [[_plain(cell) for cell in line] for line in _few(found)]
    except csv.Error:
        raise errors.Refused(_NO_TABLE) from None


def _xlsx_lines(content: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > _MOST_UNPACKED:
                raise errors.Refused(Sentence(_TOO_LARGE, most=MOST_BYTES // 1024 // 1024))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(values_only=True)
        return [[_plain(_of_cell(cell)) for cell in row] for row in _few(rows)]
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        KeyError,
        ValueError,
        IndexError,
        SyntaxError,
        TypeError,
    ):
        raise errors.Refused(_NO_TABLE) from None


def _few(lines: Iterable[Any]) -> Iterable[Any]:
    """No more lines than `bring` would take, and one: it says that there are too many."""
    for number, line in enumerate(lines):
        if number > MOST_ROWS + 1:
            return
        yield line


def _of_cell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, float):
        return written(Decimal(repr(value)) if value != int(value) else int(value))
    if isinstance(value, date | time | bool | int):
        return written(value)
    return "" if value is None else str(value)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith((*_FORMULA, "'")) else text


def _plain(text: str) -> str:
    return text[1:] if text[:1] == "'" and text[1:2] in (*_FORMULA, "'") and len(text) > 1 else text


def _text_cell(page: Any, text: str) -> Any:
    if not text:
        return None
    cell = WriteOnlyCell(page, text)
    cell.data_type = "s"
    return cell
