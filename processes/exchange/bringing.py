"""Bringing rows in: each is checked, what is wrong is told by line, and nothing is written while anything is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import exc
from sqlalchemy.orm import Session

from engine import errors
from engine.sentences import Sentence, _l
from processes.exchange.sheet import Sheet
from processes.records import audit

#: So many problems are told; whoever has more mends these first.
MOST_PROBLEMS = 50
MOST_ROWS = 20_000
_TWICE = _l("The row is in the file twice: line {first} names the same one. Remove one of them.")
_NO_FIT = _l(
    "The row breaks a rule of its table: something it names is not there, or a value is out of range."
)
_TOO_MANY = _l("The file has more than {most} rows. Split it.")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row cannot be brought in. line: its line in the file, the head is line 1."""

    line: int
    sentence: str | Sentence


@dataclass(slots=True)
class Brought:
    """What came of the rows: how many were new, changed something or were there as they are; and what is wrong."""

    added: int = 0
    changed: int = 0
    same: int = 0
    problems: list[Problem] = field(default_factory=list)


def bring(
    session: Session,
    sheet: Sheet,
    rows: Iterable[Mapping[str, str]],
    *,
    by: str,
    now: datetime,
    only_try: bool = False,
) -> Brought:
    """Bring rows of texts in, all or none: with a problem in any row, or with `only_try`, nothing stays written.

    Rows that are there as they are change nothing, so the same file twice adds nothing. Raises Refused for a file too long.
    """
    audit.acting(session, by, now)
    found = Brought()
    groups = _read(sheet, rows, found.problems)
    with session.begin_nested() as savepoint:
        for lines in groups.values():
            if len(found.problems) >= MOST_PROBLEMS:
                break
            try:
                # A row that is refused half-way leaves nothing behind.
                with session.begin_nested():
                    outcome = sheet.write(session, [values for _line, values in lines], now)
            except (errors.Refused, errors.BusinessError) as refused:
                found.problems.append(Problem(lines[0][0], refused.sentence))
                continue
            except exc.IntegrityError:
                found.problems.append(Problem(lines[0][0], Sentence(_NO_FIT)))
                continue
            setattr(found, outcome, getattr(found, outcome) + len(lines))
        if found.problems or only_try:
            savepoint.rollback()
    found.problems.sort(key=lambda problem: problem.line)
    return found


_Groups = dict[tuple[str, ...], list[tuple[int, dict[str, Any]]]]


def _read(sheet: Sheet, rows: Iterable[Mapping[str, str]], problems: list[Problem]) -> _Groups:
    """{what names a group: its (line, values)}, in the order of the file; what cannot be read becomes a problem."""
    groups: _Groups = {}
    seen: dict[tuple[str, ...], int] = {}
    for line, texts in enumerate(rows, start=2):
        if line > MOST_ROWS + 1:
            raise errors.Refused(Sentence(_TOO_MANY, most=MOST_ROWS))
        try:
            values = sheet.as_values(texts)
            name = sheet.named(values)
            if all(name) and seen.setdefault(name, line) != line:
                raise errors.Refused(Sentence(_TWICE, first=seen[name]))
        except errors.Refused as refused:
            problems.append(Problem(line, refused.sentence))
            if len(problems) == MOST_PROBLEMS:
                break
            continue
        # Rows without a name are new ones: each for itself.
        own = sheet.grouped(values)
        groups.setdefault(own if all(own) else (*own, str(line)), []).append((line, values))
    return groups
