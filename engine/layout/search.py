"""The cheapest way of one flow through the grid: short, with few bends, crossing little, through no shape."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterator

from engine.layout.grid import Grid
from engine.layout.model import Link, Node, Plane, Pool
from engine.layout.traffic import DOWN, LEFT, RIGHT, STEP, UP, Place, Traffic, Way, column_shift, same_end

_ARRIVED = 4
_BEND, _CROSSING, _THROUGH_BORDER = 45.0, 130.0, 60.0
# Two ways out of a gateway read better from two of its corners.
_SAME_CORNER = 55.0
# Two flows that turn at one point touch there, and look like one.
_TOUCHING = 40.0
_BOUNDARY_REACH = 20.0
_FAR = float("inf")
# Where a flow may go from a point that it comes to in this direction: straight on, or to either side.
_TURNS = tuple((direction, (direction + 1) % 4, (direction + 3) % 4) for direction in range(4))

_State = tuple[Place, int]


class Search:
    """Knows what stands where, and what every step costs."""

    def __init__(self, plane: Plane, grid: Grid, traffic: Traffic):
        self.grid = grid
        self.traffic = traffic
        self.x = [line.track(0) if line.kind == "channel" else line.position for line in grid.xs]
        self.y = [line.track(0) if line.kind == "channel" else line.position for line in grid.ys]
        self.x_kinds, self.y_kinds = [line.kind for line in grid.xs], [line.kind for line in grid.ys]
        self.x_roads, self.y_roads = [line.is_road for line in grid.xs], [line.is_road for line in grid.ys]
        self.cells: dict[Place, Node] = {}
        self.borders: dict[Place, Node] = {}
        self.below: dict[Place, list[Node]] = defaultdict(list)
        self.hosts = {node.host for node in plane.nodes() if node.kind == "boundary"}
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

    def find(self, link: Link) -> tuple[float, Way]:
        """Return what the cheapest way costs, and its points."""
        # Where all ways in or out are taken, lying on another line is better than no line.
        found = self._find(link, shared=False) or self._find(link, shared=True)
        if found is None:
            raise AssertionError(f"Expected a way for the flow {link.id!r}, but every channel is closed.")
        return found

    def _find(self, link: Link, *, shared: bool) -> tuple[float, Way] | None:
        goal, has_arrived = self._goal_box(link.target), self._arrival(link.target)
        xs, ys, x_roads, y_roads = self.x, self.y, self.x_roads, self.y_roads
        width, height = len(xs), len(ys)
        queue: list[tuple[float, float, int, Place, int]] = []
        best: dict[_State, float] = {}
        came: dict[_State, _State | None] = {}
        count = 0
        for cost, point, direction in self._starts(link):
            best[point, direction] = cost
            came[point, direction] = None
            count += 1
            heapq.heappush(queue, (cost, cost, count, point, direction))
        starts = set(best)
        own = {point for point, _ in starts}
        while queue:
            _, cost, _, point, direction = heapq.heappop(queue)
            state = (point, direction)
            if cost > best[state]:
                continue
            if direction >= _ARRIVED:
                return cost, self._trace(came, state)
            x, y = point
            goes_on = state not in starts
            turns = _TURNS[direction] if goes_on and x_roads[x] and y_roads[y] else (direction,)
            for turn in turns:
                right, down = STEP[turn]
                to_x, to_y = following = (x + right, y + down)
                if not (0 <= to_x < width and 0 <= to_y < height):
                    continue
                least = cost + abs(xs[to_x] - xs[x]) + abs(ys[to_y] - ys[y])
                if turn != direction:
                    least += _BEND
                if least >= best.get((following, turn), _FAR) and following not in own:
                    continue
                extra = self._extra(link, point, following, turn, shared=shared)
                if extra is None:
                    continue
                if turn != direction:
                    extra += _TOUCHING * self.traffic.touched(link, point)
                elif goes_on:
                    extra += _CROSSING * self.traffic.crossed(link, point, turn)
                total = least + extra
                # Arriving is a state of its own: a flow may end at the very point it begins at.
                key = (following, turn + _ARRIVED if has_arrived(following, turn) else turn)
                if total < best.get(key, _FAR):
                    best[key] = total
                    came[key] = state
                    count += 1
                    heapq.heappush(queue, (total + self._ahead(following, turn, goal), total, count, *key))
        return None

    def _trace(self, came: dict, state: _State | None) -> Way:
        way = []
        while state is not None:
            way.append(state[0])
            state = came[state]
        return way[::-1]

    def _starts(self, link: Link) -> Iterator[tuple[float, Place, int]]:
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

    def _block_sides(self, block: Node, link: Link, *, leaving: bool) -> Iterator[tuple[float, Place, int]]:
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

    def _arrival(self, target: Node | Pool) -> Callable[[Place, int], bool]:
        """Tells of a point and the direction a flow comes to it in whether it is at its target there."""
        if isinstance(target, Pool):
            inward = {self.grid.top[target]: DOWN, self.grid.bottom[target]: UP}
            return lambda point, direction: inward.get(point[1]) == direction and self._beside_pool(point)
        if target.kind == "boundary":
            target = target.host
        standing = self.borders if target.is_block else self.cells
        return lambda point, direction: standing.get(point) is target

    def _beside_pool(self, point: Place) -> bool:
        return self.grid.pool_left < point[0] < self.grid.pool_right

    def _extra(self, link: Link, start: Place, end: Place, direction: int, *, shared: bool) -> float | None:
        """What one step costs beside its length; None where it is not allowed."""
        vertical = direction in (UP, DOWN)
        if vertical:
            road, across = self.x_kinds[start[0]], self.y_kinds[end[1]]
        else:
            road, across = self.y_kinds[start[1]], self.x_kinds[end[0]]
        if across in ("pool", "box") and not self._may_leave(link, end, across, vertical=vertical):
            return None
        cost = 0.0
        cell = self.cells.get(end)
        if cell is not None:
            target = link.target.cell if isinstance(link.target, Node) else None
            if cell is not target or not self._meets_boundary(link, end, direction):
                return None
            if vertical and cell.kind != "activity" and column_shift(link, end[0], self.grid):
                return None
            cost += self._side_cost(cell, direction, link, leaving=False)
        border = self.borders.get(end)
        if border is not None:
            toll = self._toll(link, border, end, direction)
            if toll is None:
                return None
            cost += toll
        if road == "cell" and not shared:
            others = self.traffic.users(link, start, end)
            if others and not all(same_end(link, other) for other in others):
                return None
            if others and link.source is self.cells.get(start) and link.source.kind == "gateway":
                cost += _SAME_CORNER
            if vertical and self._hits_boundary(link, start if direction == DOWN else end):
                return None
            if across == "cell" and self.traffic.touched(link, end):
                # In the middle of an empty cell there is room for crossing, not for two flows turning.
                return None
        return cost

    def _may_leave(self, link: Link, point: Place, kind: str, *, vertical: bool) -> bool:
        """Only messages cross the border of a pool: up and down, and beside the pools; never an empty pool."""
        if link.kind != "message":
            return False
        if kind == "box":
            return not self.grid.pool_left <= point[0] <= self.grid.pool_right
        return vertical or not self._inside_pool(point)

    def _hits_boundary(self, link: Link, upper: Place) -> bool:
        """Below its host a boundary event keeps others away from where it sits."""
        events = self.below.get(upper)
        if not events or any(event in (link.source, link.target) for event in events):
            return False
        shift = column_shift(link, upper[0], self.grid)
        return any(abs(shift - event.dx) < _BOUNDARY_REACH for event in events)

    def _meets_boundary(self, link: Link, point: Place, direction: int) -> bool:
        """A boundary event is reached from below, in its own column."""
        target = link.target
        if not isinstance(target, Node) or target.kind != "boundary":
            return True
        return direction == UP and point[0] == self.grid.column[target.first]

    def _inside_pool(self, point: Place) -> bool:
        tops = [
            (self.grid.top[pool], self.grid.bottom[pool]) for pool in self.grid.top if isinstance(pool, Pool)
        ]
        return any(top <= point[1] <= bottom for top, bottom in tops)

    def _toll(self, link: Link, block: Node, point: Place, direction: int) -> float | None:
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

    def _ahead(self, point: Place, direction: int, goal: tuple[float, float, float, float]) -> float:
        """The least that is still to come: the distance, and a bend when heading past the goal."""
        x, y = self.x[point[0]], self.y[point[1]]
        left, right, top, bottom = goal
        across = left - x if x < left else x - right if x > right else 0
        down = top - y if y < top else y - bottom if y > bottom else 0
        bends = across if direction in (UP, DOWN) else down
        return across + down + (_BEND if bends else 0)
