"""The way of every flow through the grid: along channels and through empty cells, never through a shape."""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict
from collections.abc import Iterator

from engine.layout.grid import Grid
from engine.layout.model import Link, Node, Plane, Pool

RIGHT, DOWN, LEFT, UP = range(4)
_ARRIVED = 4
_STEP = ((1, 0), (0, 1), (-1, 0), (0, -1))
_BEND, _CROSSING, _THROUGH_BORDER = 45.0, 70.0, 60.0
# Two ways out of a gateway read better from two of its corners.
_SAME_CORNER = 55.0
_BOUNDARY_REACH = 20.0
# Two flows that turn at one point touch there, and look like one.
_TOUCHING = 40.0
# Ways out of one gateway are tried in every order up to this many.
_MOST_SIBLINGS = 3

Way = list[tuple[int, int]]


def route(plane: Plane, grid: Grid) -> dict[Link, Way]:
    """Return the corner points of every link, as indices into the lines of the grid."""
    router = _Router(plane, grid)
    links = [
        link
        for link in plane.links
        if not isinstance(link.source, Link) and not isinstance(link.target, Link)
    ]
    for link in sorted(links, key=_order):
        router.route(link)
    # What went first could not know what comes later: give flows that cross or share a corner a second try.
    for link in sorted(links, key=_order, reverse=True):
        router.improve(link)
    siblings: dict[Node, list[Link]] = defaultdict(list)
    for link in links:
        if link.kind == "sequence" and link.source.kind == "gateway":
            siblings[link.source].append(link)
    for found in siblings.values():
        if 1 < len(found) <= _MOST_SIBLINGS:
            router.rearrange(found)
    return {link: _corners(way) for link, way in router.ways.items()}


def column_shift(link: Link, column: int, grid: Grid) -> float:
    """How far a link runs beside the middle of a column (an index into xs)."""
    for end, shift in ((link.source, link.source_shift), (link.target, link.target_shift)):
        if isinstance(end, Node) and grid.column[end.first] == column:
            return shift
    return 0.0


def _order(link: Link) -> tuple[int, int]:
    if link.kind != "sequence":
        return {"message": 4, "data": 5, "association": 6}[link.kind], 0
    rank = 0 if link.main else 2 if link.source.kind == "boundary" else 3 if link.backward else 1
    return rank, abs(link.target.first - link.source.last)


def _corners(way: Way) -> Way:
    kept = [way[0]]
    for before, here, after in zip(way, way[1:], way[2:], strict=False):
        if (before[0] == here[0]) != (here[0] == after[0]):
            kept.append(here)
    return [*kept, way[-1]]


