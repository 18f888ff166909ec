"""Design rules: where exactly the line lies between a fault and a matter of taste."""

from __future__ import annotations

import itertools

import pytest

from engine import gate
from engine.design_rules.reading import are_complementary
from tests.engine.gate.company import OPERATIONS, check_body, model

FORM = '<zeebe:formDefinition formId="inspection"/>'
SLA = '<zeebe:properties><zeebe:property name="sla" value="P1D"/></zeebe:properties>'
USER_TASK = (
    '<bpmn:userTask id="look" name="Look"><bpmn:extensionElements>'
    f'{FORM}{SLA}<zeebe:assignmentDefinition assignee="=owner"/></bpmn:extensionElements></bpmn:userTask>'
)


def job(identity: str, job_type: str, mapping: str = "") -> str:
    return (
        f'<bpmn:serviceTask id="{identity}" name="Do it"><bpmn:extensionElements>'
        f'<zeebe:taskDefinition type="{job_type}"/>{mapping}</bpmn:extensionElements></bpmn:serviceTask>'
    )


BOOK = job(
    "book",
    "cost_centres.book",
    '<zeebe:ioMapping><zeebe:input source="=a" target="cost_centre"/><zeebe:input source="=b" target="amount"/></zeebe:ioMapping>',
)


def loop(*steps: str) -> str:
    """start -> entry -> the steps -> exit -> (entry | done)"""
    ids = ["entry", *(step.split('id="')[1].split('"')[0] for step in steps), "is_done"]
    flows = "".join(
        f'<bpmn:sequenceFlow id="{a}_to_{b}" sourceRef="{a}" targetRef="{b}"/>'
        for a, b in itertools.pairwise(ids)
    )
    return (
        '<bpmn:startEvent id="begun"/><bpmn:exclusiveGateway id="entry"/>'
        + "".join(steps)
        + '<bpmn:exclusiveGateway id="is_done" name="Done?" default="again"/><bpmn:endEvent id="done"/>'
        + flows
        + '<bpmn:sequenceFlow id="begun_to_entry" sourceRef="begun" targetRef="entry"/>'
        '<bpmn:sequenceFlow id="again" sourceRef="is_done" targetRef="entry"/>'
        '<bpmn:sequenceFlow id="enough" sourceRef="is_done" targetRef="done">'
        "<bpmn:conditionExpression>=done</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )


def rules(body: str, before: str = "") -> list[str]:
    return [finding.rule for finding in check_body(body, before)]


@pytest.mark.parametrize(
    "step",
    [
        USER_TASK,
        job("print", "print_label"),
        '<bpmn:intermediateCatchEvent id="later"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration>'
        "</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>",
        '<bpmn:subProcess id="inside"><bpmn:startEvent id="s"/>' + USER_TASK + '<bpmn:endEvent id="e"/>'
        '<bpmn:sequenceFlow id="x" sourceRef="s" targetRef="look"/><bpmn:sequenceFlow id="y" sourceRef="look" targetRef="e"/>'
        "</bpmn:subProcess>",
    ],
    ids=["user task", "outside worker", "timer", "sub-process with a user task"],
)
def test_a_loop_that_waits_somewhere_is_no_finding(step):
    assert "loop_without_wait" not in rules(loop(step))


@pytest.mark.parametrize(
    "step", [BOOK, '<bpmn:task id="nothing" name="Nothing"/>'], ids=["operation", "undefined task"]
)
def test_a_loop_of_automatic_steps_is_a_finding(step):
    assert "loop_without_wait" in rules(loop(step))


def test_a_way_around_the_user_task_makes_a_loop_without_wait():
    short_cut = '<bpmn:sequenceFlow id="short" sourceRef="entry" targetRef="is_done"/>'

    assert "loop_without_wait" in rules(loop(USER_TASK) + short_cut)


@pytest.mark.parametrize(
    "one, other",
    [
        ("=repairable", "=not(repairable)"),
        ("=repairable = true", "=repairable = false"),
        ("=amount > 100", "= amount <= 100"),
        ('=kind = "urgent"', '=kind != "urgent"'),
        ("=repairable", "=repairable = false"),
    ],
)
def test_conditions_that_leave_nothing_out_are_complementary(one, other):
    assert are_complementary(one, other)
    assert are_complementary(other, one)


@pytest.mark.parametrize(
    "one, other",
    [
        ("=a > 1", "=a < 1"),
        ("=a", "=b"),
        ("=a = 1", "=a = 2"),
        ("=a > 1", "=b <= 1"),
        ("=a > 1 and b", "=a <= 1"),
    ],
)
def test_conditions_that_leave_something_out_are_not_complementary(one, other):
    assert not are_complementary(one, other)


def test_a_user_task_in_a_sub_process_belongs_to_the_lane_of_the_sub_process():
    lanes = (
        '<bpmn:laneSet id="l"><bpmn:lane id="lane" name="technician"><bpmn:flowNodeRef>inside</bpmn:flowNodeRef></bpmn:lane>'
        "</bpmn:laneSet>"
    )
    task = USER_TASK.replace('<zeebe:assignmentDefinition assignee="=owner"/>', "")
    body = f'<bpmn:subProcess id="inside">{task}</bpmn:subProcess>'

    assert "role_missing" in rules(body)
    assert "role_missing" not in rules(lanes + body)


def test_a_lane_without_name_is_nobody():
    lanes = '<bpmn:laneSet id="l"><bpmn:lane id="lane"><bpmn:flowNodeRef>look</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'

    found = check_body(lanes + USER_TASK.replace('<zeebe:assignmentDefinition assignee="=owner"/>', ""))

    (sentence,) = [finding.sentence for finding in found if finding.rule == "role_missing"]
    assert "lies in a lane without name" in sentence


def test_roles_are_not_looked_up_where_nobody_knows_them():
    body = USER_TASK.replace('assignee="=owner"', 'candidateGroups="astronaut, technician"')

    without = gate.check({"a.bpmn": model(body)}, operations=OPERATIONS, known_forms={"inspection"})
    with_roles = gate.check(
        {"a.bpmn": model(body)}, operations=OPERATIONS, known_forms={"inspection"}, roles={"technician"}
    )

    assert "role_unknown" not in {finding.rule for finding in without}
    assert [f.sentence for f in with_roles if f.rule == "role_unknown"] == [
        'User task "Look" waits for the role "astronaut", which does not exist.'
    ]


def test_computed_references_are_not_looked_up():
    body = (
        USER_TASK.replace('formId="inspection"', 'formId="=chosen"')
        + '<bpmn:callActivity id="call"><bpmn:extensionElements><zeebe:calledElement processId="=next"/>'
        "</bpmn:extensionElements></bpmn:callActivity>"
        + '<bpmn:businessRuleTask id="rule"><bpmn:extensionElements><zeebe:calledDecision decisionId="=which" '
        'resultVariable="r"/></bpmn:extensionElements></bpmn:businessRuleTask>' + job("work", "=kind")
    )

    assert not {"form_unknown", "process_unknown", "decision_unknown", "outside_worker"} & set(rules(body))


def test_an_error_caught_around_a_sub_process_is_caught():
    body = (
        f'<bpmn:subProcess id="inside">{BOOK}</bpmn:subProcess>'
        '<bpmn:boundaryEvent id="caught" attachedToRef="inside"><bpmn:errorEventDefinition/></bpmn:boundaryEvent>'
    )

    assert "error_uncaught" in rules(BOOK)
    assert "error_uncaught" not in rules(body)


def test_a_boundary_event_on_a_user_task_waits_for_an_error_that_never_comes():
    body = USER_TASK + (
        '<bpmn:boundaryEvent id="caught" attachedToRef="look"><bpmn:errorEventDefinition/></bpmn:boundaryEvent>'
    )

    assert "error_never_thrown" in rules(body)


def test_an_outside_worker_may_throw_any_error():
    body = job("work", "print_label") + (
        '<bpmn:boundaryEvent id="caught" attachedToRef="work"><bpmn:errorEventDefinition/></bpmn:boundaryEvent>'
    )

    assert "error_never_thrown" not in rules(body)
