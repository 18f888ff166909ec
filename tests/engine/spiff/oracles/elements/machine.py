"""How a process moves: tokens along flows, gateways, and scopes that end when nothing is left in them.

Joins count the tokens of each incoming flow in their scope (BPMN 2.0.2, 13.4). What is ready moves first come, first
served; inclusive joins are asked when nothing else can move, conditions after them. That timing is shared with the engine.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from tests.engine.spiff.oracles.elements.activities import Activities
from tests.engine.spiff.oracles.elements.plan import Flow, Node, Plan
from tests.engine.spiff.oracles.elements.spots import Spot

MOST_MOVES = 3000


class Endless(Exception):
    """This process loops without a wait: it is left out."""


class Machine(Activities):
    """One process instance. Every verb ends in `settle`."""

    def __init__(self, plan: Plan, variables: dict[str, Any], now: datetime):
        super().__init__(now, plan.called)
        self.begin(plan.process, None, variables)
        self.final: dict[str, Any] | None = None
        self.settle()

    @property
    def is_finished(self) -> bool:
        return not self.root.is_open

    # -- a step -----------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Move until everything waits."""
        for _ in range(MOST_MOVES):
            if self.line:
                spot = self.line.popleft()
                if spot.is_open and spot.stage == "ready":
                    self.enter(spot)
            elif not self._open_inclusive() and not self.ask_conditions():
                self.asked.clear()
                self.steps += 1
                return
        raise Endless

    def enter(self, spot: Spot) -> None:
        """Inputs, listeners, what may interrupt it, then what it is for."""
        node = spot.node
        if spot.is_restored:
            self.restore(spot)
            return
        if spot.is_body:
            self._arm(spot)
            self.begin_loop(spot)
            return
        if node.inputs:
            self.assign(spot, self.mapped(spot, node.inputs, None))
        if self.listens(spot, "start"):
            return
        self.enter_armed(spot)

    def enter_armed(self, spot: Spot) -> None:
        if not spot.is_inner:
            self._arm(spot)
        if spot.node.inside is not None:
            for handler in spot.node.inside.handlers:
                spot.armed.add(handler)
                self.open_event(spot, handler)
        self.act(spot)

    def _arm(self, spot: Spot) -> None:
        for guard in spot.node.guards:
            self.open_event(spot, guard)

    def act(self, spot: Spot) -> None:
        """What the node does once it is entered."""
        match spot.node.kind:
            case "and" | "events" | "end" | "mark" | "link" | "xor" | "or" | "boundary" | "start":
                getattr(self, f"_{spot.node.kind}")(spot)
            case _:
                self.work(spot)

    def _mark(self, spot: Spot) -> None:
        self.leave(spot)

    _and = _mark

    def _start(self, spot: Spot) -> None:
        if not spot.keeps:
            given, spot.local = spot.local, {}
            self.take(spot, given)
        self.leave(spot)

    _boundary = _start

    def _link(self, spot: Spot) -> None:
        if spot.node.link is not None:
            around = spot.around
            self.remove(spot)
            self.begin(spot.node.link, around)
        else:
            self.leave(spot)

    def _events(self, spot: Spot) -> None:
        spot.stage = "waiting"
        for flow in spot.node.out:
            self.open_event(spot, flow.target)

    def _xor(self, spot: Spot) -> None:
        self._choose(spot, 1)

    def _or(self, spot: Spot) -> None:
        self._choose(spot, None)

    def _choose(self, spot: Spot, most: int | None) -> None:
        """Leave by the flows whose condition is true; by the default if there is none, else there is an incident."""
        if len(spot.node.out) > 1:
            true = [flow for flow in spot.node.out if self._holds(flow, spot)]
            spot.chosen = (true or [flow for flow in spot.node.out if flow.default])[:most]
            if not spot.chosen:
                spot.stage = "incident"
                return
        self.leave(spot)

    @staticmethod
    def _holds(flow: Flow, spot: Spot) -> bool:
        return flow.test is not None and spot.get(flow.test[0]) == flow.test[1]

    def _end(self, spot: Spot) -> None:
        if spot.node.terminate:
            for other in [one for one in spot.around.inside if one is not spot]:
                self.cut(other)
            spot.around.rooms.clear()
            self.leave(spot)
        else:
            self.throws(spot)

    # -- leaving ----------------------------------------------------------------------------------------------------

    def leave(self, spot: Spot) -> None:
        """Outputs, listeners, what the loop around it says; then it is gone and the flows are taken."""
        node = spot.node
        spot.is_leaving = True
        if not spot.is_body:
            self.disarm(spot)
        if spot.is_restored:
            self.remove(spot)
            self.left(spot.around, spot)
            return
        if node.kind == "adhoc" and not spot.is_body and node.block.output:
            self.hand_up(spot.around, {f"out_{node.id}": spot.local[f"out_{node.id}"]})
        if node.outputs and not spot.is_body:
            made = self.mapped(spot, node.outputs, spot.around)
            self.hand_up(spot if spot.is_inner else spot.around, made)
        if not spot.is_body and self.listens(spot, "end"):
            return
        self.leave_heard(spot)

    def leave_heard(self, spot: Spot) -> None:
        if spot.is_inner:
            self.collect(spot)
        if spot.node.kind == "path":
            self.path_over(spot)
        if spot.is_body:
            self.hand_up(spot.around, dict(spot.local))
        around = spot.around
        self.note(spot)
        self.remove(spot)
        if around is None:
            self.final = spot.local
            return
        if not spot.is_inner:
            for flow in spot.node.out if spot.chosen is None else spot.chosen:
                self.arrive(flow, around)
        self.left(around, spot)

    def is_empty(self, scope: Spot) -> bool:
        return not scope.inside and not scope.rooms

    def arrive(self, flow: Flow, scope: Spot) -> None:
        """A token comes along a flow."""
        node = flow.target
        if node.kind not in ("and", "or") or len(node.into) < 2:
            self.begin(node, scope)
            return
        room = scope.rooms.setdefault(node, Counter())
        room[flow] += 1
        if node.kind == "and" and len(room) == len(node.into):
            self._open(scope, node)

    def _open(self, scope: Spot, node: Node) -> None:
        """One of each incoming flow that has any goes on as one."""
        left = Counter({flow: number - 1 for flow, number in scope.rooms[node].items() if number > 1})
        if left:
            scope.rooms[node] = left
        else:
            del scope.rooms[node]
        self.begin(node, scope)

    def _open_inclusive(self) -> bool:
        for spot in self.all():
            for node in spot.rooms:
                if node.kind == "or" and self._nobody_else_comes(spot, node):
                    self._open(spot, node)
                    return True
        return False

    @staticmethod
    def _nobody_else_comes(scope: Spot, join: Node) -> bool:
        """No token can reach an empty incoming flow without passing the join, unless it can also reach a filled one."""
        filled = scope.rooms[join].keys()
        places = [spot.node for spot in scope.inside]
        places += [node for node in scope.rooms if node is not join]
        for place in places:
            reached = _incoming_within_reach(place, join)
            if reached and not reached & filled:
                return False
        return True


def _incoming_within_reach(place: Node, join: Node) -> set[Flow]:
    reached: set[Flow] = set()
    seen: set[Node] = set()
    fresh = [place]
    while fresh:
        node = fresh.pop()
        if node in seen or node is join:
            continue
        seen.add(node)
        for flow in node.out:
            if flow.target is join:
                reached.add(flow)
            fresh.append(flow.target)
        fresh += node.guards
        if node.link is not None:
            fresh.append(node.link)
    return reached
