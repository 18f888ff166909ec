"""Names outside of shapes: room is reserved for them before positions are fixed, then each takes the best free place."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from engine.layout import text
from engine.layout.geometry import Box, Drawing, Point
from engine.layout.grid import Grid, Line, grow
from engine.layout.model import Group, Lane, Link, Node, Plane
from engine.layout.tracks import Piece

_LIMITS = {"event": 90, "boundary": 80, "gateway": 110, "data": 90, "store": 90}
_FLOW_LIMIT = 90
_GAP = 4.0
# Costs of a place: what lies on a shape or a label is wrong, what lies on a line is ugly.
_WRONG, _UGLY = 1000.0, 100.0

Pieces = dict[Link, list[Piece]]


def reserve(plane: Plane, grid: Grid, pieces: Pieces) -> None:
    """Widen columns, rows and channels so that every name has a place of its own."""
    sides = _used_sides(pieces)
    for node in plane.nodes():
        if not node.name or node.kind not in _LIMITS:
            continue
        width, height = text.box(node.name, _LIMITS[node.kind])
        if node.kind == "boundary":
            _reserve_boundary(node, width, height, grid)
            continue
        column, row = grid.xs[grid.column[node.first]], grid.ys[grid.row[node.top]]
        reach = node.height / 2 + _GAP + height + 2
        side = _preferred(node, sides.get(node, set()))
        if side == "beside":
            grow(column, width + 8, 0)
            grow(row, reach, 0)
        else:
            grow(column, width / 2 + 2, width / 2 + 2)
            grow(row, reach if side == "above" else 0, reach if side == "below" else 0)
    for link, found in pieces.items():
        if link.name and link.kind in ("sequence", "message"):
            _reserve_flow(link, found, pieces, grid)
    grid.settle()


def _used_sides(pieces: Pieces) -> dict[Node, set[str]]:
    sides: dict[Node, set[str]] = {}
    for link, found in pieces.items():
        first, last = found[0], found[-1]
        for end, piece, inner, outer in (
            (link.source, first, first.start, first.end),
            (link.target, last, last.end, last.start),
        ):
            if isinstance(end, Node) and piece.vertical:
                sides.setdefault(end, set()).add("below" if outer > inner else "above")
    return sides


def _preferred(node: Node, used: set[str]) -> str:
    wanted = ("above", "below") if node.kind == "gateway" else ("below", "above")
    return next((side for side in wanted if side not in used), "beside")


def _reserve_boundary(node: Node, width: float, height: float, grid: Grid) -> None:
    column = grid.xs[grid.column[node.first]]
    if node.host.is_block:
        channel = grid.ys[grid.bottom[node.host] + 1]
        channel.before = max(channel.before, 18 + 6 + height)
        grow(column, width + 8 - node.dx, 0)
        return
    siblings = sum(1 for other in node.scope.boundaries if other.host is node.host)
    reach = node.host.height / 2 + 18 + 6 + height * (1 if siblings < 3 else 2)
    grow(grid.ys[grid.row[node.top]], 0, reach)
    if node.dx > 0 and siblings > 1:
        grow(column, 0, node.dx + width + 8)
    else:
        grow(column, width + 8 - node.dx, 0)


def _reserve_flow(link: Link, found: list[Piece], pieces: Pieces, grid: Grid) -> None:
    first = found[0]
    if first.vertical or not isinstance(link.source, Node) or first.end < first.start:
        return
    width, _ = text.box(link.name, _FLOW_LIMIT)
    channel = next(line for line in grid.xs[first.start + 1 :] if line.kind == "channel")
    source = grid.xs[first.start]
    slack = max(0.0, source.high - link.source.width / 2)
    shared = any(
        other is not link and other.source is link.source and not way[0].vertical
        for other, way in pieces.items()
    )
    bends_here = len(found) > 1 and grid.xs[first.end] is channel
    if shared:
        channel.after = max(channel.after, width + 20)
    elif bends_here:
        channel.before = max(channel.before, width + 10 - slack)
    channel.minimum = max(channel.minimum, width + 24 - slack)


def place(plane: Plane, drawing: Drawing, pieces: Pieces, grid: Grid) -> list[tuple[Line, float]]:
    """Set the bounds of all labels; return the lines that should be wider for a better place, and by how much."""
    obstacles = _Obstacles(drawing)
    sides = _used_sides(pieces)
    wishes: list[tuple[Line, float]] = []
    for node in plane.nodes():
        if node.name and node.kind in _LIMITS:
            size = text.box(node.name, _LIMITS[node.kind])
            preferred = _preferred(node, sides.get(node, set()))
            cost, box = obstacles.best(_node_places(node, drawing.shapes[node], size, preferred))
            obstacles.take(node, box)
            if cost >= _UGLY:
                reach = abs(node.dx) + size[0] + 20 if node.kind == "boundary" else size[0] + 10
                wishes.append((grid.xs[grid.column[node.first]], reach))
    for link, found in pieces.items():
        if link.name and link.kind in ("sequence", "message"):
            size = text.box(link.name, _FLOW_LIMIT)
            cost, box = obstacles.best(_flow_places(link, drawing, size))
            obstacles.take(link, box)
            if cost >= _UGLY:
                wishes.extend(_wishes(found, size, grid))
    for group in plane.groups:
        if group.name:
            width, height = text.box(group.name, 130)
            frame = drawing.shapes[group]
            places = [
                Box(x, y, width, height)
                for y in (frame.y + 4, frame.y - height - 4, frame.bottom + 4, frame.bottom - height - 4)
                for x in (frame.x + (frame.width - width) / 2, frame.x + 4, frame.right - width - 4)
            ]
            obstacles.take(group, obstacles.best([(index, box) for index, box in enumerate(places)])[1])
    return wishes


def _node_places(
    node: Node, shape: Box, size: tuple[float, float], preferred: str
) -> Iterator[tuple[float, Box]]:
    width, height = size
    x, y = shape.middle
    if node.kind == "boundary":
        low = shape.bottom + 3
        left, right = x - _GAP - width, x + _GAP
        first, second = (right, left) if node.dx > 25 else (left, right)
        yield 0.0, Box(first, low, width, height)
        yield 3.0, Box(second, low, width, height)
        yield 6.0, Box(first, low + height + 2, width, height)
        yield 7.0, Box(second, low + height + 2, width, height)
        yield 8.0, Box(shape.right + 3, low - 14, width, height)
        yield 9.0, Box(shape.x - 3 - width, low - 14, width, height)
        return
    above, below = shape.y - _GAP - height, shape.bottom + _GAP
    centre = x - width / 2
    yield (0.0 if preferred == "above" else 1.0), Box(centre, above, width, height)
    yield (0.0 if preferred == "below" else 1.0), Box(centre, below, width, height)
    # Beside a line that leaves through the corner: to the left above first, where nothing leaves.
    for cost, left, top in (
        (2, x - width - 6, y - shape.height / 4 - height - 4),
        (3, x + 6, y - shape.height / 4 - height - 4),
        (4, x + 6, y + shape.height / 4 + 6),
        (5, x - width - 6, y + shape.height / 4 + 6),
    ):
        yield cost + 4.0, Box(left - (6 if left < x else -6), top, width, height)
        outside = above if top < y else below
        yield float(cost), Box(left, outside, width, height)


def _flow_places(link: Link, drawing: Drawing, size: tuple[float, float]) -> Iterator[tuple[float, Box]]:
    width, height = size
    points = drawing.lines[link]
    own = _own_from(link, drawing)
    best = _best_from(link, points, own, width)
    walked = 0.0
    for start, end in itertools.pairwise(points):
        length = _length(start, end)
        from_here, walked = walked, walked + length
        sign = 1 if end[0] + end[1] > start[0] + start[1] else -1
        along = width if start[1] == end[1] else height
        # The name begins where the flow is its own; on a trunk it shares with others only if nothing else is free.
        skips = {0.0} | {mark - from_here for mark in (best, own) if from_here < mark < walked}
        for step in sorted({step for skip in skips for step in _steps(skip, length, along)}):
            reached = from_here + step
            if reached >= best:
                far = (reached - best) / 20
            else:
                far = 8 + (reached - own) / 20 if reached >= own else 30 + reached / 20
            if start[1] == end[1]:
                x = start[0] + sign * step - (0 if sign > 0 else width)
                yield far, Box(x, start[1] - height - 3, width, height)
                yield far + 2, Box(x, start[1] + 4, width, height)
            else:
                y = start[1] + sign * step - (0 if sign > 0 else height)
                yield far + 1, Box(start[0] + 5, y, width, height)
                yield far + 2, Box(start[0] - 5 - width, y, width, height)


def _best_from(link: Link, points: list[Point], own: float, width: float) -> float:
    """How far along its way a flow's name should stand."""
    if own > 0:
        # After a common trunk only the last piece belongs to nobody else beyond doubt.
        room = abs(points[-1][0] - points[-2][0])
        way = sum(_length(*piece) for piece in itertools.pairwise(points))
        return max(own, way - room) if room >= width + 10 else own
    return 12.0 if _has_mark(link) else 0.0


