"""The commands of `orderlane`, one file a family, and what they share."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy import Engine

from engine import database
from engine.errors import Refused
from webapp import config, schema

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON value, for a program.")


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


def print_json(value: Any) -> None:
    """The one JSON value of a command that was asked for --json."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str))
