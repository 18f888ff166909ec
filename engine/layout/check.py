"""Is a drawing readable? Every finding is a sentence that names the elements.

Works on any document with BPMN DI, whoever drew it: it reads the drawing back, it does not know how it was made.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from lxml import etree

from engine import xml as safe_xml
from engine.layout import model
from engine.layout.geometry import Box
from engine.layout.model import Lane, Link, Node, Plane, Pool
from engine.layout.shown import Shown, read

_TOLERANCE = 1.0


def problems(xml: bytes) -> list[str]:
    """Return what makes the drawing hard to read or incomplete; an empty list means nothing was found."""
    root = safe_xml.parse(xml)
    shown = read(root)
    found: list[str] = []
    for plane in model.read(root):
        nodes = [node for node in plane.nodes() if not _hidden(node, shown)]
        links = [link for link in plane.links if link.kind in ("sequence", "message")]
        links = [
            link for link in links if not _hidden(link.source, shown) and not _hidden(link.target, shown)
        ]
        found += _missing([*nodes, *_lanes(plane), *(pool for pool in plane.pools if pool.id)], links, shown)
        nodes = [node for node in nodes if node.id in shown.shapes]
        links = [link for link in links if link.id in shown.lines]
        found += _overlaps(nodes, shown)
        found += _outside(plane, nodes, shown)
        for link in links:
            found += _bad_line(link, nodes, shown)
        found += _bad_labels([*nodes, *links], nodes, shown)
    return found


def _hidden(end: Node | Pool | Link, shown: Shown) -> bool:
    """What lies in a collapsed sub-process is drawn elsewhere, or not at all."""
    owner = end.scope.owner if isinstance(end, Node) else None
    return owner is not None and (owner.id in shown.collapsed or _hidden(owner, shown))


def _missing(owners: list[Node | Lane | Pool], links: list[Link], shown: Shown) -> Iterator[str]:
    for owner in owners:
        if owner.id not in shown.shapes:
            yield f"Expected a shape for {_called(owner)}, but the diagram has none."
    for link in links:
        if link.id not in shown.lines:
            yield f"Expected a line for {_called(link)}, but the diagram has none."


def _lanes(plane: Plane) -> list[Lane]:
    found = [lane for scope in plane.scopes() for lane in scope.lanes]
    for lane in found:
        found.extend(lane.children)
    return found


def _overlaps(nodes: list[Node], shown: Shown) -> Iterator[str]:
    for one, other in combinations(nodes, 2):
        if one.host is other or other.host is one or _inside(one, other) or _inside(other, one):
            continue
        if shown.shapes[one.id].overlaps(shown.shapes[other.id], -_TOLERANCE):
            yield f"The shapes of {_called(one)} and {_called(other)} overlap."


def _inside(node: Node, block: Node) -> bool:
    owner = node.scope.owner
    return owner is not None and (owner is block or _inside(owner, block))


def _outside(plane: Plane, nodes: list[Node], shown: Shown) -> Iterator[str]:
    for lane in _lanes(plane):
        box = shown.shapes.get(lane.id)
        for node in nodes:
            if box and node.id in lane.refs and not _in_band(node, shown.shapes[node.id], box):
                yield f"The shape of {_called(node)} lies outside of its lane {_name(lane)}."
    for node in nodes:
        owner = node.scope.owner
        frame = shown.shapes.get(owner.id) if owner else None
        within = node.host or node
        if frame and within.id in shown.shapes and not frame.contains(shown.shapes[within.id]):
            yield f"The shape of {_called(node)} lies outside of its sub-process {_name(owner)}."


def _in_band(node: Node, shape: Box, band: Box) -> bool:
    # A sub-process may reach over several lanes and a boundary event over a border: then its own part must be inside.
    if node.kind == "subprocess":
        return shape.overlaps(band)
    x, y = shape.middle
    if node.kind == "boundary":
        return band.y <= shape.y and y <= band.bottom + shape.height
    return band.contains(shape) and band.x <= x <= band.right


def _bad_line(link: Link, nodes: list[Node], shown: Shown) -> Iterator[str]:
    points = shown.lines[link.id]
    pieces = list(pairwise(points))
    if any(abs(a[0] - b[0]) > _TOLERANCE and abs(a[1] - b[1]) > _TOLERANCE for a, b in pieces):
        yield f"The line of {_called(link)} has a piece that is neither horizontal nor vertical."
    ends = [end for end in (link.source, link.target) if isinstance(end, Node)]
    for node in nodes:
        if node in ends or any(end.host is node or _inside(end, node) for end in ends):
            continue
        if node.kind == "subprocess" and node.is_block and link.kind == "message":
            continue
        if any(shown.shapes[node.id].crossed(*piece, inset=_TOLERANCE) for piece in pieces):
            yield f"The line of {_called(link)} runs through the shape of {_called(node)}."


def _bad_labels(owners: list[Node | Link], nodes: list[Node], shown: Shown) -> Iterator[str]:
    labels = [(owner, shown.labels[owner.id]) for owner in owners if owner.id in shown.labels and owner.name]
    for owner, label in labels:
        for node in nodes:
            shape = shown.shapes[node.id]
            if node.is_block and node.id not in shown.collapsed and shape.contains(label):
                continue
            if node is owner and node.kind in ("activity", "subprocess", "annotation"):
                continue
            if label.overlaps(shape, -_TOLERANCE):
                yield f"The label of {_called(owner)} overlaps the shape of {_called(node)}."
    for (one, label), (other, second) in combinations(labels, 2):
        if label.overlaps(second, -_TOLERANCE):
            yield f"The labels of {_called(one)} and {_called(other)} overlap."


def _called(owner: Node | Link | Lane | Pool) -> str:
    words = {"sequence": "the sequence flow", "message": "the message flow"}
    if isinstance(owner, Link):
        return f"{words.get(owner.kind, 'the association')} {_name(owner)}"
    if isinstance(owner, Node):
        return f"the {etree.QName(owner.element).localname} {_name(owner)}"
    return f"the {'lane' if isinstance(owner, Lane) else 'pool'} {_name(owner)}"


def _name(owner: Node | Link | Lane | Pool) -> str:
    return f"'{owner.name}' ({owner.id})" if owner.name else f"'{owner.id}'"
