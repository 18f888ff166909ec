"""Intermediate catch events: the token waits here for a timer, message, signal or condition, or comes here by a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.spiff.elements.element import Element
from engine.spiff.elements.triggered import Triggered
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source


class Catching(Triggered):
    """An element that waits for its own triggers."""

    def execute(self, token: Token) -> bool:
        """Open the waits; after an event-based gateway it has happened already."""
        if token.fired:
            brought, token.variables = token.variables, None
            self.take_result(token, brought or {})
            return True
        waits = dict(token.waits or {})
        self.open_waits(token, waits)
        token.waits = waits
        return False

    def fire(self, owner: Token, key: str, variables: dict[str, Any]) -> None:
        """It has happened. `owner` is this element's own token, or the event-based gateway in front of it."""
        brought = self.happened(owner, key, variables)
        if brought is None:
            return
        if owner.task_spec is not self:
            owner.task_spec.won(owner, self, brought)
            return
        self.close_waits(owner)
        self.take_result(owner, brought)
        self.finish(owner)


class IntermediateCatchEvent(Catching):
    """bpmn:intermediateCatchEvent with one trigger or several."""

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        self.wait_for(source.triggers(), source.is_parallel_multiple())
        if any(getattr(trigger, "timer_kind", None) == "cycle" for trigger in self.triggers):
            raise source.refused(
                "Expected a date or duration on an intermediate timer event, but it has a cycle."
            )


class LinkCatchEvent(Element):
    """bpmn:intermediateCatchEvent with a link: the path of a throw event of the same name goes on here."""

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        self.link_name = source.link_name()

    def is_reached_from(self, element: Element) -> bool:
        """Whether the element is a throw event of this link."""
        return element.parent == self.parent and getattr(element, "jumps_to_name", None) == self.link_name
