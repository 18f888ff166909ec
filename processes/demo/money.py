"""Cash accounts, wage rates and what else the money needs of the demo company."""

from __future__ import annotations

from sqlalchemy.orm import Session


def add(session: Session) -> None:
    """Add them to an empty database."""
