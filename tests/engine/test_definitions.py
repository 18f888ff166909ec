"""Deployments: versions, bindings, the gate in front, who may start what."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from engine import definitions, errors, versions
from engine.tables import Deployment, FormDefinition, ProcessDefinition, StartSubscription
from tests.engine import diagrams
from tests.engine.diagrams import end, flow, process, start, user_task
from tests.engine.house import House

ONE = process(start(), user_task("inspect"), end(), flow("begin", "inspect"), flow("inspect", "done"))
TWO = ONE.replace(b'name="Inspect"', b'name="Look closely"')


def test_a_file_that_did_not_change_gets_no_new_version_and_leaves_no_deployment(house: House):
    first = house.deploy(ONE)
    second = house.deploy(ONE)

    assert [row.version for row in first.processes] == [1]
    assert (second.processes, second.forms) == ([], [])
    assert len(house.rows(Deployment)) == 1


def test_a_changed_file_is_the_next_version_and_the_old_one_stays(house: House):
    house.deploy(ONE)
    house.deploy(TWO)

    assert [(row.version, row.xml) for row in house.ask(_with_xml)] == [(1, ONE), (2, TWO)]
    assert house.ask(versions.latest, "flow").version == 2


def test_a_model_with_errors_is_refused_as_a_whole(house: House):
    broken = ONE.replace(b'targetRef="inspect"', b'targetRef="nowhere"')

    with pytest.raises(definitions.DeploymentRefused) as refused:
        house.deploy(
            ONE.replace(b'id="flow"', b'id="other"').replace(b'name="flow"', b'name="other"'), broken
        )

    assert "nowhere" in refused.value.sentence
    assert house.rows(ProcessDefinition) == []


def test_a_user_task_keeps_the_form_it_was_opened_with(house: House):
    house.deploy(ONE)
    key = house.start()
    changed = diagrams.FORM.replace(b'"Answer"', b'"Your answer"')
    house.deploy(ONE, **{"answer.form": changed})

    with house.read() as session:
        task = house.task(session, key, "inspect")
        labels = [field.label for field in versions.form_of(session, task).fields]

    assert len(house.rows(FormDefinition)) == 2
    assert labels[0] == "Answer"


def test_a_process_is_started_by_people_of_the_lane_of_its_start_event(house: House):
    lanes = '<bpmn:laneSet id="l"><bpmn:lane id="a" name="staff"><bpmn:flowNodeRef>begin</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
    house.deploy(
        process(
            lanes, start(), user_task("inspect"), end(), flow("begin", "inspect"), flow("inspect", "done")
        )
    )

    assert [each.definition.process_id for each in house.ask(definitions.startable, house.actor("ann"))] == [
        "flow"
    ]
    assert house.ask(definitions.startable, house.actor("mia")) == []


def test_only_the_newest_version_listens_for_its_start_message(house: House):
    def listening(name: str) -> bytes:
        return process(
            start("ordered", '<bpmn:messageEventDefinition messageRef="m"/>'),
            user_task(name),
            end(),
            flow("ordered", name),
            flow(name, "done"),
            extra='<bpmn:message id="m" name="ordered"/>',
        )

    house.deploy(listening("pack"))
    house.deploy(listening("wrap"))
    published = house.publish("ordered", "shop-1")

    assert len(house.rows(StartSubscription)) == 1
    assert house.open_tasks(published.process_instance_keys[0]) == ["wrap"]


def test_a_process_that_is_not_deployed_is_named(house: House):
    with pytest.raises(errors.NotFound, match='There is no process "nothing"'):
        house.ask(versions.latest, "nothing")


def _with_xml(session):
    return session.scalars(
        select(ProcessDefinition).options(undefer(ProcessDefinition.xml)).order_by(ProcessDefinition.version)
    ).all()
