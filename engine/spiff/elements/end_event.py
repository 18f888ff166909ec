"""End events: none, error, terminate. (A message end event is work: see message_throw.py.)"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff.elements.element import Element
from engine.spiff.failures import UNHANDLED_ERROR_EVENT, Uncaught
from engine.spiff.formulas import text_of
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source


class EndEvent(Element):
    """A none end event: the path ends."""


class ErrorEndEvent(Element):
    """Throws a BPMN error. Nobody catches it: an incident (Camunda 8; in BPMN the process would just end)."""

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        self.error_code = source.thrown_error_code()

    def execute(self, token: Token) -> bool:
        """The catcher terminates the scope this token is in, so the token is gone afterwards."""
        code = text_of(self.error_code, token, "the error code")
        if token.workflow.catch_error(token, code, None, token.variables or {}):
            return False
        raise Uncaught(
            UNHANDLED_ERROR_EVENT,
            f'Expected a boundary event around "{self.name or self.element_id}" to catch the error "{code}", '
            "but there is none. Add one to the process, or terminate this process instance.",
        )


class TerminateEndEvent(Element):
    """Ends everything else in its own scope; the scope then completes normally."""

    def execute(self, token: Token) -> bool:
        """Terminate the siblings."""
        for sibling in token._parent.children:
            if sibling is not token:
                token.workflow.cut(sibling)
        return True
