"""The process dies at every statement of the step that closes a work order: everything of it is there, or nothing (I25, I29).

The variant that commits in the middle of the step is caught by the same sweep.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text

from engine import database
from tests import founded, postgres
from tests.conftest import all_tables
from tests.faults import amount, broken
from tests.faults.closing import Closing, dies

pytestmark = pytest.mark.faults

#: How many of the statements are struck in `make test`; all of them in `make faults`.
FEW = {"sqlite": 10, "postgresql": 5}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Closing:
    """A repair that is about to be closed, in a SQLite file of which each test has a copy: playing up to there takes seconds."""
    folder = tmp_path_factory.mktemp("played")
    engine = database.connect(founded.copied(founded.books(tmp_path_factory), folder).database_url)
    closing = Closing.on(engine)
    engine.dispose()
    return closing


@pytest.fixture(params=list(FEW))
def closing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Closing]:
    """A repair that is about to be closed, on a database that writes through to the disk."""
    played: Closing = request.getfixturevalue("played")
    if request.param == "sqlite":
        file = shutil.copy(str(played.engine.url.database), tmp_path / "orderlane.sqlite")
        closing = played.on_copy(database.connect(f"sqlite:///{file}"))
    else:
        cluster: postgres.Cluster = request.getfixturevalue("durable_cluster")
        closing = played.on_copy(database.connect(cluster.create_database(all_tables())))
        _carry(played.engine, closing.engine)
    yield closing
    closing.engine.dispose()


def _carry(made: Engine, empty: Engine) -> None:
    """Put all rows of one database into the tables of another one, a PostgreSQL."""
    with database.reading(made) as there, database.transaction(empty) as here:
        here.execute(
            text("SET LOCAL session_replication_role = replica")
        )  # whatever the order of rows that need others
        for table in all_tables().sorted_tables:
            if rows := [dict(row) for row in there.execute(select(table)).mappings()]:
                here.execute(insert(table), rows)
    made.dispose()


def test_a_process_that_dies_while_it_closes_an_order_leaves_everything_or_nothing(closing: Closing) -> None:
    expected, statements = closing.rehearse()
    before = closing.rows()
    healthy_before = closing.broken_promises()

    # The COMMIT is one more.
    for at in amount.spread(range(1, statements + 2), FEW[closing.engine.dialect.name]):
        assert dies(closing, at), f"it came to its end before statement {at}"
        assert closing.rows() == before, f"killed at statement {at}, it left something behind"
    assert not dies(closing, statements + 2)
    after = {name: len(rows) for name, rows in closing.rows().items()}

    assert healthy_before == []
    assert after == expected
    assert statements > 150
    assert closing.broken_promises() == []
    closing.go_on()
    assert closing.broken_promises() == []


@pytest.mark.parametrize("closing", ["sqlite"], indirect=True)
def test_the_variant_that_commits_in_the_middle_of_the_step_is_caught(closing: Closing) -> None:
    expected, _statements = closing.rehearse()
    before = closing.rows()

    left_behind = {}
    for at in itertools.count(1, 25):
        assert dies(closing, at, broken.commit_effects_alone), "It came through, and nothing was noticed."
        left_behind = closing.rows()
        if left_behind != before:
            break

    assert {name: len(rows) for name, rows in left_behind.items()} != expected
