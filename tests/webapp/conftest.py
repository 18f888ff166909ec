"""A real installation for each test: the demo company on a migrated SQLite file, its processes deployed, nothing running.

installation    its Settings; app: the application; database: an engine on the same file for what a test does itself.
visitor(login)  a browser that is signed in as that person; visitor(None) one that is not.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

import engine.database
from engine import clock
from processes import catalogue, demo
from tests.webapp.templates import compiled_once
from tests.webapp.visitors import Visitor
from webapp import config, schema
from webapp.accounts import sessions
from webapp.app import create_app
from webapp.database import db, know_all_letters
from webapp.protection import limiter

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SQLite file that every test gets a copy of."""
    folder = tmp_path_factory.mktemp("company")
    settings = config.load(folder, environ={})
    database = engine.database.connect(settings.database_url)
    schema.upgrade(database)
    with engine.database.transaction(database) as session:
        demo.company(session)
        catalogue.deploy_all(session, now=clock.now())
    database.dispose()
    return folder


@pytest.fixture
def installation(company: Path, tmp_path: Path) -> config.Settings:
    """The settings of an instance folder of its own."""
    folder = tmp_path / "instance"
    shutil.copytree(company, folder)
    return config.load(folder, environ={})


@pytest.fixture
def app(installation: config.Settings) -> Iterator[Flask]:
    """The application on that installation."""
    app = compiled_once(create_app(installation))
    with app.app_context():
        limiter.reset()
    yield app
    with app.app_context():
        db.session.remove()
        for each in db.engines.values():
            each.dispose()


@pytest.fixture
def database(installation: config.Settings) -> Iterator[Engine]:
    """The same database, for what a test looks up or does without the web."""
    engine_ = engine.database.connect(installation.database_url)
    know_all_letters(engine_)
    yield engine_
    engine_.dispose()


@pytest.fixture
def visitor(app: Flask, database: Engine) -> Visit:
    """visitor("it") is signed in as that person; visitor(None) is not."""

    def visit(login: str | None = None) -> Visitor:
        client = app.test_client()
        if login is not None:
            with engine.database.transaction(database) as session:
                session_id = sessions.start(session, login, now=clock.now())
            client.set_cookie("orderlane", session_id)
        return Visitor(client)

    return visit
