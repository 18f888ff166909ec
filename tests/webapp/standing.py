"""An installation that stands for all tests of a process: each test finds its files, its rows and its application as new.

Most of what a test of a page would otherwise cost is done once: routes and statements are compiled for an application
and its engine, and are the same for every test.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import Engine

import engine.database
from engine import sentences
from tests import in_memory
from webapp import config
from webapp.app import create_app
from webapp.database import db, know_all_letters
from webapp.protection import limiter
from webapp.texts import spoken

Made = TypeVar("Made")


class Standing:
    """One folder, one application on it and one more engine on the same database, for what tests do without the web.

    settings    what is set otherwise than a company sets it that nobody has configured.
    """

    def __init__(self, company: Path, **settings: Any):
        self._company = company
        self._place = tempfile.TemporaryDirectory(prefix="orderlane-web-", dir=in_memory.place())
        self._folder = Path(self._place.name) / "instance"
        self._app: Flask | None = None
        self._begun: dict[str, tuple[Path, Any]] = {}
        self._translator = spoken.translator()
        shutil.copytree(company, self._folder)
        self.settings = replace(config.load(self._folder, environ={}), **settings)
        self.database: Engine = engine.database.connect(self.settings.database_url)
        know_all_letters(self.database)

    def furnish(self) -> None:
        """The company's files, as they were on the first day."""
        self.close()
        shutil.rmtree(self._folder)
        shutil.copytree(self._company, self._folder)

    def begin_with(self, name: str, fill: Callable[[Engine], Made]) -> Made:
        """Do to the company's database what `fill` does: once, and later by a copy of all files, with the same answer.

        Where something has been written since the first day, `fill` does it, so the test sees no difference.
        """
        if self._is_written():
            return fill(self.database)
        if name not in self._begun:
            answer = fill(self.database)
            self.close()
            files = self._folder.with_name(name)
            shutil.copytree(self._folder, files)
            self._begun[name] = files, answer
            return answer
        files, answer = self._begun[name]
        self.close()
        shutil.rmtree(self._folder)
        shutil.copytree(files, self._folder)
        return answer

    def _is_written(self) -> bool:
        # What SQLite has written since the files were copied stands in its log until the last connection is closed.
        logs = self._folder.glob("*.sqlite-wal")
        return any(log.stat().st_size for log in logs)

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

    def end(self) -> None:
        """Remove everything."""
        self.close()
        self._place.cleanup()


def let_go(app: Flask) -> None:
    """Close every connection of an application."""
    with app.app_context():
        db.session.remove()
        for each in db.engines.values():
            each.dispose()
