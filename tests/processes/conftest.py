"""What tests of the company may ask for besides tests/conftest.py."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from engine import scenarios, sentences
from processes import demo, stories
from tests.conftest import all_tables, begin_with
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


@pytest.fixture(scope="module")
def stage() -> Iterator[scenarios.Stage]:
    """The stage of the company's stories; what is prepared for a moment is made by one process for all."""
    all_tables()
    stage = stories.stage()
    found, prepare = stage.found, stage.prepare

    def both(session: Session, now: datetime) -> None:
        begin_with(session, "company on stage", found)
        prepare(session, now)

    stage.found = lambda _session: None
    stage.prepare = lambda session, now: begin_with(
        session, f"stage at {now:%Y-%m-%d %H.%M}", lambda empty: both(empty, now)
    )
    yield stage
    stage.close()


@pytest.fixture(autouse=True)
def no_translator() -> Iterator[None]:
    """Below the web everything is said in English, whatever application ran in this process before."""
    known = list(sentences._translators)
    sentences.translate_with(None)
    yield
    sentences._translators[:] = known
