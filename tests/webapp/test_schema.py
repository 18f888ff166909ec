"""The migrations make exactly the tables, indexes and triggers that the code describes, on both databases."""

import sqlite3
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text

import engine.database
from engine.columns import Base
from webapp import schema


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A SQLite file that all migrations have made, for looking only."""
    migrated = engine.database.connect(f"sqlite:///{tmp_path_factory.mktemp('schema') / 'migrated.sqlite'}")
    schema.upgrade(migrated)
    yield migrated
    migrated.dispose()


def _shape(database: Engine) -> set[tuple[str, ...]]:
    """Everything that a CREATE statement made, in the database's own words."""
    with database.connect() as connection:
        if database.dialect.name == "sqlite":
            query = (
                "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND type <> 'table'"
            )
            made = {tuple(row) for row in connection.execute(text(query))}
            tables = (
                connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
                .scalars()
                .all()
            )
            for table in tables:
                for row in connection.execute(text(f'PRAGMA table_xinfo("{table}")')):
                    made.add((table, *map(str, row[1:])))
                for row in connection.execute(text(f'PRAGMA foreign_key_list("{table}")')):
                    made.add((table, "fk", *map(str, row[2:])))
        else:
            queries = (
                "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
                "SELECT table_name, column_name, data_type || is_nullable FROM information_schema.columns"
                " WHERE table_schema = 'public'",
                "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE connamespace = 'public'::regnamespace",
                "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
            )
            made = {tuple(row) for query in queries for row in connection.execute(text(query))}
    return {each for each in made if "alembic_version" not in " ".join(map(str, each))}


def _check(migrated: Engine, described: Engine) -> None:
    assert schema.is_current(migrated)

    wanted, found = _shape(described), _shape(migrated)

    assert found - wanted == set()
    assert wanted - found == set()
    assert schema.differences(migrated) == []


def test_on_sqlite_models_and_migrations_say_the_same(migrated, tmp_path):
    described = engine.database.connect(f"sqlite:///{tmp_path / 'described.sqlite'}")
    Base.metadata.create_all(described)

    _check(migrated, described)

    described.dispose()


def test_on_postgresql_models_and_migrations_say_the_same(postgresql_server):
    addresses = [postgresql_server.create_database(), postgresql_server.create_database(Base.metadata)]
    empty, described = map(engine.database.connect, addresses)

    try:
        schema.upgrade(empty)
        _check(empty, described)
    finally:
        for each, address in zip((empty, described), addresses, strict=True):
            each.dispose()
            postgresql_server.drop_database(address)


def test_a_second_upgrade_changes_nothing_and_an_empty_database_is_not_current(migrated, tmp_path):
    empty = engine.database.connect(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    assert not schema.is_current(empty)

    with empty.connect() as connection, migrated.connect() as other:
        _driver(other).backup(_driver(connection))
    before = _shape(empty)
    schema.upgrade(empty)

    assert before == _shape(migrated)
    assert _shape(empty) == before
    assert schema.current(empty) == schema.heads()
    empty.dispose()


def _driver(connection: Connection) -> sqlite3.Connection:
    return connection.connection.driver_connection


@pytest.mark.parametrize("table", ["comment", "attachment"])
def test_the_migrated_database_itself_refuses_to_change_a_ledger(migrated, table):
    with migrated.connect() as connection:
        triggers = connection.execute(
            text("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"),
            {"table": table},
        )
        assert triggers.scalar() == 2
