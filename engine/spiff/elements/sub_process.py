"""Embedded sub-process: a scope of its own. Its result is its output mappings; its other variables end with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff.elements.scope import Scope
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source


class SubProcess(Scope):
    """bpmn:subProcess."""

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        self.start_event_id = ""

    def wired(self, source: Source) -> None:
        """Find the start event."""
        inside = [
            e
            for e in self.process.elements.values()
            if e.parent == self.element_id and e.type == "startEvent"
        ]
        if len(inside) != 1:
            raise source.refused(f"Expected one start event in this sub-process, but it has {len(inside)}.")
        self.start_event_id = inside[0].element_id

    def execute(self, token: Token) -> bool:
        """Begin inside."""
        token.workflow.spawn(token, self.process.elements[self.start_event_id], fired=True)
        return False
