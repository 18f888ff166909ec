"""The token tree of one process instance and the queue that moves it: spawn, run, terminate, and errors upwards.

There is no recursion along a flow: a token that becomes ready is put into the queue, so a loop of any length and a
chain of any length cost the same stack.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterator
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.workflow import Workflow

from engine.spiff import facts
from engine.spiff.failures import LOOP_WITHOUT_WAIT, Failure, ListenerFailed, Uncaught
from engine.spiff.token import ERROR, FUTURE, READY, WAITING, Incident, Token
from engine.spiff.waits import SIGNAL
from engine.spiff.watch import Watch, event_of

if TYPE_CHECKING:
    from engine.spiff.elements.element import Element
    from engine.spiff.elements.triggered import Handler
    from engine.spiff.process import Process
    from engine.spiff.surroundings import Surroundings

MOST_RUNS_OF_ONE_ELEMENT = 20_000
MOST_RUNS = 200_000
"""A step that runs one element, or all together, more often than this is a loop without a wait."""


class Tree(Workflow):
    """Tokens, queue and facts of one step."""

    def __init__(self, process: Process, surroundings: Surroundings):
        super().__init__(process, deserializing=True)
        self.surroundings = surroundings
        self.facts: list[Any] = []
        self.next_id = 1
        self.root: Token | None = None
        self.joins: dict[tuple[int, str], Token] = {}  # (scope, gateway) -> its waiting room
        self.queue: deque[Token] = deque()
        # Made when the first conditional event opens: most instances have none.
        self.watch: Watch | None = None
        self._runs: dict[Element, int] = {}
        self._runs_in_all = 0

    def is_completed(self) -> bool:
        """Whether no token is left."""
        return not self.tasks

    def _task_completed_notify(self, task: Token) -> None:
        # The library would walk the whole tree here.
        pass

    # -- tokens come and go ---------------------------------------------------------------------------------------

    def spawn(
        self,
        scope: Token | None,
        element: Element,
        variables: dict[str, Any] | None = None,
        fired: bool = False,
    ) -> Token:
        """Put a new token at the element, inside the scope; it runs when its turn comes."""
        token = Token(self, element, scope, self.next_id, FUTURE)
        self.next_id += 1
        if variables is not None:
            token.variables = dict(variables)
        if fired:
            token.fired = True
        scope_id = None if scope is None else scope.id
        self.facts.append(facts.Entered(token.id, element.element_id, element.type, scope_id))
        element._update(token)
        return token

    def spawn_next(self, scope: Token, element: Element) -> Token:
        """The same, but its turn is the next: before what others have begun in this step."""
        token = self.spawn(scope, element)
        self.queue.rotate(1)
        return token

    def open_process(
        self, caller: Token | None, process: Process, start_event_id: str, variables: dict[str, Any]
    ) -> Token:
        """Put a new token at a process, to begin at this start event with these variables."""
        token = self.spawn(caller, process.body, variables)
        token.memo = (start_event_id, None)
        return token

    def waiting_room(self, scope: Token, gateway: Element) -> Token:
        """The token that stands for what has arrived at a joining gateway in this scope."""
        room = self.joins.get((scope.id, gateway.spec_id))
        if room is None:
            room = Token(self, gateway, scope, self.next_id, WAITING)
            room.memo = {}
            self.next_id += 1
            self.joins[scope.id, gateway.spec_id] = room
        return room

    def remove(self, token: Token) -> None:
        """Take a token without children out of the tree."""
        del self.tasks[token.id]
        if token._parent is not None:
            del token._parent._children[token.id]
        if token._state == WAITING:
            del self.joins[token._parent.id, token.task_spec.spec_id]

    def cut(self, token: Token) -> None:
        """Terminate a token and all inside it, innermost first."""
        for one in reversed(list(_with_descendants(token))):
            if one.listening is not None:
                one.task_spec.cancelled(one)
            self.remove(one)
            if one._state != WAITING:
                self.facts.append(facts.Terminated(one.id, one.task_spec.element_id))

    def cut_inside(self, scope: Token, but: Token | None = None) -> None:
        """Terminate all inside a scope, or all but one of them."""
        for child in scope.children:
            if child is not but:
                self.cut(child)

    # -- a step -----------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Move on until every token waits. One failing branch does not stop the others."""
        queue = self.queue
        if self.watch is not None:
            self.watch.begin()
        while True:
            while queue:
                token = queue.popleft()
                if token._state == READY and token.id in self.tasks:
                    self._run_one(token)
            if not self._open_inclusive_join() and (self.watch is None or not self.watch.settle(self)):
                return

    def _run_one(self, token: Token) -> None:
        try:
            self._count(token.task_spec)
            token.run()
        except Failure as failure:
            self.stop(token, failure)

    def _count(self, element: Element) -> None:
        self._runs_in_all += 1
        runs = self._runs[element] = self._runs.get(element, 0) + 1
        if runs > MOST_RUNS_OF_ONE_ELEMENT or self._runs_in_all > MOST_RUNS:
            raise Failure(
                LOOP_WITHOUT_WAIT,
                f'Expected the flow to reach a user task, job or event, but "{element.name or element.element_id}" '
                f"ran {runs} times in one step. Put a wait into the loop or correct its condition, then retry.",
            )

    def _open_inclusive_join(self) -> bool:
        for room in self.joins.values():
            if room.task_spec.opens_when_idle and room.task_spec.try_open(room):
                return True
        return False

    def stop(self, token: Token, failure: Failure) -> None:
        """The token stays where it is, as an incident."""
        if isinstance(failure, ListenerFailed):
            self.mark(token, failure.kind, failure.sentence, "listen")
            return
        phase = "leave" if token.leaving else "enter"
        if phase == "enter":
            token.task_spec.undo_entering(token, keep_waits=isinstance(failure, Uncaught))
        self.mark(token, failure.kind, failure.sentence, phase)

    def mark(self, token: Token, kind: str, sentence: str, phase: str) -> None:
        """Record an incident on the token."""
        token._set_state(ERROR)
        token.incident = Incident(kind, sentence, phase)
        self.facts.append(facts.IncidentRaised(token.id, token.task_spec.element_id, kind, sentence))

    # -- what is thrown inside ----------------------------------------------------------------------------------------

    def catch_error(self, thrower: Token, code: str, message: str | None, variables: dict[str, Any]) -> bool:
        """Hand a BPMN error upwards to the nearest level that catches it; False when nobody does.

        Rules (Camunda 8, error events): a level is one activity (see Element.catcher_of); called processes hand the error
        on to their call activity. The catcher interrupts its activity; the error's variables are local to the catch
        event. Our addition: the locals errorCode and errorMessage, for its mappings. What is thrown inside an event
        sub-process is never caught by it or a sibling, but by the boundary events of their scope (BPMN 2.0.2, 13.5.4).
        """
        caught_at, event = self._catcher(thrower, "error", code)
        if event is None:
            return False
        payload = dict(variables)
        payload.setdefault("errorCode", code)
        payload.setdefault("errorMessage", message)
        event.catch(caught_at, payload)
        return True

    def escalate(self, thrower: Token, code: str, variables: dict[str, Any]) -> bool:
        """Hand an escalation upwards in the same manner; True when the thrower goes on.

        Rules (Camunda 8, escalation events): the nearest catcher only. One that interrupts takes the thrower with it;
        one that does not, or nobody, lets it go on. The variables stay local, as those of an error, beside escalationCode.
        """
        caught_at, event = self._catcher(thrower, "escalation", code)
        if event is None:
            self.facts.append(facts.EscalationUncaught(thrower.id, thrower.task_spec.element_id, code))
        else:
            event.catch(caught_at, {"escalationCode": code, **variables})
        return thrower.id in self.tasks

    def _catcher(self, thrower: Token, kind: str, code: str) -> tuple[Token, Handler | None]:
        level, below = thrower, None
        while True:
            from_handler = below is not None and below.task_spec.is_event_sub_process
            event = level.task_spec.catcher_of(kind, code, from_handler)
            if event is not None or level._parent is None:
                return level, event
            level, below = level._parent, level

    def deliver_signal(
        self, name: str, variables: dict[str, Any], only: Container[tuple[int, str]] | None = None
    ) -> int:
        """Fire all that wait for this signal now, tokens in the order of their ids; how many there were."""
        waiting = [
            (token, key, wait)
            for token in self.tasks.values()
            if token.waits
            for key, wait in token.waits.items()
            if wait.kind == SIGNAL and wait.signal_name == name and not wait.happened
            if only is None or (token.id, key) in only
        ]
        fired = 0
        for token, key, wait in waiting:
            # One that fired may have ended others.
            if token.id in self.tasks and token.waits and token.waits.get(key) is wait:
                event_of(token, key).fire(token, key, dict(variables))
                fired += 1
        return fired


def _with_descendants(token: Token) -> Iterator[Token]:
    stack = [token]
    while stack:
        one = stack.pop()
        yield one
        stack.extend(one._children.values())
