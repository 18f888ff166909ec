"""Tasks: one smallest diagram each, the open activities after each verb."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine import errors, spiff
from tests.engine.spiff.diagrams import (
    Node,
    diagram,
    each,
    end,
    mappings,
    message,
    receive,
    rule,
    script,
    service,
    start,
    user,
)
from tests.engine.spiff.play import play

ASSIGNED = (
    '<zeebe:assignmentDefinition assignee="=boss" candidateGroups="=groups" candidateUsers="ann, bob"/>'
    '<zeebe:taskSchedule dueDate="=due" followUpDate="2026-05-01T09:00:00Z"/>'
    '<zeebe:priorityDefinition priority="=10 + 20"/>'
    '<zeebe:formDefinition formId="=which" bindingType="versionTag" versionTag="v1"/>'
    '<zeebe:properties><zeebe:property name="sla" value="PT4H"/></zeebe:properties>'
)


def opened(played):
    return next(f for f in played.facts if isinstance(f, spiff.UserTaskOpened))


def test_a_user_task_waits_until_it_is_completed():
    played = play(diagram(start(), user("work"), end(), flows="start -> work -> end"))
    assert played.open == ["work"]

    played.complete("work", answer=42)

    assert played.is_finished
    assert played.root == {"answer": 42}


def test_a_user_task_opens_with_everything_evaluated():
    played = play(
        diagram(start(), user("work", zeebe=ASSIGNED), end(), flows="start -> work -> end"),
        boss="ann",
        groups=["office", "shop"],
        due="2026-04-01T12:00:00Z",
        which="intake",
    )

    fact = opened(played)
    assert (fact.assignee, fact.candidate_groups, fact.candidate_users) == (
        "ann",
        ["office", "shop"],
        ["ann", "bob"],
    )
    assert (fact.due_date, fact.follow_up_date, fact.priority) == (
        "2026-04-01T12:00:00Z",
        "2026-05-01T09:00:00Z",
        30,
    )
    assert fact.form == spiff.FormReference("intake", "versionTag", "v1")
    assert fact.properties == {"sla": "PT4H"}


def test_an_assignee_that_is_null_means_nobody_and_one_that_is_a_list_is_an_incident():
    zeebe = '<zeebe:assignmentDefinition assignee="=boss"/>'
    document = diagram(start(), user("work", zeebe=zeebe), end(), flows="start -> work -> end")

    assert opened(play(document)).assignee is None
    played = play(document, boss=["ann"])

    assert played.open == ["work!"]
    assert played.incident()[0] == spiff.EXTRACT_VALUE_ERROR
    played.write(boss="ann").retry("work")
    assert played.open == ["work"]


@pytest.mark.parametrize("priority", ["=101", '="high"', "=null", "=true"])
def test_a_priority_outside_0_to_100_is_an_incident(priority):
    zeebe = f"<zeebe:priorityDefinition priority='{priority}'/>"
    played = play(diagram(start(), user("work", zeebe=zeebe), end(), flows="start -> work -> end"))

    assert played.open == ["work!"]
    assert "from 0 to 100" in played.incident()[1]


def test_a_user_task_shows_the_lane_of_its_sub_process():
    document = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" isExecutable="true">
      <laneSet id="ls"><lane id="l1" name="office"><flowNodeRef> sp </flowNodeRef></lane></laneSet>
      <startEvent id="s"/><subProcess id="sp"><startEvent id="s2"/><userTask id="t" name="Look"/>
      <sequenceFlow id="g" sourceRef="s2" targetRef="t"/></subProcess><sequenceFlow id="f" sourceRef="s" targetRef="sp"/>
      </process></definitions>"""

    fact = opened(play(document))

    assert (fact.lane, fact.name) == ("office", "Look")


def test_a_completed_user_task_cannot_be_completed_again():
    played = play(diagram(start(), user("work"), user("next"), end(), flows="start -> work -> next -> end"))
    token = played.token("work")
    played.complete("work")

    with pytest.raises(spiff.NoSuchToken):
        played.instance.complete(token, {})
    assert played.open == ["next"]


def test_a_registered_operation_runs_inside_the_step():
    played = play(
        diagram(start(), service("book"), user("work"), end(), flows="start -> work -> book -> end")
    )
    played.house.operations["book"] = lambda call: {"booked": call.variables["amount"] + 1}

    played.complete("work", amount=Decimal("1.10"))

    assert played.is_finished
    assert played.root == {"amount": Decimal("1.10"), "booked": Decimal("2.10")}


def test_an_operation_gets_only_its_mapped_inputs():
    zeebe = (
        mappings({"a": "=x + 1"}) + '<zeebe:taskHeaders><zeebe:header key="k" value="v"/></zeebe:taskHeaders>'
    )
    played = play(
        diagram(start(), service("book", zeebe=zeebe), end(), flows="start -> book -> end"), x=1, y=2
    )

    call = played.house.calls[0]
    assert (call.variables, call.headers, call.retries) == ({"a": 2}, {"k": "v"}, 3)
    assert call.effect_scope


