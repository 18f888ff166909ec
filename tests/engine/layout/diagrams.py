"""BPMN documents without a drawing, written short: the diagrams the layout is tested with."""

from __future__ import annotations

import itertools
import random
from xml.sax.saxutils import quoteattr

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="definitions" targetNamespace="orderlane">\n'
)


def document(*parts: str) -> bytes:
    return (HEAD + "\n".join(parts) + "\n</definitions>").encode()


def process(*parts: str, id: str = "process") -> str:
    return f'<process id="{id}" isExecutable="true">' + "\n".join(parts) + "</process>"


def collaboration(*parts: str) -> str:
    return '<collaboration id="collaboration">' + "\n".join(parts) + "</collaboration>"


def node(tag: str, id: str, name: str | None = None, inner: str = "", **attributes: str) -> str:
    name = id.replace("_", " ").capitalize() if name is None else name
    more = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{tag} id={quoteattr(id)} name={quoteattr(name)}{more}>{inner}</{tag}>"


def flows(text: str) -> str:
    """One flow a line: `source -> target : name`, the name optional."""
    found = []
    for line in text.strip().splitlines():
        ends, _, name = (part.strip() for part in line.partition(":"))
        source, target = (part.strip() for part in ends.split("->"))
        named = f" name={quoteattr(name)}" if name else ""
        found.append(
            f'<sequenceFlow id="flow_{source}_{target}" sourceRef="{source}" targetRef="{target}"{named}/>'
        )
    return "\n".join(found)


def lane_set(id: str = "lanes", **lanes: str) -> str:
    """Lanes by name, each with the ids of its nodes in one string."""
    found = []
    for name, nodes in lanes.items():
        refs = "".join(f"<flowNodeRef>{ref}</flowNodeRef>" for ref in nodes.split())
        found.append(f'<lane id="lane_{name}" name="{name.replace("_", " ").capitalize()}">{refs}</lane>')
    return f'<laneSet id="{id}">' + "".join(found) + "</laneSet>"


