"""Connections, and the one place where a transaction is committed.

SQLite: WAL, `synchronous=FULL`, foreign keys on; a write unit starts with BEGIN IMMEDIATE (SQLAlchemy's default would
lose updates between read and write), a read unit with BEGIN. PostgreSQL: READ COMMITTED plus the version columns.
Whoever finds the database taken waits up to WAIT_S and then gets an OperationalError; nothing of its unit is there then.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Select, bindparam, create_engine, event, exc, inspect, select
from sqlalchemy.engine.characteristics import ConnectionCharacteristic
from sqlalchemy.orm import Session

WRITE = {"orderlane_write": True}
#: How long a unit waits. On SQLite for its one write lock, whose waiters are not served in turn: of eight that write all the
#: time one may see many others go first. On PostgreSQL for any one statement.
WAIT_S = 30
#: How many statements a connection to SQLite keeps prepared (5 KB each). One order's life asks some 250 different ones, and
#: to prepare one costs more than to run it; of the driver's 128 most are gone when they are asked again.
_KEPT_STATEMENTS = 512
#: PostgreSQL: lock not available, deadlock, serialization, shut down by an administrator or a crash, starting, too many connections.
_AWAY = frozenset({"55P03", "40P01", "40001", "57P01", "57P02", "57P03", "53300"})
_Answer = TypeVar("_Answer")
_Row = TypeVar("_Row")


class UnitSession(Session):
    """The session of a unit. It asks for a row by its key with a statement that is built once, not anew at each call."""

    def get(self, entity: type[_Row], ident: Any, **options: Any) -> _Row | None:
        """As Session.get, in a third of the time where the row has to be read and nothing else is asked for."""
        statement = None if any(options.values()) else _by_key(entity)
        if statement is None or not isinstance(ident, (int, str)):
            return super().get(entity, ident, **options)
        if inspect(entity).identity_key_from_primary_key((ident,)) in self.identity_map:
            return super().get(entity, ident)
        return self.scalar(statement, {"wanted": ident})

    def get_one(self, entity: type[_Row], ident: Any, **options: Any) -> _Row:
        """As Session.get_one, in the same way."""
        found = self.get(entity, ident, **options)
        return super().get_one(entity, ident, **options) if found is None else found


@cache
def _by_key(entity: Any) -> Select[Any] | None:
    """None where the key is made of several columns."""
    columns = inspect(entity).primary_key
    return select(entity).where(columns[0] == bindparam("wanted")) if len(columns) == 1 else None


def connect(url: str, **options: Any) -> Engine:
    """An engine for `url` (sqlite:///... or postgresql://...), prepared as this module promises."""
    engine = create_engine(url, **options)
    prepare(engine)
    return engine


def prepare(engine: Engine) -> None:
    """Install the connection rules on an engine that somebody else made (Flask-SQLAlchemy).

    None of them is an event of the engine or its dialect: one alone lets SQLAlchemy look for listeners at each statement.
    """
    # As in SQLAlchemy itself, but not compiled anew at each savepoint, which costs more than the savepoint.
    engine.dialect.do_savepoint = _savepoint
    engine.dialect.do_release_savepoint = _release_savepoint
    if engine.dialect.name == "sqlite":
        engine.dialect.connect = partial(
            engine.dialect.connect, cached_statements=_KEPT_STATEMENTS, factory=_Sqlite
        )
        engine.dialect.do_begin = _begin_sqlite
        engine.dialect.connection_characteristics = engine.dialect.connection_characteristics.union(
            dict.fromkeys(WRITE, _Writes())
        )
        event.listen(engine, "connect", _set_up_sqlite)
    else:
        event.listen(engine, "connect", _set_up_postgresql)


def begin_write(session: Session) -> None:
    """Say at the start of a unit that it will write. Must come before the session's first statement."""
    session.connection(execution_options=WRITE)


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A write unit: everything inside is committed at the end, or nothing is."""
    with UnitSession(engine, expire_on_commit=False) as session:
        begin_write(session)
        yield session
        commit(session)


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A unit that only reads."""
    with UnitSession(engine, expire_on_commit=False) as session:
        yield session


def commit(session: Session) -> None:
    """Make a unit durable. The web request and `transaction` call this; nobody else commits."""
    session.commit()


def repeat_on_deadlock(unit: Callable[[], _Answer], attempts: int = 3) -> _Answer:
    """Run a whole unit again when PostgreSQL chose it as a deadlock's victim (40P01, 40001); never half of it."""
    for attempt in range(1, attempts + 1):
        try:
            return unit()
        except exc.OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in {"40P01", "40001"} or attempt == attempts:
                raise
    raise AssertionError("unreachable")


def is_away(error: exc.DBAPIError) -> bool:
    """Whether the database was locked, restarting or out of reach: the unit is not to blame, and it will pass."""
    if error.connection_invalidated or getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
        return True
    return str(getattr(error.orig, "sqlstate", None)) in _AWAY


class _Sqlite(sqlite3.Connection):
    """A connection to SQLite that knows how its next unit begins."""

    begin = "BEGIN"


class _Writes(ConnectionCharacteristic):
    """What the option WRITE means to a connection, until it is given back."""

    transactional = True

    def set_characteristic(self, dialect: Any, dbapi_conn: _Sqlite, value: bool) -> None:
        dbapi_conn.begin = "BEGIN IMMEDIATE" if value else "BEGIN"

    def get_characteristic(self, dialect: Any, dbapi_conn: _Sqlite) -> bool:
        return dbapi_conn.begin != "BEGIN"

    def reset_characteristic(self, dialect: Any, dbapi_conn: _Sqlite) -> None:
        dbapi_conn.begin = "BEGIN"


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself: `_begin_sqlite` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={int(WAIT_S * 1000)}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _savepoint(connection: Connection, name: str) -> None:
    connection.exec_driver_sql(f"SAVEPOINT {name}")


def _release_savepoint(connection: Connection, name: str) -> None:
    connection.exec_driver_sql(f"RELEASE SAVEPOINT {name}")


def _begin_sqlite(connection: Any) -> None:
    connection.execute(connection.begin)


def _set_up_postgresql(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout='5s'; SET statement_timeout='{int(WAIT_S * 1000)}ms'")
        cursor.execute("SET idle_in_transaction_session_timeout='60s'; SET timezone='UTC'")
    connection.commit()
