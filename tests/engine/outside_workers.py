"""Outside workers of one house under test, and the models in `camunda_models/` that they work for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine import (
    accountability,
    definitions,
    jobs,
    roles,
    spiff,
)
from engine.tables import History, Job
from tests.engine import diagrams
from tests.engine.house import House

MODELS = Path(__file__).parent / "camunda_models"
LISTENS = 'Waits at "{}" for the listener "{}", since 2026-11-23 08:00 UTC.'
Handler = Callable[[dict[str, Any]], Any]


class Throw(Exception):
    """A worker reports a BPMN error."""


class Workers:
    """Outside workers of one house: {job type: what it does with an activated job}; done: the types in order."""

    def __init__(self, house: House, **handlers: Handler):
        self.house = house
        self.handlers = {name.replace("_", "-"): handler for name, handler in handlers.items()}
        self.done: list[str] = []

    def work(self) -> Workers:
        """Do all jobs that are offered, and those that follow from them."""
        while self._round():
            pass
        return self

    def _round(self) -> int:
        with self.house.read() as session:
            offered = session.scalars(select(Job.name).where(Job.kind == "worker", Job.state == "offered"))
            wanted = sorted(set(offered) & self.handlers.keys())
        return sum(self._do(type) for type in wanted)

    def _do(self, type: str) -> int:
        with self.house.write() as session:
            given = jobs.activate(
                session, type, worker="w", most=10, lease=timedelta(minutes=5), now=self.house.now
            )
        for job in given:
            self.done.append(type)
            with self.house.write() as session:
                who = {"actor": roles.SYSTEM, "now": self.house.now}
                try:
                    result = self.handlers[type](job)
                except Throw as thrown:
                    jobs.throw_error(session, job["key"], str(thrown), None, {}, **who)
                    continue
                if isinstance(result, spiff.Answer):
                    jobs.complete(
                        session,
                        job["key"],
                        result.variables,
                        corrections=result.corrections,
                        denied=result.denied,
                        reason=result.reason,
                        **who,
                    )
                else:
                    jobs.complete(session, job["key"], result or {}, **who)
        return len(given)


def says(**result: Any) -> Handler:
    return lambda job: result


def refuses(code: str) -> Handler:
    def throw(job: dict[str, Any]) -> None:
        raise Throw(code)

    return throw


def deploy(house: House, *names: str) -> definitions.Deployed:
    """The files as they are; nothing but warnings may be said of them."""
    files = {name: (MODELS / name).read_bytes() for name in names} | {"answer.form": diagrams.FORM}
    with house.write() as session:
        return definitions.deploy(session, files, actor=roles.SYSTEM, now=house.now)


def ended_with(house: House, key: int) -> dict[str, Any]:
    """The last variables of an instance that has come to its end."""
    assert house.state(key) == "completed", house.ask(accountability.why_waiting, key, house.now)
    [row] = house.rows(History, History.process_instance_key == key, History.kind == "ended")
    return row.detail["variables"]


def passed(house: House, key: int) -> set[str]:
    """The elements that an instance has been at."""
    return {
        row.element_id for row in house.rows(History, History.process_instance_key == key) if row.element_id
    }


def reasons(house: House, key: int) -> list[str]:
    return [str(each.sentence) for each in house.ask(accountability.why_waiting, key, house.now)]
