"""Where on a border lines begin and end side by side: boundary events on their host, messages on their activity."""

from __future__ import annotations

from collections import defaultdict

from engine.layout.model import Link, Node, Plane

_BOUNDARY_STEP = 50.0
_MESSAGE_STEP = 40.0
_BESIDE_BOUNDARY_FLOW = 9.0


def spread(plane: Plane) -> None:
    """Set `dx` of boundary events and the shifts of the links that begin or end there."""
    by_place: dict[tuple[Node, int], list[Node]] = defaultdict(list)
    for node in plane.nodes():
        if node.kind == "boundary":
            by_place[node.host, node.first].append(node)
    for (host, _), events in by_place.items():
        # The handler in the farthest row belongs to the leftmost event, so that the ways down do not cross.
        events.sort(key=lambda event: -_handler_row(event))
        _spread_boundaries(host, events)
    for link in plane.links:
        if isinstance(link.source, Node) and link.source.kind == "boundary":
            link.source_shift = link.source.dx
    _spread_messages([link for link in plane.links if link.kind == "message"])


def _leads_back(event: Node, host: Node) -> bool:
    reached, waiting = set(), [event]
    while waiting:
        node = waiting.pop()
        for link in event.scope.flows:
            if link.source is node and link.target not in reached:
                if link.target is host:
                    return True
                reached.add(link.target)
                waiting.append(link.target)
    return False


def _handler_row(event: Node) -> int:
    return max((link.target.top for link in event.scope.flows if link.source is event), default=-1)


def _spread_boundaries(host: Node, events: list[Node]) -> None:
    if host.is_block and len(events) == 1:
        return
    if len(events) == 1:
        # Beside the middle, which stays free for a flow that enters below: one that comes back from the handler
        # comes from the right, so that the event gives way to the left.
        events[0].dx = -25.0 if _leads_back(events[0], host) else 25.0
        return
    step = 56.0 if len(events) == 2 else _BOUNDARY_STEP
    host.width = max(host.width, step * len(events) - 12)
    for place, event in enumerate(events):
        event.dx = (place - (len(events) - 1) / 2) * step


def _spread_messages(messages: list[Link]) -> None:
    ends: dict[Node, list[tuple[Link, str]]] = defaultdict(list)
    for link in messages:
        for node, name in ((link.source, "source_shift"), (link.target, "target_shift")):
            if isinstance(node, Node):
                ends[node].append((link, name))
    for node, found in ends.items():
        for place, (link, name) in enumerate(found):
            shift = 0.0
            if node.kind == "boundary":
                shift = node.dx + _BESIDE_BOUNDARY_FLOW * (-1 if place % 2 == 0 else 1)
            elif node.kind == "activity" and len(found) > 1:
                step = min(_MESSAGE_STEP, 80 / (len(found) - 1))
                shift = (place - (len(found) - 1) / 2) * step
            setattr(link, name, shift)
    for link in messages:
        source, target = link.source, link.target
        same_column = isinstance(source, Node) and isinstance(target, Node) and source.first == target.first
        if same_column and target.kind == "activity":
            link.target_shift = link.source_shift
        elif same_column and source.kind == "activity":
            link.source_shift = link.target_shift
