"""The same walk through the house: real rows in a database, every step in its own transaction, loaded again each time.

User tasks are completed with a form, jobs by a worker from outside, timers by the worker's rounds as the clock moves,
messages published and signals broadcast; what is compared besides is what people see: rows of user tasks, jobs, timers,
subscriptions and incidents. The gate is not asked: random processes have no lanes, and some are meant to get stuck.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from engine import execution, incidents, instances, jobs, roles, signals, spiff, user_tasks, xml
from engine.tables import (
    Deployment,
    EventSubscription,
    History,
    Incident,
    Job,
    MessageSubscription,
    ProcessDefinition,
    UserTask,
)
from tests.engine.house import House
from tests.engine.spiff.oracles.elements.blocks import CHOICES, DATA, LEVELS, Block
from tests.engine.spiff.oracles.elements.boards import Board, plain
from tests.engine.spiff.oracles.elements.drawing import Drawing
from tests.engine.spiff.oracles.elements.spots import Spot
from tests.engine.spiff.oracles.elements.walking import STEPS, Walk

FORM = json.dumps(
    {
        "type": "default",
        "id": "numbers",
        "schemaVersion": 19,
        "components": [
            {"id": name, "type": "number", "key": name, "label": name} for name in (*CHOICES, *LEVELS, *DATA)
        ],
    }
).encode()
_USER = '<zeebe:formDefinition formId="numbers"/><zeebe:assignmentDefinition candidateGroups="staff"/>'
#: What the house adds to the variables of a process instance.
_HOUSE = ("order_no", "started_by")


class Database(Board):
    """One instance in the database of a house."""

    def __init__(self, house: House, drawing: Drawing, variables: dict[str, Any]):
        self.house = house
        self._publish([drawing.document, *drawing.called])
        with house.write() as session:
            started = instances.start(
                session, "p", variables=variables, actor=house.actor("ann"), now=house.now
            )
            self.key = started.key
        house.work()

    def _publish(self, documents: list[bytes]) -> None:
        with self.house.write() as session:
            deployment = Deployment(deployed_at=self.house.now, deployed_by="ann")
            session.add(deployment)
            session.flush()
            for number, body in enumerate(documents):
                (process_id,) = spiff.read(xml.parse(body))
                newest = session.scalar(
                    select(ProcessDefinition.version)
                    .where(ProcessDefinition.process_id == process_id)
                    .order_by(ProcessDefinition.version.desc())
                )
                session.add(
                    ProcessDefinition(
                        process_id=process_id,
                        version=(newest or 0) + 1,
                        name=process_id,
                        deployment_key=deployment.key,
                        resource_name=f"{number}.bpmn",
                        xml=body,
                        digest=hashlib.sha256(body).hexdigest(),
                        state="published",
                    )
                )

    # -- questions --------------------------------------------------------------------------------------------------

    def instance(self) -> spiff.Instance:
        with self.house.read() as session:
            return execution.look(session, self.key)

    def stands(self) -> dict[str, Any]:
        found = super().stands()
        found["variables"] = [_without_ours(each) for each in found["variables"]]
        with self.house.read() as session:

            def rows(table: Any, *names: str) -> list[Any]:
                columns = table.__table__.c
                asked = select(*(columns[name] for name in names))
                return session.execute(asked.where(columns.process_instance_key == self.key)).all()

            tasks = rows(UserTask, "element_id", "state")
            work = rows(Job, "kind", "state", "element_id", "name", "due_at")
            messages = rows(MessageSubscription, "event_id", "message_name", "correlation_key")
            events = rows(EventSubscription, "event_id", "kind", "name")
            open_incidents = rows(Incident, "element_id", "resolved_at")
            if found["finished"]:
                [ended] = [one for one in rows(History, "kind", "detail") if one.kind == "ended"]
                found["root"] = _without_ours(ended.detail["variables"])
        return found | {
            "user tasks": sorted(one.element_id for one in tasks if one.state == "open"),
            "jobs": sorted(
                one.element_id for one in work if one.kind == "worker" and one.state in ("offered", "running")
            ),
            "timers": sorted((plain(one.name), str(one.due_at)) for one in work if one.kind == "timer"),
            "messages": sorted((plain(at), name, key) for at, name, key in messages),
            "events": sorted((plain(at), kind, name) for at, kind, name in events),
            "incidents": sorted(one.element_id for one in open_incidents if one.resolved_at is None),
        }

    # -- verbs ------------------------------------------------------------------------------------------------------

    def complete(self, token: int, given: dict[str, Any]) -> None:
        house = self.house
        with house.write() as session:
            task = session.scalar(
                select(UserTask).where(UserTask.process_instance_key == self.key, UserTask.token_id == token)
            )
            if task is not None:
                user_tasks.complete(session, task.key, given, actor=house.actor("ann"), now=house.now)
            else:
                jobs.complete(session, self._job(session, token), given, actor=roles.SYSTEM, now=house.now)
        house.work()

    def answer(self, token: int, given: dict[str, Any]) -> None:
        house = self.house
        with house.write() as session:
            jobs.complete(session, self._job(session, token), given, actor=roles.SYSTEM, now=house.now)
        house.work()

    def _job(self, session: Any, token: int) -> int:
        """Work that a worker from outside has taken."""
        job = session.scalars(
            select(Job).where(
                Job.process_instance_key == self.key, Job.token_id == token, Job.kind == "worker"
            )
        ).one()
        if job.state == "offered":
            jobs.activate(
                session, job.name, worker="w", most=100, lease=timedelta(minutes=1), now=self.house.now
            )
        return job.key

    def fail(self, token: int, code: str, given: dict[str, Any]) -> None:
        house = self.house
        with house.write() as session:
            key = self._job(session, token)
            jobs.throw_error(session, key, code, None, given, actor=roles.SYSTEM, now=house.now)
        house.work()

    def retry(self, token: int) -> None:
        house = self.house
        with house.write() as session:
            incident = session.scalars(
                select(Incident).where(
                    Incident.process_instance_key == self.key,
                    Incident.token_id == token,
                    Incident.resolved_at.is_(None),
                )
            ).one()
            incidents.resolve(session, incident.key, actor=house.actor("mia"), now=house.now)
        house.work()

    def direct(
        self,
        token: int,
        begun: list[tuple[str, dict[str, Any]]],
        enough: bool,
        cancel: bool,
        given: dict[str, Any],
    ) -> None:
        house, said = self.house, spiff.Direction(tuple(begun), enough, cancel)
        with house.write() as session:
            jobs.complete(
                session, self._job(session, token), given, direction=said, actor=roles.SYSTEM, now=house.now
            )
        house.work()

    def activate(self, token: int, element_id: str, given: dict[str, Any]) -> None:
        self._advance(lambda instance: instance.activate(token, [element_id], given))

    def write(self, given: dict[str, Any]) -> None:
        self._advance(lambda instance: instance.set_variables(given))

    def _advance(self, move: execution.Move) -> None:
        with self.house.write() as session:
            execution.advance(session, self.key, move, actor=roles.SYSTEM, now=self.house.now)
        self.house.work()

    def publish(self, name: str, key: str, given: dict[str, Any]) -> None:
        assert self.house.publish(name, key, variables=given).process_instance_keys == [self.key]
        self.house.work()

    def signal(self, name: str, given: dict[str, Any]) -> None:
        with self.house.write() as session:
            signals.broadcast(session, name, given, actor=roles.SYSTEM, now=self.house.now)
        self.house.work()

    def move_to(self, now: datetime) -> None:
        self.house.wait(seconds=(now - self.house.now).total_seconds())

    def end(self) -> None:
        """Nothing of it may be there any more when the next one begins."""
        with self.house.write() as session:
            row = execution.lock(session, self.key)
            if row.state == "active":
                instances.terminate(
                    session, self.key, actor=roles.SYSTEM, now=self.house.now, reason="The walk is over."
                )


class DatabaseWalk(Walk):
    """Due timers fire whenever a worker comes by, and a message finds its wait by itself."""

    def __init__(self, house: House, block: Block, seed: int):
        self.house, self.key, self.now = house, str(seed), house.now
        super().__init__(block, seed)

    def begin(self, variables: dict[str, Any]) -> Board:
        self._fire_what_is_due()
        return Database(self.house, Drawing(self.plan, user=_USER), variables)

    def run(self, steps: int = STEPS) -> int:
        try:
            return super().run(steps)
        finally:
            self.board.end()

    def given(self, probability: float = 0.4) -> dict[str, Any]:
        """A form always posts all its fields."""
        return super().given(1.0)

    def step(self, spots: list[Spot]) -> bool:
        has_moved = super().step(spots)
        self._fire_what_is_due()
        return has_moved

    def stands(self) -> dict[str, Any]:
        spots = self.machine.all()
        works = [s for s in spots if s.node.kind in ("user", "job") and not s.is_body]
        waits = [(key, w) for s in spots for key, w in s.waits.items() if w.given is None]
        return super().stands() | {
            "user tasks": sorted(
                s.node.id for s in works if s.node.kind == "user" and s.stage in ("waiting", "end")
            ),
            "jobs": sorted(
                [s.node.id for s in works if s.node.kind == "job" and s.stage == "waiting"]
                + [s.node.id for s in spots if s.stage in ("start", "end") or self.machine.is_asked(s)]
            ),
            "timers": sorted((key, str(w.due)) for key, w in waits if w.kind == "timer"),
            "messages": sorted((key, w.text, w.key) for key, w in waits if w.kind == "message"),
            "events": sorted((key, w.kind, w.text) for key, w in waits if w.kind in ("signal", "condition")),
            "incidents": sorted(s.node.id for s in spots if s.stage == "incident"),
        }

    def _send(self, spot: Spot, key: str) -> None:
        name, given = spot.waits[key].text, self.given()
        waiting = [
            (one.depth, one.number, at, one)
            for one in self.machine.all()
            for at, wait in one.waits.items()
            if wait.text == name and wait.given is None
        ]
        _, _, at, outermost = min(waiting, key=lambda each: each[:2])
        self.machine.send(outermost, at, given)
        self.board.publish(name, self.key, given)

    def _wait_for(self, spot: Spot, key: str) -> None:
        self.machine.now = self.moment(spot.waits[key].due)
        self._fire_what_is_due()
        self.board.move_to(self.machine.now)

    def _fire_what_is_due(self) -> None:
        machine = self.machine
        while due := [
            (wait.due, wait.opened, spot.number, key, spot, wait)
            for spot in machine.all()
            for key, wait in spot.waits.items()
            if wait.due is not None and wait.due <= machine.now and wait.given is None
        ]:
            for *_, key, spot, wait in sorted(due, key=lambda each: each[:4]):
                if spot.is_open and spot.waits.get(key) is wait:
                    machine.send(spot, key, {})


def _without_ours(variables: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in variables.items() if name not in _HOUSE}
