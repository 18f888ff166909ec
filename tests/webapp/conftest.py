"""A real installation for each test: the demo company on a migrated SQLite file, its processes deployed, nothing running.

installation    its Settings; app: the application; database: an engine on the same file for what a test does itself.
visitor(login)  a browser that is signed in as that person; visitor(None) one that is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

import engine.database
from engine import clock
from tests import founded
from tests.statements import asked
from tests.webapp.standing import Made, Standing, let_go
from tests.webapp.visitors import Visitor
from webapp import config
from webapp.accounts import sessions
from webapp.app import create_app
from webapp.database import db, know_all_letters
from webapp.protection import limiter

Visit = Callable[..., Visitor]
BeginWith = Callable[[str, Callable[[Engine], Made]], Made]


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The instance folder that every test gets a copy of."""
    return founded.company(tmp_path_factory)


@pytest.fixture(scope="session")
def standing(company: Path) -> Iterator[Standing]:
    """The one installation that most tests use, one after the other."""
    standing = Standing(company)
    yield standing
    standing.end()


@pytest.fixture
def installation(standing: Standing) -> config.Settings:
    """The settings of an instance folder as the first start has left it."""
    standing.furnish()
    return standing.settings


@pytest.fixture
def adds_addresses() -> None:
    """For a test that adds addresses of its own: its application has not answered anybody yet, and ends with it."""


@pytest.fixture
def app(request: pytest.FixtureRequest, installation: config.Settings, standing: Standing) -> Iterator[Flask]:
    """The application on that installation."""
    is_standing = installation is standing.settings and "adds_addresses" not in request.fixturenames
    app = standing.app if is_standing else create_app(installation)
    with app.app_context():
        limiter.reset()
    yield app
    let_go(app)


@pytest.fixture
def database(installation: config.Settings, standing: Standing) -> Iterator[Engine]:
    """The same database, for what a test looks up or does without the web."""
    if installation is standing.settings:
        engine_ = standing.database
    else:
        engine_ = engine.database.connect(installation.database_url)
        know_all_letters(engine_)
    yield engine_
    engine_.dispose()


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """What the application says to its database, in order."""
    with app.app_context():
        engine_ = db.engine
    with asked(engine_) as said:
        yield said


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


@pytest.fixture
def begin_with(app: Flask, database: Engine, standing: Standing) -> BeginWith:
    """begin_with("quoted", asked.quoted): the order that this function makes on the database, made once and copied."""
    if database is standing.database:
        return standing.begin_with
    return lambda _name, fill: fill(database)
