"""What tests of records may ask for besides the demo company."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.processes import repaired


@pytest.fixture
def shop(session: Session) -> Session:
    """A small repair shop on an empty database (tests/processes/repaired.py)."""
    repaired.shop(session)
    return session
