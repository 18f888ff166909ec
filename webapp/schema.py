"""The database's shape: Alembic's migrations, run from here so that nobody needs an alembic.ini."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Engine

# Imported so that every room's tables stand in the metadata.
import engine.tables  # noqa: F401
import processes.records  # noqa: F401
import webapp.tables  # noqa: F401
from engine.columns import Base
from engine.database import WRITE
from engine.errors import Refused

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to this version of the code, as a whole or not at all; does nothing when it is there already.

    Raises Refused, changing nothing, when a row would point at one that is not there.
    """
    with engine.execution_options(**WRITE).connect() as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        if is_sqlite:
            # A table that is written anew is away for a moment. SQLite takes this word outside of transactions only.
            _driver(connection).execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                command.upgrade(_config(connection), revision)
                if is_sqlite:
                    _refuse_lost_references(connection)
        finally:
            if is_sqlite:
                _driver(connection).execute("PRAGMA foreign_keys=ON")


def is_current(engine: Engine) -> bool:
    """Whether the database has exactly the shape that this version of the code expects."""
    with engine.connect() as connection:
        return set(_heads_of(connection)) == set(heads())


def heads() -> tuple[str, ...]:
    """The newest revisions that the code knows."""
    return tuple(ScriptDirectory.from_config(_config()).get_heads())


def current(engine: Engine) -> tuple[str, ...]:
    """The revisions that the database has."""
    with engine.connect() as connection:
        return _heads_of(connection)


def differences(engine: Engine) -> list[object]:
    """What autogenerate would change: empty when models and migrations say the same."""
    opts = {"compare_type": False, "include_object": _can_be_compared(engine)}
    with engine.connect() as connection, warnings.catch_warnings():
        # What SQLite cannot reflect; `_can_be_compared` leaves those indexes out.
        warnings.filterwarnings("ignore", message="autogenerate skipping|Skipped unsupported reflection")
        return compare_metadata(MigrationContext.configure(connection, opts=opts), Base.metadata)


def new_revision(engine: Engine, message: str) -> None:
    """Write a migration from the differences between the models and this database."""
    if engine.dialect.name == "sqlite":
        raise Refused(
            "Expected a PostgreSQL database: SQLite cannot say what an index over an expression holds, so a "
            "migration written against it would lack those indexes. Set DATABASE_URL to an empty PostgreSQL database."
        )
    with engine.connect() as connection:
        command.revision(_config(connection), message=message, autogenerate=True)


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _refuse_lost_references(connection: Connection) -> None:
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if lost is not None:
        raise Refused(
            f"The upgrade would leave a row of {lost[0]} that points at no row of {lost[2]}, so nothing was changed. "
            "Run `orderlane doctor` with the version that you had and mend what it finds."
        )


def _can_be_compared(engine: Engine) -> Callable[..., bool]:
    """Leaves out what SQLite cannot reflect: indexes over expressions (`urgent DESC`). Tests compare those by text."""
    beyond_sqlite = {
        index.name
        for table in Base.metadata.tables.values()
        for index in table.indexes
        if not all(isinstance(each, Column) for each in index.expressions)
    }

    def include(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        return not (engine.dialect.name == "sqlite" and kind == "index" and name in beyond_sqlite)

    return include


def _heads_of(connection: Connection) -> tuple[str, ...]:
    return MigrationContext.configure(connection).get_current_heads()


def _config(connection: Connection | None = None) -> Config:
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["connection"] = connection
    return made
