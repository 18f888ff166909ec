"""The shortest way on the drawing to a node, for findings that show where something is."""

from __future__ import annotations

from collections import deque

from engine.dialect.model import Flow, Node


def way_to(goal: Node) -> tuple[str, ...]:
    """What `looked_for` finds."""
    return looked_for(goal)[0]


def looked_for(goal: Node) -> tuple[tuple[str, ...], int]:
    """The way, and what it cost: ids from where the node's scope begins to the node: a node, the flow that leaves it, the next node ...

    It follows the drawing, whether or not a token can go it. What no start leads to begins at its own first node.
    """
    came: dict[Node, tuple[Node, Flow | None] | None] = {goal: None}
    queue = deque([goal])
    first = goal
    cost = 0
    while queue:
        first = queue.popleft()
        before = [(flow.source, flow) for flow in first.incoming if flow.source is not None]
        cost += 1 + len(before)
        if first.host is not None:
            before.append((first.host, None))
        if not before:
            break
        for node, flow in before:
            if node not in came:
                came[node] = (first, flow)
                queue.append(node)
    way = _ids(first, came)
    return way, cost + len(way)


def _ids(first: Node, came: dict[Node, tuple[Node, Flow | None] | None]) -> tuple[str, ...]:
    path = [first.id]
    step = came[first]
    while step is not None:
        node, flow = step
        path += [node.id] if flow is None else [flow.id, node.id]
        step = came[node]
    return tuple(each for each in path if each)
