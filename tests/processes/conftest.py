"""What tests of the company may ask for besides tests/conftest.py."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from processes import demo


@pytest.fixture
def company(session: Session) -> Session:
    """A session on a database with the demo company in it, and no process."""
    demo.company(session)
    return session
