"""Event sub-processes through the database: begun by a due job, a message, a signal, a write or an error, interrupting or not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import errors, execution, roles, signals, user_tasks
from engine.tables import EventSubscription, Job, MessageSubscription, OpenFlowNode
from tests.engine.diagrams import (
    end,
    error,
    flow,
    message,
    on_condition,
    on_message,
    on_signal,
    process,
    service_task,
    signal,
    start,
    timer,
    user_task,
)
from tests.engine.house import House, Switch

EXTRA = message("m", "called") + signal("alarm") + error("too_much", "TOO_MUCH")
TRIGGERS = {
    "timer": timer("timeDuration", "PT2H"),
    "message": on_message("m"),
    "signal": on_signal("alarm"),
    "condition": on_condition("=urgent = true"),
}


def _with_event_sub_process(definition: str, interrupting: bool, *work: str) -> bytes:
    begins = f'<bpmn:startEvent id="begins" isInterrupting="{str(interrupting).lower()}">{definition}</bpmn:startEvent>'
    inside = (
        begins + user_task("handle") + end("handled") + flow("begins", "handle") + flow("handle", "handled")
    )
    steps = work or (user_task("work"),)
    return process(
        start(), *steps, end(), flow("begin", "work"), flow("work", "done"),
        f'<bpmn:subProcess id="esp" name="Esp" triggeredByEvent="true">{inside}</bpmn:subProcess>', extra=EXTRA,
    )  # fmt: skip


def _happens(house: House, key: int) -> dict[str, Callable[[], object]]:
    def write() -> None:
        with house.write() as session:
            execution.advance(
                session,
                key,
                lambda instance: instance.set_variables({"urgent": True}),
                actor=roles.SYSTEM,
                now=house.now,
            )

    def throw() -> None:
        with house.write() as session:
            signals.broadcast(session, "alarm", {}, actor=roles.SYSTEM, now=house.now)

    return {
        "timer": lambda: house.wait(hours=2),
        "message": lambda: house.publish("called", house.get(key).business_key),
        "signal": throw,
        "condition": write,
    }


@pytest.mark.parametrize("interrupting", [True, False])
@pytest.mark.parametrize("kind", TRIGGERS)
def test_it_begins_when_its_start_event_happens(house: House, kind: str, interrupting: bool) -> None:
    house.deploy(_with_event_sub_process(TRIGGERS[kind], interrupting))
    key = house.start()
    assert house.open_tasks(key) == ["work"]

    _happens(house, key)[kind]()
    house.work()

    assert house.open_tasks(key) == (["handle"] if interrupting else ["handle", "work"])
    types = {row.element_id: row.element_type for row in house.rows(OpenFlowNode)}
    assert types["esp"] == "eventSubProcess"
    for step in house.open_tasks(key):
        house.complete(key, step)
    assert house.state(key) == "completed"
    assert house.rows(Job) == house.rows(EventSubscription) == house.rows(MessageSubscription) == []


@pytest.mark.parametrize("kind", TRIGGERS)
def test_what_it_waited_for_is_given_up_with_its_scope(house: House, kind: str) -> None:
    house.deploy(_with_event_sub_process(TRIGGERS[kind], True))
    key = house.start()

    house.complete(key, "work")

    assert house.state(key) == "completed"
    assert house.rows(Job) == house.rows(EventSubscription) == house.rows(MessageSubscription) == []


def test_it_catches_the_refusal_of_an_operation(house: House) -> None:
    definition = '<bpmn:errorEventDefinition errorRef="too_much"/>'
    work = service_task("work", "test.post", {"amount": "=amount"})
    house.deploy(_with_event_sub_process(definition, True, work))

    key = house.start(amount=5000)

    assert house.open_tasks(key) == ["handle"]


def test_a_broken_operation_beside_it_is_tried_again_and_ended_by_it(house: House) -> None:
    work = service_task("work", "test.post", {"amount": "=amount"})
    house.deploy(_with_event_sub_process(TRIGGERS["message"], True, work))
    Switch.failures = [RuntimeError("down")]
    key = house.start(amount=1)
    assert [row.element_id for row in house.rows(Job)] == ["work"]

    house.publish("called", house.get(key).business_key)

    assert house.open_tasks(key) == ["handle"]
    assert house.rows(Job) == []


def test_a_second_completion_of_an_interrupted_step_is_refused(house: House) -> None:
    house.deploy(_with_event_sub_process(TRIGGERS["message"], True))
    key = house.start()
    with house.read() as session:
        work = house.task(session, key, "work").key
    house.publish("called", house.get(key).business_key)

    with pytest.raises(errors.Conflict), house.write() as session:
        user_tasks.complete(session, work, {}, actor=house.actor("ann"), now=house.now)