class _Router:
    def __init__(self, plane: Plane, grid: Grid):
        self.grid = grid
        self.ways: dict[Link, Way] = {}
        self.x = [line.track(0) if line.kind == "channel" else line.position for line in grid.xs]
        self.y = [line.track(0) if line.kind == "channel" else line.position for line in grid.ys]
        self.cells: dict[tuple[int, int], Node] = {}
        self.borders: dict[tuple[int, int], Node] = {}
        self.hosts = {node.host for node in plane.nodes() if node.kind == "boundary"}
        self.below: dict[tuple[int, int], list[Node]] = defaultdict(list)
        # Who runs along a piece of column or row, and how many flows pass a point straight or turn on it.
        self.users: dict[tuple, list[Link]] = defaultdict(list)
        self.passing: dict[tuple[int, int, bool], list[Link]] = defaultdict(list)
        for node in plane.nodes():
            if node.is_block:
                self._add_borders(node)
            elif node.kind != "boundary":
                self.cells[grid.point(node)] = node
            else:
                bottom = grid.bottom[node.host] if node.host.is_block else grid.row[node.host.top]
                self.below[grid.column[node.first], bottom].append(node)

    def _add_borders(self, block: Node) -> None:
        grid = self.grid
        left, right, top, bottom = grid.left[block], grid.right[block], grid.top[block], grid.bottom[block]
        for x in range(left, right + 1):
            self.borders[x, top] = self.borders[x, bottom] = block
        for y in range(top, bottom + 1):
            self.borders[left, y] = self.borders[right, y] = block

    def route(self, link: Link) -> float:
        """Find the cheapest way there is now; return its cost."""
        cost, way = self._search(link)
        self.ways[link] = way
        self._note(link, way, add=True)
        return cost

    def rearrange(self, links: list[Link]) -> None:
        """Route these again in the order that makes them cheapest together."""
        costs: dict[tuple[Link, ...], float] = {}
        for order in itertools.permutations(links):
            for link in links:
                self._note(link, self.ways[link], add=False)
            costs[order] = sum(self.route(link) for link in order)
        best = min(costs, key=lambda order: costs[order])
        for link in links:
            self._note(link, self.ways[link], add=False)
        for link in best:
            self.route(link)

    def improve(self, link: Link) -> None:
        way = self.ways[link]
        shared = len(self.users[self._piece(link, way[0], way[1])]) > 1
        if shared or any(self._crossed(link, point, direction) for point, direction in _walk(way)):
            self._note(link, way, add=False)
            self.route(link)

    def _note(self, link: Link, way: Way, *, add: bool) -> None:
        steps = list(_walk(way))
        for place, (point, direction) in enumerate(steps):
            entries = [self.users[self._piece(link, point, way[place + 1])]]
            if place:
                entries.append(self.passing[(*point, direction % 2 == 0)])
                if steps[place - 1][1] != direction:
                    entries.append(self.passing[(*point, direction % 2 == 1)])
            for entry in entries:
                if add:
                    entry.append(link)
                elif link in entry:
                    entry.remove(link)

    def _piece(self, link: Link, start: tuple[int, int], end: tuple[int, int]) -> tuple:
        shift = column_shift(link, start[0], self.grid) if start[0] == end[0] else 0.0
        return (min(start, end), max(start, end), shift)

    def _search(self, link: Link) -> tuple[float, Way]:
        goal = self._goal_box(link.target)
        queue: list[tuple[float, float, int, tuple[int, int], int]] = []
        best: dict[tuple[tuple[int, int], int], float] = {}
        came: dict[tuple[tuple[int, int], int], tuple[tuple[int, int], int] | None] = {}
        count = 0
        for cost, point, direction in self._starts(link):
            best[point, direction] = cost
            came[point, direction] = None
            count += 1
            heapq.heappush(queue, (cost, cost, count, point, direction))
        starts = set(best)
        while queue:
            _, cost, _, point, direction = heapq.heappop(queue)
            state = (point, direction)
            if cost > best[state]:
                continue
            if direction >= _ARRIVED:
                return cost, self._trace(came, state)
            if state in starts:
                turns: tuple[int, ...] = (direction,)
            elif self.grid.xs[point[0]].is_road and self.grid.ys[point[1]].is_road:
                turns = (direction, (direction + 1) % 4, (direction + 3) % 4)
            else:
                turns = (direction,)
            for turn in turns:
                following = (point[0] + _STEP[turn][0], point[1] + _STEP[turn][1])
                extra = self._cost(link, point, following, turn)
                if extra is None:
                    continue
                if turn != direction:
                    extra += _BEND + _TOUCHING * self._touched(link, point)
                total = cost + extra
                # Arriving is a state of its own: a flow may end at the very point it begins at.
                key = (following, turn + _ARRIVED if self._arrived(link, following, turn) else turn)
                if total < best.get(key, float("inf")):
                    best[key] = total
                    came[key] = state
                    count += 1
                    heapq.heappush(queue, (total + self._ahead(following, turn, goal), total, count, *key))
        raise AssertionError(f"Expected a way for the flow {link.id!r}, but every channel is closed.")

    def _trace(self, came: dict, state: tuple[tuple[int, int], int] | None) -> Way:
        way = []
        while state is not None:
            way.append(state[0])
            state = came[state]
        return way[::-1]

    def _starts(self, link: Link) -> Iterator[tuple[float, tuple[int, int], int]]:
        source, grid = link.source, self.grid
        if isinstance(source, Pool):
            for x, line in enumerate(grid.xs):
                if line.is_road and grid.pool_left < x < grid.pool_right:
                    yield 0.0, (x, grid.top[source]), UP
                    yield 0.0, (x, grid.bottom[source]), DOWN
            return
        if source.kind == "boundary":
            y = grid.bottom[source.host] if source.host.is_block else grid.row[source.host.top]
            yield 0.0, (grid.column[source.first], y), DOWN
        elif source.is_block:
            yield from self._block_sides(source, link, leaving=True)
        else:
            for direction in range(4):
                yield self._side_cost(source, direction, link, leaving=True), grid.point(source), direction

    def _block_sides(
        self, block: Node, link: Link, *, leaving: bool
    ) -> Iterator[tuple[float, tuple[int, int], int]]:
        """All points of a sub-process's border a flow may leave from (leaving) or arrive at, with their cost."""
        grid = self.grid
        main = grid.row[min(block.top + block.up, block.bottom)]
        for y in range(grid.top[block] + 1, grid.bottom[block]):
            if grid.ys[y].kind == "cell":
                off = 0 if y == main else 40 + abs(self.y[y] - self.y[main]) / 10
                for x, outward in ((grid.right[block], RIGHT), (grid.left[block], LEFT)):
                    direction = outward if leaving else (outward + 2) % 4
                    yield off + self._side_cost(block, direction, link, leaving=leaving), (x, y), direction
        for x in range(grid.left[block] + 1, grid.right[block]):
            if grid.xs[x].kind == "cell":
                for y, outward in ((grid.top[block], UP), (grid.bottom[block], DOWN)):
                    direction = outward if leaving else (outward + 2) % 4
                    yield self._side_cost(block, direction, link, leaving=leaving), (x, y), direction

    def _side_cost(self, node: Node, direction: int, link: Link, *, leaving: bool) -> float:
        side = direction if leaving else (direction + 2) % 4
        crowded = 80.0 if side == DOWN and node in self.hosts else 0.0
        if link.kind == "message":
            return crowded + (0.0 if side in (UP, DOWN) else 120.0)
        if link.kind != "sequence":
            return crowded + (0.0 if side in (UP, DOWN) else 30.0)
        if side in (UP, DOWN):
            if link.backward:
                return crowded
            return crowded + (
                4.0 if node.kind == "gateway" and leaving else 18.0 if node.kind == "gateway" else 60.0
            )
        right_way = (side == RIGHT) == leaving
        return 0.0 if right_way else 250.0

    def _arrived(self, link: Link, point: tuple[int, int], direction: int) -> bool:
        target = link.target
        if isinstance(target, Pool):
            inward = {self.grid.top[target]: DOWN, self.grid.bottom[target]: UP}
            return inward.get(point[1]) == direction and self._beside_pool(point)
        if target.kind == "boundary":
            target = target.host
        if target.is_block:
            return self.borders.get(point) is target
        return self.cells.get(point) is target

    def _beside_pool(self, point: tuple[int, int]) -> bool:
        return self.grid.pool_left < point[0] < self.grid.pool_right

    def _cost(self, link: Link, start: tuple[int, int], end: tuple[int, int], direction: int) -> float | None:
        """What one step costs; None where it is not allowed."""
        grid = self.grid
        if not (0 <= end[0] < len(grid.xs) and 0 <= end[1] < len(grid.ys)):
            return None
        x_line, y_line = grid.xs[end[0]], grid.ys[end[1]]
        vertical = direction in (UP, DOWN)
        if vertical:
            cost = abs(self.y[end[1]] - self.y[start[1]])
            road, across = grid.xs[start[0]], y_line
        else:
            cost = abs(self.x[end[0]] - self.x[start[0]])
            road, across = grid.ys[start[1]], x_line
        if across.kind in ("pool", "box") and not self._may_leave(link, end, across.kind, vertical=vertical):
            return None
        cell = self.cells.get(end)
        if cell is not None:
            target = link.target.cell if isinstance(link.target, Node) else None
            if cell is not target or not self._meets_boundary(link, end, direction):
                return None
            if vertical and cell.kind != "activity" and column_shift(link, end[0], grid):
                return None
            cost += self._side_cost(cell, direction, link, leaving=False)
        border = self.borders.get(end)
        if border is not None:
            toll = self._toll(link, border, end, direction)
            if toll is None:
                return None
            cost += toll
        if road.kind == "cell":
            others = self.users.get(self._piece(link, start, end), ())
            if not all(_same_end(link, other) for other in others):
                return None
            if others and link.source is self.cells.get(start) and link.source.kind == "gateway":
                cost += _SAME_CORNER
            if vertical and self._hits_boundary(link, start if direction == DOWN else end):
                return None
            if across.kind == "cell" and self._touched(link, end):
                # In the middle of an empty cell there is room for crossing, not for two flows turning.
                return None
        return cost + _CROSSING * self._crossed(link, end, direction)

    def _may_leave(self, link: Link, point: tuple[int, int], kind: str, *, vertical: bool) -> bool:
        """Only messages cross the border of a pool: up and down, and beside the pools; never an empty pool."""
        if link.kind != "message" or kind == "box":
            return False
        return vertical or not self._inside_pool(point)

    def _hits_boundary(self, link: Link, upper: tuple[int, int]) -> bool:
        """Below its host a boundary event keeps others away from where it sits."""
        events = self.below.get(upper)
        if not events or any(event in (link.source, link.target) for event in events):
            return False
        shift = column_shift(link, upper[0], self.grid)
        return any(abs(shift - event.dx) < _BOUNDARY_REACH for event in events)

    def _meets_boundary(self, link: Link, point: tuple[int, int], direction: int) -> bool:
        """A boundary event is reached from below, in its own column."""
        target = link.target
        if not isinstance(target, Node) or target.kind != "boundary":
            return True
        return direction == UP and point[0] == self.grid.column[target.first]

    def _inside_pool(self, point: tuple[int, int]) -> bool:
        tops = [
            (self.grid.top[pool], self.grid.bottom[pool]) for pool in self.grid.top if isinstance(pool, Pool)
        ]
        return any(top <= point[1] <= bottom for top, bottom in tops)

    def _toll(self, link: Link, block: Node, point: tuple[int, int], direction: int) -> float | None:
        """What passing or reaching a sub-process's border costs."""
        if isinstance(link.target, Node) and link.target.host is block:
            return 0.0 if self._meets_boundary(link, point, direction) else None
        if link.target is block:
            for cost, place, heading in self._block_sides(block, link, leaving=False):
                if place == point and heading == direction:
                    return cost
            return None
        corner = point[0] in (self.grid.left[block], self.grid.right[block]) and point[1] in (
            self.grid.top[block],
            self.grid.bottom[block],
        )
        return None if corner or link.kind == "sequence" else _THROUGH_BORDER

    def _touched(self, link: Link, point: tuple[int, int]) -> int:
        """How many other flows turn at this point (in a crossing of two channels they keep to their tracks)."""
        if self.grid.xs[point[0]].kind == self.grid.ys[point[1]].kind == "channel":
            return 0
        across = self.passing.get((*point, False), ())
        along = self.passing.get((*point, True))
        if not across or not along:
            return 0
        return sum(1 for other in along if other in across and not _same_end(link, other))

    def _crossed(self, link: Link, point: tuple[int, int], direction: int) -> float:
        across = self.passing.get((*point, direction % 2 == 1))
        if not across:
            return 0.0
        along = self.passing.get((*point, direction % 2 == 0), ())
        # Flows of one port may part here: only where such a one goes straight on is it a crossing.
        return sum(
            1.0 for other in across if other is not link and not (_same_end(link, other) and other in along)
        )

    def _goal_box(self, target: Node | Pool) -> tuple[float, float, float, float]:
        grid = self.grid
        if isinstance(target, Pool):
            return -1e9, 1e9, self.y[grid.top[target]], self.y[grid.bottom[target]]
        target = target.cell
        if target.is_block:
            left, right = self.x[grid.left[target]], self.x[grid.right[target]]
            return left, right, self.y[grid.top[target]], self.y[grid.bottom[target]]
        x, y = grid.point(target)
        return self.x[x], self.x[x], self.y[y], self.y[y]

    def _ahead(
        self, point: tuple[int, int], direction: int, goal: tuple[float, float, float, float]
    ) -> float:
        """The least that is still to come: the distance, and a bend when heading past the goal."""
        x, y = self.x[point[0]], self.y[point[1]]
        across = max(goal[0] - x, 0, x - goal[1])
        down = max(goal[2] - y, 0, y - goal[3])
        bends = (across > 0 and direction in (UP, DOWN)) or (down > 0 and direction in (LEFT, RIGHT))
        return across + down + (_BEND if bends else 0)


def _same_end(one: Link, other: Link) -> bool:
    return one.source is other.source or one.target is other.target


def _walk(way: Way) -> Iterator[tuple[tuple[int, int], int]]:
    """The points of a way but the last, each with the direction it is left in."""
    for start, end in itertools.pairwise(way):
        yield start, _STEP.index((_sign(end[0] - start[0]), _sign(end[1] - start[1])))


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)
