"""End events: none, error, terminate, signal, escalation, several. (A message end event is in message_throw.py.)"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff.elements import throwing
from engine.spiff.elements.element import Element
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source


class EndEvent(Element):
    """A none end event: the path ends."""


class ThrowingEndEvent(throwing.Throwing):
    """bpmn:endEvent with signal, escalation, or several definitions: the path ends when all is thrown."""


class ErrorEndEvent(Element):
    """Throws a BPMN error. error_code: as drawn."""

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        self.error_code = source.thrown_error_code(source.event_definition())
        self._throw = throwing.error(self.error_code)

    def execute(self, token: Token) -> bool:
        """The catcher terminates the scope this token is in, so the token is gone afterwards."""
        return self._throw(token)


class TerminateEndEvent(Element):
    """Ends everything else in its own scope; the scope then completes normally."""

    def execute(self, token: Token) -> bool:
        """Terminate the siblings."""
        return throwing.terminate(token)
