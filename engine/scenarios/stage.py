"""The stage a story is played on: an in-memory database with the company in it.

The company is set up once and copied; every story begins with the same copy, so stories cannot disturb each other.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from engine import database
from engine.columns import Base

#: Finds records of an order, as a plain value: (session, order_no) -> a row, a list of rows, a text, a number or None.
Finder = Callable[[Session, str], Any]


@dataclass(slots=True)
class Stage:
    """What a company brings to its stories.

    prepare(session, now): deployments, and whatever depends on when a story begins. finders: {name: Finder}, the functions
    that conditions may call. changes: {name: change(session, now, **with)}, what may happen to records beside the process.
    found(session): people and records, the same at all times; done before, and once for all moments.
    """

    prepare: Callable[[Session, datetime], object]
    finders: Mapping[str, Finder] = field(default_factory=dict)
    changes: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    found: Callable[[Session], object] = lambda _session: None
    _copies: dict[datetime, bytes] = field(default_factory=dict)
    _founded: bytes | None = None
    _engine: Engine | None = None

    def open(self, at: datetime) -> Engine:
        """The stage's one in-memory database, with the company as it is at `at` and nothing of an earlier story.

        One story at a time: the same connection is filled anew, because SQLAlchemy's compiled queries belong to it.
        """
        if self._engine is None:
            self._engine = database.connect(
                "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
            )
        if at not in self._copies:
            if self._founded is None:
                Base.metadata.create_all(self._engine)
                with database.transaction(self._engine) as session:
                    self.found(session)
                self._founded = _connection(self._engine).serialize()
            _connection(self._engine).deserialize(self._founded)
            with database.transaction(self._engine) as session:
                self.prepare(session, at)
            self._copies[at] = _connection(self._engine).serialize()
        else:
            _connection(self._engine).deserialize(self._copies[at])
        return self._engine

    def close(self) -> None:
        """Give the database back."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None


def _connection(engine: Engine) -> sqlite3.Connection:
    with engine.connect() as connection:
        return connection.connection.driver_connection
