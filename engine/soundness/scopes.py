"""Looks at every scope of a process on its own, the inner ones first, and says how each can end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.dialect import ways
from engine.dialect.model import Node, Process
from engine.soundness import faults as verdicts
from engine.soundness import reading, rescues, throws
from engine.soundness.faults import DEADLOCK, Fault, Looked
from engine.soundness.net import Net
from engine.soundness.reading import NORMAL
from engine.soundness.reducing import reduced
from engine.soundness.searching import OVER, Searched, search

MOST_MOVES = 80_000
"""What is searched of one file, in moves from one marking to the next."""
LEAST_MOVES = 500
"""What is searched of a scope even when the others have used up all."""
MOST_SEARCHED_WAYS = 10
"""So many ways to a fault are searched among the markings; further ones are read from the drawing."""
MOST_MOVES_IN_DETAIL = 3_000
"""For a short counter-example a faulty scope is searched again as it is drawn, so far."""
MOST_MOVES_OF_DETAILS = 30_000
"""The same for all scopes of a process together."""


def look(process: Process, waits: Callable[[Node], bool], most_moves: int = MOST_MOVES) -> list[Looked]:
    """The verdicts on all scopes of a process that can be read, inner ones first; most_moves is for all together."""
    outcomes: dict[Node, frozenset[Any]] = {}
    found = []
    details = _Details()
    inner_first = [
        node for node in reversed(process.nodes) if node.children
    ]  # the file view has outer ones first
    for parent in (*inner_first, None):
        net = reading.read(process, parent, outcomes, waits)
        if net is None or not net.starts:
            continue
        small = reduced(net)
        searched = search(small, max(most_moves, LEAST_MOVES))
        most_moves -= searched.moves
        looked = rescues.without_rescued(process, _judged(parent, net, small, searched, details))
        found.append(looked)
        if parent is not None:
            outcomes[parent] = _outcomes(process, parent, searched, looked, outcomes)
    faulty = [each.parent for each in found if each.faults and each.parent is not None]
    return [_with_way_in(each, each.parent in faulty[:MOST_SEARCHED_WAYS]) for each in found]


def way_to(node: Node) -> tuple[str, ...]:
    """The ids on a shortest way to where a token stands before the node (or its host), from the start of the process."""
    step = node.host or node
    net = reading.read(node.process, node.parent, {}, lambda _node: True)
    path = None if net is None else _searched_way(net, step)
    around = () if node.parent is None else way_to(node.parent)
    return around + (ways.way_to(node) if path is None else (*path, *_own_id(node)))


def _searched_way(net: Net, node: Node) -> tuple[str, ...] | None:
    inflows = [
        flow for step in (*net.steps, *net.ends.values()) if step.node is node for flow in step.inflows
    ]
    searched = search(net, MOST_MOVES_IN_DETAIL)
    for marking in searched.came:
        if marking != OVER and any(marking >> flow & 1 for flow in inflows):
            return verdicts.path_to(searched, marking)
    return None


def _own_id(node: Node) -> tuple[str, ...]:
    return (node.id,) if node.id else ()


def _with_way_in(looked: Looked, is_searched_for: bool) -> Looked:
    if looked.parent is None or not looked.faults:
        return looked
    return replace(looked, way_in=way_to(looked.parent) if is_searched_for else _own_id(looked.parent))


@dataclass(slots=True)
class _Details:
    """How much is left for short counter-examples."""

    moves: int = MOST_MOVES_OF_DETAILS


def _judged(parent: Node | None, net: Net, small: Net, searched: Searched, details: _Details) -> Looked:
    found = verdicts.faults(searched)
    is_partial = any(step.partial and len(step.ways) > 1 for step in small.steps)
    if found:
        found = _in_detail(net, found, details)
    explained = {fault.node for fault in found if fault.kind == DEADLOCK and fault.node is not None}
    found += verdicts.dead(net, searched, explained)
    is_seen = searched.is_complete and not searched.doubled
    return Looked(
        parent,
        tuple(found),
        frozenset(verdicts.visited(searched)) if is_seen else None,
        len(searched.came),
        searched.moves,
        searched.is_complete and not is_partial,
    )


def _in_detail(net: Net, found: list[Fault], details: _Details) -> list[Fault]:
    """The same faults with shorter paths, where the scope as drawn is small enough to find them there too."""
    if details.moves <= 0:
        return found
    searched = search(net, MOST_MOVES_IN_DETAIL)
    details.moves -= searched.moves
    detailed = verdicts.faults(searched)
    if searched.is_complete:
        return detailed
    kinds = {fault.kind for fault in detailed if fault.kind in (verdicts.DOUBLED, DEADLOCK)}
    return [fault for fault in detailed if fault.kind in kinds] + [
        fault for fault in found if fault.kind not in kinds
    ]


def _outcomes(
    process: Process,
    scope: Node,
    searched: Searched,
    looked: Looked,
    outcomes: Mapping[Node, frozenset[Any]],
) -> frozenset[Any]:
    """How a sub-process can end. One with a fault of its own is taken to end well: one finding is enough."""
    found: set[Any] = set()
    if looked.faults or not looked.is_decided or searched.net.may_stop:
        found.add(NORMAL)
    if any(marking != OVER and searched.is_rest(marking) for marking in searched.came):
        found.add(NORMAL)
    if reading.may_be_skipped(scope):
        found.add(NORMAL)
    handlers = process.handlers.get(scope, [])
    for handler in handlers:
        ends = outcomes.get(handler, frozenset({NORMAL}))
        starts = [each for each in handler.starts if throws.may_happen(each)]
        is_interrupting = any(throws.interrupts(node) and node.trigger != "compensation" for node in starts)
        if starts:
            found |= ends if is_interrupting else ends - {NORMAL}
    ways = {way for followers in searched.followers.values() for marking, way in followers if marking == OVER}
    for leaving in {each for way in ways for each in (way.ends, *way.exits) if each}:
        is_cancelled_here = (
            isinstance(leaving, throws.Exit) and leaving.kind == "cancel" and leaving.catcher is None
        )
        if leaving == throws.TERMINATE or (is_cancelled_here and scope.type == "transaction"):
            found.add(NORMAL)
        elif leaving.catcher is None or leaving.catcher.parent not in handlers:
            found.add(leaving)
    return frozenset(found)
