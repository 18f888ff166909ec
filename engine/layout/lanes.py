"""Which band (leaf lane) every node is drawn in, also when lanes and sub-processes cross each other.

A lane of the process may name flow nodes inside an expanded sub-process. If these lie in one lane, so does the
sub-process; if they lie in several, the sub-process spans them and its rows are kept in the lanes' rows.
"""

from __future__ import annotations

from engine.layout.model import Lane, Node, Plane, Scope


def assign(plane: Plane) -> None:
    """Set `bands` of every scope and `lane` of every node."""
    for pool in plane.pools:
        if pool.scope:
            _settle(pool.scope, {})


def _settle(scope: Scope, outer: dict[str, Lane]) -> None:
    bands = [leaf for lane in scope.lanes for leaf in lane.leaves()]
    by_ref = (
        {ref: leaf for lane in scope.lanes for ref, leaf in _references(lane).items()} if bands else outer
    )
    for node in scope.nodes:
        node.lane = by_ref.get(node.id)
    if bands:
        scope.bands = list(bands)
    else:
        owner, named = scope.owner, _named(scope, by_ref)
        if owner and named and owner.lane:
            named.add(owner.lane)
        if owner and len(named) > 1:
            places = sorted(_place(owner.scope, lane) for lane in named)
            scope.bands = owner.scope.bands[places[0] : places[-1] + 1]
            scope.spanning = True
        elif owner and named:
            owner.lane = owner.lane or named.pop()
    for node in scope.nodes:
        if node.inner:
            _settle(node.inner, by_ref)
            if node.inner.spanning:
                node.lane = node.inner.bands[0]
    _infer(scope)


def _references(lane: Lane) -> dict[str, Lane]:
    """Map every id a lane names to the leaf it is drawn in; a deeper lane knows better than its parent."""
    found = {ref: lane.leaves()[0] for ref in lane.refs}
    for child in lane.children:
        found.update(_references(child))
    return found


def _named(scope: Scope, by_ref: dict[str, Lane]) -> set[Lane]:
    found = {by_ref[node.id] for node in scope.nodes if node.id in by_ref}
    for node in scope.nodes:
        if node.inner and not node.inner.lanes:
            found |= _named(node.inner, by_ref)
    return found


def _place(scope: Scope, lane: Lane) -> int:
    return scope.bands.index(lane) if lane in scope.bands else 0


def _infer(scope: Scope) -> None:
    """Give nodes no lane names the lane of a neighbour: the one they come from, else the one they go to."""
    if scope.bands == [None]:
        for node in scope.nodes:
            node.lane = None
        return
    for node in scope.nodes:
        if node.lane not in scope.bands:
            node.lane = None
    waiting: list[Node] = [node for node in scope.nodes if node.lane is None]
    while waiting:
        for node in waiting:
            before = [link.source.cell.lane for link in scope.flows if link.target is node]
            after = [link.target.lane for link in scope.flows if link.source.cell is node]
            node.lane = next((lane for lane in before + after if lane), None)
        left = [node for node in waiting if node.lane is None]
        if len(left) == len(waiting):
            left[0].lane = scope.bands[0]
            left = left[1:]
        waiting = left
