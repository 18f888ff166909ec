"""The two databases of the fault tests, durable as in production."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine import database
from tests import emptied, in_memory, postgres
from tests.conftest import Lenders, all_tables, connect
from tests.engine.house import TestTables
from tests.faults.installation import Installation

Install = Callable[..., Installation]


@pytest.fixture(scope="session")
def durable_cluster(postgresql_server: postgres.Cluster) -> postgres.Cluster:
    """A PostgreSQL that answers a commit when it is in its log."""
    return postgresql_server


@pytest.fixture
def lender(lenders: Lenders) -> emptied.Lender:
    """The ledger of the tests is there already, so that a database serves one test after the other."""
    return lenders(TestTables.metadata)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and the ledger of the tests, made once and copied for each test."""
    file = tmp_path_factory.mktemp("empty") / "orderlane.sqlite"
    engine = database.connect(f"sqlite:///{file}")
    all_tables().create_all(engine)
    TestTables.metadata.create_all(engine)
    engine.dispose()
    return file


@pytest.fixture
def quick_folder(tmp_path: Path) -> Iterator[Path]:
    """An empty folder, in memory where there is some."""
    place = in_memory.place()
    if place is None:
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="orderlane-", dir=place) as folder:
        yield Path(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def durable(request: pytest.FixtureRequest, quick_folder: Path) -> Iterator[Engine]:
    """An empty database with all tables and the ledger of the tests, once on each of the two."""
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("empty_file"), quick_folder / "orderlane.sqlite")
        engine = connect(f"sqlite:///{file}")
        yield engine
        engine.dispose()
        return
    yield request.getfixturevalue("postgresql")


@pytest.fixture(scope="session")
def learned() -> set[str]:
    """The databases for which this process has compiled what a server asks."""
    return set()


@pytest.fixture(params=["sqlite", "postgresql"])
def install(request: pytest.FixtureRequest, quick_folder: Path, learned: set[str]) -> Iterator[Install]:
    """Makes an installation on one of the databases, whole or broken first; its servers end with the test."""
    made: list[Installation] = []

    def make(before: Callable[[], None] = lambda: None) -> Installation:
        if request.param == "sqlite":
            folder = Path(tempfile.mkdtemp(dir=quick_folder))
            file = shutil.copy(request.getfixturevalue("empty_file"), folder / "orderlane.sqlite")
            url = f"sqlite:///{file}"
        else:
            url = request.getfixturevalue("durable_cluster").create_database(all_tables())
        made.append(Installation.make(quick_folder, url, before))
        return made[-1]

    def end() -> None:
        while made:
            installation = made.pop()
            installation.end()
            if request.param == "postgresql":
                request.getfixturevalue("durable_cluster").drop_database(str(installation.engine.url))

    if request.param not in learned:
        # It ends before the next one begins, whose nurse would keep the first nurse's wishes open.
        make().learn()
        learned.add(request.param)
        end()
    yield make
    end()
