"""The database's shape: Alembic's migrations, run from here so that nobody needs an alembic.ini."""

from __future__ import annotations

import warnings
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

# Imported so that every room's tables stand in the metadata.
import engine.tables  # noqa: F401
import processes.records  # noqa: F401
import webapp.tables  # noqa: F401
from engine.columns import Base
from engine.database import WRITE

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to this version of the code; does nothing when it is there already."""
    with engine.execution_options(**WRITE).begin() as connection:
        command.upgrade(_config(connection), revision)


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
    with engine.connect() as connection, warnings.catch_warnings():
        # SQLite cannot say what an index over an expression holds; tests compare those by their text.
        warnings.filterwarnings("ignore", message="autogenerate skipping")
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        return compare_metadata(context, Base.metadata)


def new_revision(engine: Engine, message: str) -> None:
    """Write a migration from the differences between the models and this database."""
    with engine.connect() as connection:
        command.revision(_config(connection), message=message, autogenerate=True)


def _heads_of(connection: Connection) -> tuple[str, ...]:
    return MigrationContext.configure(connection).get_current_heads()


def _config(connection: Connection | None = None) -> Config:
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["connection"] = connection
    return made
