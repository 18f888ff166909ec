"""Listeners in the house: as operations inside the step, as jobs of outside workers, as rows that somebody can look at."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import errors, execution, incidents, instances, jobs, roles, spiff, user_tasks
from engine.operations import Step, operation
from engine.tables import Effect, History, Incident, Job, Role, UserTask, UserTaskCandidate
from tests.engine.diagrams import HEAD
from tests.engine.house import House

HEARD: list[tuple[str, str]] = []
TASK = (
    '<bpmn:userTask id="pack" name="Pack"><bpmn:extensionElements><zeebe:userTask/>'
    '<zeebe:assignmentDefinition candidateGroups="staff"/>{}</bpmn:extensionElements></bpmn:userTask>'
)


@operation("test.hear", errors={"NOT_NOW": "It is not the time."})
def hear(session: Session, step: Step, box: str | None = None) -> dict[str, Any]:
    """Note who is heard. Result: heard, priority."""
    if box == "none":
        raise errors.BusinessError("NOT_NOW", "Take a box first.")
    if box == "broken":
        raise ValueError("The scale is off.")
    HEARD.append((step.element_id, step.effect_key))
    return {"heard": True, "priority": 77}


@pytest.fixture(autouse=True)
def nobody_was_heard() -> None:
    HEARD.clear()


def model(*parts: str, flows: str) -> bytes:
    steps = [step.strip() for step in flows.split("->")]
    drawn = "".join(
        f'<bpmn:sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>'
        for n, (a, b) in enumerate(itertools.pairwise(steps))
    )
    return (
        f'{HEAD}<bpmn:process id="flow" isExecutable="true"><bpmn:startEvent id="start"/>{"".join(parts)}'
        f'<bpmn:endEvent id="end"/>{drawn}</bpmn:process></bpmn:definitions>'
    ).encode()


def listening(event: str, type: str, retries: str = "3") -> str:
    kind = "execution" if event in ("start", "end") else "task"
    return (
        f"<zeebe:{kind}Listeners>"
        f'<zeebe:{kind}Listener eventType="{event}" type="{type}" retries="{retries}"/></zeebe:{kind}Listeners>'
    )


def task_flow(zeebe: str) -> bytes:
    return model(TASK.format(zeebe), flows="start -> pack -> end")


def taken(house: House, type: str) -> dict[str, Any]:
    """The one job of a type, activated."""
    with house.write() as session:
        [job] = jobs.activate(session, type, worker="w", most=1, lease=timedelta(minutes=1), now=house.now)
        return job


def answer(house: House, key: int, variables: dict[str, Any] | None = None, **said: Any) -> None:
    with house.write() as session:
        jobs.complete(session, key, variables or {}, **said, actor=roles.SYSTEM, now=house.now)


def task_of(house: House) -> UserTask:
    [task] = house.rows(UserTask)
    return task


def test_operations_are_heard_inside_the_step_each_with_an_effect_of_its_own(house):
    service = (
        '<bpmn:serviceTask id="weigh"><bpmn:extensionElements><zeebe:taskDefinition type="test.hear"/>'
        f"{listening('start', 'test.hear')}</bpmn:extensionElements></bpmn:serviceTask>"
    )
    house.deploy(model(service, flows="start -> weigh -> end"))

    key = house.start()

    assert house.state(key) == "completed"
    assert len(HEARD) == 2
    assert len(house.rows(Effect, Effect.process_instance_key == key)) == 2


def test_a_broken_listener_is_tried_again_then_is_an_incident_of_its_kind(house):
    house.deploy(task_flow(listening("start", "test.hear", "2")))
    key = house.start(box="broken")

    [job] = house.rows(Job)
    assert (job.kind, job.state, job.retries) == ("operation", "ready", 1)
    house.wait(hours=1)
    [incident] = house.rows(Incident)
    assert incident.kind == "EXECUTION_LISTENER_NO_RETRIES"
    with house.write() as session:
        incidents.resolve(
            session, incident.key, variables={"box": "small"}, actor=roles.SYSTEM, now=house.now
        )
    house.work()
    assert [(place, scope.split(":")[-4:]) for place, scope in HEARD] == [("pack", ["3", "start", "0", "0"])]
    assert house.open_tasks(key) == ["pack"]
    assert house.rows(Job) == []


def test_an_operation_that_refuses_denies_the_verb_and_nothing_has_changed(house):
    house.deploy(task_flow(listening("completing", "test.hear")))
    key = house.start(box="none")

    with pytest.raises(spiff.ChangeDenied, match="Take a box first"):
        house.complete(key, "pack")
    assert (task_of(house).state, house.rows(History, History.kind == "completed")) == ("open", [])

    with house.write() as session:
        execution.advance(
            session, key, lambda i: i.set_variables({"box": "big"}), actor=roles.SYSTEM, now=house.now
        )
    house.complete(key, "pack")
    assert (task_of(house).state, task_of(house).priority, house.state(key)) == ("completed", 77, "completed")


def test_a_claim_waits_for_its_listener_and_takes_its_correction(house):
    house.deploy(task_flow(listening("assigning", "who-may")))
    house.start()
    task = task_of(house)

    with house.write() as session:
        user_tasks.claim(session, task.key, actor=house.actor("ann"), now=house.now)
    assert task_of(house).assignee is None
    job = taken(house, "who-may")
    assert job["listener"] == {"kind": "task_listener", "event": "assigning"}
    assert job["headers"]["io.camunda.zeebe:action"] == "claim"
    assert job["headers"]["io.camunda.zeebe:assignee"] == "ann"
    assert job["headers"]["io.camunda.zeebe:userTaskKey"] == str(task.key)
    with house.write() as session, pytest.raises(errors.Conflict):
        user_tasks.claim(session, task.key, actor=house.actor("ben"), now=house.now)
    answer(
        house,
        job["key"],
        corrections={"assignee": "ben", "candidate_groups": ["night shift"], "priority": 90},
    )

    after = task_of(house)
    assert (after.assignee, after.urgent, after.version) == ("ben", True, 2)
    [candidate] = house.rows(UserTaskCandidate)
    assert (candidate.name, candidate.free) == ("night shift", False)
    assert "night shift" in {role.role_id for role in house.rows(Role)}
    assert house.rows(Job) == []
    [claimed] = house.rows(History, History.kind == "claimed")
    assert claimed.actor == "ann"


def test_a_denied_claim_leaves_the_row_as_it_was(house):
    house.deploy(task_flow(listening("assigning", "who-may")))
    house.start()
    before = task_of(house)
    with house.write() as session:
        user_tasks.claim(session, before.key, actor=house.actor("ann"), now=house.now)

    answer(house, taken(house, "who-may")["key"], denied=True, reason="Ann is on leave.")

    assert (task_of(house).assignee, task_of(house).version) == (None, before.version)
    [denial] = house.rows(History, History.kind == "denied")
    assert (denial.actor, denial.detail["reason"]) == ("ann", "Ann is on leave.")


def test_an_update_changes_terms_candidates_and_priority(house):
    house.deploy(task_flow(""))
    house.start()
    key = task_of(house).key
    changes = {
        "due_date": "2026-11-24T10:00:00Z",
        "candidate_groups": ["manager"],
        "candidate_users": ["ann"],
        "priority": 80,
    }
    with house.write() as session:
        user_tasks.update(session, key, changes, actor=house.actor("mia"), now=house.now)

    task = task_of(house)
    assert (task.due_at.isoformat(), task.urgent) == ("2026-11-24T10:00:00+00:00", True)
    assert [(each.kind, each.name, each.urgent) for each in house.rows(UserTaskCandidate)] == [
        ("person", "ann", True),
        ("role", "manager", True),
    ]
    [escalation] = house.rows(Job)
    assert (escalation.kind, escalation.due_at) == ("escalation", task.due_at)
    with house.write() as session, pytest.raises(errors.Refused):
        user_tasks.update(session, task.key, {"due_date": "soon"}, actor=house.actor("mia"), now=house.now)


def test_an_update_is_asked_about_too(house):
    house.deploy(task_flow(listening("updating", "may-it")))
    house.start()
    key = task_of(house).key
    with house.write() as session:
        user_tasks.update(session, key, {"priority": 10}, actor=house.actor("mia"), now=house.now)
    assert task_of(house).priority == 50

    answer(house, taken(house, "may-it")["key"])
    assert task_of(house).priority == 10


def cancelled(house: House) -> int:
    house.deploy(task_flow(listening("canceling", "tell-them")))
    key = house.start(box="small")
    with house.write() as session:
        instances.terminate(session, key, actor=house.actor("mia"), now=house.now, reason="Too late.")
    assert house.state(key) == "terminated"
    return key


def test_the_job_of_a_cancelled_user_task_outlives_it_with_its_variables(house):
    cancelled(house)

    job = taken(house, "tell-them")
    assert (job["listener"]["event"], job["variables"]["box"]) == ("canceling", "small")
    with pytest.raises(spiff.AnswerRefused):
        answer(house, job["key"], {"x": 1})
    answer(house, job["key"])
    assert house.rows(Job) == []


def test_a_worker_that_cannot_be_told_leaves_an_incident_that_offers_the_job_again(house):
    cancelled(house)
    with house.write() as session:
        [job] = jobs.activate(
            session, "tell-them", worker="w", most=1, lease=timedelta(minutes=1), now=house.now
        )
        jobs.fail(session, job["key"], retries=0, problem="No line.", pause=timedelta(0), now=house.now)

    [incident] = house.rows(Incident)
    assert (incident.kind, incident.resolved_at) == ("TASK_LISTENER_NO_RETRIES", None)
    with house.write() as session:
        incidents.resolve(session, incident.key, actor=roles.SYSTEM, now=house.now)
    answer(house, taken(house, "tell-them")["key"])
    assert house.rows(Incident)[0].resolved_by == roles.SYSTEM.login


def test_an_operation_is_told_of_a_cancellation_inside_the_step_or_when_it_works_again(house):
    house.deploy(task_flow(listening("canceling", "test.hear")))
    for box in ("small", "none", "broken"):
        key = house.start(box=box)
        with house.write() as session:
            instances.terminate(session, key, actor=house.actor("mia"), now=house.now, reason="Too late.")

    assert [place for place, _ in HEARD] == ["pack"]
    [again] = house.rows(Job)
    assert (again.kind, again.state) == ("operation", "ready")
    house.wait(days=1)
    house.wait(days=1)
    [incident] = house.rows(Incident)
    assert incident.kind == "TASK_LISTENER_NO_RETRIES"


def test_of_several_jobs_a_worker_gets_the_highest_priority_first(house):
    def work(id: str, priority: str) -> str:
        drawn = f'<zeebe:jobPriorityDefinition priority="{priority}"/>' if priority else ""
        return (
            f'<bpmn:serviceTask id="{id}"><bpmn:extensionElements><zeebe:taskDefinition type="load"/>{drawn}'
            "</bpmn:extensionElements></bpmn:serviceTask>"
        )

    parts = [work("low", "-5"), work("own", "=60 + 1"), work("inherited", "")]
    split = '<bpmn:parallelGateway id="split"/>'
    flows = "".join(
        f'<bpmn:sequenceFlow id="s{n}" sourceRef="split" targetRef="{id}"/>'
        for n, id in enumerate(("low", "own", "inherited"))
    )
    document = (
        model(split, *parts, flows, flows="start -> split")
        .replace(
            b'isExecutable="true">',
            b'isExecutable="true"><bpmn:extensionElements><zeebe:jobPriorityDefinition priority="7"/></bpmn:extensionElements>',
        )
        .replace(b'<bpmn:endEvent id="end"/>', b"")
    )
    house.deploy(document)
    house.start()

    with house.write() as session:
        given = jobs.activate(session, "load", worker="w", most=5, lease=timedelta(minutes=1), now=house.now)

    assert [(job["element_id"], job["priority"]) for job in given] == [
        ("own", 61),
        ("inherited", 7),
        ("low", -5),
    ]
