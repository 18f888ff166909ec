"""From a BPMN document to executable processes, on SpiffWorkflow's parser: our elements, read flat, without recursion.

The library indexes processes and dispatches nodes by tag; elements of sub-processes land in the same flat spec as all
others, keyed by their id. The dialect check has looked at the document before and says more; what it let through and
cannot be executed is refused here with one sentence, never with a traceback.
"""

from __future__ import annotations

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from engine.spiff.elements.ad_hoc_sub_process import AdHocSubProcess
from engine.spiff.elements.boundary_event import BoundaryEvent
from engine.spiff.elements.business_rule_task import BusinessRuleTask
from engine.spiff.elements.call_activity import CallActivity
from engine.spiff.elements.compensation import (
    CompensationBoundaryEvent,
    CompensationEventSubProcess,
    CompensationStartEvent,
    CompensationThrow,
    wire,
)
from engine.spiff.elements.directed_ad_hoc import DirectedAdHoc
from engine.spiff.elements.element import Element
from engine.spiff.elements.end_event import EndEvent, ErrorEndEvent, TerminateEndEvent, ThrowingEndEvent
from engine.spiff.elements.event_based_gateway import EventBasedGateway
from engine.spiff.elements.event_sub_process import EventSubProcess
from engine.spiff.elements.exclusive_gateway import ExclusiveGateway
from engine.spiff.elements.inclusive_gateway import InclusiveGateway
from engine.spiff.elements.intermediate_catch_event import IntermediateCatchEvent, LinkCatchEvent
from engine.spiff.elements.message_throw import MessageEndEvent, MessageThrowEvent, SendTask
from engine.spiff.elements.multi_instance import MultiInstance
from engine.spiff.elements.parallel_gateway import ParallelGateway
from engine.spiff.elements.process import ProcessBody
from engine.spiff.elements.receive_task import ReceiveTask
from engine.spiff.elements.script_task import ScriptTask
from engine.spiff.elements.service_task import ServiceTask
from engine.spiff.elements.standard_loop import StandardLoop
from engine.spiff.elements.start_event import StartEvent
from engine.spiff.elements.sub_process import SubProcess
from engine.spiff.elements.task import Task
from engine.spiff.elements.throw_event import LinkThrowEvent, NoneThrowEvent, ThrowEvent
from engine.spiff.elements.transaction import CancelBoundaryEvent, CancelEndEvent, Transaction
from engine.spiff.elements.user_task import UserTask
from engine.spiff.failures import ModelRefused
from engine.spiff.process import Flow, Process
from engine.spiff.source import BPMN, ZEEBE, Source, first_child, id_in, type_of

