"""A step that waits for a listener outside says so on its page and in the inbox; one whose order has stopped, in its row."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

import engine.database
from engine import clock, definitions, incidents, instances, jobs, roles
from engine.tables import Incident, ProcessInstance, UserTask
from tests.engine.spiff import diagrams as d
from tests.webapp import stories
from tests.webapp.visitors import words

ASSIGNED = '<zeebe:userTask/><zeebe:assignmentDefinition candidateGroups="IT"/>'


@pytest.fixture
def step(database: Engine, request: pytest.FixtureRequest) -> int:
    """An open step of IT with a task listener outside for the event of the test."""
    model = d.diagram(
        d.start(),
        d.user("pack", ASSIGNED + d.listeners(f"{request.param} test.watcher")),
        d.end(),
        flows="start -> pack -> end",
    )
    with engine.database.transaction(database) as session:
        definitions.deploy(session, {"flow.bpmn": model}, actor=roles.SYSTEM, now=clock.now())
        order = instances.start(session, "p", actor=roles.SYSTEM, now=clock.now())
        return session.scalars(select(UserTask.key).where(UserTask.process_instance_key == order.key)).one()


@pytest.mark.parametrize("step", ["assigning"], indirect=True)
def test_a_claim_that_a_listener_holds_up_says_so_until_it_agrees(visitor, database, step):
    it = visitor("it")

    it.post(f"/user-tasks/{step}/claim")

    said = words(it.get(f"/user-tasks/{step}").text)
    assert "Waits at" in said and "for the listener" in said and "test.watcher" in said
    with engine.database.transaction(database) as session:
        (job,) = jobs.activate(
            session, "test.watcher", worker="w", most=1, lease=timedelta(minutes=5), now=clock.now()
        )
        jobs.complete(session, job["key"], {}, actor=roles.SYSTEM, now=clock.now())
    assert "listener" not in words(it.get(f"/user-tasks/{step}").text)


@pytest.mark.parametrize("step", ["completing"], indirect=True)
def test_a_completion_that_a_listener_holds_up_is_not_called_done(visitor, step):
    it = visitor("it")
    it.post(f"/user-tasks/{step}/claim")

    answer = it.post(f"/user-tasks/{step}/complete")

    inbox = words(it.get(answer.location).text)
    assert "for the listener" in inbox
    assert "is done" not in inbox
    assert "for the listener" in words(it.get(f"/user-tasks/{step}").text)


@pytest.fixture
def stopped_beside(database: Engine) -> int:
    """An order in which IT has a step and another branch has stopped; returns the key of the incident."""
    model = d.diagram(
        d.start(),
        d.both("split"),
        d.user("pack", ASSIGNED),
        d.service("weigh", "scales"),
        d.both("joined"),
        d.end(),
        flows="start -> split -> pack -> joined -> end; split -> weigh -> joined",
    )
    now = clock.now()
    with engine.database.transaction(database) as session:
        definitions.deploy(session, {"flow.bpmn": model}, actor=roles.SYSTEM, now=now)
        instances.start(session, "p", actor=roles.SYSTEM, now=now)
        (job,) = jobs.activate(session, "scales", worker="w", most=1, lease=timedelta(minutes=5), now=now)
        jobs.fail(session, job["key"], retries=0, problem="broken", pause=timedelta(), now=now)
        return session.scalars(select(Incident.key)).one()


def test_a_row_of_an_order_that_has_stopped_elsewhere_says_so_until_it_goes_on(
    visitor, database, stopped_beside
):
    it = visitor("it")
    assert "Held up" in it.text("/inbox")

    with engine.database.transaction(database) as session:
        incidents.resolve(session, stopped_beside, actor=roles.SYSTEM, now=clock.now())

    inbox = it.text("/inbox")
    assert "pack" in inbox
    assert "Held up" not in inbox


def test_a_row_of_an_order_that_nothing_will_move_says_so(visitor, database):
    order = stories.asked(database)
    assert "Held up" not in visitor("it").text("/inbox")
    with engine.database.transaction(database) as session:
        session.execute(
            update(ProcessInstance).where(ProcessInstance.key == order).values(silent_since=clock.now())
        )

    assert "Held up" in visitor("it").text("/inbox")
