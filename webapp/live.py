"""Live pages: what changed, told to the browsers it concerns, as server-sent events.

One notifier thread in each serving process asks a cheap counter whether anybody has written (SQLite: `PRAGMA
data_version`; PostgreSQL: the newest transaction number), and only then reads which orders moved. It works the same
whoever wrote: this process, another one, a worker on another machine. A stream holds a thread, but no connection to the
database.
"""

from __future__ import annotations

import json
import logging
import queue
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Flask, Response, current_app
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from engine.tables import History, ProcessInstance, UserTask, UserTaskCandidate
from webapp import access
from webapp.database import db

log = logging.getLogger("orderlane.live")
blueprint = Blueprint("live", __name__)

EVERY_S = 1.0
HEARTBEAT_S = 15.0
MOST_STREAMS = 48
READ_AT_ONCE = 500
#: Keys grow with time, but two processes may commit in the other order: look back this far (5 s in a key's milliseconds).
LOOK_BACK = 5000 << 22


@dataclass(frozen=True, slots=True)
class Change:
    """Orders that moved and whom it concerns. user_tasks: {key as text: state}."""

    concerns: frozenset[str]
    orders: tuple[str, ...]
    user_tasks: dict[str, str]

    def event(self) -> str:
        """As it goes over the wire."""
        body = {"orders": self.orders, "userTasks": self.user_tasks}
        return f"event: orders\ndata: {json.dumps(body)}\n\n"


@dataclass(eq=False, slots=True)
class Listener:
    """One open stream: whom it belongs to, and what it has not been told yet."""

    interests: frozenset[str]
    waiting: queue.Queue[Change | None] = field(default_factory=lambda: queue.Queue(maxsize=100))


class Notifier:
    """Watches the database of one process and tells its listeners."""

    def __init__(self, engine: Engine):
        self._engine = engine
        self._listeners: set[Listener] = set()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="orderlane-live", daemon=True)
        self._last_key = 0
        self._told: dict[int, None] = {}

    def start(self) -> None:
        """Begin to watch, in a thread of this process."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no more and end all streams."""
        self.end_streams()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def end_streams(self) -> None:
        """End all streams; browsers come back by themselves."""
        self._stopped.set()
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            _put(listener, None)

    def listen(self, interests: Iterable[str]) -> Listener | None:
        """A new listener; None when there are as many streams as threads allow."""
        listener = Listener(frozenset(interests))
        with self._lock:
            if len(self._listeners) >= MOST_STREAMS or self._stopped.is_set():
                return None
            self._listeners.add(listener)
        return listener

    def forget(self, listener: Listener) -> None:
        """The stream has ended."""
        with self._lock:
            self._listeners.discard(listener)

    def tell(self, change: Change) -> None:
        """Tell everybody whom the change concerns."""
        with self._lock:
            concerned = [each for each in self._listeners if each.interests & change.concerns]
        for listener in concerned:
            _put(listener, change)

    def news(self, connection: Connection) -> Change | None:
        """What has happened since the last call; the first call only takes the position."""
        if self._last_key == 0:
            self._last_key = connection.scalar(select(func.max(History.key))) or 1
            recent = select(History.key).where(History.key > self._last_key - LOOK_BACK)
            self._told = dict.fromkeys(connection.scalars(recent))
            return None
        found = connection.execute(
            select(History.key, History.process_instance_key)
            .where(History.key > self._last_key - LOOK_BACK)
            .order_by(History.key.desc())
            .limit(READ_AT_ONCE)
        ).all()
        fresh = [each for each in found if each.key not in self._told]
        if not fresh:
            return None
        self._last_key = max(self._last_key, max(each.key for each in fresh))
        self._told = {each.key: None for each in found if each.key > self._last_key - LOOK_BACK}
        return _change(connection, sorted({each.process_instance_key for each in fresh}))

    def _watch(self) -> None:
        counter: Any = None
        while not self._stopped.wait(EVERY_S):
            try:
                # One connection for as long as all goes well: data_version counts what *other* connections wrote.
                with self._engine.connect() as connection:
                    while not self._stopped.is_set():
                        seen = _counter(connection)
                        if seen != counter:
                            counter = seen
                            change = self.news(connection)
                            if change is not None:
                                self.tell(change)
                        connection.rollback()
                        self._stopped.wait(EVERY_S)
            except SQLAlchemyError as error:
                log.warning("Live changes cannot be read: %s", error)


