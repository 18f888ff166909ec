"""The demo company some months ahead: its server's clock is moved by the test, also while the server is down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import bindparam, exists, select

from engine.tables import Job
from tests import founded
from tests.once import once
from tests.stories.company import Company, until
from tests.stories.nursery import MovedServer
from webapp import config

#: When stories that bring their own orders begin: no holiday in Moldova; the clock changes on the Sunday.
MONDAY = datetime(2027, 3, 22, 6, 0, tzinfo=UTC)
#: Asked ten times a second while a story waits, so it is built once.
_IS_ANY_DUE = select(exists().where(Job.state.in_(("ready", "running")), Job.due_at <= bindparam("now")))


@dataclass
class LaterCompany(Company):
    """A company whose days pass as fast as the test likes. Its clock runs; it is moved forward, never back."""

    @classmethod
    def begin(cls, folder: Path, at: datetime) -> LaterCompany:
        """Go on at a moment with the company that is in the folder."""
        file = folder / "clock"
        _set(file, at)
        company = cls.found(folder, MovedServer, ORDERLANE_CLOCK=str(file))
        company.settle()
        return company

    @classmethod
    def on_monday(cls, factory: pytest.TempPathFactory, name: str) -> LaterCompany:
        """On MONDAY, in a folder of its own, a copy of the company whose work began shortly before: once for all stories."""
        folder = factory.mktemp(name)
        founded.copied(on_monday(factory), folder)
        return cls.begin(folder, MONDAY)

    @property
    def _clock(self) -> Path:
        return self.server.log.parent / "clock"

    def now(self) -> datetime:
        """What the clock of the server shows."""
        return datetime.now(UTC) + timedelta(seconds=float(self._clock.read_text(encoding="ascii")))

    def pass_until(self, moment: datetime) -> None:
        """Let time pass until a moment, and everything happen that is due by then. Nobody stays signed in that long."""
        assert moment >= self.now(), f"{moment} is over: it is {self.now()}."
        _set(self._clock, moment)
        self._sign_out()
        self.settle()

    @contextmanager
    def down(self) -> Iterator[None]:
        """The server dies without a word, is away for what happens inside, and starts again."""
        self.server.kill()
        self._sign_out()
        yield
        self.server.start()
        self.settle()

    def move_while_down(self, moment: datetime) -> None:
        """Die, be away until a moment, start again: what has become due meanwhile happens now."""
        with self.down():
            _set(self._clock, moment)

    def settle(self) -> None:
        """Wait until the server has done everything that is due, and has sent what it wrote."""
        until(lambda: not self._is_busy(), timeout_s=60)

    def _is_busy(self) -> bool:
        with self.engine.connect() as connection:
            return bool(connection.scalar(_IS_ANY_DUE, {"now": self.now()}))

    def _sign_out(self) -> None:
        for person in self.people.values():
            person.client.close()
        self.people.clear()
        self.links.clear()


def on_monday(factory: pytest.TempPathFactory) -> Path:
    """The folder of the company whose work began shortly before MONDAY. For reading only."""
    books = founded.books(factory)
    return once(factory, "company_on_monday", lambda folder: _begin_work(founded.copied(books, folder)))


def _begin_work(settings: config.Settings) -> None:
    file = settings.instance / "clock"
    _set(file, MONDAY - timedelta(minutes=15))
    MovedServer(settings.instance, DATABASE_URL=settings.database_url, ORDERLANE_CLOCK=str(file)).begin_work()


def _set(file: Path, moment: datetime) -> None:
    # In one piece: the server may read at any moment.
    fresh = file.with_suffix(".new")
    fresh.write_text(str((moment - datetime.now(UTC)).total_seconds()), encoding="ascii")
    fresh.replace(file)