ELEMENTS: dict[str, type[Element]] = {
    "startEvent": StartEvent,
    "startEvent/timerEventDefinition": StartEvent,
    "startEvent/messageEventDefinition": StartEvent,
    "startEvent/signalEventDefinition": StartEvent,
    "startEvent/conditionalEventDefinition": StartEvent,
    "startEvent/errorEventDefinition": StartEvent,
    "startEvent/escalationEventDefinition": StartEvent,
    "startEvent/several": StartEvent,
    "endEvent": EndEvent,
    "endEvent/errorEventDefinition": ErrorEndEvent,
    "endEvent/terminateEventDefinition": TerminateEndEvent,
    "endEvent/messageEventDefinition": MessageEndEvent,
    "endEvent/signalEventDefinition": ThrowingEndEvent,
    "endEvent/escalationEventDefinition": ThrowingEndEvent,
    "endEvent/several": ThrowingEndEvent,
    "intermediateThrowEvent": NoneThrowEvent,
    "intermediateThrowEvent/messageEventDefinition": MessageThrowEvent,
    "intermediateThrowEvent/signalEventDefinition": ThrowEvent,
    "intermediateThrowEvent/escalationEventDefinition": ThrowEvent,
    "intermediateThrowEvent/linkEventDefinition": LinkThrowEvent,
    "intermediateThrowEvent/several": ThrowEvent,
    "intermediateCatchEvent/timerEventDefinition": IntermediateCatchEvent,
    "intermediateCatchEvent/messageEventDefinition": IntermediateCatchEvent,
    "intermediateCatchEvent/signalEventDefinition": IntermediateCatchEvent,
    "intermediateCatchEvent/conditionalEventDefinition": IntermediateCatchEvent,
    "intermediateCatchEvent/linkEventDefinition": LinkCatchEvent,
    "intermediateCatchEvent/several": IntermediateCatchEvent,
    "boundaryEvent/timerEventDefinition": BoundaryEvent,
    "boundaryEvent/messageEventDefinition": BoundaryEvent,
    "boundaryEvent/signalEventDefinition": BoundaryEvent,
    "boundaryEvent/conditionalEventDefinition": BoundaryEvent,
    "boundaryEvent/errorEventDefinition": BoundaryEvent,
    "boundaryEvent/escalationEventDefinition": BoundaryEvent,
    "boundaryEvent/several": BoundaryEvent,
    "startEvent/compensateEventDefinition": CompensationStartEvent,
    "intermediateThrowEvent/compensateEventDefinition": CompensationThrow,
    "endEvent/compensateEventDefinition": CompensationThrow,
    "endEvent/cancelEventDefinition": CancelEndEvent,
    "boundaryEvent/compensateEventDefinition": CompensationBoundaryEvent,
    "boundaryEvent/cancelEventDefinition": CancelBoundaryEvent,
    "task": Task,
    "manualTask": Task,
    "userTask": UserTask,
    "serviceTask": ServiceTask,
    "sendTask": SendTask,
    "receiveTask": ReceiveTask,
    "scriptTask": ScriptTask,
    "businessRuleTask": BusinessRuleTask,
    "subProcess": SubProcess,
    "subProcess/triggeredByEvent": EventSubProcess,
    "subProcess/compensateEventDefinition": CompensationEventSubProcess,
    "transaction": Transaction,
    "adHocSubProcess": AdHocSubProcess,
    "adHocSubProcess/taskDefinition": DirectedAdHoc,
    "callActivity": CallActivity,
    "exclusiveGateway": ExclusiveGateway,
    "parallelGateway": ParallelGateway,
    "inclusiveGateway": InclusiveGateway,
    "eventBasedGateway": EventBasedGateway,
}
"""Which class executes which BPMN element (with which event definition)."""

_LOOPS = {"multiInstanceLoopCharacteristics": MultiInstance, "standardLoopCharacteristics": StandardLoop}
_UNKNOWN_FLOW_NODES = ("complexGateway",)
_SUB_PROCESSES = ("subProcess", "transaction", "adHocSubProcess")
_ACTIVITIES = ("task", "Task", "callActivity", *_SUB_PROCESSES)
_TAGS = {name.partition("/")[0] for name in ELEMENTS}


def read(root: etree._Element) -> dict[str, Process]:
    """The executable processes of a BPMN document, by process id. Raises ModelRefused.

    root: as engine.xml.parse returns it. Processes that are not marked as executable are drawings and left out.
    """
    parser = _Parser()
    try:
        parser.add_bpmn_xml(root)
        return {process_id: parser.get_spec(process_id) for process_id in parser.get_process_ids()}
    except ValidationException as refusal:
        raise ModelRefused(f"This model cannot be read: {str(refusal).strip(' .')}.") from None


class _ElementParser(TaskParser):
    """Makes one element; the flows are drawn when all elements are there."""

    def parse_node(self) -> Element:
        return self.process_parser.make_element(self.node)


