"""A forgiving view of a BPMN file for the gate: nodes, flows and scopes, however broken the file is.

It is not the executable model (that one is made by `engine/spiff` from files that passed); it must be able to show what
is wrong, so a missing id, a dangling reference or an unknown element is simply None or absent here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from engine.dialect import table

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
_CONDITION = f"{{{BPMN}}}conditionExpression"
_EXTENSIONS = f"{{{BPMN}}}extensionElements"
DEFINITION_TAGS = tuple(f"{{{BPMN}}}{name}" for name in table.TRIGGER_OF_DEFINITION)


@dataclass(eq=False, slots=True)
class Node:
    """A flow node. `parent` is the sub-process around it, None directly in the process."""

    element: etree._Element
    type: str
    id: str | None
    name: str | None
    process: Process
    parent: Node | None
    lane: Lane | None = None
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)
    boundaries: list[Node] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    host: Node | None = None
    # The event definitions inside, each as a word, and all of them as one: "none" also for what is no event, "multiple" or
    # "parallel multiple" for several.
    definitions: list[etree._Element] = field(init=False)
    triggers: tuple[str, ...] = field(init=False)
    trigger: str = field(init=False)
    # False for what the dialect refuses: its inner rules are not asked, one finding is enough.
    supported: bool = field(init=False)

    def __post_init__(self) -> None:
        self.definitions = list(self.element.iterchildren(*DEFINITION_TAGS))
        self.triggers = tuple(table.TRIGGER_OF_DEFINITION[local(each)] for each in self.definitions)
        self.trigger = trigger_of(self.element, self.triggers)
        meaning = table.ELEMENTS[self.type]
        if meaning.kind == table.EVENT:
            self.supported = (self.type, self.trigger) in table.EVENTS
        else:
            self.supported = meaning.executed

    @property
    def is_inside_refused(self) -> bool:
        """True inside of a sub-process that the dialect refuses: its inner structure follows rules of its own."""
        parent = self.parent
        while parent is not None:
            if not parent.supported:
                return True
            parent = parent.parent
        return False

    @property
    def is_event_sub_process(self) -> bool:
        return self.type == "subProcess" and self.element.get("triggeredByEvent") in ("true", "1")

    @property
    def is_interrupting(self) -> bool:
        """For boundary events and starts of event sub-processes: does it end its activity or scope (BPMN's default)."""
        attribute = "isInterrupting" if self.type == "startEvent" else "cancelActivity"
        return self.element.get(attribute, "true") not in ("false", "0")

    @property
    def starts_event_sub_process(self) -> bool:
        """True for the start event of an event sub-process."""
        return self.type == "startEvent" and self.parent is not None and self.parent.is_event_sub_process

    @property
    def starts(self) -> list[Node]:
        """The start events directly inside."""
        return [child for child in self.children if child.type == "startEvent"]

    @property
    def parts(self) -> Iterator[tuple[str, etree._Element]]:
        """The triggers with their definitions, where this event is executed."""
        return zip(self.triggers, self.definitions, strict=True) if self.supported else iter(())

    def part(self, name: str) -> etree._Element | None:
        """The first BPMN child element of that name."""
        return next(self.element.iterchildren(f"{{{BPMN}}}{name}"), None)

    def extension(self, name: str) -> etree._Element | None:
        """The zeebe extension element of that name."""
        return extension(self.element, name)


@dataclass(eq=False, slots=True)
class Flow:
    """A sequence flow; source and target are None where the reference leads nowhere."""

    element: etree._Element
    id: str | None
    name: str | None
    process: Process
    parent: Node | None
    source: Node | None = None
    target: Node | None = None

    @property
    def condition(self) -> etree._Element | None:
        return next(self.element.iterchildren(_CONDITION), None)


@dataclass(eq=False, slots=True)
class Lane:
    """A lane: its name is the candidate role of the user tasks in it."""

    element: etree._Element
    name: str | None
    node_refs: list[etree._Element] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Process:
    """A process with all its nodes and flows, those of its sub-processes included."""

    element: etree._Element
    id: str | None
    name: str | None
    executable: bool
    model: Model
    nodes: list[Node] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    lanes: list[Lane] = field(default_factory=list)
    top: list[Node] = field(default_factory=list)  # those nodes that lie directly in the process
    # What is asked of every event, by its scope: {scope: event sub-processes}, {(scope, link): catch events}.
    handlers: dict[Node | None, list[Node]] = field(default_factory=dict)
    link_catches: dict[tuple[Node | None, str], list[Node]] = field(default_factory=dict)
    can_be_called: bool = False  # it has a none start event, where a call activity begins
    # What `soundness/throws.py` has worked out: thousands of events may ask the same of one scope.
    catchers: dict[tuple[Node | None, str, bool], dict[str | None, Node]] = field(default_factory=dict)
    caught: dict[tuple[Node | None, str], frozenset[Node | None]] = field(default_factory=dict)

    def scope(self, parent: Node | None) -> list[Node]:
        """The nodes directly in the process (None) or directly in a sub-process."""
        return self.top if parent is None else parent.children


@dataclass(eq=False, slots=True)
class Model:
    """A BPMN file. `by_id` holds the first element of each id; `checked` are the processes that are deployed."""

    root: etree._Element
    processes: list[Process]
    by_id: dict[str, etree._Element]

    @property
    def checked(self) -> list[Process]:
        """The executable processes; all of them where none is, so that an import shows what is missing."""
        return [process for process in self.processes if process.executable] or self.processes

    def nodes(self) -> Iterator[Node]:
        """All flow nodes of the checked processes, in the order of the file."""
        for process in self.checked:
            yield from process.nodes

    def definition(self, reference: str | None, name: str) -> etree._Element | None:
        """The element that `reference` names, if it is one of that kind (message, error ...)."""
        found = self.by_id.get(text_of_reference(reference)) if reference else None
        return found if found is not None and is_bpmn(found) and local(found) == name else None


def read(root: etree._Element) -> Model:
    """Read the view; never fails, whatever the file holds."""
    by_id: dict[str, etree._Element] = {}
    for element in root.iter(etree.Element):
        identity = element.get("id")
        if identity and is_bpmn(element):
            by_id.setdefault(identity, element)
    model = Model(root, [], by_id)
    model.processes.extend(
        _process(model, element) for element in children(root) if local(element) == "process"
    )
    return model


def children(element: etree._Element) -> Iterator[etree._Element]:
    """The child elements in the BPMN namespace; comments and foreign elements are left out."""
    return element.iterchildren(f"{{{BPMN}}}*")


# Asked hundreds of times for each element of a file: etree.QName and `find` with a path take three times as long.


def is_bpmn(element: etree._Element) -> bool:
    return namespace(element) == BPMN


def namespace(element: etree._Element) -> str:
    return element.tag[1:].rpartition("}")[0]


def local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2]


