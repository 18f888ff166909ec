"""Event sub-process: begins when its start event happens while the scope around it is open.

Rules (Camunda 8, event sub-processes): interrupting: everything else in the scope is terminated, running non-interrupting
event sub-processes too, and no other event sub-process of the scope can begin; the scope ends when it ends. Not
interrupting: any number of times beside what runs; the scope waits for all. It sees and writes the variables of its scope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.spiff.elements.scope import Scope
from engine.spiff.elements.start_event import StartEvent
from engine.spiff.elements.triggered import LOCAL
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source


class EventSubProcess(Scope):
    """bpmn:subProcess with triggeredByEvent. memo, until it is entered: [what its start event brings, stays local]."""

    is_event_sub_process = True

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        self.type = "eventSubProcess"
        for mark in ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
            if source.child(mark) is not None:
                raise source.refused("Expected no loop mark on an event sub-process. Take it away.")
        self.start_event: StartEvent

    def wired(self, source: Source) -> None:
        """Find the start event and let it wait at the scope around."""
        elements = self.process.elements
        inside = [e for e in elements.values() if e.parent == self.element_id and isinstance(e, StartEvent)]
        if len(inside) != 1 or inside[0].kind == "none":
            raise source.refused(
                f"Expected one start event with a trigger in this event sub-process, but it has {len(inside)} start events."
            )
        if self.incoming or self.outgoing:
            raise source.refused(
                "Expected no sequence flow into or out of an event sub-process, but there is one."
            )
        around = self.process.body if self.parent is None else elements[self.parent]
        if not isinstance(around, Scope):
            raise source.refused("Expected an event sub-process to stand in a process or sub-process.")
        self.start_event = inside[0]
        around.event_starts += (self.start_event,)

    def begin(self, scope: Token, variables: dict[str, Any], stays_local: bool) -> None:
        """Its start event has happened in this scope."""
        tree = scope.workflow
        if self.start_event.is_interrupting:
            scope.task_spec.close_event_sub_processes(scope)
            scope.task_spec.terminate_inside(scope)
        tree.spawn(scope, self).memo = [variables, stays_local]

    def execute(self, token: Token) -> bool:
        """Begin inside."""
        variables, stays_local = token.memo
        token.memo = None
        start = token.workflow.spawn(token, self.start_event, variables, fired=True)
        if stays_local:
            start.memo = LOCAL
        return False
