"""Which rows of a ledger still count: those that reverse nothing and that nothing reverses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Reversible(Protocol):
    """A ledger row with the column `reverses`: the key of the row that it takes back, or None."""

    key: int
    reverses: int | None


_Row = TypeVar("_Row", bound=Reversible)


def standing(rows: Iterable[_Row]) -> list[_Row]:
    """The rows that no other of them takes back, without the reversing ones. Order stays.

    rows: all rows of an order or a document, reversing ones included.
    """
    rows = list(rows)
    reversed_keys = {row.reverses for row in rows}
    return [row for row in rows if row.reverses is None and row.key not in reversed_keys]
