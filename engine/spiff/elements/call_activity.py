"""Call activity: runs another process as a child of this token; variable look-up stops at the called process.

In: all visible variables (or, with propagateAllParentVariables="false", only the locals), input mappings included. Out:
with output mappings only what they map, else all of the called process' variables (or, with
propagateAllChildVariables="false", none). The called process stays on the version it was started with.

The copy of an output list that goes in with "all visible" never comes back: it would overwrite what other instances of
the multi-instance activity around the call have put in meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff import scopes
from engine.spiff.elements.multi_instance import MultiInstance
from engine.spiff.elements.scope import Scope
from engine.spiff.failures import CALLED_ELEMENT_ERROR, Failure
from engine.spiff.formulas import text_of
from engine.spiff.surroundings import CalledReference
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source

MOST_CALLS_DEEP = 50


class CallActivity(Scope):
    """bpmn:callActivity."""

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        called = source.zeebe("calledElement")
        self.called_process_id = source.value_attribute(called, "processId")
        if self.called_process_id is None:
            raise source.refused(
                "Expected zeebe:calledElement with a processId on this call activity, but there is none."
            )
        self.binding = source.attribute(called, "bindingType") or "latest"
        self.version_tag = source.attribute(called, "versionTag")
        self.takes_all_in = called.get("propagateAllParentVariables", "true") != "false"
        self.gives_all_out = called.get("propagateAllChildVariables", "true") != "false"

    def execute(self, token: Token) -> bool:
        """Begin the called process at its none start event."""
        process_id = text_of(self.called_process_id, token, "the id of the called process")
        self._refuse_endless_calls(token, process_id)
        called = token.workflow.surroundings.process(
            CalledReference(process_id, self.binding, self.version_tag)
        )
        start_event = next((e for e in called.start_events if e.kind == "none"), None)
        if start_event is None:
            raise Failure(
                CALLED_ELEMENT_ERROR,
                f'Expected the called process "{process_id}" to have a none start event, but it has none.',
            )
        variables = scopes.visible(token) if self.takes_all_in else dict(token.variables or {})
        token.workflow.open_process(token, called, start_event.element_id, variables)
        return False

    def child_left(self, token: Token, child: Token) -> None:
        """The called process is finished: take its variables and go on."""
        if self.output_mappings:
            self.take_result(token, child.variables or {})
        elif self.gives_all_out:
            taken = _output_collections_around(token)
            self.take_result(token, {n: v for n, v in (child.variables or {}).items() if n not in taken})
        self.finish(token)

    def _refuse_endless_calls(self, token: Token, process_id: str) -> None:
        depth = 0
        scope: Token | None = token
        while scope is not None:
            depth += scope.task_spec.is_process
            scope = scope._parent
        if depth > MOST_CALLS_DEEP:
            raise Failure(
                CALLED_ELEMENT_ERROR,
                f"Expected at most {MOST_CALLS_DEEP} processes to call each other in a row, "
                f'but "{process_id}" would be one more. Does a process call itself without end?',
            )


def _output_collections_around(token: Token) -> set[str]:
    names = set()
    scope: Token | None = token
    while scope is not None:
        if isinstance(scope.task_spec, MultiInstance) and scope.task_spec.output_collection is not None:
            names.add(scope.task_spec.output_collection)
        scope = scopes.around(scope)
    return names
