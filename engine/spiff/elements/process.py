"""The process itself as an element: the outermost scope of an instance, or the inside of a call activity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff import facts
from engine.spiff.elements.scope import Scope
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source


class ProcessBody(Scope):
    """Variable look-up ends here. memo: (id of the start event to begin with, variables of its message or None)."""

    is_process = True

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        # What goes in and out is the business of the call activity.
        self.input_mappings = ()
        self.output_mappings = ()

    def execute(self, token: Token) -> bool:
        """Begin at the chosen start event."""
        start_event_id, payload = token.memo
        token.memo = None
        token.workflow.spawn(token, self.process.elements[start_event_id], payload, fired=True)
        return False

    def _on_complete_hook(self, token: Token) -> None:
        tree = token.workflow
        caller = token._parent
        tree.remove(token)
        tree.facts.append(facts.Left(token.id, self.element_id))
        if caller is None:
            tree.facts.append(facts.Finished(token.variables or {}))
        else:
            caller.task_spec.child_left(caller, token)
