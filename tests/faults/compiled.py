"""What servers of the fault tests know when they are born: all that has been compiled in the tests that they are forks of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from engine import database
from tests.conftest import share_what_is_compiled


@contextmanager
def together() -> Iterator[None]:
    """Inside, the engine of an application goes on with what was compiled for all engines of this process."""
    prepare = database.prepare

    def prepare_together(engine: Engine) -> None:
        prepare(engine)
        share_what_is_compiled(engine)

    database.prepare = prepare_together
    try:
        yield
    finally:
        database.prepare = prepare
