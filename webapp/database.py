"""One request = one transaction, through Flask-SQLAlchemy on the engine's own tables.

The transaction begins with the view's first statement, so that reading an upload or re-encoding a picture never holds
SQLite's one write lock. It is committed once, after the view, when the answer is below 400; otherwise everything the
view did is rolled back. A step that lost a race (PostgreSQL chose it as a deadlock's victim, or somebody moved the same
order in that moment) is repeated as a whole, never in part.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, has_request_context, make_response, request
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import Engine, event

from engine import database as engine_database
from engine.columns import Base
from engine.errors import StaleProcessInstance

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ATTEMPTS = 3


class RequestSession(engine_database.UnitSession, Session):
    """The session of a request: with an unsafe method its transaction is a write unit from its first statement on."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Any:
        bind = super().get_bind(*args, **kwargs)
        if isinstance(bind, Engine) and has_request_context() and request.method not in SAFE_METHODS:
            # One and the same object each time: a session opens a connection for each engine it meets.
            return current_app.extensions["orderlane_write_engine"]
        return bind


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": RequestSession, "expire_on_commit": False})


def init_app(app: Flask) -> None:
    """Bind the tables to the application and install the engine's connection rules."""
    db.init_app(app)
    with app.app_context():
        engine_database.prepare(db.engine)
        app.extensions["orderlane_write_engine"] = db.engine.execution_options(**engine_database.WRITE)
        know_all_letters(db.engine)


def know_all_letters(engine: Engine) -> None:
    """Let SQLite's lower() know more than ASCII: a search for "ноутбук" finds "Ноутбук", as on PostgreSQL."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _replace_lower)


def in_one_transaction(view: Callable[[], Any]) -> Response:
    """The view's answer, after its transaction is committed (below 400) or rolled back."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return engine_database.repeat_on_deadlock(lambda: _once(view))
        except StaleProcessInstance:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _once(view: Callable[[], Any]) -> Response:
    # Read the whole request first: a slow sender must not hold the write lock.
    if request.is_json:
        request.get_data()
    for upload in request.files.values():
        upload.stream.seek(0)
    done = False
    try:
        response = make_response(view())
        if response.status_code < 400:
            engine_database.commit(db.session)
            done = True
        return response
    finally:
        if not done:
            db.session.rollback()


def _replace_lower(connection: Any, _record: Any) -> None:
    connection.create_function("lower", 1, lambda text: text and str(text).lower(), deterministic=True)
