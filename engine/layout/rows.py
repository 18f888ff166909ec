"""Which row of its lane every node stands in: the happy path on one straight row, branches below and above it.

A scope is cut into paths; each path keeps one row in every lane it passes, the shortest branches nearest to what they leave.
Rows are numbers relative to the lane's main row 0 (artifacts may lie between two), made into rows of the grid at the end.
"""

from __future__ import annotations

from collections import defaultdict

from engine.layout import artifacts, paths
from engine.layout.model import Lane, Link, Node, Plane, Scope
from engine.layout.occupancy import Occupancy


def assign(plane: Plane) -> int:
    """Set `row` (relative) and `top`, `bottom` (rows of the grid) of every node; return how many rows there are."""
    for scope in reversed(plane.scopes()):
        _arrange(scope, plane.links)
    count = 0
    for pool in plane.pools:
        if pool.scope:
            pool.top = count
            for band in pool.scope.bands:
                for value in pool.scope.rows[band]:
                    pool.scope.grid_row[band, value] = count
                    count += 1
            pool.bottom = count - 1
            _resolve(pool.scope)
    return count


def _arrange(scope: Scope, links: list[Link]) -> None:
    taken = Occupancy()
    incoming: dict[Node, list[Link]] = defaultdict(list)
    for link in scope.flows:
        incoming[link.target].append(link)
    placed: set[Node] = set()
    for path in paths.cut(scope):
        for run in _runs(path.nodes):
            _place_run(run, path, incoming, placed, taken)
            placed.update(run)
    artifacts.place(scope, links, taken)
    used: dict[Lane | None, set[float]] = {band: set() for band in scope.bands}
    for node in scope.nodes + scope.artifacts:
        if node.inner and node.inner.spanning:
            for band in node.inner.bands:
                used[band] |= set(node.inner.rows[band])
        else:
            used[node.lane] |= {node.row + step for step in range(-node.up, node.down + 1)}
    scope.rows = {band: sorted(values or {0}) for band, values in used.items()}
    if scope.owner and not scope.spanning:
        _measure_block(scope)


def _measure_block(scope: Scope) -> None:
    """Tell the sub-process how many rows it needs above and below the row its own happy path stands on."""
    stack = _stack(scope)
    main = paths.main_path(scope)
    line = stack.index((main[0].lane, main[0].row)) if main else 0
    scope.owner.up, scope.owner.down = line, len(stack) - 1 - line


def _stack(scope: Scope) -> list[tuple[Lane | None, float]]:
    return [(band, value) for band in scope.bands for value in scope.rows[band]]


def _runs(nodes: list[Node]) -> list[list[Node]]:
    """Cut a path where it changes lanes; a sub-process across lanes stands alone."""
    runs: list[list[Node]] = []
    for node in nodes:
        spanning = node.inner and node.inner.spanning
        if runs and not spanning and runs[-1][-1].lane is node.lane and not _spans(runs[-1][-1]):
            runs[-1].append(node)
        else:
            runs.append([node])
    return runs


def _spans(node: Node) -> bool:
    return bool(node.inner and node.inner.spanning)


def _place_run(
    run: list[Node], path: paths.Path, incoming: dict[Node, list[Link]], placed: set[Node], taken: Occupancy
) -> None:
    if _spans(run[0]):
        run[0].row = 0
        return
    lane = run[0].lane
    before = next((link.source for link in incoming[run[0]] if link.source.cell in placed), None)
    after = path.after if run[-1] is path.nodes[-1] else None
    wanted, floor = 0.0, None
    if before is not None and before.cell.lane is lane and not _spans(before.cell):
        wanted = before.cell.row
        if before.kind == "boundary":
            floor = wanted + before.cell.down
            wanted = floor + 1
    start, end = run[0].first, run[-1].last
    # The straight pieces before and after the run are kept free as well, else its flows could not be straight.
    if before is not None and before.cell.lane is lane:
        if before.kind == "boundary":
            start = min(start, before.first)
        elif before.last < start:
            start = before.last + 1
    if after is not None and after.lane is lane and after.first > end:
        end = after.first - 1

    def needs(row: float) -> list[tuple[float, float, int, int]]:
        cells = [(row - node.up, row + node.down, node.first, node.last) for node in run]
        return [*cells, (row, row, start, end)]

    def cost(row: float) -> float:
        distance = abs(row - wanted) + (0.3 if row < wanted else 0)
        return distance + (5 if floor is not None and row <= floor else 0)

    reach = taken.reach(lane) + sum(node.up + node.down for node in run) + 2
    rows = sorted((wanted + step for step in range(-reach, reach + 1)), key=cost)
    row = next(row for row in rows if taken.all_free(lane, needs(row)))
    for node in run:
        node.row = row
    for need in needs(row):
        taken.add(lane, *need)


def _resolve(scope: Scope) -> None:
    """Turn relative rows into rows of the grid, outer scope first."""
    for node in scope.nodes + scope.artifacts:
        inner = node.inner
        if inner is None:
            node.top = node.bottom = scope.grid_row[node.lane, node.row]
        elif inner.spanning:
            for band in inner.bands:
                for value in inner.rows[band]:
                    inner.grid_row[band, value] = scope.grid_row[band, value]
        else:
            for place, key in enumerate(_stack(inner)):
                inner.grid_row[key] = scope.grid_row[node.lane, node.row - node.up + place]
        if inner is not None:
            node.top, node.bottom = min(inner.grid_row.values()), max(inner.grid_row.values())
            _resolve(inner)
    for boundary in scope.boundaries:
        boundary.top = boundary.bottom = boundary.host.bottom
