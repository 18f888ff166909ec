"""What tests of the company may ask for besides tests/conftest.py."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from processes import demo
from tests.conftest import in_memory


@pytest.fixture
def company(engine: Engine, request: pytest.FixtureRequest) -> Session:
    """A session on a database with the demo company in it, and no process."""
    is_copied = engine.url.drivername.startswith("sqlite") and not engine.url.database
    if is_copied and "session" not in request.fixturenames:
        in_memory("company", demo.company, into=engine)
        return request.getfixturevalue("session")
    session = request.getfixturevalue("session")
    demo.company(session)
    return session