def extension(element: etree._Element, name: str) -> etree._Element | None:
    """The first zeebe extension element of that name inside of the element's extensionElements."""
    for holder in element.iterchildren(_EXTENSIONS):
        for found in holder.iterchildren(f"{{{ZEEBE}}}{name}"):
            return found
    return None


def trigger_of(element: etree._Element, triggers: tuple[str, ...]) -> str:
    """The trigger of an event as one word."""
    if len(triggers) > 1:
        return "parallel multiple" if element.get("parallelMultiple") in ("true", "1") else "multiple"
    return triggers[0] if triggers else "none"


def text_of_reference(reference: str | None) -> str:
    """A reference without blanks and without its namespace prefix (`tns:message_1`)."""
    return (reference or "").strip().rpartition(":")[2]


def _process(model: Model, element: etree._Element) -> Process:
    executable = element.get("isExecutable") in ("true", "1")
    process = Process(element, element.get("id"), element.get("name"), executable, model)
    _read_scopes(process)
    _note_by_scope(process)
    _read_lanes(process)
    return process


def _read_scopes(process: Process) -> None:
    by_id: dict[str, Node] = {}
    todo: deque[tuple[etree._Element, Node | None]] = deque([(process.element, None)])
    while todo:
        holder, parent = todo.popleft()
        for element in children(holder):
            name = local(element)
            if table.is_flow_node(name):
                node = Node(element, name, element.get("id"), element.get("name"), process, parent)
                process.nodes.append(node)
                process.scope(parent).append(node)
                if node.id:
                    by_id.setdefault(node.id, node)
                todo.append((element, node))
            elif name == "sequenceFlow":
                process.flows.append(Flow(element, element.get("id"), element.get("name"), process, parent))
    for flow in process.flows:
        flow.source = by_id.get(text_of_reference(flow.element.get("sourceRef")))
        flow.target = by_id.get(text_of_reference(flow.element.get("targetRef")))
        if flow.source is not None:
            flow.source.outgoing.append(flow)
        if flow.target is not None:
            flow.target.incoming.append(flow)
    for node in process.nodes:
        if node.type == "boundaryEvent":
            node.host = by_id.get(text_of_reference(node.element.get("attachedToRef")))
            if node.host is not None:
                node.host.boundaries.append(node)


def _note_by_scope(process: Process) -> None:
    for node in process.nodes:
        if node.is_event_sub_process:
            process.handlers.setdefault(node.parent, []).append(node)
        elif node.type == "intermediateCatchEvent" and node.trigger == "link":
            link = (node.definitions[0].get("name") or "").strip()
            process.link_catches.setdefault((node.parent, link), []).append(node)
    process.can_be_called = any(node.type == "startEvent" and not node.definitions for node in process.top)


def _read_lanes(process: Process) -> None:
    owner: dict[str, Lane] = {}
    for element in process.element.iter(
        f"{{{BPMN}}}lane"
    ):  # in document order: an inner lane comes later and wins
        references = [each for each in children(element) if local(each) == "flowNodeRef"]
        lane = Lane(element, (element.get("name") or "").strip() or None, references)
        process.lanes.append(lane)
        for reference in references:
            owner[text_of_reference(reference.text)] = lane
    for node in process.nodes:  # parents come before their children
        own = owner.get(node.id) if node.id else None
        node.lane = own or (node.parent.lane if node.parent is not None else None)
