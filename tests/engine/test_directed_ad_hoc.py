"""Ad-hoc sub-processes that a worker directs, in the house: jobs that come again, operations, what everybody is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from engine import accountability, errors, gate, incidents, jobs, operations, roles, spiff
from engine.operations import Step, operation
from engine.tables import Effect, Incident, Job
from tests.engine.diagrams import boundary_error, end, error, event, flow, process, start, user_task
from tests.engine.house import House
from tests.engine.outside_workers import deploy, ended_with, reasons

ENOUGH = spiff.Direction(is_enough=True)


def directed(type: str, mapped: str = "", inside: str = user_task("polish") + user_task("wrap")) -> bytes:
    work = (
        '<bpmn:adHocSubProcess id="extras" name="Extras"><bpmn:extensionElements>'
        f'<zeebe:taskDefinition type="{type}" retries="2"/>{mapped}</bpmn:extensionElements>{inside}</bpmn:adHocSubProcess>'
    )
    return process(
        start(), work, end(), user_task("rescue"), boundary_error("oops", "extras", "no"),
        flow("begin", "extras"), flow("extras", "done"), flow("oops", "rescue"), flow("rescue", "done"),
        extra=error("no", "NO"),
    )  # fmt: skip


class Answers:
    """What the operation of these tests says, one after the other; an exception is raised."""

    left: list[Any] = []


@operation("test.direct", errors={"NO": "It cannot be done."})
def direct(session: Session, step: Step) -> dict[str, Any]:
    """Direct an ad-hoc sub-process of the tests. Result: what the test wants."""
    said = Answers.left.pop(0)
    if isinstance(said, Exception):
        raise said
    return said


def begins(*names: str, **variables: Any) -> dict[str, Any]:
    return {"activateElements": [{"elementId": name} for name in names], **variables}


def taken(house: House, type: str) -> dict[str, Any]:
    with house.write() as session:
        [job] = jobs.activate(session, type, worker="w", most=5, lease=timedelta(minutes=1), now=house.now)
        return job


def answer(
    house: House, job: dict[str, Any], direction: spiff.Direction | None = None, **variables: Any
) -> None:
    with house.write() as session:
        jobs.complete(session, job["key"], variables, direction=direction, actor=roles.SYSTEM, now=house.now)


def step(name: str, **variables: Any) -> tuple[str, dict[str, Any]]:
    return name, variables


def test_an_agent_of_camunda_8_runs_as_it_is(house: House):
    deploy(house, "research_agent.bpmn")
    key = house.start("research-agent", question="How long is a word?", tries=4)

    job = taken(house, "research-agent:1")
    assert (job["directs"], job["retries"], job["headers"]) == (True, 4, {"elementTemplateVersion": "1"})
    assert job["variables"]["data"] == {"prompt": "How long is a word?"}
    tools = job["variables"]["adHocSubProcessElements"]
    assert [(each["elementId"], each["documentation"]) for each in tools] == [
        ("count_letters", "Counts the letters of a word."),
        ("look_up", None),
    ]
    word = {"name": "word", "description": "The word.", "type": "string", "schema": None, "options": None}
    assert [each["parameters"] for each in tools] == [[word], []]
    call = {"word": "seven", "_meta": {"id": "1"}}
    both = spiff.Direction(
        (step("count_letters", toolCall=call), step("look_up", toolCall={"_meta": {"id": "2"}}))
    )
    answer(house, job, both, agentContext={"turn": 1})

    job = taken(house, "research-agent:1")
    assert job["variables"]["toolCallResults"] == [{"id": "1", "content": 5}]
    assert job["variables"]["agentContext"] == {"turn": 1}
    answer(house, job)
    answer(house, taken(house, "look-up"), toolCallResult="found")
    house.complete(key, "ask_person")

    job = taken(house, "research-agent:1")
    assert job["variables"]["toolCallResults"][1] == {"id": "2", "content": "found"}
    answer(house, job, ENOUGH, agent={"responseText": "Five."})
    found = ended_with(house, key)
    assert (found["reply"], len(found["toolCallResults"])) == ("Five.", 2)
    assert not {"agentContext", "data"} & found.keys()


def test_a_job_that_comes_again_voids_the_older_one_even_while_it_is_worked_on(any_database, house: House):
    house.deploy(directed("outside"))
    key = house.start()
    answer(house, taken(house, "outside"), spiff.Direction((step("polish"), step("wrap"))))
    house.complete(key, "polish")
    older = taken(house, "outside")

    house.complete(key, "wrap")

    with pytest.raises(errors.NotFound):
        answer(house, older, ENOUGH)
    [only] = house.rows(Job, Job.kind == "worker")
    assert only.key != older["key"]
    answer(house, taken(house, "outside"), ENOUGH)
    assert house.state(key) == "completed"


def test_the_timers_of_the_sub_process_stay_when_its_job_comes_again(house: House):
    late = event(
        "boundaryEvent", "late",
        "<bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>", host="extras",
    )  # fmt: skip
    model = directed("late", inside=user_task("polish") + user_task("wrap"))
    hurry = late + user_task("hurry") + flow("late", "hurry") + flow("hurry", "done")
    house.deploy(model.replace(b'<bpmn:endEvent id="done"', hurry.encode() + b'<bpmn:endEvent id="done"', 1))
    key = house.start()
    answer(house, taken(house, "late"), spiff.Direction((step("polish"), step("wrap"))))
    house.complete(key, "polish")
    house.complete(key, "wrap")

    house.wait(hours=2)

    assert house.open_tasks(key) == ["hurry"]


def test_who_has_no_say_in_it_cannot_direct(house: House):
    house.deploy(directed("outside", inside='<bpmn:serviceTask id="weigh"><bpmn:extensionElements><zeebe:taskDefinition '
        'type="scales"/></bpmn:extensionElements></bpmn:serviceTask>'))  # fmt: skip
    house.start()
    job = taken(house, "outside")
    with pytest.raises(errors.Refused):
        answer(house, job, spiff.Direction((step("nobody"),)))
    answer(house, job, spiff.Direction((step("weigh"),)))

    with pytest.raises(spiff.AnswerRefused):
        answer(house, taken(house, "scales"), ENOUGH)


def test_everybody_is_told_what_it_waits_for(house: House):
    house.deploy(directed("outside"))
    key = house.start()
    assert "outside" in reasons(house, key)[0]
    assert house.ask(accountability.stuck, house.now) == []

    answer(house, taken(house, "outside"))
    assert "until somebody chooses what is done next" in reasons(house, key)[0]
    assert house.ask(accountability.stuck, house.now) == []


def test_a_worker_that_gives_up_is_an_incident_and_the_next_path_asks_anew(house: House):
    house.deploy(directed("outside"))
    key = house.start()
    answer(house, taken(house, "outside"), spiff.Direction((step("polish"), step("wrap"))))
    house.complete(key, "polish")
    with house.write() as session:
        job = jobs.activate(
            session, "outside", worker="w", most=1, lease=timedelta(minutes=1), now=house.now
        )[0]
        jobs.fail(session, job["key"], retries=0, problem="Away.", pause=timedelta(0), now=house.now)
    [incident] = house.rows(Incident)
    assert (incident.kind, incident.resolved_at) == ("AD_HOC_SUB_PROCESS_NO_RETRIES", None)

    house.complete(key, "wrap")

    assert house.rows(Incident)[0].resolved_at is not None
    answer(house, taken(house, "outside"), ENOUGH)
    assert house.state(key) == "completed"


def test_an_operation_directs_within_the_step_each_question_an_effect_of_its_own(house: House):
    Answers.left = [
        begins("polish", seen=1),
        begins("wrap", seen=2),
        {"isCompletionConditionFulfilled": True},
    ]
    house.deploy(directed("test.direct"))
    key = house.start()
    assert house.open_tasks(key) == ["polish"]
    house.complete(key, "polish")
    assert house.open_tasks(key) == ["wrap"]
    house.complete(key, "wrap")

    assert house.state(key) == "completed"
    assert len({row.effect_key for row in house.rows(Effect)}) == 3


def test_an_operation_that_breaks_is_tried_again_then_it_is_an_incident(house: House):
    Answers.left = [RuntimeError("no line"), begins("polish"), RuntimeError("a"), RuntimeError("b")]
    house.deploy(directed("test.direct"))
    key = house.start()
    assert house.open_tasks(key) == []
    house.wait(hours=2)
    assert house.open_tasks(key) == ["polish"]

    house.complete(key, "polish")
    house.wait(hours=2)
    [incident] = house.rows(Incident)
    assert incident.kind == "AD_HOC_SUB_PROCESS_NO_RETRIES"
    Answers.left = [{"isCompletionConditionFulfilled": True}]
    with house.write() as session:
        incidents.resolve(session, incident.key, actor=roles.SYSTEM, now=house.now)
    house.work()

    assert house.state(key) == "completed"


def test_a_business_error_of_the_operation_at_a_later_try_leaves_by_the_boundary_event(house: House):
    Answers.left = [begins("polish"), RuntimeError("no line"), errors.BusinessError("NO", "No.")]
    house.deploy(directed("test.direct"))
    key = house.start()
    house.complete(key, "polish")
    house.wait(hours=2)

    assert house.open_tasks(key) == ["rescue"]
    assert house.rows(Job) == []


@pytest.mark.parametrize("model, refused", [(directed("outside"), False), (directed("="), True)])
def test_the_gate(model, refused):
    found = gate.check({"m.bpmn": model})

    assert any(each.severity == "error" for each in found) is refused


def test_the_gate_refuses_that_two_decide():
    model = directed("outside", '<zeebe:adHoc activeElementsCollection="=[]"/>').replace(
        b'<bpmn:adHocSubProcess id="extras"',
        b'<bpmn:adHocSubProcess cancelRemainingInstances="false" id="extras"',
    )

    [found] = [each for each in gate.check({"m.bpmn": model}) if each.severity == "error"]

    assert found.rule == "ad_hoc_refused"
    assert "activeElementsCollection and cancelRemainingInstances" in found.sentence


def test_the_gate_knows_the_operation_and_its_errors():
    caught = directed("test.direct")
    known = operations.catalogue()

    def rules(model: bytes) -> set[str]:
        return {each.rule for each in gate.check({"m.bpmn": model}, operations=known)}

    assert not {"outside_worker", "error_uncaught"} & rules(caught)
    assert "error_uncaught" in rules(caught.replace(b'errorCode="NO"', b'errorCode="OTHER"'))

    inside = user_task("polish") + (
        '<bpmn:subProcess id="esp" triggeredByEvent="true"><bpmn:startEvent id="told"><bpmn:errorEventDefinition '
        'errorRef="mine"/></bpmn:startEvent></bpmn:subProcess>'
    )
    other = directed("test.direct", inside=inside).replace(b'errorCode="NO"', b'errorCode="OTHER"')
    caught_inside = other.replace(b"<bpmn:error ", b'<bpmn:error id="mine" errorCode="NO"/><bpmn:error ')
    assert "error_uncaught" not in rules(caught_inside)
    assert "error_uncaught" in rules(caught_inside.replace(b'errorCode="NO"', b'errorCode="LESS"'))
