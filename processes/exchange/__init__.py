"""Records as tables that leave the house and come back: what is exported and brought in again changes nothing.

A `Sheet` says once what a table holds: its columns, the column that names a row, how a row is read from the records and how it
is written into them. Files are read and written in `files`; `bring` takes rows in, all of them or none. Each module of this
package that has SHEETS offers some: add a file, touch no list.
"""

from __future__ import annotations

import importlib
import pkgutil

from sqlalchemy.orm import Session

from engine import errors
from engine.sentences import Sentence, _l
from processes.exchange.bringing import Brought, Problem, bring
from processes.exchange.sheet import Field, Sheet

__all__ = ["SHEETS", "Brought", "Field", "Problem", "Sheet", "bring", "find", "rows"]

_MODULES = [importlib.import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__)]
SHEETS: tuple[Sheet, ...] = tuple(sheet for each in _MODULES for sheet in getattr(each, "SHEETS", ()))


def find(name: str) -> Sheet:
    """The sheet of that name. Raises NotFound, naming those that there are."""
    for sheet in SHEETS:
        if sheet.name == name:
            return sheet
    names = ", ".join(sheet.name for sheet in SHEETS)
    raise errors.NotFound(
        Sentence(_l('There is no table "{name}". There are: {names}.'), name=name, names=names)
    )


def rows(session: Session, sheet: Sheet) -> list[dict[str, str]]:
    """Every row of a sheet as texts by the names of its columns, in a fixed order."""
    return [sheet.as_texts(values) for values in sheet.read(session)]
