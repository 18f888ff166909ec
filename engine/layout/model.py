"""The part of a BPMN document that is drawn, read into plain objects: pools, lanes, flow nodes, flows, artifacts."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"

ACTIVITIES = {
    "task",
    "userTask",
    "manualTask",
    "serviceTask",
    "scriptTask",
    "businessRuleTask",
    "sendTask",
    "receiveTask",
    "callActivity",
}
SUB_PROCESSES = {"subProcess", "transaction", "adHocSubProcess"}
GATEWAYS = {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"}
EVENTS = {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent"}
SIZES = {
    "activity": (100, 80),
    "subprocess": (100, 80),
    "gateway": (50, 50),
    "event": (36, 36),
    "boundary": (36, 36),
    "data": (36, 50),
    "store": (50, 50),
    "annotation": (100, 30),
}
ARTIFACTS = ("data", "store", "annotation")


@dataclass(eq=False, repr=False)
class Lane:
    """A lane; children are nested lanes, refs the ids of the flow nodes it holds itself."""

    id: str
    name: str
    refs: set[str]
    children: list[Lane] = field(default_factory=list)

    def leaves(self) -> list[Lane]:
        return [leaf for child in self.children for leaf in child.leaves()] or [self]


@dataclass(eq=False, repr=False)
class Node:
    """Anything drawn as a shape in a cell of the grid (a sub-process fills a block of cells)."""

    id: str
    kind: str
    name: str
    scope: Scope
    element: etree._Element
    inner: Scope | None = None
    host: Node | None = None
    lane: Lane | None = None
    width: float = 0
    height: float = 0
    # Columns and rows of the grid, both ends included; dx moves a boundary event along its host's border.
    first: int = 0
    last: int = 0
    row: float = 0
    top: int = 0
    bottom: int = 0
    up: int = 0
    down: int = 0
    dx: float = 0

    @property
    def cell(self) -> Node:
        """The node whose cell this one lives in: the host of a boundary event, otherwise itself."""
        return self.host or self

    @property
    def is_block(self) -> bool:
        return self.inner is not None


@dataclass(eq=False, repr=False)
class Link:
    """Anything drawn as a line. Its ends are nodes, pools, or (for an association) another link."""

    id: str
    kind: str
    source: Node | Pool | Link
    target: Node | Pool | Link
    name: str = ""
    backward: bool = False
    main: bool = False
    # How far the line runs beside the middle of the column of its source and of its target.
    source_shift: float = 0
    target_shift: float = 0


@dataclass(eq=False, repr=False)
class Scope:
    """What a process or an expanded sub-process holds."""

    id: str
    owner: Node | None = None
    lanes: list[Lane] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    boundaries: list[Node] = field(default_factory=list)
    artifacts: list[Node] = field(default_factory=list)
    flows: list[Link] = field(default_factory=list)
    # Bands are the leaf lanes this scope's rows are kept in (one None without lanes).
    bands: list[Lane | None] = field(default_factory=lambda: [None])
    spanning: bool = False
    width: int = 1
    rows: dict[Lane | None, list[float]] = field(default_factory=dict)
    grid_row: dict[tuple[Lane | None, float], int] = field(default_factory=dict)


@dataclass(eq=False, repr=False)
class Pool:
    """A participant; without a scope it is drawn as an empty band. A bare process is a pool without an id."""

    id: str | None
    name: str
    scope: Scope | None
    top: int = -1
    bottom: int = -1


@dataclass(eq=False, repr=False)
class Group:
    id: str
    name: str
    members: list[Node]


@dataclass(eq=False, repr=False)
class Plane:
    """One drawing: a collaboration with its pools, or one process."""

    id: str
    pools: list[Pool]
    links: list[Link] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)

    def scopes(self) -> list[Scope]:
        """All scopes, outer before inner."""
        found = [pool.scope for pool in self.pools if pool.scope]
        for scope in found:
            found.extend(node.inner for node in scope.nodes if node.inner)
        return found

    def nodes(self) -> list[Node]:
        return [node for scope in self.scopes() for node in scope.nodes + scope.boundaries + scope.artifacts]


def read(root: etree._Element) -> list[Plane]:
    """Return the drawings the document needs: its collaboration, then each process without a participant."""
    processes = {element.get("id"): element for element in root if _tag(element) == "process"}
    planes = []
    drawn: set[str | None] = set()
    for collaboration in (element for element in root if _tag(element) == "collaboration"):
        participants = [child for child in collaboration if _tag(child) == "participant"]
        if not participants:
            continue
        pools = []
        for participant in participants:
            reference = _local(participant.get("processRef"))
            process = processes.get(reference) if reference not in drawn else None
            drawn.add(reference)
            scope = _scope(process, None) if process is not None else None
            if scope and not (scope.nodes or scope.lanes):
                scope = None
            pools.append(Pool(participant.get("id"), participant.get("name", ""), scope))
        planes.append(_plane(root, collaboration, pools))
    for process_id, process in processes.items():
        if process_id not in drawn:
            planes.append(_plane(root, process, [Pool(None, "", _scope(process, None))]))
    return planes


def _plane(root: etree._Element, element: etree._Element, pools: list[Pool]) -> Plane:
    plane = Plane(element.get("id"), pools)
    shapes: dict[str | None, Node | Pool] = {node.id: node for node in plane.nodes()}
    shapes.update({pool.id: pool for pool in pools if pool.id})
    known: dict[str | None, Node | Pool | Link] = dict(shapes)
    for scope in plane.scopes():
        for link in scope.flows:
            known[link.id] = link
            plane.links.append(link)
    for found in root.iter(f"{{{BPMN}}}messageFlow", f"{{{BPMN}}}association"):
        source, target = known.get(_local(found.get("sourceRef"))), known.get(_local(found.get("targetRef")))
        if source is not None and target is not None:
            kind = "message" if _tag(found) == "messageFlow" else "association"
            plane.links.append(Link(found.get("id"), kind, source, target, found.get("name", "")))
    for node in [
        node for node in plane.nodes() if node.kind in ("activity", "subprocess", "event", "boundary")
    ]:
        plane.links.extend(_data_links(node, shapes))
    plane.groups = _groups(root, element, plane)
    return plane


def _scope(element: etree._Element, owner: Node | None) -> Scope:
    scope = Scope(element.get("id"), owner)
    ids: dict[str | None, Node] = {}
    hosts: list[tuple[Node, str | None]] = []
    for child in element:
        tag = _tag(child)
        if tag == "laneSet":
            scope.lanes.extend(_lanes(child))
            continue
        kind = _kind(tag)
        if kind is None:
            continue
        name = " ".join(child.get("name", "").split())
        if kind == "annotation":
            name = "\n".join(text.text or "" for text in child if _tag(text) == "text").strip()
        node = Node(child.get("id"), kind, name, scope, child)
        node.width, node.height = SIZES[kind]
        ids[node.id] = node
        if kind == "boundary":
            hosts.append((node, _local(child.get("attachedToRef"))))
        elif kind in ARTIFACTS:
            scope.artifacts.append(node)
        else:
            scope.nodes.append(node)
            if tag in SUB_PROCESSES and any(
                _kind(_tag(inner)) in SIZES and _kind(_tag(inner)) not in ARTIFACTS for inner in child
            ):
                node.inner = _scope(child, node)
    for node, host in hosts:
        node.host = ids.get(host)
        # A boundary event that hangs on nothing is still drawn: as an event of its own.
        (scope.boundaries if node.host else scope.nodes).append(node)
        if not node.host:
            node.kind = "event"
    for child in element:
        if _tag(child) == "sequenceFlow":
            source, target = ids.get(_local(child.get("sourceRef"))), ids.get(_local(child.get("targetRef")))
            if source and target:
                scope.flows.append(Link(child.get("id"), "sequence", source, target, child.get("name", "")))
    return scope


def _lanes(lane_set: etree._Element) -> list[Lane]:
    lanes = []
    for child in lane_set:
        if _tag(child) == "lane":
            refs = {_local(ref.text) for ref in child if _tag(ref) == "flowNodeRef"}
            nested = [lane for inner in child if _tag(inner) == "childLaneSet" for lane in _lanes(inner)]
            lanes.append(Lane(child.get("id"), child.get("name", ""), {ref for ref in refs if ref}, nested))
    return lanes


def _data_links(node: Node, shapes: dict[str | None, Node | Pool]) -> list[Link]:
    links = []
    for child in node.element:
        if _tag(child) in ("dataInputAssociation", "dataOutputAssociation"):
            wanted = "sourceRef" if _tag(child) == "dataInputAssociation" else "targetRef"
            for ref in child:
                other = shapes.get(_local(ref.text)) if _tag(ref) == wanted else None
                if isinstance(other, Node) and other.kind in ARTIFACTS:
                    ends = (other, node) if wanted == "sourceRef" else (node, other)
                    links.append(Link(child.get("id"), "data", *ends))
    return links


def _groups(root: etree._Element, element: etree._Element, plane: Plane) -> list[Group]:
    names = {value.get("id"): value.get("value", "") for value in root.iter(f"{{{BPMN}}}categoryValue")}
    members: dict[str | None, list[Node]] = {}
    for node in plane.nodes():
        for ref in node.element.iterchildren(f"{{{BPMN}}}categoryValueRef"):
            members.setdefault(_local(ref.text), []).append(node)
    owners = {element.get("id")} | {scope.id for scope in plane.scopes()}
    groups = []
    for found in root.iter(f"{{{BPMN}}}group"):
        if found.getparent().get("id") in owners:
            value = _local(found.get("categoryValueRef"))
            groups.append(Group(found.get("id"), names.get(value, ""), members.get(value, [])))
    return groups


def _kind(tag: str) -> str | None:
    if tag in ACTIVITIES:
        return "activity"
    if tag in SUB_PROCESSES:
        return "subprocess"
    if tag in GATEWAYS:
        return "gateway"
    if tag in EVENTS:
        return "event"
    return {
        "boundaryEvent": "boundary",
        "dataObjectReference": "data",
        "dataStoreReference": "store",
        "textAnnotation": "annotation",
    }.get(tag)


def _tag(element: etree._Element) -> str:
    if not isinstance(element.tag, str):
        return ""
    name = etree.QName(element)
    return name.localname if name.namespace == BPMN else ""


def _local(reference: str | None) -> str | None:
    """References are qualified names; ids are drawn without the prefix."""
    return reference.strip().rpartition(":")[2] if reference else None
