"""Intermediate catch events: the token waits here for a timer or a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.spiff.elements.element import Element
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source


class Catching(Element):
    """An element that waits for its own trigger."""

    def execute(self, token: Token) -> bool:
        """Open the wait; after an event-based gateway it has happened already."""
        if token.fired:
            payload, token.variables = token.variables, None
            self.take_result(token, payload or {})
            return True
        token.waits = (token.waits or {}) | {self.spec_id: self.trigger.open(token)}
        return False

    def fire(self, owner: Token, variables: dict[str, Any]) -> None:
        """It has happened. `owner` is this element's own token, or the event-based gateway in front of it."""
        if owner.task_spec is not self:
            owner.task_spec.won(owner, self, variables)
            return
        del owner.waits[self.spec_id]
        self.take_result(owner, variables)
        self.finish(owner)


class IntermediateCatchEvent(Catching):
    """bpmn:intermediateCatchEvent with a timer or message."""

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        self.trigger = source.event_trigger({"timerEventDefinition", "messageEventDefinition"})
        if getattr(self.trigger, "timer_kind", None) == "cycle":
            raise source.refused(
                "Expected a date or duration on an intermediate timer event, but it has a cycle."
            )
