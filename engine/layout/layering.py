"""Which columns every node stands in: the longest path from the start, loops broken where they go back."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable

from engine.layout.model import ARTIFACTS, Link, Node, Plane, Scope

# Nodes that no flow touches are set side by side, this many to a row.
LOOSE_PER_ROW = 4


def assign(plane: Plane) -> None:
    """Set `first` and `last` (columns) of every node and `backward` of every flow that goes back."""
    scopes = [pool.scope for pool in plane.pools if pool.scope]
    for scope in scopes:
        _measure(scope)
    edges = [edge for scope in scopes for edge in _edges(scope)]
    nodes = [node for scope in scopes for node in scope.nodes]
    # Messages point down or to the right where that contradicts nothing, so that time reads left to right.
    for link in plane.links:
        if link.kind == "message" and isinstance(link.source, Node) and isinstance(link.target, Node):
            source, target = _outermost(link.source), _outermost(link.target)
            if source is not target and not _reaches(edges, target, source):
                edges.append((source, target, 0))
    columns = _longest(nodes, edges)
    for scope in scopes:
        columns = _keep_spanning_blocks_alone(scope, nodes, edges, columns)
    _pull_sources(nodes, edges, columns)
    for scope in scopes:
        _shift(scope, columns)
    _close_ranks(plane)
    for scope in plane.scopes():
        for boundary in scope.boundaries:
            _place_boundary(boundary, scope)


def _measure(scope: Scope) -> None:
    """Layer a scope on its own: width of the scope, columns of its nodes counted from 0."""
    for node in scope.nodes:
        if node.inner:
            _measure(node.inner)
    _mark_backward(scope)
    if scope.owner:
        edges = _edges(scope)
        columns = _longest(scope.nodes, edges)
        columns = _keep_spanning_blocks_alone(scope, scope.nodes, edges, columns)
        _pull_sources(scope.nodes, edges, columns)
        for node in scope.nodes:
            node.first = columns[node]
        scope.width = max((columns[node] + _width(node) for node in scope.nodes), default=1)


def _width(node: Node) -> int:
    return node.inner.width if node.inner else 1


def _mark_backward(scope: Scope) -> None:
    """Mark the flows that close a loop, searching depth first from the starts in document order."""
    leaving: dict[Node, list[Link]] = defaultdict(list)
    entered = set()
    for link in scope.flows:
        leaving[link.source.cell].append(link)
        if link.source.cell is not link.target:
            entered.add(link.target)
    done: set[Node] = set()
    for root in [node for node in scope.nodes if node not in entered] + scope.nodes:
        if root in done:
            continue
        open_nodes, stack = {root}, [(root, iter(leaving[root]))]
        while stack:
            node, links = stack[-1]
            link = next(links, None)
            if link is None:
                stack.pop()
                open_nodes.discard(node)
                done.add(node)
            elif link.target in open_nodes:
                link.backward = True
            elif link.target not in done:
                open_nodes.add(link.target)
                stack.append((link.target, iter(leaving[link.target])))


def _edges(scope: Scope) -> list[tuple[Node, Node, int]]:
    """What must stand right of what, and by how many columns."""
    edges = []
    for link in scope.flows:
        source = link.source
        if not link.backward and source.kind != "boundary":
            edges.append((source, link.target, _width(source)))
    by_host: dict[Node, list[Node]] = defaultdict(list)
    for boundary in scope.boundaries:
        if any(link.source is boundary for link in scope.flows):
            by_host[boundary.host].append(boundary)
    for host, boundaries in by_host.items():
        for place, boundary in enumerate(boundaries):
            # Under a wide block the handlers start within its columns, the last one under its last column.
            width = _width(host)
            step = width if host.inner and host.inner.spanning else max(1, width - len(boundaries) + place)
            targets = [link for link in scope.flows if link.source is boundary and not link.backward]
            edges.extend((host, link.target, step) for link in targets)
    touched = {end for link in scope.flows for end in (link.source.cell, link.target)}
    loose = [node for node in scope.nodes if node not in touched]
    for place, (left, right) in enumerate(itertools.pairwise(loose), start=1):
        if place % LOOSE_PER_ROW and not left.inner and not right.inner:
            edges.append((left, right, _width(left)))
    return edges


def _longest(nodes: Iterable[Node], edges: list[tuple[Node, Node, int]]) -> dict[Node, int]:
    columns = dict.fromkeys(nodes, 0)
    incoming = dict.fromkeys(columns, 0)
    leaving: dict[Node, list[tuple[Node, int]]] = defaultdict(list)
    for source, target, step in edges:
        leaving[source].append((target, step))
        incoming[target] += 1
    ready = [node for node, count in incoming.items() if count == 0]
    for node in ready:
        for target, step in leaving[node]:
            columns[target] = max(columns[target], columns[node] + step)
            incoming[target] -= 1
            if incoming[target] == 0:
                ready.append(target)
    return columns


def _keep_spanning_blocks_alone(
    scope: Scope, nodes: list[Node], edges: list[tuple[Node, Node, int]], columns: dict[Node, int]
) -> dict[Node, int]:
    """A sub-process across several lanes needs its columns for itself: what stands beside it moves right."""
    blocks = [node for node in scope.nodes if node.inner and node.inner.spanning]
    for _ in range(len(blocks) * len(scope.nodes)):
        clash = next(
            (
                (block, node)
                for block in blocks
                for node in scope.nodes
                if node is not block
                and columns[node] < columns[block] + _width(block)
                and columns[block] < columns[node] + _width(node)
            ),
            None,
        )
        if clash is None:
            break
        block, node = clash
        first, second = (node, block) if _reaches(edges, node, block) else (block, node)
        edges.append((first, second, _width(first)))
        columns = _longest(nodes, edges)
    return columns


def _pull_sources(nodes: list[Node], edges: list[tuple[Node, Node, int]], columns: dict[Node, int]) -> None:
    """Let a second start stand right before what it starts, not far away at the left border."""
    entered = {target for _, target, _ in edges}
    for node in nodes:
        reach = [columns[target] - step for source, target, step in edges if source is node]
        alone = not any(other.inner and other.inner.spanning for other in node.scope.nodes)
        if node not in entered and reach and alone:
            columns[node] = max(columns[node], min(reach))


def _reaches(edges: list[tuple[Node, Node, int]], start: Node, goal: Node) -> bool:
    leaving: dict[Node, list[Node]] = defaultdict(list)
    for source, target, _ in edges:
        leaving[source].append(target)
    seen, waiting = {start}, [start]
    while waiting:
        for target in leaving[waiting.pop()]:
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    return goal in seen


def _outermost(node: Node) -> Node:
    node = node.cell
    return _outermost(node.scope.owner) if node.scope.owner else node


def _shift(scope: Scope, columns: dict[Node, int]) -> None:
    for node in scope.nodes:
        node.first = columns[node]
        node.last = node.first + _width(node) - 1
        if node.inner:
            _shift(node.inner, {inner: inner.first + node.first for inner in node.inner.nodes})


def _close_ranks(plane: Plane) -> None:
    """Number the columns without gaps."""
    nodes = [node for scope in plane.scopes() for node in scope.nodes]
    used = sorted({column for node in nodes if not node.is_block for column in (node.first, node.last)})
    place = {column: index for index, column in enumerate(used)}
    for node in nodes:
        if node.is_block:
            inside = [column for column in used if node.first <= column <= node.last]
            node.first, node.last = inside[0], inside[-1]
    for node in nodes:
        node.first, node.last = place[node.first], place[node.last]


def _place_boundary(boundary: Node, scope: Scope) -> None:
    """A boundary event stands one column before what it leads to, within the columns of its host."""
    host = boundary.host
    targets = [link.target.first for link in scope.flows if link.source is boundary and not link.backward]
    column = min(targets) - 1 if targets else host.last
    boundary.first = boundary.last = min(max(column, host.first), host.last)


def columns_of(plane: Plane) -> int:
    """How many columns the drawing has."""
    return 1 + max((node.last for node in plane.nodes() if node.kind not in ARTIFACTS), default=0)
