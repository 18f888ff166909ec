"""What tests of the company may ask for besides tests/conftest.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import sentences
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


@pytest.fixture(autouse=True)
def no_translator() -> Iterator[None]:
    """Below the web everything is said in English, whatever application ran in this process before."""
    known = list(sentences._translators)
    sentences.translate_with(None)
    yield
    sentences._translators[:] = known
