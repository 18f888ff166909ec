"""A picture of a BPMN document as SVG, drawn from the places its drawing gives: for pages and papers without a browser at hand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from xml.sax.saxutils import escape

from lxml import etree

from engine import xml as safe_xml
from engine.layout import marks, model, shown, signs, text
from engine.layout.geometry import Box, Point
from engine.layout.marks import Marks
from engine.layout.model import Lane, Link, Node, Plane, Pool
from engine.layout.shown import Shown

INK = "#1f2937"
_SOFT = "#6b7280"
_PAPER = "#ffffff"
_MARGIN = 12
_HEADER = 30
_TRIGGER = "EventDefinition"


def picture(xml: bytes, marked: Marks | None = None) -> bytes:
    """The first drawing of a document as an SVG file, the same bytes for the same document.

    marked: a path to mark; then it is the drawing that holds the place.
    Raises ValueError for a document without a drawing: `layout` makes one.
    """
    root = safe_xml.parse(xml)
    places = shown.read(root)
    planes = [plane for plane in model.read(root) if any(node.id in places.shapes for node in plane.nodes())]
    if not planes:
        raise ValueError("The document has no drawing. Draw it, or let `orderlane layout` draw it.")
    plane = _holding(planes, marked)
    frame = _frame(places)
    title = escape(next((pool.name for pool in plane.pools if pool.name), plane.id))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{_numbers(frame.x, frame.y, frame.width, frame.height)}" '
        f'width="{_numbers(frame.width)}" height="{_numbers(frame.height)}" role="img" font-family="Arial, sans-serif">',
        f"<title>{title}</title>",
        f'<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" orient="auto">'
        f'<path d="M0 0L10 5L0 10z" fill="{INK}"/></marker></defs>',
        f'<rect x="{_numbers(frame.x)}" y="{_numbers(frame.y)}" width="100%" height="100%" fill="{_PAPER}"/>',
        *(marks.under(marked, places) if marked else ()),
        *_bands(plane, places),
        *(part for node in _outer_first(plane) for part in _node(node, places)),
        *(part for link in plane.links for part in _link(link, places)),
        *(part for node in plane.nodes() if node.kind == "boundary" for part in _node(node, places)),
        *(marks.over(marked, places) if marked else ()),
        "</svg>",
        "",
    ]
    return "\n".join(lines).encode()


def _holding(planes: list[Plane], marked: Marks | None) -> Plane:
    place = marked.place if marked is not None else None
    return next((plane for plane in planes if any(node.id == place for node in plane.nodes())), planes[0])


def _frame(places: Shown) -> Box:
    boxes = [*places.shapes.values(), *places.labels.values()]
    points = [point for line in places.lines.values() for point in line]
    left = min([box.x for box in boxes] + [x for x, _y in points]) - _MARGIN
    top = min([box.y for box in boxes] + [y for _x, y in points]) - _MARGIN
    right = max([box.right for box in boxes] + [x for x, _y in points]) + _MARGIN
    bottom = max([box.bottom for box in boxes] + [y for _x, y in points]) + _MARGIN
    return Box(left, top, right - left, bottom - top)


def _bands(plane: Plane, places: Shown) -> Iterator[str]:
    """Pools and lanes, each with its name along its left side."""
    for pool in plane.pools:
        yield from _band(pool, places, width=1.4)
        for lane in pool.scope.lanes if pool.scope else []:
            yield from _lane(lane, places)


def _lane(lane: Lane, places: Shown) -> Iterator[str]:
    yield from _band(lane, places, width=1)
    for child in lane.children:
        yield from _lane(child, places)


def _band(band: Pool | Lane, places: Shown, *, width: float) -> Iterator[str]:
    box = places.shapes.get(band.id or "")
    if box is None:
        return
    yield _rect(box, 0, _SOFT, width, "none")
    yield f'<path d="M{_numbers(box.x + _HEADER, box.y)}V{_numbers(box.bottom)}" stroke="{_SOFT}" stroke-width="{width}"/>'
    x, y = box.x + _HEADER / 2, box.y + box.height / 2
    turned = f'transform="rotate(-90 {_numbers(x, y)})"'
    yield _words(text.wrap(band.name, box.height - 8, text.NODE_SIZE), x, y, text.NODE_SIZE, turned)


def _outer_first(plane: Plane) -> list[Node]:
    return [node for node in plane.nodes() if node.kind != "boundary"]


def _node(node: Node, places: Shown) -> Iterator[str]:
    box = places.shapes.get(node.id)
    if box is None or _is_inside_collapsed(node, places):
        return
    tag = etree.QName(node.element).localname
    label = places.labels.get(node.id)
    if node.kind in ("event", "boundary"):
        yield from _event(node, tag, box)
    elif node.kind == "gateway":
        x, y = box.middle
        diamond = (
            f"M{_numbers(x, box.y)}L{_numbers(box.right, y)}L{_numbers(x, box.bottom)}L{_numbers(box.x, y)}Z"
        )
        yield f'<path d="{diamond}" fill="{_PAPER}" stroke="{INK}" stroke-width="1.5"/>'
        yield signs.of_gateway(tag, box, INK)
    elif node.kind == "annotation":
        yield f'<path d="M{_numbers(box.x + 10, box.y)}H{_numbers(box.x)}V{_numbers(box.bottom)}h10" fill="none" stroke="{_SOFT}"/>'
        yield _words(text.wrap(node.name, box.width - 10, text.LABEL_SIZE), *box.middle, text.LABEL_SIZE)
    elif node.kind in ("data", "store"):
        yield _rect(box, 2, _SOFT, 1.2, _PAPER)
    else:
        yield from _activity(node, tag, box, node.id in places.collapsed)
    if label is not None and node.name:
        yield _words(
            text.wrap(node.name, max(label.width, 30), text.LABEL_SIZE), *label.middle, text.LABEL_SIZE
        )


def _activity(node: Node, tag: str, box: Box, is_collapsed: bool) -> Iterator[str]:
    is_open = node.inner is not None and not is_collapsed
    yield _rect(box, 10, INK, 3.5 if tag == "callActivity" else 1.5, "none" if is_open else _PAPER)
    yield signs.of_task(tag, box, INK)
    repeated = node.element.find(f"{{{model.BPMN}}}multiInstanceLoopCharacteristics")
    if repeated is not None:
        yield signs.of_repetition(repeated.get("isSequential") in ("true", "1"), box, INK)
    elif is_collapsed or tag == "callActivity":
        yield signs.of_more_inside(box, INK)
    lines = text.wrap(node.name, box.width - 10, text.NODE_SIZE)
    x, y = box.middle
    yield _words(lines, x, box.y + 12 if is_open else y, text.NODE_SIZE)


def _event(node: Node, tag: str, box: Box) -> Iterator[str]:
    x, y = box.middle
    radius = box.width / 2
    is_dashed = node.element.get("cancelActivity") == "false" or node.element.get("isInterrupting") == "false"
    dashes = ' stroke-dasharray="4 3"' if is_dashed else ""
    width = 3.5 if tag == "endEvent" else 1.5
    circle = f'<circle cx="{_numbers(x)}" cy="{_numbers(y)}" r="{{}}" fill="{_PAPER}" stroke="{INK}" stroke-width="{width}"{dashes}/>'
    yield circle.format(_numbers(radius))
    if tag in ("boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent"):
        yield circle.format(_numbers(radius - 3))
    yield signs.of_event(
        _trigger(node.element), box, INK, throws=tag in ("endEvent", "intermediateThrowEvent")
    )


def _trigger(element: etree._Element) -> str | None:
    names = [etree.QName(child).localname for child in element.iterchildren("{*}*")]
    triggers = [name.removesuffix(_TRIGGER) for name in names if name.endswith(_TRIGGER)]
    if len(triggers) > 1:
        return "parallel multiple" if element.get("parallelMultiple") in ("true", "1") else "multiple"
    return triggers[0] if triggers else None


def _link(link: Link, places: Shown) -> Iterator[str]:
    line = places.lines.get(link.id)
    if line is None or any(
        isinstance(end, Node) and _is_inside_collapsed(end, places) for end in (link.source, link.target)
    ):
        return
    d = "M" + "L".join(_numbers(*point) for point in line)
    if link.kind == "sequence":
        yield f'<path d="{d}" fill="none" stroke="{INK}" stroke-width="1.3" stroke-linejoin="round" marker-end="url(#tip)"/>'
        if isinstance(link.source, Node) and link.source.element.get("default") == link.id:
            yield _slash(line)
    else:
        yield f'<path d="{d}" fill="none" stroke="{_SOFT}" stroke-width="1.2" stroke-dasharray="5 4"/>'
    label = places.labels.get(link.id)
    if label is not None and link.name:
        yield _words(
            text.wrap(link.name, max(label.width, 30), text.LABEL_SIZE), *label.middle, text.LABEL_SIZE
        )


def _slash(line: list[Point]) -> str:
    """The stroke across a default flow, near its beginning."""
    (x, y), (next_x, next_y) = next(pairwise(line))
    length = max(abs(next_x - x), abs(next_y - y), 1)
    x, y = x + (next_x - x) / length * 12, y + (next_y - y) / length * 12
    return f'<path d="M{_numbers(x - 4, y + 5)}L{_numbers(x + 4, y - 5)}" stroke="{INK}" stroke-width="1.3"/>'


def _is_inside_collapsed(node: Node, places: Shown) -> bool:
    owner = node.scope.owner
    return owner is not None and (owner.id in places.collapsed or _is_inside_collapsed(owner, places))


def _rect(box: Box, round_: float, stroke: str, width: float, fill: str) -> str:
    return (
        f'<rect x="{_numbers(box.x)}" y="{_numbers(box.y)}" width="{_numbers(box.width)}" height="{_numbers(box.height)}" '
        f'rx="{round_}" fill="{fill}" stroke="{stroke}" stroke-width="{width}"/>'
    )


def _words(lines: list[str], x: float, y: float, size: int, attributes: str = "") -> str:
    """Lines of text around a middle."""
    step = size * text.LINE
    first = y - step * (len(lines) - 1) / 2 + size * 0.35
    spans = "".join(
        f'<tspan x="{_numbers(x)}" y="{_numbers(first + index * step)}">{escape(line)}</tspan>'
        for index, line in enumerate(lines)
    )
    more = f" {attributes}" if attributes else ""
    return f'<text text-anchor="middle" font-size="{size}" fill="{INK}"{more}>{spans}</text>'


def _numbers(*values: float) -> str:
    return " ".join(f"{value:.1f}".removesuffix(".0") for value in values)
