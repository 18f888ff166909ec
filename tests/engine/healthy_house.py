"""Orders of every kind that are in order: each waits for something that will come. `build` makes a thousand of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from engine import instances, jobs, roles, user_tasks
from tests.engine.house import House, Switch
from tests.engine.seeds import deploy_without_the_gate
from tests.engine.spiff import diagrams as d


def person(id: str, role: str = "staff", **more: Any) -> d.Node:
    """A user task for a role."""
    return d.user(id, f'<zeebe:userTask/><zeebe:assignmentDefinition candidateGroups="{role}"/>', **more)


def one(*nodes: d.Node, more: str = "", around: tuple[d.Node, ...] = ()) -> bytes:
    """start -> the nodes, one after the other -> end; `around` has no flows here."""
    path = " -> ".join(["start", *(node.id for node in nodes), "end"])
    return d.diagram(d.start(), *nodes, d.end(), *around, flows=path, more=more)


ANSWER = d.message("answer", "=order_no")
MODELS: dict[str, bytes] = {
    "person": one(person("work")),
    "claimed": one(person("work")),
    "named": one(d.user("work", '<zeebe:userTask/><zeebe:assignmentDefinition candidateUsers="ben"/>')),
    "time": one(d.catch("rest", d.timer("duration", "P5D"))),
    "message": one(d.catch("answered", d.on_message("answer")), more=ANSWER),
    "receive": one(d.receive("answered", "answer"), more=ANSWER),
    "signal": one(d.catch("raised", d.on_signal("raise")), more=d.signal("raise")),
    "condition": one(d.catch("cheap", d.when("=price < 5"))),
    "bounded": d.diagram(
        d.start(),
        person("work"),
        d.boundary("late", "work", d.timer("cycle", "R/P1D"), interrupting=False),
        d.boundary("told", "work", d.on_message("answer")),
        d.end(),
        flows="start -> work -> end; late -> end; told -> end",
        more=ANSWER,
    ),
    "join": d.diagram(
        d.start(),
        d.both("split"),
        person("work"),
        d.both("joined"),
        d.end(),
        flows="start -> split -> work -> joined -> end; split -> joined",
    ),
    "inclusive": d.diagram(
        d.start(),
        d.some("split"),
        person("work"),
        person("check"),
        d.some("joined"),
        d.end(),
        flows="start -> split; split -> work [=true]; split -> check [=true]; "
        "work -> joined -> end; check -> joined",
    ),
    "first": d.diagram(
        d.start(),
        d.first("what"),
        d.catch("answered", d.on_message("answer")),
        d.catch("rest", d.timer("duration", "P5D")),
        d.end(),
        flows="start -> what -> answered -> end; what -> rest -> end",
        more=ANSWER,
    ),
    "inside": one(
        d.sub("handling", d.start("s"), person("work"), d.end("e"), flows="s -> work -> e"),
    ),
    "each": one(person("work", inner=d.each("=[1, 2, 3]"))),
    "in_turn": one(person("work", inner=d.each("=[1, 2, 3]", sequential=True))),
    "again": one(person("work", inner=d.again("=true"))),
    "called": one(d.call("repair", "person")),
    "job": one(d.service("weigh", "scales")),
    "taken_job": one(d.service("weigh", "scales_taken")),
    "broken_once": one(d.service("book", "test.post", d.mappings({"amount": "=1"}))),
    "listener": one(d.script("count", "=1", zeebe=d.listeners("start told"))),
    "beside": d.diagram(
        d.start(),
        person("work"),
        d.end(),
        d.event_sub(
            "complaints",
            d.starts("complained", d.on_signal("raise"), interrupting=False),
            person("soothe"),
            d.end("soothed"),
            flows="complained -> soothe -> soothed",
        ),
        flows="start -> work -> end",
        more=d.signal("raise"),
    ),
    "choice": one(d.ad_hoc("pick", person("paint"), person("polish"))),
    "chosen": one(d.ad_hoc("pick", person("paint"), person("polish"), active='=["paint"]')),
    "undone": d.diagram(
        d.start(),
        d.script("book", "=1"),
        d.undone_by("book", "unbook"),
        d.handler(person("unbook")),
        d.throw("undo", inner=d.compensate()),
        d.end(),
        flows="start -> book -> undo -> end",
    ),
    "transaction": one(
        d.transaction("deal", d.start("s"), person("work"), d.end("e"), flows="s -> work -> e")
    ),
}


def deploy(house: House, models: dict[str, bytes]) -> None:
    """Deploy diagrams under their own ids."""
    for process_id, model in models.items():
        deploy_without_the_gate(
            house, model.replace(b'<process id="p"', f'<process id="{process_id}"'.encode())
        )


def build(house: House, number: int) -> list[int]:
    """Deploy the models and start `number` orders in all, as many of each kind."""
    deploy(house, MODELS)
    keys = []
    with house.write() as session:
        for n in range(number):
            kind = list(MODELS)[n % len(MODELS)]
            if kind == "broken_once":
                Switch.failures = [RuntimeError("the printer is on fire")]
            keys.append(start(session, house, kind))
            if kind in _THEN:
                _THEN[kind](session, house, keys[-1])
    return keys


def start(session: Session, house: House, process_id: str, **variables: Any) -> int:
    """Start one order."""
    return instances.start(
        session, process_id, variables={"price": 9, **variables}, actor=roles.SYSTEM, now=house.now
    ).key


def _claim(session: Session, house: House, key: int) -> None:
    task = House.task(session, key, "work")
    user_tasks.claim(session, task.key, actor=house.actor("ann"), now=house.now)


def _take(session: Session, house: House, _key: int) -> None:
    jobs.activate(session, "scales_taken", worker="w", most=1, lease=timedelta(minutes=30), now=house.now)


def _half(session: Session, house: House, key: int) -> None:
    task = House.task(session, key, "check")
    user_tasks.complete(session, task.key, {}, actor=house.actor("ann"), now=house.now)


_THEN: dict[str, Callable[[Session, House, int], None]] = {
    "claimed": _claim,
    "taken_job": _take,
    "inclusive": _half,
}