def start(app: Flask) -> Notifier:
    """Start the notifier of this process."""
    with app.app_context():
        notifier = Notifier(db.engine)
    app.extensions["orderlane_live"] = notifier
    notifier.start()
    return notifier


def stop(app: Flask) -> None:
    """End the notifier of this process."""
    app.extensions["orderlane_live"].stop()


def end_streams(app: Flask) -> None:
    """End the open streams, before the process stops."""
    app.extensions["orderlane_live"].end_streams()


@blueprint.get("/live")
@access.signed_in
def stream() -> Any:
    """The stream of one browser tab. 204 tells it to come back no more: it asks every minute instead."""
    actor = access.actor()
    notifier: Notifier | None = current_app.extensions.get("orderlane_live")
    # A deputy is told what those for whom they stand in would be told.
    told = {f"person:{each.login}" for each in (actor, *actor.stands_for)}
    told |= {f"role:{role}" for each in (actor, *actor.stands_for) for role in each.roles}
    listener = notifier.listen(told) if notifier else None
    if listener is None:
        return "", 204
    response = Response(_events(notifier, listener), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-cache, no-transform"
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(lambda: notifier.forget(listener))
    return response


def _events(notifier: Notifier, listener: Listener) -> Iterator[str]:
    yield "retry: 3000\n\n"
    try:
        while True:
            try:
                change = listener.waiting.get(timeout=HEARTBEAT_S)
            except queue.Empty:
                # Keeps proxies from closing the line, and finds out whether the browser is still there.
                yield ": still here\n\n"
                continue
            if change is None:
                return
            yield change.event()
    finally:
        notifier.forget(listener)


def _put(listener: Listener, change: Change | None) -> None:
    try:
        listener.waiting.put_nowait(change)
    except queue.Full:
        # A browser that has not read 100 changes sleeps; ending its stream makes it load the page anew on waking.
        while not listener.waiting.empty():
            listener.waiting.get_nowait()
        listener.waiting.put_nowait(None)


def _counter(connection: Connection) -> Any:
    if connection.dialect.name == "sqlite":
        return connection.scalar(text("PRAGMA data_version"))
    return connection.scalar(text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text"))


def _change(connection: Connection, orders: list[int]) -> Change:
    tasks = connection.execute(
        select(UserTask.key, UserTask.state, UserTask.assignee, UserTask.lane, UserTask.closed_by)
        .where(UserTask.process_instance_key.in_(orders))
        .order_by(UserTask.key.desc())
        .limit(READ_AT_ONCE)
    ).all()
    candidates = connection.execute(
        select(UserTaskCandidate.kind, UserTaskCandidate.name)
        .join(UserTask, UserTask.key == UserTaskCandidate.user_task_key)
        .where(UserTask.process_instance_key.in_(orders))
        .distinct()
    )
    starters = connection.scalars(select(ProcessInstance.started_by).where(ProcessInstance.key.in_(orders)))
    concerns = {f"{kind}:{name}" for kind, name in candidates} | {f"person:{login}" for login in starters}
    for each in tasks:
        # The candidates of a closed user task are gone; its lane and its people are not.
        concerns |= {f"person:{login}" for login in (each.assignee, each.closed_by) if login}
        concerns |= {f"role:{each.lane}"} if each.lane else set()
    states = {
        str(each.key): each.state if each.assignee is None or each.state != "open" else "taken"
        for each in tasks
    }
    return Change(frozenset(concerns), tuple(map(str, orders)), states)
