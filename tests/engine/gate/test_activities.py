"""The gate on compensation, transactions, ad-hoc sub-processes and loops: what is right passes, what is wrong is named."""

from __future__ import annotations

import pytest

from engine import spiff, xml
from engine.findings import stops_deployment
from tests.engine.gate.company import check, check_body, model

# Rules that look at a whole process, not at the place that is wrong here.
WHOLE = {
    "dead_step",
    "dead_end",
    "unreachable",
    "end_unreachable",
    "deadlock",
    "loop_without_wait",
    "token_left",
}
CONDITION = "<bpmn:loopCondition>=more</bpmn:loopCondition>"
CARDINALITY = "<bpmn:loopCardinality>{}</bpmn:loopCardinality>"
CANCEL, COMPENSATE = "<bpmn:cancelEventDefinition/>", "<bpmn:compensateEventDefinition/>"


def node(tag: str, id: str, inner: str = "", **attributes: str) -> str:
    spelled = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<bpmn:{tag} id="{id}" name="{id}"{spelled}>{inner}</bpmn:{tag}>'


def flow(source: str, target: str) -> str:
    return f'<bpmn:sequenceFlow id="{source}_to_{target}" sourceRef="{source}" targetRef="{target}"/>'


def around(*middle: str, first: str = "work", more: str = "") -> str:
    """requested -> the first of the middle -> done"""
    nodes = node("startEvent", "requested") + "".join(middle) + node("endEvent", "done")
    return nodes + flow("requested", first) + flow(first, "done") + more


def scope(tag: str, id: str, *inside: str, end: str = "", **attributes: str) -> str:
    """A sub-process with a start event, one step and an end event inside."""
    nodes = (
        node("startEvent", f"{id}_begins") + node("task", f"{id}_step") + node("endEvent", f"{id}_ends", end)
    )
    flows = flow(f"{id}_begins", f"{id}_step") + flow(f"{id}_step", f"{id}_ends")
    return node(tag, id, nodes + "".join(inside) + flows, **attributes)


def boundary(id: str, on: str, definition: str) -> str:
    return node("boundaryEvent", id, definition, attachedToRef=on)


def undone(
    on: str, by: str = "undo", marked: bool = True, linked: bool = True, backwards: bool = False
) -> str:
    ends = (f"{on}_undone", by)[:: -1 if backwards else 1]
    association = (
        f'<bpmn:association id="{on}_of" sourceRef="{ends[0]}" targetRef="{ends[1]}"/>' if linked else ""
    )
    attributes = {"isForCompensation": "true"} if marked else {}
    return boundary(f"{on}_undone", on, COMPENSATE) + node("task", by, **attributes) + association


def throw(activity: str = "") -> str:
    reference = f' activityRef="{activity}"' if activity else ""
    return node("intermediateThrowEvent", "back", f"<bpmn:compensateEventDefinition{reference}/>")


def throws_both(activity: str) -> str:
    """A throw event that undoes an activity, and then all."""
    named = f'<bpmn:compensateEventDefinition activityRef="{activity}"/>'
    return node("intermediateThrowEvent", "back", named + COMPENSATE)


def event_sub(id: str = "regret", definition: str = COMPENSATE, inner: str = "") -> str:
    inside = node("startEvent", f"{id}_start", definition) + node("endEvent", f"{id}_end") + inner
    return node("subProcess", id, inside + flow(f"{id}_start", f"{id}_end"), triggeredByEvent="true")


def loop(inner: str = "", **attributes: str) -> str:
    return node(
        "task",
        "work",
        node("standardLoopCharacteristics", "mark", inner, **attributes).replace(' name="mark"', ""),
    )


def items(inner: str) -> str:
    return node(
        "task",
        "work",
        f"<bpmn:multiInstanceLoopCharacteristics>{inner}</bpmn:multiInstanceLoopCharacteristics>",
    )


COLLECTION = (
    '<bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=items"/></bpmn:extensionElements>'
)
AGENT = '<bpmn:extensionElements><zeebe:taskDefinition type="agent"/></bpmn:extensionElements>'
WORK = node("task", "work")
CANCELLED = boundary("cancelled", "work", CANCEL)

