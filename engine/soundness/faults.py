"""What a finished search says: deadlocks, doubled flows, states without an end, steps that are never reached.

Each fault has a counter-example: the ids on the diagram in the order in which tokens move, a node and then the flows it
puts tokens on. Playing it leads to the fault.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from engine.dialect.model import Node
from engine.soundness.net import ALL, SOME, Net, Reach, Step, Way, flows_in, held, mask, walked
from engine.soundness.searching import Searched

DEADLOCK = "deadlock"
DOUBLED = "lack_of_synchronisation"
ENDLESS = "endless_loop"
NO_END = "end_unreachable"
DEAD = "dead_step"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of one scope. node: where people look for it; flow: the flow that matters there; loop: ids of the loop."""

    kind: str
    node: Node | None
    flow: str | None
    path: tuple[str, ...]
    loop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in one scope. visited: nodes that some run comes to; None where not everything was seen.

    way_in: ids on the way from the start of the process into the scope. markings, moves: how many were looked at;
    is_decided: all of them.
    """

    parent: Node | None
    faults: tuple[Fault, ...]
    visited: frozenset[Node] | None
    markings: int
    moves: int
    is_decided: bool
    way_in: tuple[str, ...] = ()


def faults(searched: Searched) -> list[Fault]:
    """All faults that the search has met, one for each place."""
    found = [*_doubled(searched), *_stuck(searched)]
    if not searched.net.may_stop:
        found += _without_end(searched)
    unique: dict[object, Fault] = {}
    for fault in found:
        unique.setdefault((fault.kind, fault.node), fault)
    return list(unique.values())


def visited(searched: Searched) -> set[Node]:
    """The nodes that a token comes to in some run."""
    ways: dict[int, Way] = {}
    for _before, way in searched.came.values():
        ways[id(way)] = way
    for followers in searched.followers.values():
        ways.update((id(way), way) for _marking, way in followers)
    for _marking, way, _twice in searched.doubled:
        ways[id(way)] = way
    ends = searched.net.ends
    met = set(held(way.covers for way in ways.values()))
    return met | {ends[flow].node for way in ways.values() for flow in way.out if flow in ends}


def path_to(searched: Searched, marking: int | None, *more: Way) -> tuple[str, ...]:
    """The ids on the way to a marking and along these further ways."""
    ways = [] if marking is None else searched.trail_to(marking)
    return tuple(each for way in (*ways, *more) for each in walked(way.route))


# -- two tokens on one flow ---------------------------------------------------------------------------------------------


def _doubled(searched: Searched) -> Iterable[Fault]:
    net = searched.net
    told: set[Node | None] = set()
    seen: set[tuple[int, int]] = set()
    for marking, way, twice in searched.doubled:
        flow = next(flows_in(twice))
        if (flow, id(way)) in seen:
            continue
        seen.add((flow, id(way)))
        sender = _sender(net, flow, way)
        if sender not in told:  # a path costs much, and there may be thousands
            told.add(sender)
            yield Fault(DOUBLED, sender, net.flow_ids[flow], path_to(searched, marking, way))


def _sender(net: Net, flow: int, way: Way) -> Node | None:
    """The node that put the second token on the flow."""
    nodes = list(held([way.covers]))
    flow_id = net.flow_ids[flow]
    return next((node for node in nodes if any(each.id == flow_id for each in node.outgoing)), None) or (
        nodes[-1] if nodes else None
    )


# -- nothing can move ---------------------------------------------------------------------------------------------------


def _stuck(searched: Searched) -> Iterable[Fault]:
    doubled = {marking for marking, _way, _twice in searched.doubled}
    told: set[Node | None] = set()
    reach = Reach(searched.net)
    for marking, followers in searched.followers.items():
        if followers or marking in doubled or searched.net.may_stop or searched.is_rest(marking):
            continue
        step = _waiting_join(searched.net, reach, marking)
        if step is not None and step.node not in told:
            told.add(step.node)
            missing = next((flow for flow in step.inflows if not marking >> flow & 1), None)
            flow_id = None if missing is None else searched.net.flow_ids[missing]
            yield Fault(DEADLOCK, step.node, flow_id, path_to(searched, marking))


def _waiting_join(net: Net, reach: Reach, marking: int) -> Step | None:
    """The join where the row of waiting begins: nobody who waits elsewhere could send it what is missing."""
    joins = [step for step in net.steps if step.needs in (ALL, SOME)]
    waiting = [step for step in joins if any(marking >> flow & 1 for flow in step.inflows)]
    for step in waiting:
        others = [flow for flow in flows_in(marking) if flow not in step.inflows]
        missing = {flow for flow in step.inflows if not marking >> flow & 1}
        if missing.isdisjoint(reach.onwards(others)):
            return step
    return waiting[0] if waiting else None


# -- no end can be reached ----------------------------------------------------------------------------------------------


def _without_end(searched: Searched) -> Iterable[Fault]:
    """The first marking from which nothing ends, not even in a deadlock, and a loop that goes on from there."""
    doomed = _doomed(searched)
    start = next((marking for marking in searched.followers if marking in doomed), None)
    if start is None:
        return
    way_in, ways = _loop_from(searched, start, doomed)
    kind = NO_END if any(way.waits for way in ways) else ENDLESS
    route = path_to(searched, None, *ways)
    nodes = list(held(way.covers for way in ways))
    yield Fault(kind, nodes[0] if nodes else None, None, path_to(searched, start, *way_in), route)


def _doomed(searched: Searched) -> set[int]:
    before: dict[int, list[int]] = {}
    good: set[int] = {marking for marking, _way, _twice in searched.doubled if marking is not None}
    known = searched.followers
    for marking, followers in known.items():
        if not followers or searched.is_rest(marking):
            good.add(marking)
        for follower, _way in followers:
            if follower in before:
                before[follower].append(marking)
            else:
                before[follower] = [marking]
                if follower not in known:
                    good.add(follower)
    todo = list(good)
    while todo:
        for marking in before.get(todo.pop(), ()):
            if marking not in good:
                good.add(marking)
                todo.append(marking)
    return set(known) - good


def _loop_from(searched: Searched, start: int, doomed: set[int]) -> tuple[list[Way], list[Way]]:
    """The ways to a marking that comes back to itself, and those of its shortest round."""
    turn = _on_a_loop(searched, start)
    way_in = [] if turn == start else _ways_between(searched, start, turn, doomed)
    return way_in, _ways_between(searched, turn, turn, doomed)


def _on_a_loop(searched: Searched, start: int) -> int:
    """Nothing ends from here on, so whoever goes on meets a marking again."""
    met: set[int] = set()
    marking = start
    while marking not in met:
        met.add(marking)
        marking = searched.followers[marking][0][0]
    return marking


def _ways_between(searched: Searched, start: int, goal: int, doomed: set[int]) -> list[Way]:
    """The shortest row of ways from one marking to another, at least one long."""
    came: dict[int, tuple[int, Way]] = {}
    queue = deque([start])
    while goal not in came:
        at = queue.popleft()
        for follower, way in searched.followers[at]:
            if follower in doomed and follower not in came:
                came[follower] = (at, way)
                queue.append(follower)
    ways: list[Way] = []
    at = goal
    while at != start or not ways:
        at, way = came[at]
        ways.append(way)
    return ways[::-1]


# -- never reached ------------------------------------------------------------------------------------------------------


def dead(net: Net, searched: Searched, explained: set[Node]) -> list[Fault]:
    """Steps that the drawing leads to but no token: the first ones of each dead part, but what a deadlock explains.

    net: the whole net, not reduced. Says nothing unless the search has seen everything.
    """
    if not searched.is_complete or searched.doubled:
        return []
    met = visited(searched)
    found: dict[Node, Fault] = {}
    waited_for = _waited_for(searched) if explained else set()
    for step in (*net.steps, *net.ends.values()):
        node = step.node
        if node in waited_for:
            continue  # a token comes and waits there: the deadlock says why
        senders = [flow.source for flow in node.incoming if flow.source is not None]
        if node not in met and node not in explained and any(sender in met for sender in senders):
            found[node] = Fault(DEAD, node, None, ())
    for node in net.never:
        if node.host in met:
            found[node] = Fault(DEAD, node, None, ())
    return list(found.values())


def _waited_for(searched: Searched) -> set[Node]:
    """The joins that some token comes to."""
    joins = [(step, mask(step.inflows)) for step in searched.net.steps if step.needs in (ALL, SOME)]
    return {
        step.node for marking in searched.came if marking > 0 for step, inflows in joins if marking & inflows
    }
