"""The search: which markings of a net can be reached, and how.

A step moves when it has the tokens it needs; conditions are free choices. An inclusive join opens as the engine decides
it (BPMN 2.0.2, 13.4.3): when no token can still come to an empty incoming flow, unless it can come by flows to a filled one too,
and only when no gateway can move at once. A marking that would put a second token on a flow is not followed further.

A token that has ended keeps its place on the flow into the end, so that a second one that comes the same way is seen (the
parallel paths were not brought together); a split in a loop before it begins a new round and forgets it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from engine.soundness.net import ANY, SOME, Net, Reach, Step, Way, flows_in, mask

MOST_WORK_BEFORE = 1_000_000
"""Beyond this nothing is searched: what is left is so large that the moves would not be enough anyhow."""
OVER = -1
"""The marking of a scope that is over (a terminate end, a thrown error)."""


@dataclass(eq=False, slots=True)
class Move:
    """A way, as numbers: takes and puts are sets of flows; guard must be empty, clear is forgotten."""

    takes: int
    puts: int
    twice: int
    guard: int
    clear: int
    way: Way
    at_once: bool


@dataclass(eq=False, slots=True)
class Searched:
    """What was found: markings with the move and the marking that first led there (None: a start), edges between them.

    rest: flows whose tokens do not keep the scope open. doubled: (marking, move, flows that would get a second token). is_complete: nothing was left out.
    """

    net: Net
    rest: int = 0
    came: dict[int, tuple[int | None, Way]] = field(default_factory=dict)
    followers: dict[int, list[tuple[int, Way]]] = field(default_factory=dict)
    doubled: list[tuple[int | None, Way, int]] = field(default_factory=list)
    is_complete: bool = True
    moves: int = 0

    def trail_to(self, marking: int) -> list[Way]:
        """The ways that lead there from the start, as few as possible."""
        ways: list[Way] = []
        at: int | None = marking
        while at is not None:
            at, way = self.came[at]
            ways.append(way)
        return ways[::-1]

    def is_rest(self, marking: int) -> bool:
        """Whether the scope is over here: no token is left but on the way into an end."""
        return marking == OVER or not marking & ~self.rest


def search(net: Net, most_moves: int) -> Searched:
    """All markings that can be reached, shortest ways first; stops after `most_moves` moves."""
    if _work_before(net) > MOST_WORK_BEFORE:
        return Searched(net, mask(net.sinks | net.optional), is_complete=False)
    return _Search(net, most_moves).run()


def _work_before(net: Net) -> int:
    """About how many flows are looked at before the first move: every split and inclusive join asks for all behind or before it."""
    flows = sum(len(step.inflows) for step in net.steps)
    splits = sum(1 for way in net.ways() if way.keeps or len(way.out) > 1)
    joined = sum(len(step.inflows) + 1 for step in net.steps if step.needs == SOME)
    return flows * (splits + joined)


class _Search:
    def __init__(self, net: Net, most_moves: int):
        self.found = Searched(net, mask(net.sinks | net.optional))
        self.most_moves = most_moves
        self.last = mask(net.last)
        self.by_flow: dict[int, list[Move]] = {}
        self.joins: list[_InclusiveJoin] = []
        rounds = _Rounds(net)
        for step in net.steps:
            if step.needs == SOME:
                self.joins.append(_InclusiveJoin(net, step, rounds))
            elif step.needs == ANY:
                for flow in step.inflows:
                    self.by_flow.setdefault(flow, []).extend(_moves(net, step, [flow], rounds))
            else:
                first = min(step.inflows)
                self.by_flow.setdefault(first, []).extend(_moves(net, step, step.inflows, rounds))
        self.moving = mask(self.by_flow)
        self.queue: deque[int] = deque()

    def run(self) -> Searched:
        net = self.found.net
        for way in net.starts:
            twice = _twice(net, way)
            if twice:
                self.found.doubled.append((None, way, twice))
            else:
                self._note(None, _puts(net, way), way)
        while self.queue:
            marking = self.queue.popleft()
            if self.found.moves >= self.most_moves:
                self.found.is_complete = False
                break
            self._follow(marking)
        return self.found

    def _follow(self, marking: int) -> None:
        followers = self.found.followers[marking] = []
        for move in self._enabled(marking):
            self.found.moves += 1
            if move.way.ends:
                followers.append((OVER, move.way))
                self.found.came.setdefault(OVER, (marking, move.way))
                continue
            if move.way.exits:
                followers.append((OVER, move.way))
                self.found.came.setdefault(OVER, (marking, move.way))
            left = (marking if move.way.keeps else marking & ~move.takes) & ~move.clear
            twice = left & move.puts & ~self.last | move.twice
            if twice:
                self.found.doubled.append((marking, move.way, twice))
            else:
                followers.append((left | move.puts, move.way))
                self._note(marking, left | move.puts, move.way)

    def _note(self, before: int | None, marking: int, way: Way) -> None:
        if marking not in self.found.came:
            self.found.came[marking] = (before, way)
            self.queue.append(marking)

    def _enabled(self, marking: int) -> Iterator[Move]:
        at_once = False
        for flow in flows_in(marking & self.moving):
            for move in self.by_flow[flow]:
                if move.takes & marking == move.takes and not marking & move.guard:
                    at_once = at_once or move.at_once
                    yield move
        if not at_once:
            for join in self.joins:
                if join.may_open(marking):
                    yield from join.moves(marking)


class _InclusiveJoin:
    """An inclusive gateway with several incoming flows."""

    def __init__(self, net: Net, step: Step, rounds: _Rounds):
        self.inflows = mask(step.inflows)
        reach = Reach(net, without=step)
        self.reaching = {flow: mask(reach.backwards([flow])) for flow in step.inflows}
        reach = Reach(net, without=step, by_flows=True)
        self.by_flows = {flow: mask(reach.backwards([flow])) for flow in step.inflows}
        self.opening = list(_moves(net, step, [], rounds))

    def may_open(self, marking: int) -> bool:
        """Whether nobody else can come."""
        if not marking & self.inflows:
            return False
        elsewhere = marking & ~self.inflows
        to_empty = to_filled = 0
        for flow, reaching in self.reaching.items():
            if marking >> flow & 1:
                to_filled |= self.by_flows[flow]
            else:
                to_empty |= reaching
        return not elsewhere & to_empty & ~to_filled

    def moves(self, marking: int) -> Iterator[Move]:
        takes = marking & self.inflows
        return (replace(move, takes=takes) for move in self.opening)


class _Rounds:
    """What begins a new round: a split in a loop forgets what has ended behind it. A non-interrupting event happens once while its
    activity is open (a bit beyond the flows remembers that), and not while its last path is under way: overlapping copies
    of it are no fault."""

    def __init__(self, net: Net):
        self.sinks = mask(net.sinks)
        self.reach = Reach(net)
        begun = {flow for way in net.starts for flow in way.out}
        self.main = mask(Reach(net, without_kept=True).onwards(begun))
        kept = [way for step in net.steps for way in step.ways if way.keeps]
        self.happened = {id(way): 1 << len(net.flow_ids) + number for number, way in enumerate(kept)}

    def of(self, step: Step, way: Way) -> tuple[int, int, int]:
        """What must be empty, what is forgotten, and what is remembered."""
        happened = self.happened.get(id(way), 0)
        over = sum(self.happened.get(id(each), 0) for each in step.ways)
        if not way.keeps and len(way.out) < 2:
            return 0, over, 0
        behind = self.reach.onwards(way.out)
        if way.keeps:
            own = mask(behind) & ~self.main
            return own & ~self.sinks | happened, own & self.sinks, happened
        begins_again = not behind.isdisjoint(step.inflows)
        return 0, (mask(behind) & self.sinks if begins_again else 0) | over, 0


def _moves(net: Net, step: Step, inflows: list[int], rounds: _Rounds) -> Iterator[Move]:
    at_once = step.needs != SOME and not step.takes_time and net.slow.isdisjoint(inflows)
    for way in step.ways:
        guard, clear, happened = rounds.of(step, way)
        puts = _puts(net, way) | happened
        yield Move(mask(inflows), puts, _twice(net, way), guard, clear, way, at_once)


def _puts(net: Net, way: Way) -> int:
    return mask(flow for flow in way.out if flow not in net.uncounted)


def _twice(net: Net, way: Way) -> int:
    """The flows that this way alone would put two tokens on."""
    counted = {flow for flow in way.out if flow not in net.uncounted and flow not in net.last}
    return mask({flow for flow in counted if way.out.count(flow) > 1})
