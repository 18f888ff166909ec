"""A scope as a net: flows carry tokens, steps take them from their incoming flows and put them on outgoing ones.

A token on a flow that leads to an activity stands for "the activity is open". A marking says which flows carry a token;
in a sound scope none ever carries two, so a marking is a set of flows.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.dialect.model import Node

ANY, ALL, SOME = "any", "all", "some"
"""What a step needs: a token on one of its incoming flows, on all of them, or on those that can still come."""

Trail = tuple[Any, ...]
"""Ids or nodes in order, as nested pairs, so that joining two costs nothing; `walked` reads it."""


@dataclass(eq=False, slots=True)
class Way:
    """One outcome of a step: the flows that get a token, and the elements met meanwhile.

    ends: everything in the scope is over (throws.TERMINATE, or the throws.Exit that leaves it). keeps: the step's own token stays (a
    non-interrupting event). route: ids of the diagram in the order in which tokens move, a node, then the flows it puts
    tokens on. covers: all nodes that some equal way visits. waits: somebody or something is waited for on it. aside: it
    leaves by a boundary event, not along a sequence flow.
    """

    out: tuple[int, ...]
    route: Trail
    covers: Trail
    ends: Hashable | None = None
    keeps: bool = False
    waits: bool = False
    exits: frozenset[Hashable] = frozenset()
    aside: bool = False


@dataclass(eq=False, slots=True)
class Step:
    """A flow node of the scope. takes_time: a token may rest there; partial: not all of its ways are looked at."""

    node: Node
    needs: str
    inflows: list[int]
    ways: list[Way]
    takes_time: bool = False
    partial: bool = False


@dataclass(eq=False, slots=True)
class Net:
    """The steps of one scope. A flow is a number; `flow_ids` has its id on the diagram, None for what is not drawn.

    starts: each way in which the scope may begin. sinks: flows that lead to an end; ends: which end that is. uncounted:
    sinks that non-interrupting events lead to beside others, where any number of tokens may end. last: flows whose first token ends everything, so that a second one is no matter. optional: flows that begin what may be
    left undone (ad-hoc). may_stop: it can be over at any moment. never: boundary events that nothing can trigger.
    slow: flows whose token may have to come a long way yet, because reduction moved it ahead over open activities.
    """

    flow_ids: list[str | None] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    starts: list[Way] = field(default_factory=list)
    sinks: set[int] = field(default_factory=set)
    uncounted: set[int] = field(default_factory=set)
    last: set[int] = field(default_factory=set)
    optional: set[int] = field(default_factory=set)
    slow: set[int] = field(default_factory=set)
    ends: dict[int, Step] = field(default_factory=dict)
    never: list[Node] = field(default_factory=list)
    may_stop: bool = False

    def add_flow(self, flow_id: str | None = None) -> int:
        """Another flow."""
        self.flow_ids.append(flow_id)
        return len(self.flow_ids) - 1

    def ways(self) -> Iterator[Way]:
        """All ways, those of the start too."""
        yield from self.starts
        for step in self.steps:
            yield from step.ways

    def copy(self) -> Net:
        """A net that can be reduced without changing this one."""
        return Net(
            list(self.flow_ids),
            [
                Step(s.node, s.needs, list(s.inflows), [_copied(w) for w in s.ways], s.takes_time, s.partial)
                for s in self.steps
            ],
            [_copied(way) for way in self.starts],
            set(self.sinks),
            set(self.uncounted),
            set(self.last),
            set(self.optional),
            set(self.slow),
            dict(self.ends),
            list(self.never),
            self.may_stop,
        )


def _copied(way: Way) -> Way:
    return Way(way.out, way.route, way.covers, way.ends, way.keeps, way.waits, way.exits, way.aside)


def walked(trail: Trail) -> list[Any]:
    """What a trail holds, in order; without recursion, because a process may be very long."""
    found: list[Any] = []
    todo: list[Any] = [trail]
    while todo:
        part = todo.pop()
        if isinstance(part, tuple):
            todo.extend(reversed(part))
        else:
            found.append(part)
    return found


def held(trails: Iterable[Trail]) -> dict[Any, None]:
    """What trails hold, each thing once, in order; a part that many of them share is looked at once."""
    found: dict[Any, None] = {}
    seen: set[int] = set()
    todo: list[Any] = list(trails)[::-1]
    while todo:
        part = todo.pop()
        if not isinstance(part, tuple):
            found[part] = None
        elif id(part) not in seen:
            seen.add(id(part))
            todo.extend(reversed(part))
    return found


def mask(flows: Iterable[int]) -> int:
    """A set of flows as a number with one bit each."""
    bits = 0
    for flow in flows:
        bits |= 1 << flow
    return bits


def flows_in(marking: int) -> Iterator[int]:
    """The flows of such a number."""
    while marking:
        lowest = marking & -marking
        yield lowest.bit_length() - 1
        marking ^= lowest


class Reach:
    """Where tokens of a net can come to, each step taken alone."""

    def __init__(
        self, net: Net, without_kept: bool = False, without: Step | None = None, by_flows: bool = False
    ):
        """without_kept: not counting what non-interrupting events begin. without: nor the way through this step. by_flows:
        nor what any boundary event begins."""
        self.following: dict[int, set[int]] = {}
        self.leading: dict[int, set[int]] = {}
        for step in net.steps:
            if step is without:
                continue
            ways = [w for w in step.ways if not ((without_kept and w.keeps) or (by_flows and w.aside))]
            out = {flow for way in ways for flow in way.out}
            for flow in step.inflows:
                self.following.setdefault(flow, set()).update(out)
            for flow in out:
                self.leading.setdefault(flow, set()).update(step.inflows)

    def onwards(self, first: Iterable[int]) -> set[int]:
        """The flows that a token on one of these can come to; they themselves included."""
        return _closure(first, self.following)

    def backwards(self, first: Iterable[int]) -> set[int]:
        """The flows from which a token can come to one of these; they themselves included."""
        return _closure(first, self.leading)

    def in_loops(self) -> set[int]:
        """The flows of all loops, and some between two loops."""
        left = self.following.keys() & self.leading.keys()
        todo = list((self.following.keys() | self.leading.keys()) - left)
        while todo:
            flow = todo.pop()
            for near, back in ((self.following, self.leading), (self.leading, self.following)):
                for other in near.get(flow, ()):
                    if other in left and back[other].isdisjoint(left):
                        left.discard(other)
                        todo.append(other)
        return left


def renewed(net: Net) -> set[int]:
    """The sinks that a split in a loop may lead to, round after round; not counting what repeats non-interrupting events."""
    reach = Reach(net)
    loops = reach.in_loops()
    main = Reach(net, without_kept=True).onwards(flow for way in net.starts for flow in way.out)
    again: dict[bool, set[int]] = {True: set(), False: set()}
    for step in net.steps:
        if not loops.isdisjoint(step.inflows):
            is_main = not main.isdisjoint(step.inflows)
            again[is_main].update(flow for way in step.ways if len(way.out) > 1 for flow in way.out)
    return net.sinks & (reach.onwards(again[True]) & main | reach.onwards(again[False]))


def _closure(first: Iterable[int], edges: dict[int, set[int]]) -> set[int]:
    found = set(first)
    todo = list(found)
    while todo:
        fresh = edges.get(todo.pop(), set()) - found
        found |= fresh
        todo.extend(fresh)
    return found
