"""From grid to drawing: the bounds of every shape and the waypoints of every line."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field

from engine.layout.grid import HEADER, Grid
from engine.layout.model import Group, Lane, Link, Node, Plane, Pool, Scope
from engine.layout.tracks import Piece

MARGIN = 100.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def overlaps(self, other: Box, gap: float = 0) -> bool:
        return (
            self.x < other.right + gap
            and other.x < self.right + gap
            and self.y < other.bottom + gap
            and other.y < self.bottom + gap
        )

    def contains(self, other: Box) -> bool:
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def crossed(self, start: Point, end: Point, inset: float = 0) -> bool:
        """Whether a straight piece (horizontal or vertical) runs through the inside."""
        return (
            min(start[0], end[0]) < self.x + self.width - inset
            and max(start[0], end[0]) > self.x + inset
            and min(start[1], end[1]) < self.y + self.height - inset
            and max(start[1], end[1]) > self.y + inset
        )


@dataclass
class Drawing:
    """Bounds by node, pool, lane and group; waypoints by link; bounds of the labels outside of shapes."""

    shapes: dict[Node | Pool | Lane | Group, Box] = field(default_factory=dict)
    lines: dict[Link, list[Point]] = field(default_factory=dict)
    labels: dict[Node | Link | Group, Box] = field(default_factory=dict)


def draw(plane: Plane, grid: Grid, pieces: dict[Link, list[Piece]]) -> Drawing:
    """Return shapes and lines at the positions the grid gives them."""
    drawing = Drawing()
    for pool in plane.pools:
        _draw_pool(pool, grid, drawing)
    for node in plane.nodes():
        if node.kind != "boundary":
            drawing.shapes[node] = _node_box(node, grid)
            if node.inner and node.inner.lanes:
                _draw_lanes(node.inner, drawing.shapes[node], 0.0, grid, drawing, node)
    for node in plane.nodes():
        if node.kind == "boundary":
            x = MARGIN + grid.xs[grid.column[node.first]].position + node.dx
            drawing.shapes[node] = Box(x - 18, drawing.shapes[node.host].bottom - 18, 36, 36)
    for link, found in pieces.items():
        drawing.lines[link] = _points(link, found, grid, drawing)
    for link in plane.links:
        if link not in drawing.lines:
            drawing.lines[link] = _straight(link, drawing)
    _draw_groups(plane, drawing)
    return drawing


def _node_box(node: Node, grid: Grid) -> Box:
    if node.is_block:
        left, right = grid.xs[grid.left[node]].position, grid.xs[grid.right[node]].position
        top, bottom = grid.ys[grid.top[node]].position, grid.ys[grid.bottom[node]].position
        return Box(MARGIN + left, MARGIN + top, right - left, bottom - top)
    x, y = grid.point(node)
    middle = MARGIN + grid.xs[x].position, MARGIN + grid.ys[y].position
    return Box(middle[0] - node.width / 2, middle[1] - node.height / 2, node.width, node.height)


def _draw_pool(pool: Pool, grid: Grid, drawing: Drawing) -> None:
    left, right = grid.xs[grid.pool_left].position, grid.xs[grid.pool_right].position
    top, bottom = grid.ys[grid.top[pool]].position, grid.ys[grid.bottom[pool]].position
    box = Box(MARGIN + left, MARGIN + top, right - left, bottom - top)
    if pool.id:
        drawing.shapes[pool] = box
    if pool.scope and pool.scope.lanes:
        _draw_lanes(pool.scope, box, HEADER if pool.id else 0.0, grid, drawing, pool)


def _draw_lanes(
    scope: Scope, box: Box, header: float, grid: Grid, drawing: Drawing, owner: Node | Pool
) -> None:
    borders = [grid.ys[grid.top[owner]].position]
    for band in scope.bands[:-1]:
        borders.append(grid.ys[grid.after_row[scope.grid_row[band, scope.rows[band][-1]]]].position)
    borders.append(grid.ys[grid.bottom[owner]].position)

    def draw_lane(lane: Lane, header: float) -> None:
        leaves = lane.leaves()
        top = borders[scope.bands.index(leaves[0])]
        bottom = borders[scope.bands.index(leaves[-1]) + 1]
        drawing.shapes[lane] = Box(box.x + header, MARGIN + top, box.width - header, bottom - top)
        for child in lane.children:
            draw_lane(child, header + HEADER)

    for lane in scope.lanes:
        draw_lane(lane, header)


def _points(link: Link, pieces: list[Piece], grid: Grid, drawing: Drawing) -> list[Point]:
    along = [_position(piece, link, grid) for piece in pieces]
    points: list[Point] = []
    for piece, following, here, there in zip(pieces, pieces[1:], along, along[1:], strict=False):
        points.append((here, there) if piece.vertical else (there, here))
        assert piece.vertical != following.vertical
    first, last = pieces[0], pieces[-1]
    start = _port(link.source, first.vertical, along[0], first.start < first.end, drawing)
    end = _port(link.target, last.vertical, along[-1], last.start > last.end, drawing)
    return [start, *points, end]


def _position(piece: Piece, link: Link, grid: Grid) -> float:
    line = (grid.xs if piece.vertical else grid.ys)[piece.line]
    if line.kind == "channel":
        return MARGIN + line.track(piece.track)
    shift = 0.0
    if piece.vertical:
        for end, value in ((link.source, link.source_shift), (link.target, link.target_shift)):
            if isinstance(end, Node) and grid.column[end.first] == piece.line:
                shift = value
                break
    return MARGIN + line.position + shift


def _port(
    end: Node | Pool | Link, vertical: bool, position: float, high_side: bool, drawing: Drawing
) -> Point:
    """Where a line meets the border of a shape; high_side means the right or the lower side."""
    box = drawing.shapes[end]
    if vertical:
        reach = box.height / 2
        off = position - box.middle[0]
        if isinstance(end, Node) and end.kind in ("boundary", "event"):
            reach = math.sqrt(max(reach * reach - off * off, 0))
        return position, box.middle[1] + (reach if high_side else -reach)
    return (box.right if high_side else box.x), position


def _straight(link: Link, drawing: Drawing) -> list[Point]:
    """An association that ends on a line goes straight to the middle of that line."""
    ends = []
    for end in (link.source, link.target):
        if isinstance(end, Link):
            line = drawing.lines.get(end)
            ends.append(_middle(line) if line else (MARGIN, MARGIN))
        else:
            ends.append(drawing.shapes[end].middle)
    for place, end in enumerate((link.source, link.target)):
        if not isinstance(end, Link):
            box, other = drawing.shapes[end], ends[1 - place]
            high = other[1] > box.middle[1]
            ends[place] = (box.middle[0], box.bottom if high else box.y)
    return ends


def _middle(line: list[Point]) -> Point:
    start, end = max(itertools.pairwise(line), key=lambda ends: math.dist(*ends))
    return (start[0] + end[0]) / 2, (start[1] + end[1]) / 2


def _draw_groups(plane: Plane, drawing: Drawing) -> None:
    reached = max((box.bottom for box in drawing.shapes.values()), default=MARGIN)
    for place, group in enumerate(plane.groups):
        boxes = [drawing.shapes[member] for member in group.members]
        if boxes:
            left, top = min(box.x for box in boxes) - 20, min(box.y for box in boxes) - 30
            right, bottom = max(box.right for box in boxes) + 20, max(box.bottom for box in boxes) + 30
            drawing.shapes[group] = Box(left, top, right - left, bottom - top)
        else:
            drawing.shapes[group] = Box(MARGIN + 30 + 180 * place, reached + 40, 140, 80)
