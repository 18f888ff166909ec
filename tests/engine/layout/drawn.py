"""A drawing read back for tests: boxes and waypoints by element id."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, combinations, pairwise

from lxml import etree

NAMESPACES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}

Point = tuple[float, float]


class Drawn:
    """boxes: {id: (x, y, width, height)}, lines: {id: [(x, y), ...]}, labels as boxes."""

    def __init__(self, xml: bytes):
        self.root = etree.fromstring(xml)
        self.boxes = {}
        self.lines: dict[str, list[Point]] = {}
        self.labels = {}
        for shape in self._all("//bpmndi:BPMNShape"):
            self.boxes[shape.get("bpmnElement")] = _bounds(shape.find("dc:Bounds", NAMESPACES))
        self.planes: dict[str, object] = {}
        for edge in self._all("//bpmndi:BPMNEdge"):
            self.planes[edge.get("bpmnElement")] = edge.getparent()
            points = edge.findall("di:waypoint", NAMESPACES)
            self.lines[edge.get("bpmnElement")] = [(float(at.get("x")), float(at.get("y"))) for at in points]
        for label in self._all("//bpmndi:BPMNLabel/dc:Bounds"):
            self.labels[label.getparent().getparent().get("bpmnElement")] = _bounds(label)

    def _all(self, path: str) -> list[etree._Element]:
        return self.root.xpath(path, namespaces=NAMESPACES)

    def shape(self, id: str) -> etree._Element:
        return self._all(f"//bpmndi:BPMNShape[@bpmnElement='{id}']")[0]

    def middle(self, id: str) -> Point:
        x, y, width, height = self.boxes[id]
        return x + width / 2, y + height / 2

    def lying_on_each_other(self) -> list[tuple[str, str]]:
        """Flows between different nodes that share more than a point of a line."""
        ends = {}
        for flow in self._all("//bpmn:sequenceFlow | //bpmn:messageFlow"):
            ends[flow.get("id")] = (flow.get("sourceRef"), flow.get("targetRef"))
        lines: dict[tuple[int, float], list[tuple[str, list[Point]]]] = defaultdict(list)
        for id in ends:
            for start, end in pairwise(self.lines.get(id, [])):
                for axis in (0, 1):
                    if start[axis] == end[axis]:
                        lines[axis, start[axis]].append((id, [start, end]))
        found = []
        for (one, first), (other, second) in chain.from_iterable(
            combinations(each, 2) for each in lines.values()
        ):
            related = ends[one][0] == ends[other][0] or ends[one][1] == ends[other][1]
            same_plane = self.planes[one] is self.planes[other]
            if one != other and same_plane and not related and _shared(first, second) > 30:
                found.append((one, other))
        return found


def _shared(first: list[Point], second: list[Point]) -> float:
    """How long two pieces run on the same line."""
    for axis in (0, 1):
        if len({first[0][axis], first[1][axis], second[0][axis], second[1][axis]}) == 1:
            one, other = sorted(at[1 - axis] for at in first), sorted(at[1 - axis] for at in second)
            return min(one[1], other[1]) - max(one[0], other[0])
    return 0.0


def _bounds(element: etree._Element) -> tuple[float, float, float, float]:
    x, y, width, height = (float(element.get(name)) for name in ("x", "y", "width", "height"))
    return x, y, width, height
