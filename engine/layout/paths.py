"""The paths a scope is read along: first the happy path from the start to a normal end, then every branch."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass

from lxml import etree

from engine.layout.model import Link, Node, Scope

_ABNORMAL_ENDS = (
    "errorEventDefinition",
    "terminateEventDefinition",
    "cancelEventDefinition",
    "escalationEventDefinition",
)


@dataclass
class Path:
    """Nodes that follow each other, and the node already placed that the last one leads to."""

    nodes: list[Node]
    after: Node | None = None


def main_path(scope: Scope) -> list[Node]:
    """The longest way from the first start to a normal end; flows in document order decide between equals."""
    leaving = _forward(scope, with_boundaries=False)
    entered = {link.target for link in scope.flows if not link.backward}
    starts = [node for node in scope.nodes if node not in entered and leaving[node]]
    starts = [node for node in starts if _is(node, "startEvent")] or starts or scope.nodes
    best: list[Node] = []
    best_score = (-1, -1)
    for start in starts[:1]:
        score, best = _longest_to_end(start, leaving)
        best_score = max(best_score, score)
    return best


def cut(scope: Scope) -> list[Path]:
    """Cut all nodes of the scope into paths in the order they should be placed."""
    leaving = _forward(scope, with_boundaries=True)
    entering: dict[Node, list[Node]] = defaultdict(list)
    for source, links in leaving.items():
        for link in links:
            entering[link.target].append(source)
    order = {node: place for place, node in enumerate(scope.nodes)}
    hosts = {link.target: link.source.host for link in scope.flows if link.source.kind == "boundary"}
    main = main_path(scope)
    _mark_main(scope, main)
    found = [Path(main)] if main else []
    placed = set(main)
    lengths = _tail_lengths(scope, leaving)
    while len(placed) < len(scope.nodes):
        ready = [
            node
            for node in scope.nodes
            if node not in placed
            and (not entering[node] or any(before in placed for before in entering[node]))
        ]
        ready = ready or [node for node in scope.nodes if node not in placed]
        candidates = [_follow(node, leaving, placed, lengths) for node in ready]

        def rank(path: Path) -> tuple[int, int, int, int]:
            start = path.nodes[0]
            end = path.after.first if path.after else path.nodes[-1].last + 1
            # What hangs on nothing comes last, so that it does not push the branches away.
            return (0 if entering[start] or path.after else 1, end - start.first, start.first, order[start])

        chosen = min(candidates, key=rank)
        # Ways out of one host: the rightmost takes the nearest row, so that the others do not cross it.
        host = hosts.get(chosen.nodes[0])
        if host:
            others = [path for path in candidates if hosts.get(path.nodes[0]) is host]
            chosen = min(others, key=lambda path: (-path.nodes[0].first, rank(path)))
        found.append(chosen)
        placed.update(chosen.nodes)
    return found


def _forward(scope: Scope, *, with_boundaries: bool) -> dict[Node, list[Link]]:
    leaving: dict[Node, list[Link]] = defaultdict(list)
    for link in scope.flows:
        if not link.backward and (with_boundaries or link.source.kind != "boundary"):
            leaving[link.source.cell].append(link)
    return leaving


def _longest_to_end(start: Node, leaving: dict[Node, list[Link]]) -> tuple[tuple[int, int], list[Node]]:
    best: dict[Node, tuple[tuple[int, int], Node | None]] = {}
    stack = [start]
    while stack:
        node = stack[-1]
        open_targets = [link.target for link in leaving[node] if link.target not in best]
        if open_targets:
            stack.extend(open_targets)
            continue
        stack.pop()
        score, following = (1 if _ends_normally(node) else 0, 0), None
        for link in leaving[node]:
            (normal, length), _ = best[link.target]
            if following is None or (normal, length + 1) > score:
                score, following = (normal, length + 1), link.target
        best[node] = (score, following)
    path, node = [], start
    while node is not None:
        path.append(node)
        node = best[node][1]
    return best[start][0], path


def _ends_normally(node: Node) -> bool:
    if not _is(node, "endEvent"):
        return False
    kinds = {etree.QName(child).localname for child in node.element if isinstance(child.tag, str)}
    return not kinds & set(_ABNORMAL_ENDS)


def _is(node: Node, tag: str) -> bool:
    return etree.QName(node.element).localname == tag


def _mark_main(scope: Scope, main: list[Node]) -> None:
    pairs = set(itertools.pairwise(main))
    for link in scope.flows:
        link.main = (link.source, link.target) in pairs


def _tail_lengths(scope: Scope, leaving: dict[Node, list[Link]]) -> dict[Node, int]:
    lengths: dict[Node, int] = {}
    for node in sorted(scope.nodes, key=lambda node: -node.first):
        lengths[node] = 1 + max((lengths.get(link.target, 0) for link in leaving[node]), default=0)
    return lengths


def _follow(node: Node, leaving: dict[Node, list[Link]], placed: set[Node], lengths: dict[Node, int]) -> Path:
    nodes = [node]
    while True:
        direct = [link for link in leaving[nodes[-1]] if link.source.kind != "boundary"]
        open_targets = [
            link.target for link in direct if link.target not in placed and link.target not in nodes
        ]
        if not open_targets:
            return Path(nodes, direct[0].target if direct else None)
        nodes.append(max(open_targets, key=lambda target: lengths[target]))
