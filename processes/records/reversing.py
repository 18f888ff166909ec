"""What taking back means: which rows of a ledger still count, and what a cancelled order has to take back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from processes.records.ledger import Posting

#: Takes back what one family of records has booked for the order of the posting; returns how many things that were.
Reversal = Callable[[Session, Posting, str | None], int]
_reversals: dict[str, Reversal] = {}


def on_cancel(reverse: Reversal) -> Reversal:
    """Let a cancelled order take back what this function knows of; usable as a decorator.

    It is called with the posting of the cancellation and its reason, before money, stock and the order itself. Called again
    it must do nothing.
    """
    _reversals[f"{reverse.__module__}.{reverse.__qualname__}"] = reverse
    return reverse


def cancel(session: Session, posting: Posting, reason: str | None) -> int:
    """Take back everything that was registered with `on_cancel`; returns how many things that were."""
    return sum(_reversals[name](session, posting, reason) for name in sorted(_reversals))


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
