"""The web application of the fault tests, in this process: asked like over HTTP, on either database."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from engine import clock, database
from tests.engine.house import House
from tests.faults import flows
from tests.webapp.visitors import Visitor
from webapp import config
from webapp.accounts import sessions
from webapp.app import create_app
from webapp.database import db


@dataclass
class Installed:
    """An application on a database, and Ann, who is signed in."""

    app: Flask
    house: House
    ann: Visitor

    @classmethod
    def on(cls, engine: Engine, folder: Path) -> Installed:
        """On a database with all tables."""
        house = flows.house_on(engine)
        url = engine.url.render_as_string(hide_password=False)
        app = create_app(config.load(folder, environ={"DATABASE_URL": url}))
        with database.transaction(engine) as session:
            session_id = sessions.start(session, "ann", now=clock.now())
        client = app.test_client()
        client.set_cookie("orderlane", session_id)
        installed = cls(app, house, Visitor(client))
        assert installed.ann.token
        return installed

    @property
    def engine(self) -> Engine:
        """The connections of the web."""
        with self.app.app_context():
            return db.engine

    def let_go(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def task(self, order: int, element_id: str = "count") -> int:
        """The key of the open user task of an order."""
        with self.house.read() as session:
            return self.house.task(session, order, element_id).key

    def complete(self, user_task_key: int, amount: int, **headers: str) -> TestResponse:
        """What the form of a step sends."""
        fields = {"submission": json.dumps({"amount": amount, "answer": "go"}), "csrf_token": self.ann.token}
        address = f"/user-tasks/{user_task_key}/complete"
        return self.ann.client.post(address, data=fields, headers={"Accept": "application/json", **headers})

    @staticmethod
    def key() -> dict[str, str]:
        """A new Idempotency-Key, as a header."""
        return {"Idempotency-Key": secrets.token_hex(8)}


def said(answer: TestResponse) -> tuple[int, Any]:
    """Status and body."""
    return answer.status_code, answer.get_data()
