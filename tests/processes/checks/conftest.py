"""Two databases with the same healthy shop: one as it is, and one without a single guard, where rows can be broken by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Engine, MetaData, Table
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from engine import database
from tests.conftest import all_tables, in_memory
from tests.processes.checks import healthy


@pytest.fixture(scope="module")
def _unguarded_shop() -> Iterator[tuple[Engine, bytes]]:
    """A database whose tables have columns and keys only: no constraint, no trigger; and what a healthy one holds."""
    engine = database.connect("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    bare = MetaData()
    for table in all_tables().sorted_tables:
        columns = (
            Column(each.name, each.type, primary_key=each.primary_key, autoincrement=False)
            for each in table.columns
        )
        Table(table.name, bare, *columns)
    bare.create_all(engine)
    guarded = in_memory("healthy shop", healthy.build)
    for table in bare.sorted_tables:
        names = ", ".join(f'"{each.name}"' for each in table.columns)
        rows = _connection(guarded).execute(f'SELECT {names} FROM "{table.name}"').fetchall()
        places = ", ".join("?" for _column in table.columns)
        _connection(engine).executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({places})', rows)
    guarded.dispose()
    yield engine, _connection(engine).serialize()
    engine.dispose()


@pytest.fixture
def unguarded(_unguarded_shop: tuple[Engine, bytes]) -> Iterator[Session]:
    """The healthy shop on a database that refuses nothing."""
    engine, healthy_bytes = _unguarded_shop
    _connection(engine).deserialize(healthy_bytes)
    with Session(engine) as session:
        database.begin_write(session)
        yield session


def _connection(engine: Engine) -> sqlite3.Connection:
    with engine.connect() as connection:
        return connection.connection.driver_connection