class Random:
    """Random processes from a seed: block-structured ones, or any flows between any nodes; with or without lanes."""

    def __init__(self, seed: int):
        self.chance = random.Random(seed)
        self.count = 0
        self.nodes: list[str] = []
        self.flows: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.nested: list[str] = []
        self.partners: list[str] = []
        self.names = ["Check", "Approve the request", "Send the order to the customer", "Book", "", "Ship it"]

    def document(self) -> bytes:
        """One process, or two pools and an empty one with messages between them."""
        if self.chance.random() < 0.75:
            return document(self._process("process"))
        processes, talking = [], []
        for name in ("customer", "shop"):
            self.nodes, self.flows, self.ids, self.nested, self.partners = [], [], [], [], []
            processes.append(self._process(name))
            talking.append(self.partners)
        ends = [*zip(*(self.chance.sample(ids, min(3, len(ids))) for ids in talking), strict=False)]
        ends = [pair if self.chance.random() < 0.5 else pair[::-1] for pair in ends]
        ends += [(self.chance.choice(talking[1]), "bank"), ("bank", self.chance.choice(talking[1]))]
        # A boundary event only catches: it sends nothing.
        ends = [(source, target) for source, target in ends if "boundary" not in source]
        messages = "".join(
            f'<messageFlow id="message_{place}" sourceRef="{source}" targetRef="{target}" name="Letter"/>'
            for place, (source, target) in enumerate(ends)
        )
        pools = [
            f'<participant id="pool_{name}" name="{name}" processRef="{name}"/>'
            for name in ("customer", "shop")
        ]
        pools.insert(self.chance.randint(0, 2), '<participant id="bank" name="Bank"/>')
        return document(collaboration(*pools, messages), *processes)

    def _process(self, id: str) -> str:
        if self.chance.random() < 0.6:
            start, end = self._add("startEvent"), self._add("endEvent")
            first, last = self._block(3)
            self.flows += [(start, first), (last, end)]
        else:
            self._unstructured(self.chance.randint(3, 16))
        parts = [*self.nodes, *(self._flow(*ends) for ends in self.flows), *self._artifacts()]
        if self.chance.random() < 0.6:
            parts.insert(0, self._lanes(id))
        return process(*parts, id=id)

    def _lanes(self, id: str) -> str:
        lanes: dict[str, list[str]] = {f"{name}_{id}": [] for name in ("sales", "stock", "office", "manager")}
        # Lanes of the process may name nodes inside a sub-process, which then reaches over several lanes.
        named = self.ids + (self.nested if self.chance.random() < 0.4 else [])
        for node_id in named:
            lanes[self.chance.choice(list(lanes))].append(node_id)
        return lane_set(f"lanes_{id}", **{name: " ".join(ids) for name, ids in lanes.items()})

    def _artifacts(self) -> list[str]:
        parts = []
        for _ in range(self.chance.choice([0, 0, 1, 3])):
            self.count += 1
            text = self.chance.choice(
                ["Rarely happens", "Two people look at every order above 1000 euros, always."]
            )
            parts.append(f'<textAnnotation id="note_{self.count}"><text>{text}</text></textAnnotation>')
            about = self.chance.choice(self.ids)
            parts.append(
                f'<association id="about_{self.count}" sourceRef="{about}" targetRef="note_{self.count}"/>'
            )
        return parts

    def _add(self, tag: str, inner: str = "", **attributes: str) -> str:
        self.count += 1
        id = f"{tag}_{self.count}"
        self.nodes.append(node(tag, id, self.chance.choice(self.names), inner, **attributes))
        self.ids.append(id)
        if tag in ("userTask", "startEvent", "intermediateCatchEvent", "boundaryEvent"):
            self.partners.append(id)
        return id

    def _flow(self, source: str, target: str) -> str:
        self.count += 1
        name = self.chance.choice(["", "", "yes", "no", "more than 100 euros"]) if "Gateway" in source else ""
        ends = f'sourceRef="{source}" targetRef="{target}"'
        return f'<sequenceFlow id="flow_{self.count}_{source}_{target}" {ends} name="{name}"/>'

    def _block(self, depth: int) -> tuple[str, str]:
        """Add a block; return the node it begins with and the one it ends with."""
        kind = (
            self.chance.choice(["activity", "sequence", "choice", "loop", "sub_process"])
            if depth
            else "activity"
        )
        if kind == "activity":
            activity = self._add("userTask")
            if self.chance.random() < 0.25:
                self._boundary(activity)
            return activity, activity
        if kind == "sequence":
            blocks = [self._block(depth - 1) for _ in range(self.chance.randint(2, 3))]
            self.flows += [(one[1], two[0]) for one, two in itertools.pairwise(blocks)]
            return blocks[0][0], blocks[-1][1]
        if kind == "choice":
            tag = self.chance.choice(["exclusiveGateway", "parallelGateway", "inclusiveGateway"])
            split, join = self._add(tag), self._add(tag)
            for _ in range(self.chance.randint(2, 4)):
                first, last = self._block(depth - 1)
                self.flows += [(split, first), (last, join)]
            if self.chance.random() < 0.3:
                self.flows.append((split, join))
            return split, join
        if kind == "loop":
            join, split = self._add("exclusiveGateway"), self._add("exclusiveGateway")
            first, last = self._block(depth - 1)
            self.flows += [(join, first), (last, split), (split, join)]
            return join, split
        return self._sub_process(depth)

    def _sub_process(self, depth: int) -> tuple[str, str]:
        outer = self.nodes, self.flows, self.ids
        self.nodes, self.flows, self.ids = [], [], []
        start, end = self._add("startEvent"), self._add("endEvent")
        first, last = self._block(depth - 1)
        self.flows += [(start, first), (last, end)]
        inner = "\n".join([*self.nodes, *(self._flow(*ends) for ends in self.flows)])
        self.nested += self.ids
        self.nodes, self.flows, self.ids = outer
        block = self._add("subProcess", inner)
        for _ in range(self.chance.randint(0, 2)):
            self._boundary(block)
        return block, block

    def _boundary(self, host: str) -> None:
        event = self._add("boundaryEvent", "<timerEventDefinition/>", attachedToRef=host)
        self.ids.remove(event)
        handler, end = self._add("serviceTask"), self._add("endEvent")
        self.flows += [(event, handler), (handler, end)]

    def _unstructured(self, size: int) -> None:
        tags = [
            "userTask",
            "userTask",
            "exclusiveGateway",
            "parallelGateway",
            "intermediateCatchEvent",
            "endEvent",
        ]
        ids = [self._add("startEvent"), *(self._add(self.chance.choice(tags)) for _ in range(size))]
        seen = set()
        for _ in range(int(size * 1.6)):
            source, target = self.chance.choice(ids), self.chance.choice(ids[1:])
            if "endEvent" not in source and (source, target) not in seen:
                seen.add((source, target))
                self.flows.append((source, target))
