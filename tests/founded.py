"""Installations that many tests begin with: each is made once for all processes of a test run, and then copied.

books       what the demo company keeps, on a migrated SQLite file. No process is deployed.
company     the same with its processes, nothing running.
at_work     the same as the first start of `orderlane run` leaves it: with orders on their way.
cluster     a stopped PostgreSQL cluster with all tables, for `postgres.start`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import engine.database
from engine import clock
from processes import catalogue, demo
from tests import postgres
from tests.conftest import all_tables
from tests.once import once
from webapp import config, prepare, schema


def books(factory: pytest.TempPathFactory) -> Path:
    """The instance folder of the demo company before its first process. For reading only: `copied` gives one's own."""
    return once(factory, "company_books", lambda folder: _open_books(config.load(folder, environ={})))


def company(factory: pytest.TempPathFactory) -> Path:
    """The instance folder of the demo company before its first order. For reading only: `copied` gives one's own."""
    return once(factory, "company", lambda folder: _deploy(copied(books(factory), folder)))


def at_work(factory: pytest.TempPathFactory) -> Path:
    """The instance folder of the demo company as its first start leaves it. For reading only."""
    return once(factory, "company_at_work", _start)


def said_at_first(at_work: Path) -> list[str]:
    """The lines that the first start of that folder has printed."""
    return at_work.with_suffix(".said").read_text(encoding="utf-8").splitlines()


def cluster(factory: pytest.TempPathFactory) -> Path:
    """The folder of a stopped PostgreSQL cluster with all tables. Raises FileNotFoundError where it is not installed."""
    return once(factory, "cluster", lambda folder: postgres.found(folder, all_tables()))


def found(settings: config.Settings) -> None:
    """The demo company before its first order, on an empty database."""
    _open_books(settings)
    _deploy(settings)


def copied(founded: Path, folder: Path) -> config.Settings:
    """The settings of an empty folder, or a new one, with the same in it."""
    shutil.copytree(founded, folder, dirs_exist_ok=True)
    return config.load(folder, environ={})


def _open_books(settings: config.Settings) -> None:
    database = engine.database.connect(settings.database_url)
    schema.upgrade(database)
    with engine.database.transaction(database) as session:
        demo.company(session)
    database.dispose()


def _start(folder: Path) -> None:
    said = list(prepare.prepare(config.load(folder, environ={})))
    # Beside the folder, in which nothing lies that the program has not put there.
    folder.with_suffix(".said").write_text("\n".join(said), encoding="utf-8")


def _deploy(settings: config.Settings) -> None:
    database = engine.database.connect(settings.database_url)
    with engine.database.transaction(database) as session:
        catalogue.deploy_all(session, now=clock.now())
    database.dispose()
