"""A database whose COMMIT succeeds and is then reported as failed: what nobody can tell from one that did fail."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Engine, event

#: The first lie is told within so many commits, however rare lies are: a short test hears one too.
FIRST_WITHIN = 20


@dataclass
class Lies:
    """How many commits wrote something, and how many of them were reported as failed."""

    told: int = 0
    commits: int = 0


@contextmanager
def committed_but_told_otherwise(engine: Engine, every: int, draw: random.Random) -> Iterator[Lies]:
    """For one of so many commits that have written something; `every` 1 is each of them."""
    lies = Lies()
    dialect = engine.dialect
    do_commit = dialect.do_commit
    wrote: set[int] = set()
    chosen = draw.randrange(min(every, FIRST_WITHIN))

    def remember(connection: Any, cursor: Any, statement: str, *_more: Any) -> None:
        if statement.lstrip()[:6].upper() in {"INSERT", "UPDATE", "DELETE"} and cursor.rowcount != 0:
            wrote.add(id(connection.connection.driver_connection))

    def commit(connection: Any) -> None:
        nonlocal chosen
        do_commit(connection)
        if id(connection.driver_connection) not in wrote:
            return
        wrote.discard(id(connection.driver_connection))
        lies.commits += 1
        if lies.commits - 1 == chosen:
            lies.told += 1
            chosen += 1 + draw.randrange(2 * every - 1)
            if dialect.name == "sqlite":
                raise sqlite3.OperationalError("disk I/O error")
            connection.driver_connection.close()
            raise psycopg.OperationalError("server closed the connection unexpectedly")

    dialect.do_commit = commit
    event.listen(engine, "after_cursor_execute", remember)
    try:
        yield lies
    finally:
        dialect.do_commit = do_commit
        event.remove(engine, "after_cursor_execute", remember)