class _ProcessParser(ProcessParser):
    """Reads all nodes of a process, at any depth, into one flat Process."""

    def __init__(self, *args: Any, **named: Any):
        super().__init__(*args, **named)
        # The library takes a process without the mark for executable, and "1" for false; the gate does not.
        self.process_executable = self.node.get("isExecutable") in ("true", "1")

    def _index_process_nodes(self) -> None:
        # The library's indexes of flows, borders and data: `add_tasks` goes through all nodes once and needs none.
        pass

    def create_spec(self) -> Process:
        process_id = self.node.get("id")
        process = Process(process_id, self.node.get("name") or process_id)
        source = Source(self.node, self.parser, None, None)
        source.spec_id = ""  # an element may have the same id as its process
        process.documentation = source.documentation
        process.properties = source.properties
        tag = source.zeebe("versionTag")
        process.version_tag = None if tag is None else tag.get("value")
        process.job_priority = source.job_priority()
        process.body = ProcessBody(process, source)
        return process

    def _parse(self) -> None:
        # Without the library's data objects and input/output sets: drawings that say nothing about execution.
        self.spec = self.create_spec()
        self.add_tasks()

    def add_tasks(self) -> None:
        self.sources: dict[str, Source] = {}
        flows = []
        boundary_nodes = []
        for node in self.node.iter(f"{BPMN}*"):
            local_name = type_of(node)
            if local_name in _TAGS or local_name in _UNKNOWN_FLOW_NODES:
                self._refuse_second_use(node)
                self.parse_node(node)
                if local_name == "boundaryEvent":
                    boundary_nodes.append(node)
            elif local_name == "sequenceFlow":
                self._refuse_second_use(node)
                flows.append(node)
        for node in flows:
            self._draw_flow(node)
        for node in boundary_nodes:
            self._attach(node)
        wire(self.spec, self.sources, self.node)
        for element_id, element in self.spec.elements.items():
            element.wired(self.sources[element_id])
            if element.body is not None:
                element.body.wired(self.sources[element_id])

    def parse_node(self, node: etree._Element) -> Element:
        if type_of(node) in _UNKNOWN_FLOW_NODES:
            return self.make_element(node)
        return super().parse_node(node)

    def make_element(self, node: etree._Element) -> Element:
        """Choose the class by tag and event definition; put a multi-instance body around it if it is marked so."""
        parent = _enclosing(node)
        lane = self.get_lane_name(node.get("id"))
        if lane is None and parent is not None:
            lane = self.spec.elements[parent].lane
        source = Source(node, self.parser, lane, parent)
        self.sources[source.element_id] = source
        kind = ELEMENTS.get(_kind(source))
        if kind is None:
            raise source.refused(f"Expected elements that can be executed, but {_kind(source)} cannot.")
        loops = [(loop, mark) for mark, loop in _LOOPS.items() if source.child(mark) is not None]
        if len(loops) > 1:
            raise source.refused(
                "Expected one loop mark on an activity, but this one has two. Take one away."
            )
        if loops and not source.type.endswith(_ACTIVITIES):
            raise source.refused("Expected a loop mark on activities only. Take it away here.")
        if loops:
            (loop, mark) = loops[0]
            element = loop.around(kind, self.spec, source, source.child(mark))
        else:
            element = kind(self.spec, source)
        self.spec.elements[source.element_id] = element
        return element

    def _draw_flow(self, node: etree._Element) -> None:
        condition = first_child(node, f"{BPMN}conditionExpression")
        text = None if condition is None else (condition.text or "").strip() or None
        flow_id = node.get("id")
        source_id, target_id = id_in(node.get("sourceRef")), id_in(node.get("targetRef"))
        flow = Flow(flow_id, node.get("name") or "", source_id, target_id, text, node.sourceline)
        elements = self.spec.elements
        if source_id not in elements or target_id not in elements:
            raise ModelRefused(
                f'Expected the flow "{flow_id}" to lead from one element of this process to another, '
                f'but it leads from "{source_id}" to "{target_id}".',
                flow_id,
                node.sourceline,
            )
        source, target = elements[source_id], elements[target_id]
        if source.parent != target.parent:
            raise ModelRefused(
                f'Expected the flow "{flow_id}" to stay inside one sub-process, but it crosses a border.',
                flow_id,
                node.sourceline,
            )
        if text is not None:
            flow.formula = self.sources[source_id].formula(text)
        flow.enters = target.body or target
        self.spec.flows[flow_id] = flow
        for element in (source, source.body):
            if element is not None:
                element.outgoing += (flow,)
        for element in (target, target.body):
            if element is not None:
                element.incoming += (flow,)

    def _attach(self, node: etree._Element) -> None:
        event = self.spec.elements[node.get("id")]
        host = self.spec.elements.get(event.attached_to)
        if (
            host is None
            or host.is_event_sub_process
            or host.parent != event.parent
            or not host.type.endswith(_ACTIVITIES)
        ):
            raise self.sources[event.element_id].refused(
                f'Expected this boundary event to be attached to an activity, but it is attached to "{event.attached_to}".'
            )
        owner = host.body or host
        owner.boundary_events += (event,)

    def _refuse_second_use(self, node: etree._Element) -> None:
        element_id = node.get("id")
        if not element_id:
            raise ModelRefused(f"Expected every {type_of(node)} to have an id.", None, node.sourceline)
        if element_id in self.spec.elements or element_id in self.spec.flows or element_id in self.sources:
            raise ModelRefused(
                f'Expected every id to be used once, but "{element_id}" is used again. Give this element its own.',
                element_id,
                node.sourceline,
            )


