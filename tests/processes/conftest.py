"""What tests of the company may ask for besides tests/conftest.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from engine import sentences
from processes import demo
from tests.conftest import begin_with
from tests.processes import contracted


@pytest.fixture
def company(session: Session) -> Session:
    """A session on a database with the demo company in it, and no process."""
    begin_with(session, "company", demo.company)
    return session


@pytest.fixture
def deployed(session: Session) -> Session:
    """The same with all its processes deployed, none running."""
    contracted.company(session)
    return session


@pytest.fixture(autouse=True)
def no_translator() -> Iterator[None]:
    """Below the web everything is said in English, whatever application ran in this process before."""
    known = list(sentences._translators)
    sentences.translate_with(None)
    yield
    sentences._translators[:] = known
