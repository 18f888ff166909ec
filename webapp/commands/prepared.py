"""The database of a command that works on this installation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from engine import database
from engine.errors import Refused
from webapp import config, schema


class NotPrepared(Refused):
    """The database is not prepared for this version. Run: orderlane db upgrade"""


@contextmanager
def prepared_database(settings: config.Settings | None = None) -> Iterator[Engine]:
    """The database of this installation, which must have its tables. Raises NotPrepared."""
    engine = database.connect((settings or config.load()).database_url)
    try:
        if not schema.is_current(engine):
            raise NotPrepared
        yield engine
    finally:
        engine.dispose()
