"""A check: a promise, the rows that break it, and what to say of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache, wraps
from typing import Any

from sqlalchemy import Executable, Row
from sqlalchemy.orm import Session

from engine.sentences import Sentence

#: The rows that break a promise. Each has a column "row" that names it, and one for each place of the sentence.
Broken = Iterable[Row[Any] | Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that breaks a promise, in a sentence, and what to do about it."""

    invariant: str
    row: str
    sentence: Sentence
    remedy: str

    def to_json(self) -> dict[str, str]:
        """The finding for a program."""
        return {
            "invariant": self.invariant,
            "row": self.row,
            "sentence": str(self.sentence),
            "remedy": self.remedy,
        }


@dataclass(frozen=True, slots=True)
class Check:
    """A promise and how to find what breaks it.

    invariant: its number in the list of invariants ("I14"), for the engine's promises "E1". sentence: says of one broken row
    what was expected and what was found; a place that ends in _cents or _milli is shown in units.
    """

    invariant: str
    promise: str
    find: Callable[[Session, datetime], Broken]
    sentence: str
    remedy: str

    def run(self, session: Session, now: datetime) -> Iterable[Finding]:
        """Each row that breaks the promise. Changes nothing."""
        for row in self.find(session, now):
            places = dict(row) if isinstance(row, Mapping) else dict(row._mapping)
            name = str(places.pop("row"))
            shown = {place: _shown(place, value) for place, value in places.items()}
            yield Finding(self.invariant, name, Sentence(self.sentence, row=name, **shown), self.remedy)

    @property
    def order(self) -> tuple[str, int]:
        """Where it stands in a report: by letter, then by number."""
        letters, number = re.fullmatch(r"([A-Z]+)(\d+)", self.invariant).groups()
        return letters, int(number)


def asked(build: Callable[[], Executable]) -> Callable[[Session, datetime], Broken]:
    """How to find what breaks a promise where one question tells, always the same: it is built once a process."""
    question = cache(build)

    @wraps(build)
    def find(session: Session, _now: datetime) -> Broken:
        return session.execute(question())

    return find


def _shown(place: str, value: Any) -> Any:
    if value is not None and place.endswith("_cents"):
        return f"{Decimal(value) / 100:.2f}"
    if value is not None and place.endswith("_milli"):
        return f"{(Decimal(value) / 1000).normalize():f}"
    return "nothing" if value is None else value
