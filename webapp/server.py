"""Serving: gunicorn with threads, the clock and the live notifier inside the serving process.

Threads, because an open inbox holds one stream. SQLite gets exactly one process: it has one writer anyway, and the
live streams of one process need no other messenger.
"""

from __future__ import annotations

import gc
import signal
from typing import Any

from gunicorn.app.base import BaseApplication

from webapp import app, config, live, scheduler

#: So many new objects are let come before they are looked through for garbage: a page makes thousands.
NEW_OBJECTS = 10_000


class _Server(BaseApplication):
    def __init__(self, settings: config.Settings):
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        settings = self._settings
        options = {
            "bind": f"{settings.host}:{settings.port}",
            "worker_class": "gthread",
            "workers": 1 if settings.is_sqlite else settings.workers,
            "threads": settings.threads,
            "timeout": 120,
            "graceful_timeout": 10,
            "keepalive": 5,
            "loglevel": "warning",
            "proc_name": "orderlane",
            "post_worker_init": _begin,
            "worker_exit": _end,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        # Called in the worker, after the fork: no connection and no thread is shared with the parent.
        return app.create_app(self._settings)


def serve(settings: config.Settings) -> None:
    """Serve until stopped. Prepare the database first."""
    _Server(settings).run()


def _begin(worker: Any) -> None:
    flask_app = worker.app.callable
    # What is there before the first request stays: looking through it for garbage took a tenth of all the time.
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
    scheduler.start(flask_app)
    live.start(flask_app)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        _end_streams_first(number, flask_app)


def _end_streams_first(number: int, flask_app: Any) -> None:
    """A stream never ends by itself: without this each stop would wait for the graceful time-out."""
    before = signal.getsignal(number)

    def stop(signum: int, frame: Any) -> None:
        live.end_streams(flask_app)
        if callable(before):
            before(signum, frame)

    signal.signal(number, stop)


def _end(_server: Any, worker: Any) -> None:
    flask_app = worker.app.callable
    if flask_app is None:
        return
    live.stop(flask_app)
    flask_app.extensions["orderlane_clock"].stop()
