"""An installation that stands for all tests of a process: each test finds its files, its rows and its application as new.

Most of what a test of a page would otherwise cost is done once: routes and statements are compiled for an application
and its engine, and are the same for every test.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine

import engine.database
from engine import sentences
from webapp import config
from webapp.app import create_app
from webapp.database import db, know_all_letters
from webapp.protection import limiter
from webapp.texts import spoken


class Standing:
    """One folder, one application on it and one more engine on the same database, for what tests do without the web."""

    def __init__(self, company: Path, folder: Path):
        self._company = company
        self._folder = folder
        self._app: Flask | None = None
        self._translator = spoken.translator()
        shutil.copytree(company, folder)
        self.settings = config.load(folder, environ={})
        self.database: Engine = engine.database.connect(self.settings.database_url)
        know_all_letters(self.database)

    def furnish(self) -> None:
        """The company's files, as they were on the first day."""
        self.close()
        shutil.rmtree(self._folder)
        shutil.copytree(self._company, self._folder)

    @property
    def app(self) -> Flask:
        """The application, without anything that an earlier test has set or replaced."""
        if self._app is None:
            self._app = create_app(self.settings)
            self._own = [
                (part, dict(part))
                for part in (self._app.config, self._app.extensions, self._app.view_functions)
            ]
        for part, own in self._own:
            part.clear()
            part.update(own)
        sentences.translate_with(self._translator)
        with self._app.app_context():
            limiter.reset()
        return self._app

    def close(self) -> None:
        """Let go of the database."""
        self.database.dispose()
        if self._app is not None:
            let_go(self._app)


def let_go(app: Flask) -> None:
    """Close every connection of an application."""
    with app.app_context():
        db.session.remove()
        for each in db.engines.values():
            each.dispose()
