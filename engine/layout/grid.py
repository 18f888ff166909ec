"""The grid everything stands on: columns, rows, the channels between them, and the borders of what is nested.

Both axes are a list of lines. Flows run along channels, columns and rows (through empty cells); borders of sub-processes,
lanes and pools are lines of their own, so that every border has a channel on both sides. Positions come last,
when it is known how many flows each channel holds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from engine.layout import text
from engine.layout.model import Lane, Node, Plane, Pool, Scope

TRACK = 14.0
HEADER = 30.0
SUB_TITLE = 24.0
BLACK_BOX = 60.0
_X_GAP, _X_WALL_GAP = 50.0, 26.0
_Y_GAP, _Y_WALL_GAP, _LANE_GAP = 30.0, 22.0, 22.0
_POOL_GAP = 50.0


@dataclass(eq=False, repr=False)
class Line:
    """One line of an axis; low and high are how far it reaches to both sides of its position."""

    kind: str
    low: float = 0
    high: float = 0
    minimum: float = 0
    before: float = 0
    after: float = 0
    tracks: int = 0
    position: float = 0

    @property
    def is_road(self) -> bool:
        """Whether flows may run along this line and turn on it."""
        return self.kind in ("channel", "cell")

    @property
    def size(self) -> float:
        if self.kind == "channel":
            return math.ceil(max(self.minimum, self.before + self.after + max(0, self.tracks - 1) * TRACK))
        return math.ceil(self.low) + math.ceil(self.high)

    def track(self, index: float) -> float:
        """Position of a track of this channel; the tracks together stand in the middle of the room they have."""
        room = self.size - self.before - self.after
        return self.position + round(self.before + (room - (self.tracks - 1) * TRACK) / 2) + index * TRACK


@dataclass(eq=False, repr=False)
class Grid:
    xs: list[Line] = field(default_factory=list)
    ys: list[Line] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    row: list[int] = field(default_factory=list)
    left: dict[Node, int] = field(default_factory=dict)
    right: dict[Node, int] = field(default_factory=dict)
    top: dict[Node | Pool, int] = field(default_factory=dict)
    bottom: dict[Node | Pool, int] = field(default_factory=dict)
    after_row: dict[int, int] = field(default_factory=dict)
    pool_left: int = 0
    pool_right: int = 0

    def settle(self) -> None:
        """Give every line its position."""
        for axis in (self.xs, self.ys):
            reached = 0.0
            for line in axis:
                line.position = reached + (math.ceil(line.low) if line.kind == "cell" else 0)
                reached += line.size

    def point(self, node: Node) -> tuple[int, int]:
        """Where a node that fills one cell stands, as indices into xs and ys."""
        return self.column[node.first], self.row[node.top]


def build(plane: Plane, columns: int) -> Grid:
    """Lay out the lines of both axes for nodes that know their columns and rows."""
    grid = Grid()
    blocks = [node for node in plane.nodes() if node.is_block]
    _build_xs(grid, plane, blocks, columns)
    _build_ys(grid, plane, blocks)
    _make_room(grid, plane)
    grid.settle()
    return grid


def _build_xs(grid: Grid, plane: Plane, blocks: list[Node], columns: int) -> None:
    xs = grid.xs
    left_rank = {block: _rank(block, blocks, lambda node: node.first) for block in blocks}
    right_rank = {block: _rank(block, blocks, lambda node: node.last) for block in blocks}
    xs.append(_channel(20))
    grid.pool_left = len(xs)
    header = max((_header(pool) for pool in plane.pools), default=0)
    xs.append(Line("pool", high=header))
    xs.append(_channel(30, 15, 15))
    for column in range(columns):
        for rank in sorted({left_rank[block] for block in blocks if block.first == column}, reverse=True):
            walls = [block for block in blocks if block.first == column and left_rank[block] == rank]
            grid.left.update(dict.fromkeys(walls, len(xs)))
            xs.append(Line("wall"))
            lanes = max(HEADER * _depth(block.inner.lanes) for block in walls)
            xs.append(_channel(_X_WALL_GAP + lanes, 12 + lanes, 20))
        grid.column.append(len(xs))
        xs.append(Line("cell"))
        for rank in sorted({right_rank[block] for block in blocks if block.last == column}):
            walls = [block for block in blocks if block.last == column and right_rank[block] == rank]
            xs.append(_channel(_X_WALL_GAP, 12, 12))
            grid.right.update(dict.fromkeys(walls, len(xs)))
            xs.append(Line("wall"))
        xs.append(_channel(_X_GAP, 18, 24))
    xs[-1].minimum, xs[-1].after = 30, 15
    grid.pool_right = len(xs)
    xs.append(Line("pool"))
    xs.append(_channel(20))


def _build_ys(grid: Grid, plane: Plane, blocks: list[Node]) -> None:
    ys = grid.ys
    top_rank = {block: _rank(block, blocks, lambda node: node.top) for block in blocks}
    bottom_rank = {block: _rank(block, blocks, lambda node: node.bottom) for block in blocks}
    lane_ends = {row for scope in plane.scopes() if not scope.spanning for row in _band_ends(scope)[:-1]}
    ys.append(_channel(20))
    for pool in plane.pools:
        grid.top[pool] = len(ys)
        ys.append(Line("pool"))
        if pool.scope is None:
            ys.append(Line("box", high=BLACK_BOX))
        else:
            ys.append(_channel(_LANE_GAP, 14, 14))
            for row in range(pool.top, pool.bottom + 1):
                for rank in sorted({top_rank[block] for block in blocks if block.top == row}, reverse=True):
                    walls = [block for block in blocks if block.top == row and top_rank[block] == rank]
                    grid.top.update(dict.fromkeys(walls, len(ys)))
                    ys.append(Line("wall"))
                    ys.append(_channel(_Y_WALL_GAP + SUB_TITLE, 6 + SUB_TITLE, 14))
                grid.row.append(len(ys))
                ys.append(Line("cell"))
                for rank in sorted({bottom_rank[block] for block in blocks if block.bottom == row}):
                    walls = [block for block in blocks if block.bottom == row and bottom_rank[block] == rank]
                    ys.append(_channel(_Y_WALL_GAP, 12, 12))
                    grid.bottom.update(dict.fromkeys(walls, len(ys)))
                    ys.append(Line("wall"))
                if row in lane_ends:
                    ys.append(_channel(_LANE_GAP, 14, 10))
                    grid.after_row[row] = len(ys)
                    ys.append(Line("lane"))
                    ys.append(_channel(_LANE_GAP, 10, 14))
                else:
                    ys.append(_channel(_Y_GAP, 14, 14))
        grid.bottom[pool] = len(ys)
        ys.append(Line("pool"))
        ys.append(_channel(_POOL_GAP, 20, 20))


def _make_room(grid: Grid, plane: Plane) -> None:
    """Reach of columns and rows from the shapes in them, and clearance where boundary events stick out."""
    for node in plane.nodes():
        if node.is_block or node.kind == "boundary":
            continue
        column, row = grid.xs[grid.column[node.first]], grid.ys[grid.row[node.top]]
        grow(column, node.width / 2, node.width / 2)
        grow(row, node.height / 2, node.height / 2)
    for scope in plane.scopes():
        for band in scope.bands if scope.lanes else ():
            _fit_name(
                band.name, [grid.ys[grid.row[scope.grid_row[band, value]]] for value in scope.rows[band]]
            )
    for pool in plane.pools:
        if pool.scope:
            _fit_name(pool.name, [grid.ys[grid.row[row]] for row in range(pool.top, pool.bottom + 1)])
    for node in plane.nodes():
        if node.kind == "boundary" and node.host.is_block:
            wall = grid.bottom[node.host]
            grid.ys[wall - 1].after = 18 + 8
            grid.ys[wall + 1].before = 18 + 8
        elif node.kind == "boundary":
            grow(grid.ys[grid.row[node.host.top]], 0, node.host.height / 2 + 18)


def _fit_name(name: str, rows: list[Line]) -> None:
    """Make a band high enough for its name, which stands upright in one line, or in two."""
    grow(rows[0], 40, 40)
    missing = text.width(name, text.NODE_SIZE) * (0.6 if " " in name else 1.0) - sum(row.size for row in rows)
    if missing > 0:
        grow(rows[-1], rows[-1].low + missing / 2, rows[-1].high + missing / 2)


def grow(line: Line, low: float, high: float) -> None:
    """Let a column or row reach at least this far."""
    line.low, line.high = max(line.low, low), max(line.high, high)


def _channel(minimum: float, before: float = 10, after: float = 10) -> Line:
    return Line("channel", minimum=minimum, before=before, after=after)


def _rank(block: Node, blocks: list[Node], side) -> int:
    """How many nested blocks share this border's side: their borders lie nearer to the cells."""
    inside = [other for other in blocks if other.scope is block.inner and side(other) == side(block)]
    return 1 + max((_rank(other, blocks, side) for other in inside), default=-1)


def _band_ends(scope: Scope) -> list[int]:
    return [scope.grid_row[band, scope.rows[band][-1]] for band in scope.bands]


def _header(pool: Pool) -> float:
    lanes = pool.scope.lanes if pool.scope else []
    return (HEADER if pool.id else 0) + HEADER * _depth(lanes)


def _depth(lanes: list[Lane]) -> int:
    return max((1 + _depth(lane.children) for lane in lanes), default=0)


def widen(grid: Grid, wishes: list[tuple[Line, float]]) -> bool:
    """Make lines at least as wide as wished; tell whether anything changed."""
    changed = False
    for line, size in wishes:
        if line.kind == "channel" and line.size < size:
            line.minimum = size
            changed = True
        elif line.kind == "cell" and min(line.low, line.high) < size:
            grow(line, size, size)
            changed = True
    if changed:
        grid.settle()
    return changed