def _length(start: Point, end: Point) -> float:
    return abs(end[0] - start[0]) + abs(end[1] - start[1])


def _has_mark(link: Link) -> bool:
    """A default flow is drawn with a stroke near its beginning."""
    return isinstance(link.source, Node) and link.source.element.get("default") == link.id


def _steps(skip: float, length: float, room: float) -> Iterator[float]:
    """Places along a piece where a label may begin: right at the start, then every few pixels."""
    step = skip + 5
    last = length - room - 4
    if last < step:
        yield max(skip + 2, min(step, (skip + length - room) / 2))
        return
    while step <= last:
        yield step
        step += 15
    yield last


def _own_from(link: Link, drawing: Drawing) -> float:
    """How far along its way a flow still lies on another one from the same source."""
    own = drawing.lines[link]
    return max(
        (
            _common(own, way)
            for other, way in drawing.lines.items()
            if other is not link and other.source is link.source
        ),
        default=0.0,
    )


def _common(one: list[Point], other: list[Point]) -> float:
    shared = 0.0
    if one[0] != other[0]:
        return shared
    for (start, end), (_, stop) in zip(itertools.pairwise(one), itertools.pairwise(other), strict=False):
        along_x = (end[0] - start[0], stop[0] - start[0])
        along_y = (end[1] - start[1], stop[1] - start[1])
        if along_x[0] * along_x[1] + along_y[0] * along_y[1] <= 0 or (along_x[0] == 0) != (along_x[1] == 0):
            return shared
        length = abs(along_x[0]) + abs(along_y[0])
        shared += min(length, abs(along_x[1]) + abs(along_y[1]))
        if end != stop:
            return shared
    return shared