class _Parser(BpmnParser):
    """The document: what the library indexes, less what it would refuse although we do not need it."""

    PROCESS_PARSER_CLASS = _ProcessParser
    OVERRIDE_PARSER_CLASSES = {f"{BPMN}{tag}": (_ElementParser, Element) for tag in _TAGS}

    def add_bpmn_xml(self, bpmn: etree._Element, filename: str | None = None) -> None:
        self.embedded_forms = {
            form.get("id"): form.text or "" for form in bpmn.iter(f"{ZEEBE}userTaskForm") if form.get("id")
        }
        known: set[str] = set()
        for process in bpmn.iter(f"{BPMN}process"):
            process_id = process.get("id")
            if not process_id or process_id in known:
                raise ModelRefused(
                    f'Expected every process to have an id of its own, but found "{process_id or ""}".',
                    process_id,
                    process.sourceline,
                )
            known.add(process_id)
        super().add_bpmn_xml(bpmn, filename)

    def _add_diagram_indexes(self, bpmn: etree._Element) -> None:
        # Innermost lane last, so that it wins; positions are not needed.
        self.document_lanes[self._document_key(bpmn)] = {
            id_in(reference.text): reference.getparent().get("name")
            for reference in bpmn.iter(f"{BPMN}flowNodeRef")
        }
        self.document_positions[self._document_key(bpmn)] = {}

    def _find_dependencies(self, process: etree._Element) -> None:
        pass

    def _add_messages(self, bpmn: etree._Element) -> None:
        self.messages = {node.get("id"): node for node in bpmn.iter(f"{BPMN}message") if node.get("id")}

    def _add_errors(self, bpmn: etree._Element) -> None:
        self.errors = {node.get("id"): node for node in bpmn.iter(f"{BPMN}error") if node.get("id")}

    def _add_signals(self, bpmn: etree._Element) -> None:
        self.signals = {node.get("id"): node for node in bpmn.iter(f"{BPMN}signal") if node.get("id")}

    def _add_escalations(self, bpmn: etree._Element) -> None:
        self.escalations = {node.get("id"): node for node in bpmn.iter(f"{BPMN}escalation") if node.get("id")}

    def _add_correlations(self, bpmn: etree._Element) -> None:
        pass

    def _add_collaborations(self, bpmn: etree._Element) -> None:
        pass

    def _add_data_stores(self, bpmn: etree._Element) -> None:
        pass


def _kind(source: Source) -> str:
    if source.type == "subProcess" and source.node.get("triggeredByEvent") in ("true", "1"):
        undoes = source.node.find(f"{BPMN}startEvent/{BPMN}compensateEventDefinition") is not None
        return f"subProcess/{'compensateEventDefinition' if undoes else 'triggeredByEvent'}"
    if source.type == "adHocSubProcess" and source.zeebe("taskDefinition") is not None:
        return "adHocSubProcess/taskDefinition"
    definitions = source.event_definitions() if source.type.endswith("Event") else []
    if len(definitions) > 1:
        return f"{source.type}/several"
    return f"{source.type}/{type_of(definitions[0])}" if definitions else source.type


def _enclosing(node: etree._Element) -> str | None:
    for ancestor in node.iterancestors():
        local_name = type_of(ancestor)
        if local_name == "process":
            return None
        if local_name in _SUB_PROCESSES:
            return ancestor.get("id")
    return None