@pytest.mark.parametrize("zeebe", ["", mappings({"a": "=x + 1"})])
def test_a_second_try_works_with_the_same_variables(zeebe):
    task = service("book", zeebe=zeebe, inner=each("=[5]"))
    played = play(diagram(start(), task, end(), flows="start -> book -> end"), x=1)

    assert played.instance.work_variables(played.token("book")) == played.house.calls[0].variables


def test_work_nobody_serves_becomes_a_job():
    played = play(diagram(start(), service("ship"), end(), flows="start -> ship -> end"))
    assert played.open == ["ship"]
    job = next(f for f in played.facts if isinstance(f, spiff.JobOpened))
    assert (job.element_id, job.type, job.retries) == ("ship", "ship", 3)

    played.complete("ship", parcel="p1")

    assert played.root == {"parcel": "p1"}


@pytest.mark.parametrize("tag", ["sendTask", "serviceTask", "businessRuleTask", "scriptTask"])
def test_every_task_with_a_task_definition_is_work(tag):
    played = play(diagram(start(), service("send", tag=tag), end(), flows="start -> send -> end"))
    assert played.open == ["send"]

    assert played.complete("send").is_finished


def test_a_job_out_of_retries_waits_for_its_incident_to_be_resolved():
    played = play(diagram(start(), service("ship"), end(), flows="start -> ship -> end"))
    played.instance.raise_incident(
        played.token("ship"), spiff.JOB_NO_RETRIES, "The parcel service is closed."
    )
    assert played._reload().open == ["ship!"]
    with pytest.raises(spiff.NotWaiting):
        played.complete("ship")

    played.retry("ship")

    assert played.open == ["ship"]
    assert not any(isinstance(f, spiff.JobOpened) for f in played.facts)
    assert played.complete("ship").is_finished


def test_a_form_that_was_missing_is_asked_for_again_on_retry():
    played = play(diagram(start(), user("work"), end(), flows="start -> work -> end"))
    played.instance.raise_incident(played.token("work"), spiff.FORM_NOT_FOUND, "There is no form.")
    played._reload()

    played.retry("work")

    assert played.open == ["work"]
    assert opened(played).token_id == played.token("work")


def test_a_script_writes_its_result_variable():
    played = play(
        diagram(start(), script("add", "=a + b", "total"), end(), flows="start -> add -> end"),
        a=Decimal("0.1"),
        b=2,
    )

    assert played.root["total"] == Decimal("2.1")


def test_a_failing_script_is_repeated_with_its_input_mappings_when_retried():
    document = diagram(
        start(),
        script("check", "=assert(n, n > 1)", "ok", zeebe=mappings({"n": "=given"})),
        end(),
        flows="start -> check -> end",
    )
    played = play(document, given=1)
    assert played.open == ["check!"]

    played.write(given=2).retry("check")

    assert played.is_finished


def test_a_business_rule_task_decides_over_all_visible_variables():
    document = diagram(
        start(), rule("route", '="to_" + kind', "department"), end(), flows="start -> route -> end"
    )
    played = play(document, kind="it")
    assert played.open == ["route!"]
    assert played.incident()[0] == spiff.CALLED_DECISION_ERROR

    played.house.decisions["to_it"] = lambda variables: f"for {variables['kind']}"
    played.retry("route")

    assert played.root["department"] == "for it"


def test_a_receive_task_waits_for_its_message():
    document = diagram(
        start(),
        receive("paid", "payment"),
        end(),
        flows="start -> paid -> end",
        more=message("payment", "=order.id"),
    )
    played = play(document, order={"id": 7})
    wait = played.instance.waits()[0]
    assert (wait.kind, wait.message_name, wait.correlation_key) == ("message", "payment", "7")

    played.send("paid", amount=3)

    assert played.root["amount"] == 3


@pytest.mark.parametrize("tag", ["task", "manualTask"])
def test_undefined_and_manual_tasks_are_passed(tag):
    assert play(diagram(start(), Node(tag, "look"), end(), flows="start -> look -> end")).is_finished


def test_an_operation_that_throws_an_uncaught_error_is_an_incident_and_runs_again_on_retry():
    def refuse(call):
        raise errors.BusinessError("CLOSED", "The cost centre is closed.")

    played = play(
        diagram(start(), user("work"), service("book"), end(), flows="start -> work -> book -> end")
    )
    played.house.operations["book"] = refuse
    played.complete("work")
    assert played.open == ["book!"]
    assert played.incident()[0] == spiff.UNHANDLED_ERROR_EVENT
    assert "The cost centre is closed." in played.incident()[1]

    played.house.operations["book"] = lambda call: {}
    played.retry("book")

    assert played.is_finished
    assert len({call.effect_scope for call in played.house.calls}) == 1