def _wishes(found: list[Piece], size: tuple[float, float], grid: Grid) -> Iterator[tuple[Line, float]]:
    """More room beside the first pieces of a flow and its last: in the first channel each of them passes."""
    for piece in dict.fromkeys([*found[:2], found[-1]]):
        axis, wanted = (grid.ys, size[1] + 12) if piece.vertical else (grid.xs, size[0] + 24)
        channel = next((line for line in axis[piece.low : piece.high + 1] if line.kind == "channel"), None)
        if channel:
            yield channel, wanted + channel.before


class _Obstacles:
    """What a label should not lie on: shapes, borders, labels already placed, lines."""

    def __init__(self, drawing: Drawing):
        self.drawing = drawing
        self.solid = [
            box for owner, box in drawing.shapes.items() if isinstance(owner, Node) and not owner.is_block
        ]
        self.frames = [
            box
            for owner, box in drawing.shapes.items()
            if (not isinstance(owner, Node) or owner.is_block) and not isinstance(owner, Group)
        ]
        self.headers = [
            Box(box.x, box.y, 30, box.height)
            for owner, box in drawing.shapes.items()
            if isinstance(owner, Lane)
        ]
        self.lines = [piece for points in drawing.lines.values() for piece in itertools.pairwise(points)]

    def best(self, places) -> tuple[float, Box]:
        """The cheapest of (cost, box); the first one that is free ends the search when nothing before was cheaper."""
        found: tuple[float, Box] | None = None
        for cost, box in sorted(places, key=lambda pair: pair[0]):
            if found and cost >= found[0]:
                break
            total = cost + self._cost(box)
            if found is None or total < found[0]:
                found = (total, box)
        assert found is not None
        return found

    def take(self, owner: Node | Link | Group, box: Box) -> None:
        self.drawing.labels[owner] = box

    def _cost(self, box: Box) -> float:
        cost = sum(_WRONG for other in self.solid if box.overlaps(other, 1))
        cost += sum(_WRONG for other in self.headers if box.overlaps(other))
        cost += sum(_WRONG for other in self.drawing.labels.values() if box.overlaps(other, 1))
        cost += sum(_WRONG for frame in self.frames if frame.overlaps(box) and not frame.contains(box))
        return cost + sum(_UGLY for start, end in self.lines if box.crossed(start, end))
