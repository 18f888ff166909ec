"""Compensation: undo, in reverse order, what was completed in a scope (BPMN 2.0.2, 13.5.5).

An activity with a compensation boundary event is remembered by its scope each time it completes (engine/spiff/compensation.py);
a multi-instance or looping activity once, as a whole. A throw event takes all that its scope remembers (with activityRef:
that of one activity) as it is at this moment, and runs the handlers one after the other, the newest first, as tokens
inside its own: it waits for all, and they end with it. Camunda 8 starts all handlers at once; we follow BPMN here.

A completed sub-process without a handler of its own is undone by what was completed inside it: it is restored, with its
variables as they were when it completed (`Restored`), and its handlers run there, or its compensation event sub-process
does. With a handler of its own that handler alone counts (BPMN: it takes the place of what is inside). A called process
is never looked into. A throw event in an event sub-process undoes what the scope around that remembers (Camunda 8).
What was taken and not yet undone is forgotten if the throw event is terminated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from engine.spiff import compensation
from engine.spiff.elements.boundary_event import AttachedEvent
from engine.spiff.elements.element import Element
from engine.spiff.elements.sub_process import SubProcess
from engine.spiff.source import BPMN, Source, id_in
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process import Process


class CompensationBoundaryEvent(AttachedEvent):
    """bpmn:boundaryEvent with compensation: it never fires, its association names the handler."""


class CompensationStartEvent(Element):
    """bpmn:startEvent with compensation: begins a compensation event sub-process, which undoes the sub-process around it."""


class Undoing(Element):
    """An element whose token holds running handlers. Its memo: the records that are still to be undone."""

    def begin(self, token: Token, records: list[compensation.Record]) -> bool:
        """Undo these records, the newest first. False: there is nothing to undo."""
        token.memo = records
        return self._next(token)

    def _next(self, token: Token) -> bool:
        if not token.memo:
            return False
        record = compensation.take_newest(token.memo)
        specs = self.process.task_specs
        if isinstance(record, str):
            token.workflow.spawn(token, specs[record].undone_by)
        else:
            spec_id, variables, inside = record
            token.workflow.spawn(token, specs[spec_id].restored, variables).records = list(inside)
        return True

    def child_left(self, token: Token, child: Token) -> None:
        """A handler is done: begin the next one, or go on."""
        if not self._next(token):
            self.all_undone(token)

    def all_undone(self, token: Token) -> None:
        """Nothing is left to undo."""
        self.finish(token)


class CompensationThrow(Undoing):
    """bpmn:intermediateThrowEvent or bpmn:endEvent with compensation. activity_ref: element id, None for all."""

    def __init__(self, process: Process, source: Source, definition: etree._Element | None = None):
        """definition: one of several of a throwing event, inside of whose token this one runs."""
        super().__init__(process, source)
        if definition is None:
            (definition,) = source.event_definitions()
        self.activity_ref: str | None = id_in(definition.get("activityRef")) or None
        if definition.get("waitForCompletion", "true") in ("false", "0"):
            raise source.refused(
                "Expected this event to wait for the compensation, but waitForCompletion is false. Leave it out."
            )

    def wired(self, source: Source) -> None:
        """Find what the compensated activity is remembered as."""
        super().wired(source)
        self._spec_id: str | None = None
        if self.activity_ref is None:
            return
        activity = self.process.elements.get(self.activity_ref)
        scope = self.parent
        while scope is not None and self.process.elements[scope].is_event_sub_process:
            scope = self.process.elements[scope].parent
        whole = None if activity is None else activity.body or activity
        if whole is None or activity.parent != scope or not whole.is_compensable:
            raise source.refused(
                f'Expected activityRef to name an activity of the same scope that can be undone, but "{self.activity_ref}" '
                "is none. Give that activity a compensation boundary event, or choose another."
            )
        self._spec_id = whole.spec_id

    def execute(self, token: Token) -> bool:
        """Take what is to be undone and begin."""
        scope = token._parent
        while scope.task_spec.is_event_sub_process or scope.task_spec.element_id == self.element_id:
            scope = scope._parent
        # What the event mapped for itself is not seen by the handlers, although they run inside its token.
        token.variables = None
        taken, kept = scope.records or [], []
        if self._spec_id is not None:
            taken, kept = compensation.split(taken, self._spec_id)
        scope.records = kept or None
        return not self.begin(token, taken)


class Restored(Undoing):
    """A scope that was completed, open again to be undone; `handler` is its compensation event sub-process, if it has one."""

    def __init__(self, process: Process, source: Source, scope: Element):
        super().__init__(process, source)
        self.type = "compensationScope"
        self.scope = scope
        self.takes_results = scope.takes_results
        self.keeps_results = scope.keeps_results
        self.handler: Element | None = None

    def execute(self, token: Token) -> bool:
        """Let the event sub-process undo the scope, else the handlers of what was completed inside."""
        if self.handler is not None:
            token.workflow.spawn(token, self.handler)
            return False
        records, token.records = token.records, None
        return not self.begin(token, records or [])


class CompensationEventSubProcess(SubProcess):
    """bpmn:subProcess with triggeredByEvent and a compensation start event: undoes the sub-process that it lies in."""

    is_event_sub_process = True

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        self.type = "eventSubProcess"


def wire(process: Process, sources: dict[str, Source], node: etree._Element) -> None:
    """Know, before the first run, what undoes what: activities their handlers, scopes their restored form.

    node: the bpmn:process, for its associations. Raises ModelRefused.
    """
    elements = process.elements
    linked: dict[str, set[str]] = {}
    for association in node.iter(f"{BPMN}association"):
        ends = id_in(association.get("sourceRef")), id_in(association.get("targetRef"))
        for one, other in (ends, ends[::-1]):
            linked.setdefault(one, set()).add(other)
    handlers = {
        element_id
        for element_id, source in sources.items()
        if source.node.get("isForCompensation", "false") in ("true", "1")
        and not source.type.endswith(("Event", "Gateway"))  # there the mark means nothing
    }
    for handler_id in sorted(handlers):
        if elements[handler_id].is_event_sub_process:
            raise sources[handler_id].refused(
                "Expected no mark for compensation on an event sub-process, which begins by its start event only. Take it away."
            )
    claimed: set[str] = set()
    for event in [e for e in elements.values() if isinstance(e, CompensationBoundaryEvent)]:
        found = sorted(linked.get(event.element_id, set()) & handlers - claimed)
        if len(found) != 1 or elements[found[0]].parent != event.parent:
            raise sources[event.element_id].refused(
                "Expected this compensation boundary event to have an association with one activity of its scope that is "
                f"marked for compensation, but there are {len(found)}."
            )
        claimed.add(found[0])
        elements[found[0]].is_handler = True
        _undo(process, sources, event, elements[found[0]])
    for handler_id in sorted(handlers - claimed):
        raise sources[handler_id].refused(
            "Expected an activity marked for compensation to be associated with one compensation boundary event, but "
            "this one is not."
        )
    for event_sub_process in [e for e in elements.values() if isinstance(e, CompensationEventSubProcess)]:
        if event_sub_process.parent is None:
            raise sources[event_sub_process.element_id].refused(
                "Expected a compensation event sub-process inside of a sub-process, but this one lies in the process, "
                "which nobody can compensate."
            )
        _make_restorable(process, sources, event_sub_process.parent)
        elements[event_sub_process.parent].restored.handler = event_sub_process


def _undo(process: Process, sources: dict[str, Source], event: Element, handler: Element) -> None:
    if handler.incoming or handler.outgoing or (handler.body or handler).boundary_events:
        raise sources[handler.element_id].refused(
            "Expected an activity marked for compensation without sequence flows and boundary events, but it has some."
        )
    host = process.elements[event.attached_to]
    owner = host.body or host
    if owner.undone_by is not None:
        raise sources[event.element_id].refused(
            "Expected one compensation boundary event on an activity, but this is its second."
        )
    owner.undone_by = handler.body or handler
    owner.is_compensable = True
    if host.parent is not None:
        _make_restorable(process, sources, host.parent)


def _make_restorable(process: Process, sources: dict[str, Source], scope_id: str) -> None:
    """This scope and all around it remember what was completed inside, and can be opened again."""
    around: str | None = scope_id
    while around is not None:
        for scope in process.elements[around].layers():
            if scope.restored is None:
                scope.is_compensable = True
                scope.restored = Restored(process, sources[around].bare(f"{scope.spec_id}!"), scope)
        around = process.elements[around].parent
