"""What a report is: tables with columns, kept as plain values, so that what was saved is shown as it was then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

#: How a column is written: text, words (a marked text), code (an order number), count, decimal, percent, money (cents), day.
KINDS = ("text", "words", "code", "count", "decimal", "percent", "money", "day")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a marked title, and how its values are written. A value None says "no data"."""

    title: str
    kind: str = "text"

    @property
    def is_number(self) -> bool:
        """Whether it stands at the right."""
        return self.kind in ("count", "decimal", "percent", "money")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a report. note: a marked sentence on how to read it; foot: a row of totals; chart: the column that is drawn."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Any]]
    note: str = ""
    foot: Sequence[Any] = ()
    chart: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The sheet as plain values."""
        return {
            "title": self.title,
            "columns": [[each.title, each.kind] for each in self.columns],
            "rows": [list(row) for row in self.rows],
            "note": self.note,
            "foot": list(self.foot),
            "chart": self.chart,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Sheet:
        """A sheet as it was saved."""
        columns = tuple(Column(title, kind) for title, kind in value["columns"])
        return cls(value["title"], columns, value["rows"], value["note"], value["foot"], value.get("chart"))


@dataclass(frozen=True, slots=True)
class Result:
    """What a report says: its sheets, the first one the most important."""

    sheets: list[Sheet] = field(default_factory=list)

    def to_json(self) -> list[dict[str, Any]]:
        """The result as plain values."""
        return [each.to_json() for each in self.sheets]

    @classmethod
    def from_json(cls, value: list[dict[str, Any]]) -> Result:
        """A result as it was saved."""
        return cls([Sheet.from_json(each) for each in value])
