"""The life of a token at any element.

Enter: input mappings -> boundary events open -> the element's own behaviour (`execute`). Leave: output mappings -> the
scope has its say (multi-instance) -> the token is gone and the outgoing flows are taken. Everything that can fail
happens before the token is gone; entering can be repeated after an incident. Elements keep nothing of a run: what a
token needs is on the token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.specs.base import TaskSpec

from engine.spiff import compensation, facts, listeners, mappings, scopes
from engine.spiff.failures import JOB_NO_RETRIES, Failure
from engine.spiff.token import STARTED, Listening, Token

if TYPE_CHECKING:
    from engine.spiff.elements.boundary_event import BoundaryEvent
    from engine.spiff.elements.multi_instance import MultiInstance
    from engine.spiff.elements.start_event import StartEvent
    from engine.spiff.elements.triggered import Handler
    from engine.spiff.process import Flow, Process
    from engine.spiff.source import Source


class Element(TaskSpec):
    """A flow node. What readers of a process may use: the attributes without underscore set in __init__."""

    is_process = False
    takes_results = True  # a result of something inside may end at its variables
    keeps_results = False  # a result of something inside goes no further
    is_completed_from_outside = False  # a user task or job: Instance.complete() ends it
    opens_when_idle = False  # an inclusive join
    is_handler = False  # it undoes another activity (set when the process is read)
    is_compensable = False  # its completion is recorded in its scope (set when the process is read)
    is_event_sub_process = False
    job_incident = JOB_NO_RETRIES  # the kind of incident when its work has no tries left
    told_to_work: dict[str, Any] = {}

    def __init__(self, process: Process, source: Source):
        self.spec_id = source.spec_id
        super().__init__(process, self.spec_id)
        self.process = process
        self.element_id = source.element_id
        self.name = source.name
        self.type = source.type
        self.lane = source.lane
        self.documentation = source.documentation
        self.properties = source.properties
        self.parent = source.parent
        self.line = source.line
        self.incoming: tuple[Flow, ...] = ()
        self.outgoing: tuple[Flow, ...] = ()
        self.boundary_events: tuple[BoundaryEvent, ...] = ()
        #: The start events of the event sub-processes inside.
        self.event_starts: tuple[StartEvent, ...] = ()
        self.input_mappings = source.mappings("input")
        self.output_mappings = source.mappings("output")
        #: {event: what is asked then}; start and end, of a user task also those of its own life.
        self.listeners = listeners.of(source)
        self.task_headers = source.headers() if self.listeners else {}
        #: The multi-instance body around this activity.
        self.body: MultiInstance | None = None
        #: What undoes this activity once it is completed: the handler of its compensation boundary event.
        self.undone_by: Element | None = None
        #: What stands for this scope when it is completed and compensated: see elements/compensation.py.
        self.restored: Element | None = None

    def wired(self, source: Source) -> None:
        """All elements and flows of the process are there now: look up what this element needs of them."""

    def layers(self) -> tuple[Element, ...]:
        """All elements that this one flow node consists of: itself, the body around it."""
        return (self,) if self.body is None else (self, self.body)

    # -- enter ------------------------------------------------------------------------------------------------------

    def arrive(self, scope: Token, flow: Flow) -> None:
        """A token comes along an incoming flow."""
        scope.workflow.spawn(scope, self)

    def execute(self, token: Token) -> bool:
        """Do what this element is for. True: done. False: the token waits, or is gone. Raises Failure."""
        return True

    def _run_hook(self, token: Token) -> bool | None:
        if token.listening is None:
            if self.input_mappings or self.listeners:
                # A copy, because assigning writes into the variables.
                token.given = dict(token.variables) if token.variables else None
            if self.input_mappings:
                scopes.assign(token, mappings.inputs(token, self.input_mappings))
        if listeners.START in self.listeners and not listeners.ask(token, listeners.START):
            return None
        if self.boundary_events or self.event_starts:
            self._open_handlers(token)
        if self.execute(token) and self.may_leave(token):
            return True
        return None

    def awaits_work(self, token: Token) -> bool:
        """Whether the entered token waits for a person or for work that is done elsewhere."""
        return self.is_completed_from_outside

    def undo_entering(self, token: Token, keep_waits: bool) -> None:
        """After a failure: the token is again as it was before it was entered."""
        if self.listeners and listeners.have_all_answered(token):
            token.listening = Listening(listeners.START, len(self.listeners[listeners.START]))
        elif self.input_mappings or self.listeners:
            token.listening = None
            token.variables = dict(token.given) if token.given else None
        if not keep_waits:
            token.waits = None

    def _open_handlers(self, token: Token) -> None:
        # On a second try what is open already keeps its due time.
        waits = dict(token.waits or {})
        # The outer scope first: of two that one signal, message or write reaches, the boundary event comes first.
        for event in (*self.boundary_events, *self.event_starts):
            event.open_waits(token, waits)
        token.waits = waits or None

    # -- leave ------------------------------------------------------------------------------------------------------

    def take_result(self, token: Token, result: dict[str, Any]) -> None:
        """The element produced these variables: kept local for the output mappings, else handed upwards."""
        if not result:
            return
        if self.output_mappings:
            scopes.assign(token, result)
        else:
            scopes.propagate(token, result)

    def completed(self, token: Token, result: dict[str, Any]) -> None:
        """What it waited for is done, with this result."""
        self.take_result(token, result)
        self.finish(token)

    def may_leave(self, token: Token) -> bool:
        """Everything on the way out that can fail. Raises Failure; a second try repeats from here."""
        token.leaving = True
        place = token.listening
        if self.output_mappings and (place is None or place.event != listeners.END):
            scopes.propagate(self.goes_up_from(token), mappings.outputs(token, self.output_mappings))
        if listeners.END in self.listeners and not listeners.ask(token, listeners.END):
            return False
        return self.body is None or self.body.child_leaving(token._parent, token)

    def goes_up_from(self, token: Token) -> Token:
        """The scope in which what the element hands upwards begins to look for its place.

        A multi-instance activity begins at itself: at its own locals, such as the output variable.
        """
        return token if self.body is not None or self.is_process else token._parent

    def go_on(self, token: Token) -> None:
        """A listener has answered: ask the next one, or do what had to wait for them."""
        if token.listening.event == listeners.START:
            token._ready()
        elif not token._children:  # else the last one to leave inside finishes it
            self.finish(token)

    def finish(self, token: Token) -> None:
        """Leave now, outside the queue: something the token waited for has happened."""
        token._set_state(STARTED)
        try:
            may_leave = self.may_leave(token)
        except Failure as failure:
            token.workflow.stop(token, failure)
            return
        if may_leave:
            token.complete()

    def _on_complete_hook(self, token: Token) -> None:
        tree = token.workflow
        scope = token._parent
        tree.remove(token)
        tree.facts.append(facts.Left(token.id, self.element_id))
        if self.is_compensable:
            compensation.note(scope, token)
        if self.body is None:
            flows = self.outgoing if token.chosen is None else token.chosen
            for flow in flows:
                tree.facts.append(facts.FlowTaken(token.id, flow.flow_id, self.element_id))
                flow.enters.arrive(scope, flow)
        scope.task_spec.child_left(scope, token)

    # -- what happens around it -------------------------------------------------------------------------------------

    def cancelled(self, token: Token) -> None:
        """The token is about to be taken away before the element is completed."""

    def catcher_of(self, kind: str, code: str, from_handler: bool = False) -> Handler | None:
        """What catches an error or escalation of this code thrown at or below this element.

        One level: event sub-processes and boundary events are one list, the exact code comes before the catch-all, on a
        tie the event sub-process. from_handler: it comes out of an event sub-process of this element; then none of them
        catches it.
        """
        catch_all = None
        for event in (*(() if from_handler else self.event_starts), *self.boundary_events):
            caught = event.caught.get(kind)
            if caught is None:
                continue
            if code in caught:
                return event
            if None in caught and catch_all is None:
                catch_all = event
        return catch_all

    def restore_memo(self, memo: Any) -> Any:
        """What the token remembered, as it comes back from the stored state."""
        return memo

    # -- what of the library is not used ----------------------------------------------------------------------------

    def test(self) -> None:
        """The library refuses elements without incoming flow; for us that is a finding of the gate."""

    def _predict(self, my_task, seen=None, looked_ahead=0, mask=0):
        pass

    def _update_hook(self, token: Token) -> bool:
        return True

    def _on_ready_hook(self, token: Token) -> None:
        token.workflow.queue.append(token)

    def _on_error_hook(self, token: Token) -> None:
        pass

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.spec_id})"
