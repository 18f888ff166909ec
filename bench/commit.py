"""How much the engine costs beside the database: user-task completions per second against bare transactions.

The engine completes user tasks; every statement with which it writes is noted. The same statements with the same values
then run on a copy of the same database through the bare driver, one transaction for one completion. Chunks of the two
take turns, and the medians of the chunks are compared: `*_ratio` = engine's rate / bare rate (budget: at least 0.5).

    python bench/commit.py --json [--completions 400]
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.remove(str(Path(__file__).parent))  # here lies an http.py, which would hide the library's
sys.path.insert(0, str(Path(__file__).parent.parent))

import psycopg
from sqlalchemy import Engine, event, make_url, select

from engine import database, roles, user_tasks
from engine.tables import Base, UserTask
from tests import postgres
from tests.conftest import all_tables
from tests.engine import diagrams
from tests.engine.house import House

CHUNK = 40
WRITES = ("INSERT", "UPDATE", "DELETE")
MODEL = diagrams.process(
    diagrams.start(),
    diagrams.user_task(
        "count", properties={"sla": "PT4H", "escalate_to": "manager", "instruction": "Count it."}
    ),
    diagrams.service_task("book", "test.post", {"amount": "=amount"}),
    diagrams.exclusive("again", default="again_to_count"),
    diagrams.end(),
    diagrams.flow("begin", "count"),
    diagrams.flow("count", "book"),
    diagrams.flow("book", "again"),
    diagrams.flow("again", "count"),
    diagrams.flow("again", "done", '=answer = "stop"'),
)

Written = list[tuple[str, Any, bool]]


def main() -> None:
    """Measure both databases and print one JSON line last."""
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("--json", action="store_true", help="only the JSON line")
    arguments.add_argument("--completions", type=int, default=400)
    given = arguments.parse_args()
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        found |= _measure("sqlite", _sqlite(Path(folder)), given.completions)
    with postgres.start() as cluster:
        found |= _measure("postgresql", _postgresql(cluster), given.completions)
    if not given.json:
        for name, value in found.items():
            print(f"{name:40} {value}")
    print(json.dumps(found))


class Pair:
    """The engine's database, and (after `copy`) a bare connection to a copy of it."""

    def __init__(self, engine: Engine, copy: Callable[[], Any], begin: str):
        self.engine = engine
        self.copy = copy
        self.begin = begin


def _sqlite(folder: Path) -> Pair:
    path = folder / "engine.sqlite"
    engine = database.connect(f"sqlite:///{path}")

    def copy() -> sqlite3.Connection:
        engine.dispose()
        shutil.copy(path, folder / "bare.sqlite")
        bare = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            bare.execute(f"PRAGMA {pragma}")
        return bare

    return Pair(engine, copy, "BEGIN IMMEDIATE")


def _postgresql(cluster: postgres.Cluster) -> Pair:
    url = cluster.create_database()
    engine = database.connect(url)

    def copy() -> psycopg.Connection[Any]:
        engine.dispose()
        bare = make_url(cluster.create_database(like=url)).database
        return psycopg.connect(f"host={cluster.folder} user=orderlane dbname={bare}", autocommit=True)

    return Pair(engine, copy, "BEGIN")


def _measure(name: str, pair: Pair, completions: int) -> dict[str, Any]:
    all_tables().create_all(pair.engine)
    house = House(pair.engine)
    house.deploy(MODEL)
    key = house.start()
    actor = house.actor("ann")
    for _ in range(5):
        _complete(pair.engine, house, key, actor)
    bare = pair.copy()
    engine_s, bare_s, statements = [], [], 0
    for _ in range(max(1, completions // CHUNK)):
        transactions: list[Written] = []
        with _noting(pair.engine, transactions):
            began = time.perf_counter()
            for _ in range(CHUNK):
                transactions.append([])
                _complete(pair.engine, house, key, actor)
            engine_s.append((time.perf_counter() - began) / CHUNK)
        began = time.perf_counter()
        for written in transactions:
            cursor = bare.cursor()
            cursor.execute(pair.begin)
            for statement, values, many in written:
                (cursor.executemany if many else cursor.execute)(statement, values)
                if cursor.description:
                    cursor.fetchall()
            cursor.execute("COMMIT")
        bare_s.append((time.perf_counter() - began) / CHUNK)
        statements = len(transactions[-1])
    _compare(pair, bare, house)
    engine_median, bare_median = statistics.median(engine_s), statistics.median(bare_s)
    return {
        f"{name}_engine_per_s": round(1 / engine_median, 1),
        f"{name}_bare_per_s": round(1 / bare_median, 1),
        f"{name}_ratio": round(bare_median / engine_median, 3),
        f"{name}_writing_statements": statements,
    }


def _complete(engine: Engine, house: House, key: int, actor: roles.Actor) -> None:
    with database.transaction(engine) as session:
        task_key = session.scalars(
            select(UserTask.key).where(UserTask.process_instance_key == key, UserTask.state == "open")
        ).one()
        user_tasks.complete(session, task_key, {"amount": 3, "answer": "go"}, actor=actor, now=house.now)


@contextmanager
def _noting(engine: Engine, transactions: list[Written]) -> Iterator[None]:
    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if statement.lstrip().startswith(WRITES):
            transactions[-1].append((statement, values, many))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _compare(pair: Pair, bare: Any, house: House) -> None:
    """Both databases must have the same rows, or the comparison is void."""
    with pair.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            query = f"SELECT count(*) FROM {table.name}"
            ours = connection.exec_driver_sql(query).scalar_one()
            theirs = bare.cursor().execute(query).fetchone()[0]
            assert ours == theirs, f"{table.name}: {ours} rows by the engine, {theirs} bare."


if __name__ == "__main__":
    main()
