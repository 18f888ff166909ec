"""The reference flows of the fault tests: each is one thing that the product does, prepared up to the moment before it.

A flow is done by a client who repeats what was not acknowledged, or by the worker. What came of it is told without keys
and moments, so that a run with a fault can be compared with one without.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import database, errors, incidents, instances, jobs, mail, messages, user_tasks, worker
from engine.operations import Step, operation
from engine.roles import SYSTEM
from engine.tables import History, Incident, Job, Mail, MessageSubscription, ProcessInstance, UserTask
from tests.engine import diagrams as d
from tests.engine.house import House, LedgerRow, Switch

#: Longer than any lease: who died before it holds nothing any more.
AFTER_THE_LEASE = jobs.LEASE + timedelta(seconds=5)


@operation("test.tell")
def tell(session: Session, step: Step, number: Any = 1) -> dict[str, Any]:
    """Write a mail of this order. Result: told."""
    body = f"letter {number}"
    mail.write(
        session,
        to="reader@example.org",
        subject=step.business_key,
        body=body,
        process_instance_key=step.process_instance_key,
        now=step.now,
    )
    return {"told": body}


def _line(process_id: str, *elements: tuple[str, str], extra: str = "") -> bytes:
    """A process whose elements, (id, drawing), stand in a row."""
    ids = ["begin", *(name for name, _drawing in elements), "done"]
    flows = [d.flow(a, b) for a, b in itertools.pairwise(ids)]
    drawings = [drawing for _name, drawing in elements]
    return d.process(d.start(), *drawings, d.end(), *flows, process_id=process_id, extra=extra)


def _post(name: str) -> tuple[str, str]:
    return name, d.service_task(name, "test.post", {"amount": "=amount"})


def _user(name: str) -> tuple[str, str]:
    return name, d.user_task(name)


PAID = d.message("paid", "paid")
MODELS = (
    _line("at_once", _post("book"), _user("look")),
    _line("asked", _user("count"), _post("book"), _user("look")),
    _line("awaited", ("money", d.catch_message("money", "paid")), _post("book"), _user("look"), extra=PAID),
    _line(
        "asked_first",
        _user("count"),
        ("money", d.catch_message("money", "paid")),
        _post("book"),
        _user("look"),
        extra=PAID,
    ),
    _line("later", ("rest", d.catch_timer("rest", "PT1H")), _post("book"), _user("look")),
    _line("outside", ("weigh", d.service_task("weigh", "scales")), _post("book"), _user("look")),
    _line(
        "told", _user("count"), ("tell", d.service_task("tell", "test.tell")), _post("book"), _user("look")
    ),
    d.process(
        d.start(),
        d.user_task("count"),
        d.parallel("split"),
        d.service_task("left", "test.post", {"amount": "=amount"}),
        d.service_task("right", "test.post", {"amount": "=amount + 1"}),
        d.parallel("join"),
        d.user_task("look"),
        d.boundary_timer("late", "look", "PT1H"),
        d.end("too_late"),
        d.end(),
        d.flow("begin", "count"),
        d.flow("count", "split"),
        d.flow("split", "left"),
        d.flow("split", "right"),
        d.flow("left", "join"),
        d.flow("right", "join"),
        d.flow("join", "look"),
        d.flow("look", "done"),
        d.flow("late", "too_late"),
        process_id="both",
    ),
)


@dataclass
class Flow:
    """One flow on one house. prepare: makes an order and gives its key; act: does the one thing to it."""

    name: str
    prepare: Callable[[House], int]
    act: Callable[[House, int], object]
    failures: list[Exception] = field(default_factory=list)

    def do(self, house: House, key: int) -> None:
        """Do it as whoever does not know whether it was done: that it was done already is as good."""
        Switch.failures = list(self.failures)
        try:
            self.act(house, key)
        except (errors.Conflict, errors.NotFound):
            pass
        finally:
            Switch.failures = []

    def recover(self, house: House, key: int) -> None:
        """What happens after the death of whoever did it: it is asked for again, and the worker does what is due."""
        self.do(house, key)
        for _ in range(2):
            house.clock.move(AFTER_THE_LEASE)
            house.work()


def _completed(process_id: str, element_id: str) -> Callable[[House], int]:
    def prepare(house: House) -> int:
        key = house.start(process_id)
        house.complete(key, element_id, amount=7, answer="go")
        return key

    return prepare


def _complete(element_id: str) -> Callable[[House, int], object]:
    def act(house: House, key: int) -> None:
        with house.write() as session:
            found = select(UserTask.key).where(
                UserTask.process_instance_key == key, UserTask.element_id == element_id
            )
            user_tasks.complete(
                session,
                session.scalars(found).one(),
                {"amount": 7, "answer": "go"},
                actor=house.actor("ann"),
                now=house.now,
            )

    return act


def _starting(house: House, key: int) -> None:
    """The order `key` is what the client calls its request; the instance it starts is found by that."""
    with house.write() as session:
        instances.start(
            session,
            "at_once",
            variables={"amount": 7},
            business_key=f"S-{key}",
            request_id=str(key),
            actor=house.actor("ann"),
            now=house.now,
        )


def _pay(house: House, key: int) -> None:
    _publish(house, house.get(key).business_key)


def _publish(house: House, correlation_key: str) -> None:
    house.publish(
        "paid",
        correlation_key,
        variables={"amount": 7},
        time_to_live=timedelta(hours=1),
        message_id=f"payment of {correlation_key}",
    )


def _paid_before(house: House) -> int:
    key = house.start("asked_first")
    _pay(house, key)
    return key


def _due(house: House) -> int:
    key = house.start("later", amount=7)
    house.clock.move(timedelta(hours=2))
    return key


def _work(house: House, _key: int) -> None:
    worker.run_until_quiet(house.engine, now=house.clock, sender=house.sent.append)


def _broken(house: House) -> int:
    key = house.start("asked")
    Switch.failures = [RuntimeError("the store is locked")]
    house.complete(key, "count", amount=7, answer="go")
    Switch.failures = []
    house.clock.move(timedelta(hours=2))
    return key


def _stopped(house: House) -> int:
    """An order with an incident: the amount that its operation needs is not there."""
    key = house.start("at_once")
    for _ in range(3):
        house.clock.move(timedelta(hours=2))
        house.work()
    return key


def _cure(house: House, key: int) -> None:
    with house.write() as session:
        found = select(Incident.key).where(Incident.process_instance_key == key).order_by(Incident.key)
        incidents.resolve(
            session,
            session.scalars(found).first() or 0,
            actor=house.actor("mia"),
            now=house.now,
            variables={"amount": 7},
        )


def _weigh(house: House, key: int) -> None:
    with house.write() as session:
        job = session.scalar(select(Job.key).where(Job.process_instance_key == key, Job.kind == "worker"))
        jobs.complete(session, job or 0, {"amount": 7}, actor=house.actor("ann"), now=house.now)


def _cancel(house: House, key: int) -> None:
    with house.write() as session:
        instances.terminate(session, key, actor=house.actor("mia"), now=house.now, reason="not wanted")


FLOWS = (
    Flow("an order is started", lambda house: house.start("asked"), _starting),
    Flow("a user task is completed", lambda house: house.start("asked"), _complete("count")),
    Flow(
        "a user task is completed and its operation breaks",
        lambda house: house.start("asked"),
        _complete("count"),
        [RuntimeError("the store is locked")],
    ),
    Flow("two branches are done", lambda house: house.start("both"), _complete("count")),
    Flow("a message meets its order", lambda house: house.start("awaited"), _pay),
    Flow("a message was there before its order", _paid_before, _complete("count")),
    Flow("a timer is due", _due, _work),
    Flow("a broken operation is tried again", _broken, _work),
    Flow("an incident is resolved", _stopped, _cure),
    Flow("an outside worker completes its job", lambda house: house.start("outside"), _weigh),
    Flow("a letter is written", lambda house: house.start("told"), _complete("count")),
    Flow("a letter is sent", _completed("told", "count"), _work),
    Flow("an order is stopped", _completed("both", "count"), _cancel),
)


def told(house: House, flow: Flow, key: int) -> dict[str, Any]:
    """What came of an order: no keys, no moments. Effects are counted by grouping; no unique key is relied on."""
    with database.reading(house.engine) as session:
        number = f"S-{key}" if flow.act is _starting else house.get(key).business_key
        row = session.scalar(select(ProcessInstance).where(ProcessInstance.business_key == number))
        if row is None:
            return {}
        effects = (
            select(LedgerRow.element_id, LedgerRow.amount, func.count())
            .where(LedgerRow.order_no == number)
            .group_by(LedgerRow.element_id, LedgerRow.amount)
        )
        return {
            "state": row.state,
            "effects": sorted(tuple(each) for each in session.execute(effects)),
            **{
                table.__tablename__: _rows(session, table, row.key, *columns)
                for table, columns in (
                    (UserTask, ("element_id", "state")),
                    (Job, ("kind", "name", "state", "retries")),
                    (MessageSubscription, ("event_id",)),
                    (Incident, ("kind", "element_id")),
                    (Mail, ("body", "state")),
                    (History, ("kind", "element_id")),
                )
            },
        }


def _rows(session: Session, table: Any, key: int, *columns: str) -> list[tuple[Any, ...]]:
    chosen = select(*(getattr(table, name) for name in columns)).where(table.process_instance_key == key)
    return sorted((tuple(each) for each in session.execute(chosen)), key=repr)


def house_on(engine: Any) -> House:
    """A house with all reference flows deployed."""
    house = House(engine)
    house.deploy(*MODELS)
    return house


__all__ = ["AFTER_THE_LEASE", "FLOWS", "SYSTEM", "Flow", "house_on", "messages", "told"]