GOOD = {
    "a handler": around(WORK, undone("work")),
    "an association drawn the other way": around(WORK, undone("work", backwards=True)),
    "a sub-process with handlers inside, named": around(scope("subProcess", "work", undone("work_step")), throw("work")),
    "a compensation event sub-process": around(scope("subProcess", "work", event_sub()), throw("work")),
    "a throw event in an event sub-process": around(
        scope("subProcess", "work", undone("work_step"), event_sub("regret", COMPENSATE, throw("work_step")))
    ),
    "a transaction without cancel event": around(scope("transaction", "work")),
    "compensation among several results": around(WORK, undone("work"), throws_both("work"), more=flow("work", "back")),
    "cancel among several results": around(
        scope("transaction", "work", undone("work_step"), end=COMPENSATE + CANCEL), CANCELLED, more=flow("cancelled", "done")),
    "an ad-hoc sub-process with a worker": around(node("adHocSubProcess", "work", AGENT + node("task", "one"))),
    "a loop with a condition": around(loop(CONDITION)),
    "a loop with a maximum": around(loop(loopMaximum="3", testBefore="true")),
    "a number of instances": around(items(CARDINALITY.format("3"))),
    "a computed number of instances": around(items(CARDINALITY.format("=count(items)"))),
    "an ad-hoc sub-process": around(node("adHocSubProcess", "work", node("task", "one") + node("task", "two"))),
    "an ad-hoc sub-process with a block in a path": around(
        node("adHocSubProcess", "work", node("parallelGateway", "split") + node("task", "one") + node("task", "two")
             + node("parallelGateway", "meet") + flow("split", "one") + flow("split", "two") + flow("one", "meet")
             + flow("two", "meet"))
    ),
    "an ad-hoc sub-process with flows and a condition": around(
        node("adHocSubProcess", "work", node("task", "one") + node("task", "two") + flow("one", "two")
             + "<bpmn:completionCondition>=enough</bpmn:completionCondition>", cancelRemainingInstances="false")
    ),
}  # fmt: skip


def faults(body: str) -> set[str]:
    """The rules that a body breaks, where the fault is."""
    return {f.rule for f in check_body(body) if f.severity == "error"} - WHOLE


@pytest.mark.parametrize("name", GOOD)
def test_what_is_right_passes_and_can_be_read_by_the_engine(name):
    assert faults(GOOD[name]) == set()
    assert spiff.read(xml.parse(model(GOOD[name])))


