"""The two databases of the fault tests, durable as in production."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine import database
from tests import postgres
from tests.conftest import _all_tables
from tests.engine.house import TestTables
from tests.faults.installation import Installation

Install = Callable[..., Installation]


@pytest.fixture(scope="session")
def durable_cluster() -> Iterator[postgres.Cluster]:
    """A PostgreSQL that writes through to the disk."""
    if postgres.programs() is None:
        pytest.skip(postgres.MISSING)
    with postgres.start(durable=True) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and the ledger of the tests, made once and copied for each test."""
    file = tmp_path_factory.mktemp("empty") / "orderlane.sqlite"
    engine = database.connect(f"sqlite:///{file}")
    _all_tables().create_all(engine)
    TestTables.metadata.create_all(engine)
    engine.dispose()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def durable(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database with all tables and the ledger of the tests, once on each of the two."""
    if request.param == "sqlite":
        file = shutil.copy(request.getfixturevalue("empty_file"), tmp_path / "orderlane.sqlite")
        engine = database.connect(f"sqlite:///{file}")
    else:
        cluster: postgres.Cluster = request.getfixturevalue("durable_cluster")
        engine = database.connect(cluster.create_database(_all_tables()))
        TestTables.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def install(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Install]:
    """Makes an installation on one of the databases, whole or broken first; its servers end with the test."""
    made: list[Installation] = []

    def make(before: Callable[[], None] = lambda: None) -> Installation:
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path / f'orderlane{len(made)}.sqlite'}"
        else:
            url = request.getfixturevalue("durable_cluster").create_database()
        made.append(Installation.make(tmp_path, url, before))
        return made[-1]

    yield make
    for installation in made:
        installation.end()
