"""Parallel gateway: takes all outgoing flows when a token has come along each incoming one.

Arrivals are counted per incoming flow in the scope; opening takes one of each, what came twice waits for the next round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff.elements.element import Element
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process import Flow


class ParallelGateway(Element):
    """bpmn:parallelGateway. Its waiting room's memo: {flow id: tokens that came by it}."""

    def arrive(self, scope: Token, flow: Flow) -> None:
        """Count; open when nothing is missing."""
        if len(self.incoming) < 2:
            scope.workflow.spawn(scope, self)
            return
        room = scope.workflow.waiting_room(scope, self)
        room.memo[flow.flow_id] = room.memo.get(flow.flow_id, 0) + 1
        if len(room.memo) == len(self.incoming):
            open_join(room)


def open_join(room: Token) -> None:
    """Take one arrival of each flow that has any, and let a token pass the gateway in their place."""
    tree, scope, gateway = room.workflow, room._parent, room.task_spec
    room.memo = {flow: count - 1 for flow, count in room.memo.items() if count > 1}
    if not room.memo:
        tree.remove(room)
    tree.spawn(scope, gateway)