BAD = {
    "no association": (around(WORK, undone("work", linked=False)), "compensation_handler"),
    "a handler without mark": (around(WORK, undone("work", marked=False)), "compensation_handler"),
    "a handler in another scope": (
        around(WORK, boundary("work_undone", "work", COMPENSATE), scope("subProcess", "other", node("task", "undo", isForCompensation="true")),
               '<bpmn:association id="of" sourceRef="work_undone" targetRef="undo"/>', more=flow("requested", "other")),
        "compensation_handler",
    ),
    "a handler in the flow": (around(WORK, undone("work"), more=flow("undo", "done")), "compensation_handler"),
    "a handler with a boundary event": (
        around(WORK, undone("work"), boundary("late", "undo", "<bpmn:errorEventDefinition/>"), more=flow("late", "done")),
        "compensation_handler",
    ),
    "a marked activity that undoes nothing": (
        around(WORK, node("task", "undo", isForCompensation="true")), "compensation_handler"),
    "two events with one handler": (
        around(WORK, node("task", "other"), undone("work"), boundary("other_undone", "other", COMPENSATE),
               '<bpmn:association id="again" sourceRef="other_undone" targetRef="undo"/>', more=flow("requested", "other")),
        "compensation_handler",
    ),
    "two handlers of one activity": (
        around(WORK, undone("work"), boundary("work_undone_too", "work", COMPENSATE),
               node("task", "undo_too", isForCompensation="true"),
               '<bpmn:association id="too" sourceRef="work_undone_too" targetRef="undo_too"/>'),
        "compensation_handler",
    ),
    "a flow out of the boundary event": (
        around(WORK, undone("work"), more=flow("work_undone", "done")), "compensation_handler"),
    "an activity that nobody undoes": (around(WORK, throw("work"), more=flow("work", "back")), "compensation_target"),
    "an activity of another scope": (
        around(scope("subProcess", "work", undone("work_step")), throw("work_step"), more=flow("work", "back")),
        "compensation_target",
    ),
    "no activity at all": (around(WORK, throw("nobody"), more=flow("work", "back")), "compensation_target"),
    "an event": (around(WORK, undone("work"), throw("done"), more=flow("work", "back")), "compensation_target"),
    "a compensation start of a process": (
        around(WORK, node("startEvent", "undone", COMPENSATE), more=flow("undone", "done")), "start_trigger"),
    "a compensation event sub-process in the process": (around(WORK, event_sub()), "compensation_start"),
    "two compensation event sub-processes": (
        around(scope("subProcess", "work", event_sub("one"), event_sub("two"))), "compensation_start"),
    "a cancel end event in the process": (
        around(WORK, node("endEvent", "given_up", CANCEL), more=flow("work", "given_up")), "cancel_refused"),
    "a cancel end event in a sub-process of a transaction": (
        around(scope("transaction", "work", scope("subProcess", "inner", end=CANCEL)), CANCELLED, more=flow("cancelled", "done")),
        "cancel_refused",
    ),
    "a cancel among several results in the process": (
        around(WORK, node("endEvent", "given_up", COMPENSATE + CANCEL), more=flow("work", "given_up")), "cancel_refused"),
    "a cancel and another end in one event": (
        around(scope("transaction", "work", end=CANCEL + "<bpmn:terminateEventDefinition/>"), CANCELLED, more=flow("cancelled", "done")),
        "event_definitions",
    ),
    "no activity among several results": (
        around(WORK, throws_both("nobody"), more=flow("work", "back")), "compensation_target"),
    "a worker beside a condition": (
        around(node("adHocSubProcess", "work", AGENT + node("task", "one")
                    + "<bpmn:completionCondition>=enough</bpmn:completionCondition>")), "ad_hoc_refused"),
    "a cancel end event that nobody hears": (around(scope("transaction", "work", end=CANCEL)), "cancel_refused"),
    "a cancel boundary event on a sub-process": (
        around(scope("subProcess", "work"), CANCELLED, more=flow("cancelled", "done")), "cancel_refused"),
    "two cancel boundary events": (
        around(scope("transaction", "work", end=CANCEL), CANCELLED, CANCELLED.replace("cancelled", "again"),
               more=flow("cancelled", "done") + flow("again", "done")),
        "cancel_refused",
    ),
    "a transaction without start event": (around(node("transaction", "work", node("task", "one"))), "sub_process_start"),
    "a transaction by another method": (around(scope("transaction", "work", method="##Store")), "unsupported_attribute"),
    "a loop without end": (around(loop()), "loop_refused"),
    "a loop with no rounds": (around(loop(loopMaximum="0")), "loop_refused"),
    "a loop condition without =": (around(loop("<bpmn:loopCondition>more</bpmn:loopCondition>")), "expression_missing"),
    "a loop condition that is no FEEL": (
        around(loop("<bpmn:loopCondition>=more +</bpmn:loopCondition>")), "expression_refused"),
    "a collection and a number": (around(items(COLLECTION + CARDINALITY.format("3"))), "loop_refused"),
    "neither collection nor number": (around(items("")), "loop_refused"),
    "both loops": (
        around(node("task", "work", '<bpmn:standardLoopCharacteristics loopMaximum="2"/><bpmn:multiInstanceLoopCharacteristics>'
                    + COLLECTION + "</bpmn:multiInstanceLoopCharacteristics>")), "loop_refused"),
    "an ad-hoc sub-process with an end event": (
        around(node("adHocSubProcess", "work", node("task", "one") + node("endEvent", "ends") + flow("one", "ends"))),
        "ad_hoc_refused",
    ),
    "an ad-hoc sub-process without anything": (around(node("adHocSubProcess", "work")), "ad_hoc_refused"),
    "an ad-hoc sub-process of a circle": (
        around(node("adHocSubProcess", "work", node("task", "one") + node("task", "two") + flow("one", "two") + flow("two", "one"))),
        "ad_hoc_refused",
    ),
    "an ad-hoc sub-process that joins two steps": (
        around(node("adHocSubProcess", "work", node("task", "one") + node("task", "two") + node("parallelGateway", "meet")
                    + flow("one", "meet") + flow("two", "meet"))),
        "ad_hoc_refused",
    ),
    "an ad-hoc sub-process in sequence": (
        around(node("adHocSubProcess", "work", node("task", "one"), ordering="Sequential")), "unsupported_attribute"),
    "an ad-hoc completion condition that is no FEEL": (
        around(node("adHocSubProcess", "work", node("task", "one") + "<bpmn:completionCondition>=1 +</bpmn:completionCondition>")),
        "expression_refused",
    ),
    "a list of ad-hoc steps that is no FEEL": (
        around(node("adHocSubProcess", "work", '<bpmn:extensionElements><zeebe:adHoc activeElementsCollection="=[1"/></bpmn:extensionElements>'
                    + node("task", "one"))),
        "expression_refused",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_named_by_its_rule(name):
    body, rule = BAD[name]

    assert faults(body) == {rule}


@pytest.mark.parametrize("name", BAD)
def test_what_the_engine_would_refuse_does_not_pass(name):
    assert stops_deployment(check({"model.bpmn": model(BAD[name][0])}))


@pytest.mark.parametrize(
    "element",
    [
        "<bpmn:exclusiveGateway id='it'>{}</bpmn:exclusiveGateway>",
        "<bpmn:intermediateThrowEvent id='it'>{}</bpmn:intermediateThrowEvent>",
    ],
)
@pytest.mark.parametrize("maximum", ["3", "9" * 5_000])
def test_only_activities_have_loop_marks(element, maximum):
    mark = f'<bpmn:standardLoopCharacteristics loopMaximum="{maximum}"/>'

    assert "loop_refused" in {finding.rule for finding in check_body(element.format(mark))}


def test_a_loop_maximum_of_thousands_of_digits_is_a_finding():
    mark = f'<bpmn:standardLoopCharacteristics loopMaximum="{"9" * 5_000}"/>'

    assert "loop_refused" in {
        finding.rule for finding in check_body(f'<bpmn:task id="it">{mark}</bpmn:task>')
    }


def test_headers_stand_wherever_listeners_do():
    headers = '<bpmn:extensionElements><zeebe:taskHeaders><zeebe:header key="a" value="b"/></zeebe:taskHeaders></bpmn:extensionElements>'

    for tag in ("receiveTask", "callActivity", "exclusiveGateway", "startEvent"):
        found = check_body(f'<bpmn:{tag} id="it">{headers}</bpmn:{tag}>')
        assert "misplaced_extension" not in {finding.rule for finding in found}
