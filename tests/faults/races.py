"""Two verbs on one order at the same moment, in a chosen order: the first is held just before its COMMIT, the second arrives."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session

from engine import database, errors, instances, jobs, messages, roles, user_tasks, worker
from engine.tables import Job, UserTask
from tests.engine import diagrams as d
from tests.engine.house import House

PATIENCE_S = 30
#: One user task that four things can end, each with an effect of its own, and an outside job beside it.
RACED = d.process(
    d.start(),
    d.parallel("split"),
    d.user_task("work"),
    d.boundary_timer("late", "work", "PT1H"),
    '<bpmn:boundaryEvent id="recalled" attachedToRef="work"><bpmn:messageEventDefinition messageRef="recall"/></bpmn:boundaryEvent>',
    d.service_task("book", "test.post", {"amount": "=1"}),
    d.service_task("book_late", "test.post", {"amount": "=2"}),
    d.service_task("book_recall", "test.post", {"amount": "=3"}),
    d.user_task("look"),
    d.service_task("weigh", "scales"),
    d.service_task("book_weight", "test.post", {"amount": "=4"}),
    d.end("weighed"),
    d.end(),
    d.flow("begin", "split"),
    d.flow("split", "work"),
    d.flow("split", "weigh"),
    d.flow("work", "book"),
    d.flow("late", "book_late"),
    d.flow("recalled", "book_recall"),
    d.flow("book", "look"),
    d.flow("book_late", "look"),
    d.flow("book_recall", "look"),
    d.flow("look", "done"),
    d.flow("weigh", "book_weight"),
    d.flow("book_weight", "weighed"),
    process_id="raced",
    extra=d.message("recall", "recall"),
)


@dataclass
class Race:
    """One order on which two verbs meet. A verb gets a session and this."""

    house: House
    key: int
    timer: tuple[int, int]
    number: str
    keys: dict[str, int] = field(default_factory=dict)

    @classmethod
    def on(cls, house: House) -> Race:
        """An order whose timer was claimed by a worker and is due."""
        key = house.start("raced")
        with house.write() as session:
            # As after two hours: claimed, so that the worker's part of the race is the transaction that does it.
            job = session.scalars(
                select(Job).where(Job.process_instance_key == key, Job.kind == "timer")
            ).one()
            job.state, job.fence, job.lease_until = "running", 1, house.now + jobs.LEASE
            timer = (job.key, 1)
        with house.read() as session:
            keys = dict(
                session.execute(
                    select(UserTask.element_id, UserTask.key).where(UserTask.process_instance_key == key)
                ).all()
            )
            found = select(Job.key).where(Job.process_instance_key == key, Job.kind == "worker")
            keys["weigh"] = session.scalars(found).one()
        return cls(house, key, timer, house.get(key).business_key, keys)

    def actor(self, login: str) -> roles.Actor:
        return self.house.actor(login)


def complete(session: Session, race: Race) -> None:
    user_tasks.complete(session, race.keys["work"], {}, actor=race.actor("ann"), now=race.house.now)


def claim(session: Session, race: Race) -> None:
    user_tasks.claim(session, race.keys["work"], actor=race.actor("ben"), now=race.house.now)


def cancel(session: Session, race: Race) -> None:
    instances.terminate(session, race.key, actor=race.actor("mia"), now=race.house.now, reason="not wanted")


def message(session: Session, race: Race) -> None:
    found = messages.publish(
        session,
        "recall",
        race.number,
        actor=roles.SYSTEM,
        now=race.house.now,
        message_id=f"{race.number} recall",
    )
    if not found.process_instance_keys:
        raise errors.NotFound("Nobody waits for it.")


def timer(session: Session, race: Race) -> None:
    job = jobs.held(session, *race.timer)
    if job is None:
        raise jobs.LeaseLost()
    worker._carry_out(session, job, race.house.now)
    jobs.finish(session, *race.timer)


def weigh(session: Session, race: Race) -> None:
    jobs.complete(session, race.keys["weigh"], {}, actor=race.actor("ann"), now=race.house.now)


Verb = Callable[[Session, Race], None]
VERBS: tuple[Verb, ...] = (complete, claim, cancel, message, timer, weigh)


def in_turn(race: Race, first: Verb, second: Verb) -> tuple[str, str]:
    """What came of each when one waits for the other: the oracle of a race."""
    return _unit(race, first), _unit(race, second)


def held_before_commit(race: Race, first: Verb, second: Verb) -> tuple[str, str]:
    """The second begins when the first has done everything but its COMMIT."""
    ready, go = threading.Event(), threading.Event()

    def pause() -> None:
        ready.set()
        assert go.wait(PATIENCE_S)

    one = _Runner(lambda: _unit(race, first, pause))
    assert ready.wait(PATIENCE_S) or one.is_done
    other = _Runner(lambda: _unit(race, second))
    _wait_until_it_waits(race.house.engine, other)
    go.set()
    return one.result(), other.result()


def read_before(race: Race, first: Verb, second: Verb) -> tuple[str, str]:
    """The second has read, and is about to lock the order, when the first does all it has to do (PostgreSQL)."""
    about_to_lock, go = threading.Event(), threading.Event()
    mine: list[int] = []

    def strike(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if threading.get_ident() in mine and " FOR " in statement and "process_instance" in statement:
            mine.clear()
            about_to_lock.set()
            assert go.wait(PATIENCE_S)

    def slow() -> str:
        mine.append(threading.get_ident())
        try:
            return _unit(race, second)
        finally:
            about_to_lock.set()

    event.listen(race.house.engine, "before_cursor_execute", strike)
    try:
        other = _Runner(slow)
        assert about_to_lock.wait(PATIENCE_S)
        said = _unit(race, first)
        go.set()
        return said, other.result()
    finally:
        event.remove(race.house.engine, "before_cursor_execute", strike)


def _unit(race: Race, verb: Verb, before_commit: Callable[[], None] = lambda: None) -> str:
    """One verb in one transaction, as the web and the worker run it: done, refused, or how it broke."""

    def unit() -> str:
        with database.transaction(race.house.engine) as session:
            verb(session, race)
            session.flush()
            before_commit()
        return "done"

    try:
        return database.repeat_on_deadlock(unit)
    except errors.Refused:
        return "refused"


def _wait_until_it_waits(engine: Engine, other: _Runner) -> None:
    """Until the second one stands before a lock, or has ended. SQLite does not tell, so it gets a moment to arrive."""
    if engine.dialect.name == "sqlite":
        other.thread.join(0.03)
        return
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    deadline = time.monotonic() + PATIENCE_S
    while not other.is_done and time.monotonic() < deadline:
        with engine.connect() as connection:
            if connection.scalar(waiting):
                return
        time.sleep(0.005)


class _Runner:
    """A thread and what came of it."""

    def __init__(self, act: Callable[[], str]):
        self._said: list[str] = []
        self._broke: list[BaseException] = []

        def run() -> None:
            try:
                self._said.append(act())
            except Exception as broke:  # noqa: BLE001 - told by `result`, in the thread of the test
                self._broke.append(broke)

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()

    @property
    def is_done(self) -> bool:
        return not self.thread.is_alive()

    def result(self) -> str:
        self.thread.join(PATIENCE_S)
        assert self.is_done, "It waits for ever."
        if self._broke:
            raise self._broke[0]
        return self._said[0]
