"""Inclusive gateway: takes every flow whose condition is true; joins what was split, and only that.

The join opens when no token of the scope is on its way to an incoming flow that is still empty: a token is on its way if
it can reach an empty flow without passing the gateway, and cannot reach a filled one in the same manner. This is BPMN
2.0.2 (13.4.3). Camunda 8 leaves the second half out; we keep it, because without it a plain inclusive block in a parallel
branch inside a loop waits for its neighbours (they could come round the loop), and they for it at the parallel join.

The question is asked when nothing else can move, and so again when an interrupting boundary event takes the last such
token away. Links count as the sequence flows that they stand for. Paths over boundary events count for the first half only,
what is waited for (the standard speaks of sequence flows only): else the join would open twice when such a path arrives
later. That an event may happen on the way excuses nobody, so they do not count for the second half.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff.elements.exclusive_gateway import ConditionalSplit
from engine.spiff.elements.intermediate_catch_event import LinkCatchEvent
from engine.spiff.elements.parallel_gateway import open_join
from engine.spiff.failures import CONDITION_ERROR
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.elements.element import Element
    from engine.spiff.process import Flow
    from engine.spiff.source import Source


class InclusiveGateway(ConditionalSplit):
    """bpmn:inclusiveGateway. Its waiting room's memo: {flow id: tokens that came by it}."""

    opens_when_idle = True

    def wired(self, source: Source) -> None:
        """Know for every incoming flow which elements can still send a token there."""
        super().wired(source)
        self.reached_from: dict[str, frozenset[Element]] = {}
        self.reached_by_flows: dict[str, frozenset[Element]] = {}
        if len(self.incoming) > 1:
            self.reached_from = {flow.flow_id: self._reaching(flow, True) for flow in self.incoming}
            self.reached_by_flows = {flow.flow_id: self._reaching(flow, False) for flow in self.incoming}

    def _reaching(self, flow: Flow, over_boundaries: bool) -> frozenset[Element]:
        elements = self.process.elements
        seen: set[Element] = set()
        stack = [elements[flow.source]]
        while stack:
            element = stack.pop()
            if element in seen or element is self:
                continue
            seen.add(element)
            stack.extend(elements[incoming.source] for incoming in element.incoming)
            attached_to = getattr(element, "attached_to", None)
            if attached_to is not None and over_boundaries:
                stack.append(elements[attached_to])
            if isinstance(element, LinkCatchEvent):
                stack.extend(each for each in elements.values() if element.is_reached_from(each))
        return frozenset(seen | {element.body for element in seen if element.body is not None})

    # -- join -------------------------------------------------------------------------------------------------------

    def arrive(self, scope: Token, flow: Flow) -> None:
        """Count; whether the join opens is decided when nothing else can move."""
        if len(self.incoming) < 2:
            scope.workflow.spawn(scope, self)
            return
        room = scope.workflow.waiting_room(scope, self)
        room.memo[flow.flow_id] = room.memo.get(flow.flow_id, 0) + 1

    def try_open(self, room: Token) -> bool:
        """Open the join if nobody else can come."""
        empty = [self.reached_from[f.flow_id] for f in self.incoming if f.flow_id not in room.memo]
        filled = [self.reached_by_flows[flow_id] for flow_id in room.memo]
        for token in room._parent._children.values():
            place = token.task_spec
            if token is room or any(place in reaching for reaching in filled):
                continue
            if any(place in reaching for reaching in empty):
                return False
        open_join(room)
        return True

    # -- split ------------------------------------------------------------------------------------------------------

    def execute(self, token: Token) -> bool:
        """Choose the flows to leave by."""
        if any(flow.formula is not None for flow in self.outgoing):
            chosen = tuple(
                flow
                for flow in self.outgoing
                if not flow.is_default
                and (flow.formula is None or flow.formula.holds(token, None, CONDITION_ERROR))
            )
            if not chosen:
                if self.default is None:
                    raise self.nothing_true()
                chosen = (self.default,)
            token.chosen = chosen
        return True
