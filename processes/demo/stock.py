"""Products, price lists and what lies in the store of the demo company."""

from __future__ import annotations

from sqlalchemy.orm import Session


def add(session: Session) -> None:
    """Add them to an empty database."""
