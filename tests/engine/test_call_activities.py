"""Call activities in the house: which version a binding means, and what comes out of the called process."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.tables import History, Incident, ProcessInstance, UserTask
from tests.engine.diagrams import end, event, flow, process, start, user_task
from tests.engine.house import House


def called(step: str, tag: str = "", more: str = "", after: str = "finished") -> bytes:
    """The called process: one user task, whose id tells the version."""
    version = (
        f'<bpmn:extensionElements><zeebe:versionTag value="{tag}"/></bpmn:extensionElements>' if tag else ""
    )
    return process(
        version, start("opened"), user_task(step), more or end("finished"), flow("opened", step), flow(step, after),
        process_id="called", extra='<bpmn:error id="bad" errorCode="BAD"/><bpmn:escalation id="late" escalationCode="LATE"/>',
    )  # fmt: skip


def caller(binding: str = "", more: str = "", process_id: str = "flow") -> bytes:
    call = (
        '<bpmn:callActivity id="call" name="Call"><bpmn:extensionElements>'
        f'<zeebe:calledElement processId="called" {binding}/></bpmn:extensionElements></bpmn:callActivity>'
    )
    return process(
        start(), call, user_task("after"), end(), flow("begin", "call"), flow("call", "after"), flow("after", "done"), more,
        process_id=process_id, extra='<bpmn:error id="bad" errorCode="BAD"/><bpmn:escalation id="late" escalationCode="LATE"/>',
    )  # fmt: skip


def opened_by(house: House, process_id: str = "flow") -> list[str]:
    """The steps that are open after starting the process."""
    key = house.start(process_id)
    with house.read() as session:
        return list(
            session.scalars(
                select(UserTask.element_id).where(
                    UserTask.process_instance_key == key, UserTask.state == "open"
                )
            )
        )


def test_latest_is_the_version_in_force_when_the_call_is_reached(house: House):
    house.deploy(called("old"), caller())
    house.deploy(called("new"))

    assert opened_by(house) == ["new"]


def test_deployment_is_the_version_that_was_deployed_together_with_the_caller(house: House):
    house.deploy(called("old"), caller('bindingType="deployment"'))
    house.deploy(called("new"))
    assert opened_by(house) == ["old"]

    house.deploy(called("newer"), caller('bindingType="deployment"', more="<!-- changed -->"))
    assert opened_by(house) == ["newer"]


def test_a_version_tag_is_the_newest_version_with_it(house: House):
    house.deploy(called("first", "spring"), caller('bindingType="versionTag" versionTag="spring"'))
    house.deploy(called("second", "spring"))
    house.deploy(called("third", "summer"))

    assert opened_by(house) == ["second"]


def test_a_version_tag_that_nobody_has_is_an_incident_until_it_is_deployed(house: House):
    house.deploy(called("first"), caller('bindingType="versionTag" versionTag="spring"'))
    assert opened_by(house) == []

    with house.read() as session:
        incident = session.scalars(select(Incident)).one()
        assert incident.kind == "CALLED_ELEMENT_ERROR"
        assert '"spring"' in incident.sentence


def test_a_running_call_stays_on_its_version(house: House):
    house.deploy(called("old"), caller())
    key = house.start()
    house.deploy(called("new"))

    house.complete(key, "old")
    house.complete(key, "after")

    with house.read() as session:
        assert session.get(ProcessInstance, key).state == "completed"


@pytest.mark.parametrize(
    "thrown, caught, after",
    [
        ('<bpmn:errorEventDefinition errorRef="bad"/>', '<bpmn:errorEventDefinition errorRef="bad"/>', ["told"]),
        ('<bpmn:errorEventDefinition errorRef="bad"/>', "<bpmn:errorEventDefinition/>", ["told"]),
        ('<bpmn:escalationEventDefinition escalationRef="late"/>', '<bpmn:escalationEventDefinition escalationRef="late"/>', ["told"]),
    ],
    ids=["error", "any error", "escalation"],
)  # fmt: skip
def test_what_is_thrown_in_the_called_process_is_caught_at_the_call(house: House, thrown, caught, after):
    boundary = (
        event("boundaryEvent", "caught", caught, host="call")
        + user_task("told")
        + flow("caught", "told")
        + flow("told", "done")
    )
    house.deploy(
        called("work", more=event("endEvent", "fails", thrown), after="fails"), caller(more=boundary)
    )
    key = house.start()

    house.complete(key, "work")

    with house.read() as session:
        open_ones = session.scalars(select(UserTask.element_id).where(UserTask.state == "open"))
        assert list(open_ones) == after
        assert session.scalar(
            select(History).where(History.element_id == "call", History.kind == "terminated")
        )
