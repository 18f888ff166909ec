"""What a document says: the records of its order, read once when it is issued."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from processes.records import ledger


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a document prints, in plain values: money in cents, quantities in thousandths, days and moments as ISO text."""

    language: str
    data: dict[str, Any]
    number: str | None = None
    """The number that the record behind it has already (an invoice's), else the document gets the next of its series."""


def gather(session: Session, kind: str, posting: ledger.Posting) -> Facts:
    """What the records say now about the order of `posting`, as a document of that kind prints it."""
    return Facts("en", {"order_no": posting.order_no})
