"""The clock of the embedded worker: APScheduler wakes it every second, the rows say what is due.

Truth is the job table. The scheduler keeps exactly one interval job in memory; a missed wake-up costs a second, never
a timer. Starts only in a process that serves (not in a command, not in a test, not before a fork).
"""

from __future__ import annotations

import logging
from datetime import UTC, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from engine import accountability, clock, mail, worker
from webapp import mailer
from webapp.database import db

log = logging.getLogger("orderlane.clock")

EVERY = timedelta(seconds=1)
ALIVE_WITHIN = timedelta(seconds=30)
LIMIT = 100
#: A round begins again with what it has made due itself (a timer behind a timer, a mail), at most so often.
AGAIN = 100


class Clock:
    """Wakes the worker, and remembers when it last came back."""

    def __init__(self, engine: Engine, sender: mail.Sender | None = None):
        self._engine = engine
        self._sender = sender
        self._watch = accountability.Watch(engine, every=accountability.WALK_EVERY)
        self._last_round = clock.now()
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._scheduler.add_job(
            self.tick,
            "interval",
            seconds=EVERY.total_seconds(),
            id="run_due",
            # The defaults would drop a round that starts a second late, and never say so.
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )

    def start(self) -> None:
        """Begin to wake the worker, in a thread of this process."""
        self._scheduler.start()

    def stop(self) -> None:
        """Let a running round end, and wake no more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def tick(self) -> int:
        """One round: what is due and what that makes due, in portions, then a look at the next open orders.

        Says how many jobs ran. What never ends by itself goes on with the next round.
        """
        ran = 0
        try:
            for _ in range(AGAIN):
                portion = worker.run_due(
                    self._engine,
                    now=clock.now,
                    sender=self._sender,
                    limit=LIMIT,
                    guard=worker.ended_when_it_hangs,
                )
                self._last_round = clock.now()
                ran += portion
                if portion == 0:
                    break
            self._watch.look(clock.now())
        except OperationalError as error:
            # The database is away or locked; the rows wait, the next round finds them.
            log.warning("The worker could not reach the database: %s", error.orig)
        return ran

    def is_alive(self) -> bool:
        """Whether a round has come back lately."""
        return self._scheduler.running and clock.now() - self._last_round < ALIVE_WITHIN


def start(app: Flask) -> Clock:
    """Start the clock of this process."""
    with app.app_context():
        found = Clock(db.engine, mailer.sender(app.config["ORDERLANE"]))
    app.extensions["orderlane_clock"] = found
    found.start()
    return found
