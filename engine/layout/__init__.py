"""A readable drawing for a BPMN document that has none: `layout` draws it, `problems` checks any drawing, `picture` is its SVG."""

from __future__ import annotations

from engine import xml as safe_xml
from engine.layout import (
    geometry,
    grid,
    labels,
    lanes,
    layering,
    model,
    ports,
    routing,
    rows,
    tracks,
    write,
)
from engine.layout.check import problems
from engine.layout.marks import Marks
from engine.layout.picture import picture

__all__ = ["Marks", "layout", "picture", "problems"]

_ROUNDS_FOR_LABELS = 6


def layout(xml: bytes) -> bytes:
    """Return the same document with a fresh drawing in place of any it had; everything else stays as it is."""
    root = safe_xml.parse(xml)
    return write.replace(xml, root, [(plane, _draw(plane)) for plane in model.read(root)])


def _draw(plane: model.Plane) -> geometry.Drawing:
    lanes.assign(plane)
    layering.assign(plane)
    row_count = rows.assign(plane)
    ports.spread(plane)
    lines = grid.build(plane, layering.columns_of(plane))
    assert len(lines.row) == row_count
    pieces = tracks.assign(routing.route(plane, lines), lines)
    labels.reserve(plane, lines, pieces)
    for _ in range(_ROUNDS_FOR_LABELS):
        drawing = geometry.draw(plane, lines, pieces)
        wishes = labels.place(plane, drawing, pieces, lines)
        if not grid.widen(lines, wishes):
            break
    return drawing
