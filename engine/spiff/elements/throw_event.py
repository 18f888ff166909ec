"""Intermediate throw events: none (a mark on the path), link, signal, escalation, or several results at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff.elements.element import Element
from engine.spiff.elements.intermediate_catch_event import LinkCatchEvent
from engine.spiff.elements.throwing import Throwing
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source


class NoneThrowEvent(Element):
    """bpmn:intermediateThrowEvent without definition: milestones, output mappings."""


class ThrowEvent(Throwing):
    """bpmn:intermediateThrowEvent with signal, escalation, or several definitions."""


class LinkThrowEvent(Element):
    """bpmn:intermediateThrowEvent with a link: the path goes on at the catch event of the same name in this scope."""

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        self.jumps_to_name = source.link_name()
        self.jumps_to: LinkCatchEvent

    def wired(self, source: Source) -> None:
        """Find the other end."""
        catches = [
            each
            for each in self.process.elements.values()
            if isinstance(each, LinkCatchEvent) and each.is_reached_from(self)
        ]
        if len(catches) != 1:
            raise source.refused(
                f'Expected one link catch event "{self.jumps_to_name}" in the same scope, but there are {len(catches)}.'
            )
        (self.jumps_to,) = catches

    def _on_complete_hook(self, token: Token) -> None:
        # First the new token, so that the scope does not end in between.
        token.workflow.spawn(token._parent, self.jumps_to)
        super()._on_complete_hook(token)
