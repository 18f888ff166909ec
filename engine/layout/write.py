"""The drawing as BPMN DI, put into the document's own bytes: what is not a diagram stays exactly as it was."""

from __future__ import annotations

from xml.parsers import expat

from lxml import etree

from engine import xml as safe_xml
from engine.layout.geometry import Box, Drawing
from engine.layout.model import Group, Lane, Node, Plane, Pool

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"
_PREFIXES = {"bpmndi": DI, "dc": DC, "di": DD}


def replace(xml: bytes, root: etree._Element, drawings: list[tuple[Plane, Drawing]]) -> bytes:
    """Return the document with one diagram for every drawing in place of those it had."""
    xml = safe_xml.as_utf8(xml)
    old, end = _find_diagrams(xml)
    taken = {
        value for element in root.iter() if not _in_diagram(element) for value in [element.get("id")] if value
    }
    kept, reached = [], 0
    for start, stop in old:
        kept.append(xml[reached:start].rstrip())
        reached = stop
    kept.append(xml[reached:end])
    new = [_text(_diagram(plane, drawing, taken), root) for plane, drawing in drawings]
    if not old and not new:
        return xml
    line = b"\r\n" if b"\r\n" in xml else b"\n"
    diagrams = b"".join(line + line.join(text.splitlines()) for text in new)
    return b"".join(kept).rstrip() + diagrams + line + xml[end:]


def _find_diagrams(xml: bytes) -> tuple[list[tuple[int, int]], int]:
    """Where the diagrams begin and end, and where the end tag of the document begins, in bytes."""
    reader = expat.ParserCreate(namespace_separator=" ")
    spans: list[tuple[int, int]] = []
    depth, start, open_end, end = 0, -1, False, len(xml)

    def on_anything(*_: object) -> None:
        nonlocal open_end
        # Whatever comes right after a diagram tells where it ended.
        if open_end:
            spans.append((start, reader.CurrentByteIndex))
            open_end = False

    def on_start(name: str, _: object) -> None:
        nonlocal depth, start
        on_anything()
        depth += 1
        if depth == 2 and name == f"{DI} BPMNDiagram":
            start = reader.CurrentByteIndex

    def on_end(name: str) -> None:
        nonlocal depth, open_end, end
        on_anything()
        if depth == 2 and name == f"{DI} BPMNDiagram":
            open_end = True
        if depth == 1:
            end = reader.CurrentByteIndex
        depth -= 1

    reader.StartElementHandler, reader.EndElementHandler = on_start, on_end
    reader.CharacterDataHandler = reader.CommentHandler = reader.ProcessingInstructionHandler = on_anything
    reader.Parse(xml, True)
    return spans, end


def _in_diagram(element: etree._Element) -> bool:
    return any(above.tag == f"{{{DI}}}BPMNDiagram" for above in (element, *element.iterancestors()))


def _diagram(plane: Plane, drawing: Drawing, taken: set[str]) -> etree._Element:
    diagram = etree.Element(f"{{{DI}}}BPMNDiagram", nsmap=_PREFIXES)
    diagram.set("id", _new_id(f"diagram_{plane.id}", taken))
    surface = etree.SubElement(diagram, f"{{{DI}}}BPMNPlane")
    surface.set("id", _new_id(f"plane_{plane.id}", taken))
    surface.set("bpmnElement", plane.id)
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
    return diagram


def _bounds(parent: etree._Element, box: Box) -> None:
    values = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    etree.SubElement(parent, f"{{{DC}}}Bounds", {name: _number(value) for name, value in values.items()})


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


def _text(diagram: etree._Element, root: etree._Element) -> bytes:
    """The diagram indented by one level, declaring only the namespaces its document does not."""
    etree.indent(diagram, space="  ", level=1)
    text = "  " + etree.tostring(diagram, encoding="unicode").strip()
    for prefix, namespace in _PREFIXES.items():
        if root.nsmap.get(prefix) == namespace:
            text = text.replace(f' xmlns:{prefix}="{namespace}"', "", 1)
    return text.encode()
