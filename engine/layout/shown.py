"""Reads a drawing back: where the shapes, lines and labels of a document lie, whoever drew it."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from engine.layout.geometry import Box, Point
from engine.layout.write import DC, DD, DI


@dataclass
class Shown:
    """The BPMN DI of a document, by the ids of its elements."""

    shapes: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, list[Point]] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    collapsed: set[str] = field(default_factory=set)


def read(root: etree._Element) -> Shown:
    """Whatever of a document is drawn; what is incomplete or no number is left out."""
    shown = Shown()
    for shape in root.iter(f"{{{DI}}}BPMNShape"):
        element = _element(shape)
        box = _box(shape)
        if element and box:
            shown.shapes[element] = box
            if shape.get("isExpanded") == "false":
                shown.collapsed.add(element)
    for edge in root.iter(f"{{{DI}}}BPMNEdge"):
        element = _element(edge)
        points = [_numbers(at, "x", "y") for at in edge.iterchildren(f"{{{DD}}}waypoint")]
        if element and len(points) > 1 and all(points):
            shown.lines[element] = [(at[0], at[1]) for at in points]
    for label in root.iter(f"{{{DI}}}BPMNLabel"):
        box, element = _box(label), _element(label.getparent())
        if box and element:
            shown.labels[element] = box
    return shown


def _element(shown: etree._Element) -> str | None:
    reference = shown.get("bpmnElement")
    return reference.rpartition(":")[2] if reference else None


def _box(parent: etree._Element) -> Box | None:
    bounds = parent.find(f"{{{DC}}}Bounds")
    values = _numbers(bounds, "x", "y", "width", "height") if bounds is not None else []
    return Box(*values) if values else None


def _numbers(element: etree._Element, *names: str) -> list[float]:
    """The attributes as numbers; none at all where one is missing or no number: then nothing is drawn."""
    try:
        return [float(element.get(name, "")) for name in names]
    except ValueError:
        return []
