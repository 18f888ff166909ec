"""Where annotations and data stand: in their own cell right above or below what they belong to."""

from __future__ import annotations

from engine.layout import text
from engine.layout.model import Link, Node, Scope
from engine.layout.occupancy import Occupancy

_UPWARD, _DOWNWARD = (-1, -0.5, 1, 0.5), (1, 0.5, -1, -0.5)


def place(scope: Scope, links: list[Link], taken: Occupancy) -> None:
    """Give every artifact of the scope a lane, a column and a row next to its association's other end."""
    for artifact in scope.artifacts:
        if artifact.kind == "annotation":
            lines = text.wrap(artifact.name, 90, text.NODE_SIZE)
            artifact.height = max(30.0, 10 + text.height(lines, text.NODE_SIZE))
        anchor = _anchor(artifact, scope, links)
        if anchor is None:
            artifact.lane = scope.bands[-1]
            artifact.row = taken.extent(artifact.lane)[1] + 1
            artifact.first = artifact.last = _free_column(artifact, scope, taken)
        else:
            _beside(artifact, anchor, taken, scope)
        taken.add(artifact.lane, artifact.row, artifact.row, artifact.first, artifact.last)


def _anchor(artifact: Node, scope: Scope, links: list[Link]) -> Node | None:
    for link in links:
        if artifact in (link.source, link.target):
            other = link.target if link.source is artifact else link.source
            while isinstance(other, Link):
                other = other.target
            if isinstance(other, Node):
                other = other.cell
                while other.scope is not scope and other.scope.owner:
                    other = other.scope.owner
                if other.scope is scope and other not in scope.artifacts:
                    return other
    return None


def _beside(artifact: Node, anchor: Node, taken: Occupancy, scope: Scope) -> None:
    spanning = anchor.inner and anchor.inner.spanning
    artifact.lane = anchor.lane
    columns = range(anchor.first, anchor.last + 1)
    if spanning:
        artifact.lane = scope.bands[scope.bands.index(anchor.inner.bands[0])]
        artifact.first = artifact.last = anchor.first
        artifact.row = min(anchor.inner.rows[artifact.lane][0], taken.extent(artifact.lane)[0]) - 1
        return
    low, high = taken.extent(artifact.lane)
    for step in _UPWARD if artifact.kind == "annotation" and anchor.row <= 0 else _DOWNWARD:
        row = anchor.row + step + (anchor.down if step > 0 else -anchor.up)
        # A neighbouring row is used where there is one; a row of its own is squeezed in otherwise.
        if step == int(step) and not low <= row <= high:
            continue
        for column in columns:
            if taken.free(artifact.lane, row, row, column, column):
                artifact.row, artifact.first, artifact.last = row, column, column
                return
    artifact.first = artifact.last = anchor.first
    artifact.row = low - 1 if artifact.kind == "annotation" else high + 1


def _free_column(artifact: Node, scope: Scope, taken: Occupancy) -> int:
    columns = range(
        min((node.first for node in scope.nodes), default=0),
        max((node.last for node in scope.nodes), default=0) + 1,
    )
    free = (
        column for column in columns if taken.free(artifact.lane, artifact.row, artifact.row, column, column)
    )
    return next(free, columns[0])
