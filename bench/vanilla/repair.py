"""The process of a repair as vanilla SpiffWorkflow can run it: the same nodes and flows, without all that it has no word for.

Taken away: forms, mappings, operations, decisions, FEEL, timers, boundary events, event sub-processes. So vanilla has less to
load, to run and to save than Orderlane: a comparison is in its favour. The variables are the same, those that each step left
behind. Where a repair turns at a gateway is told by `taken`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from time import process_time
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
_GONE = (
    "extensionElements",
    "laneSet",
    "collaboration",
    "documentation",
    "ioSpecification",
    "timerEventDefinition",
    "messageEventDefinition",
    "errorEventDefinition",
    "escalationEventDefinition",
    "conditionalEventDefinition",
    "terminateEventDefinition",
    "message",
    "error",
    "escalation",
)
_PLAIN = (
    "serviceTask",
    "businessRuleTask",
    "scriptTask",
    "sendTask",
    "receiveTask",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
)


def _tag(name: str) -> str:
    return f"{{{BPMN}}}{name}"


def plain(body: bytes) -> etree._Element:
    """A diagram with what vanilla can read of it."""
    root = etree.fromstring(body)
    for call in root.iter(_tag("callActivity")):
        call.set("calledElement", call.find(f".//{{{ZEEBE}}}calledElement").get("processId"))
    gone = {each for name in _GONE for each in root.iter(_tag(name))}
    gone |= set(root.iter(_tag("boundaryEvent")))
    gone |= {each for each in root.iter(_tag("subProcess")) if each.get("triggeredByEvent") == "true"}
    gone |= {
        each
        for each in root.iter(_tag("startEvent"))
        if any(etree.QName(child).localname.endswith("EventDefinition") for child in each)
    }
    gone |= {each for each in root if "BPMNDiagram" in str(each.tag)}
    for each in gone:
        if each.getparent() is not None:
            each.getparent().remove(each)
    for name in _PLAIN:
        for each in list(root.iter(_tag(name))):
            each.tag = _tag("intermediateThrowEvent")  # runs by itself
    for each in list(root.iter(_tag("eventBasedGateway"))):
        each.tag = _tag("exclusiveGateway")
        for flow in root.iterfind(f".//{_tag('sequenceFlow')}[@sourceRef='{each.get('id')}']"):
            etree.SubElement(flow, _tag("conditionExpression"))  # vanilla asks for one on each
    _only_what_is_there(root)
    for condition in root.iter(_tag("conditionExpression")):
        condition.text = f"taken.get('{condition.getparent().get('id')}', False)"
    return root


def _only_what_is_there(root: etree._Element) -> None:
    """Take away flows from and to nodes that are gone, and what names them."""
    there = {each.get("id") for each in root.iter() if each.get("id")}
    for flow in list(root.iter(_tag("sequenceFlow"))):
        if not {flow.get("sourceRef"), flow.get("targetRef")} <= there:
            flow.getparent().remove(flow)
    flows = {flow.get("id") for flow in root.iter(_tag("sequenceFlow"))}
    for name in ("incoming", "outgoing"):
        for each in list(root.iter(_tag(name))):
            if each.text not in flows:
                each.getparent().remove(each)


def seconds_a_step(
    diagrams: Iterable[bytes],
    process_id: str,
    steps: Sequence[tuple[str, Mapping[str, Any]]],
    taken: Iterable[str],
    plays: int,
) -> float:
    """Mean processor time of: load, complete one of `steps`, run to the next wait, save; over whole repairs.

    steps: (element id of a user task, the variables that its completion leaves).
    """
    parser = BpmnParser()
    for body in diagrams:
        parser.add_bpmn_xml(plain(body))
    spec, called = parser.get_spec(process_id), parser.get_subprocess_specs(process_id)
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())

    def play() -> float:
        workflow = BpmnWorkflow(spec, called)
        workflow.get_tasks(state=TaskState.READY)[0].data["taken"] = dict.fromkeys(taken, True)
        workflow.do_engine_steps()
        state = serializer.serialize_json(workflow)
        began = process_time()
        for element_id, variables in steps:
            workflow = serializer.deserialize_json(state)
            ready = workflow.get_tasks(state=TaskState.READY, manual=True)
            task = next(each for each in ready if each.task_spec.bpmn_id == element_id)
            task.data.update(variables)
            task.run()
            workflow.do_engine_steps()
            state = serializer.serialize_json(workflow)
        return process_time() - began

    return sum(play() for _ in range(plays)) / plays / len(steps)
