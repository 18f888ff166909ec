"""The drawing as BPMN DI: every old diagram of the document gives way to the new one."""

from __future__ import annotations

from lxml import etree

from engine.layout.geometry import Box, Drawing
from engine.layout.model import Group, Lane, Node, Plane, Pool

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
_PREFIXES = {"bpmndi": DI, "dc": DC, "di": DD}


def replace(root: etree._Element, drawings: list[tuple[Plane, Drawing]]) -> None:
    """Remove the diagrams of the document and append one for every drawing."""
    for old in root.findall(f"{{{DI}}}BPMNDiagram"):
        _remove(old)
    taken = set(root.xpath("//@id"))
    for plane, drawing in drawings:
        diagram = etree.SubElement(root, f"{{{DI}}}BPMNDiagram", nsmap=_missing(root))
        diagram.set("id", _new_id(f"diagram_{plane.id}", taken))
        surface = etree.SubElement(diagram, f"{{{DI}}}BPMNPlane")
        surface.set("id", _new_id(f"plane_{plane.id}", taken))
        surface.set("bpmnElement", plane.id)
        _write_plane(surface, plane, drawing, taken)
        _indent(diagram)


def _write_plane(surface: etree._Element, plane: Plane, drawing: Drawing, taken: set[str]) -> None:
    # Outer shapes first: what comes later is drawn above.
    order = {Pool: 0, Lane: 1, Node: 2, Group: 3}
    shapes = sorted(drawing.shapes.items(), key=lambda item: order[type(item[0])])
    shapes.sort(key=lambda item: isinstance(item[0], Node) and item[0].kind == "boundary")
    for owner, box in shapes:
        shape = etree.SubElement(surface, f"{{{DI}}}BPMNShape")
        shape.set("id", _new_id(f"{owner.id}_di", taken))
        shape.set("bpmnElement", owner.id)
        if isinstance(owner, (Pool, Lane)):
            shape.set("isHorizontal", "true")
        if isinstance(owner, Node) and owner.kind == "subprocess":
            shape.set("isExpanded", "true" if owner.is_block else "false")
        if isinstance(owner, Node) and etree.QName(owner.element).localname == "exclusiveGateway":
            shape.set("isMarkerVisible", "true")
        _bounds(shape, box)
        _label(shape, drawing.labels.get(owner))
    for link, points in drawing.lines.items():
        edge = etree.SubElement(surface, f"{{{DI}}}BPMNEdge")
        edge.set("id", _new_id(f"{link.id}_di", taken))
        edge.set("bpmnElement", link.id)
        for x, y in points:
            etree.SubElement(edge, f"{{{DD}}}waypoint", x=_number(x), y=_number(y))
        _label(edge, drawing.labels.get(link))


def _bounds(parent: etree._Element, box: Box) -> None:
    etree.SubElement(
        parent,
        f"{{{DC}}}Bounds",
        x=_number(box.x),
        y=_number(box.y),
        width=_number(box.width),
        height=_number(box.height),
    )


def _label(parent: etree._Element, box: Box | None) -> None:
    if box:
        _bounds(etree.SubElement(parent, f"{{{DI}}}BPMNLabel"), box)


def _number(value: float) -> str:
    return f"{round(value, 1):g}" if abs(value) < 1e5 else str(round(value))


def _new_id(wanted: str, taken: set[str]) -> str:
    name, count = wanted, 2
    while name in taken:
        name, count = f"{wanted}_{count}", count + 1
    taken.add(name)
    return name


def _missing(root: etree._Element) -> dict[str, str]:
    """The namespaces of a diagram the document does not declare yet, under prefixes that are free."""
    known = set(root.nsmap.values())
    missing = {}
    for prefix, namespace in _PREFIXES.items():
        if namespace not in known:
            missing[prefix if prefix not in root.nsmap else f"{prefix}_2"] = namespace
    return missing


def _indent(diagram: etree._Element) -> None:
    etree.indent(diagram, space="  ", level=1)
    before = diagram.getprevious()
    if before is not None:
        before.tail = f"{(before.tail or '').rstrip()}\n  "
    else:
        diagram.getparent().text = f"{(diagram.getparent().text or '').rstrip()}\n  "
    diagram.tail = "\n"


def _remove(old: etree._Element) -> None:
    """Take an element out, keeping the text around it (comments and line ends) where it was."""
    before, parent = old.getprevious(), old.getparent()
    if old.tail and old.tail.strip():
        if before is not None:
            before.tail = (before.tail or "") + old.tail
        else:
            parent.text = (parent.text or "") + old.tail
    parent.remove(old)
