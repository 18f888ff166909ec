"""The two databases of the fault tests, durable as in production."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine import database
from tests import postgres
from tests.conftest import all_tables
from tests.engine.house import TestTables
from tests.faults.installation import Installation

Install = Callable[..., Installation]

#: A file system in memory, and how much of it must be free. What a killed process gave to the operating system is there
#: after its death, in memory as on a disk; only nobody waits for the disk after each of thousands of commits.
MEMORY, ENOUGH = Path("/dev/shm"), 2**30


@pytest.fixture(scope="session")
def durable_cluster(founded_cluster: Path) -> Iterator[postgres.Cluster]:
    """A PostgreSQL that answers a commit when it is in its log."""
    with postgres.start(durable=True, like=founded_cluster) as cluster:
        yield cluster


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
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ENOUGH:
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="orderlane-", dir=MEMORY) as folder:
        yield Path(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def durable(request: pytest.FixtureRequest, quick_folder: Path) -> Iterator[Engine]:
    """An empty database with all tables and the ledger of the tests, once on each of the two."""
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("empty_file"), quick_folder / "orderlane.sqlite")
        engine = database.connect(f"sqlite:///{file}")
    else:
        cluster: postgres.Cluster = request.getfixturevalue("durable_cluster")
        engine = database.connect(cluster.create_database(all_tables()))
        TestTables.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def install(request: pytest.FixtureRequest, quick_folder: Path) -> Iterator[Install]:
    """Makes an installation on one of the databases, whole or broken first; its servers end with the test."""
    made: list[Installation] = []

    def make(before: Callable[[], None] = lambda: None) -> Installation:
        if request.param == "sqlite":
            url = f"sqlite:///{quick_folder / f'orderlane{len(made)}.sqlite'}"
        else:
            url = request.getfixturevalue("durable_cluster").create_database()
        made.append(Installation.make(quick_folder, url, before))
        return made[-1]

    yield make
    for installation in made:
        installation.end()
