"""Event-based gateway: waits for all events behind it at once; the first to happen wins, the others are given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.spiff import facts
from engine.spiff.elements.element import Element
from engine.spiff.elements.intermediate_catch_event import Catching
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.source import Source


class EventBasedGateway(Element):
    """bpmn:eventBasedGateway."""

    def wired(self, source: Source) -> None:
        """Only events can be waited for, and receive tasks that are nothing but that (BPMN 2.0.2, 10.6.6)."""
        targets = [flow.enters for flow in self.outgoing]
        if len(targets) < 2 or not all(_is_event(target) for target in targets):
            raise source.refused(
                "Expected an event-based gateway to lead to two or more timer, message, signal or conditional catch "
                "events or receive tasks without boundary events, but it leads elsewhere."
            )

    def execute(self, token: Token) -> bool:
        """Open the waits of the events, each under its own keys."""
        waits = dict(token.waits or {})
        for flow in self.outgoing:
            flow.enters.open_waits(token, waits)
        token.waits = waits
        return False

    def won(self, token: Token, event: Element, variables: dict[str, Any]) -> None:
        """This event was first: the token goes to it and does not wait there again."""
        token.memo = (event, variables)
        token.complete()

    def _on_complete_hook(self, token: Token) -> None:
        tree, scope = token.workflow, token._parent
        event, variables = token.memo
        flow = next(flow for flow in self.outgoing if flow.enters is event)
        tree.remove(token)
        tree.facts.append(facts.Left(token.id, self.element_id))
        tree.facts.append(facts.FlowTaken(token.id, flow.flow_id, self.element_id))
        tree.spawn(scope, event, variables, fired=True)


def _is_event(target: Element) -> bool:
    return isinstance(target, Catching) and not target.boundary_events and not target.needs_all
