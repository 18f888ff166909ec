"""Listeners: work that is asked for around an element (execution listeners) or a change of a user task (task listeners).

Each is a job, as any work: a registered operation runs inside the step, all else waits for an outside worker. They are
asked one after the other, as drawn, and hold up the element until they have answered. A failed one is tried again, then
it is an incident, and resolving that asks only the failed one again; when its type or retries cannot be computed, all
listeners of the event are asked anew. No listener throws a BPMN error. Boundary events that are open stay so while an end
listener works: the element is not left yet. What is terminated asks no execution listener.
Source: Camunda 8, concepts/execution-listeners. Task listeners go on in `task_listeners.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from engine.errors import BusinessError, Refused
from engine.spiff import scopes
from engine.spiff.facts import JobOpened
from engine.spiff.failures import (
    EXECUTION_LISTENER_NO_RETRIES,
    TASK_LISTENER_NO_RETRIES,
    Failure,
    ListenerFailed,
    NotWaiting,
)
from engine.spiff.formulas import retries_of, text_of
from engine.spiff.surroundings import ServiceCall
from engine.spiff.token import STARTED, Listening, Token

if TYPE_CHECKING:
    from engine.spiff.source import Source

START, END = "start", "end"
CREATING, ASSIGNING, UPDATING = "creating", "assigning", "updating"
COMPLETING, CANCELING = "completing", "canceling"
EXECUTION_EVENTS = frozenset({START, END})
TASK_EVENTS = frozenset({CREATING, ASSIGNING, UPDATING, COMPLETING, CANCELING})
DENIABLE = frozenset({ASSIGNING, UPDATING, COMPLETING})
EXECUTION_LISTENER, TASK_LISTENER = "execution_listener", "task_listener"


BEFORE_ALL = "beforeAll"
"""A start listener of the body of a multi-instance activity: asked once, before its collection is read."""
_OLDER_NAMES = {
    "create": CREATING,
    "assignment": ASSIGNING,
    "update": UPDATING,
    "complete": COMPLETING,
    "cancel": CANCELING,
}


class AnswerRefused(Refused):
    """A listener cannot answer in this way."""


class Answer(Struct, frozen=True):
    """What a listener says. variables: of execution listeners only. The rest: of task listeners only.

    corrections: {attribute of the user task: its new value}; None keeps it, an empty text or list clears it.
    """

    variables: dict[str, Any] = {}
    corrections: dict[str, Any] = {}
    denied: bool = False
    reason: str = ""


class Listener:
    """One zeebe:executionListener or zeebe:taskListener."""

    def __init__(
        self, source: Source, kind: str, event: str, type: str, retries: str | None, headers: dict[str, str]
    ):
        self.kind = kind
        self.event = event
        self.type = source.value(type)
        self.retries = None if retries is None else source.value(retries)
        self.headers = headers

    def call_of(self, token: Token, headers: dict[str, str]) -> ServiceCall:
        """The call with everything evaluated; headers: those beside its own. Raises Failure(EXTRACT_VALUE_ERROR)."""
        place = token.listening
        try:
            return ServiceCall(
                token.id,
                token.task_spec.element_id,
                text_of(self.type, token, "the type of the listener"),
                retries_of(self.retries, token),
                headers | self.headers,
                scopes.visible(token),
                f"{token.id}:{self.event}:{place.turn}:{place.done}",
            )
        except Failure:
            place.done = 0
            raise

    def job_of(self, call: ServiceCall, variables: dict[str, Any] | None = None) -> JobOpened:
        """The job of a call that nobody could serve inside the step."""
        return JobOpened(
            call.token_id,
            call.element_id,
            call.type,
            call.retries,
            call.headers,
            self.kind,
            self.event,
            call.effect_scope,
            variables,
        )


Listeners = dict[str, tuple[Listener, ...]]
"""{event: its listeners in the order drawn}."""


def of(source: Source) -> Listeners:
    """All listeners of a flow node or process."""
    found: Listeners = {}
    for kind, name in ((EXECUTION_LISTENER, "executionListener"), (TASK_LISTENER, "taskListener")):
        for drawn, type, retries, headers in source.listeners(name):
            event = _OLDER_NAMES.get(drawn, drawn)
            found[event] = (*found.get(event, ()), Listener(source, kind, event, type, retries, headers))
    return found


def ask(token: Token, event: str) -> bool:
    """Ask the execution listeners of an event that have not answered yet. False: one is awaited. Raises Failure."""
    element = token.task_spec
    place = token.listening
    if place is None or place.event != event:
        if event == START and place is not None:
            return True  # it is further on already
        place = token.listening = Listening(event)
    while not place.is_open and place.done < len(element.listeners[event]):
        listener = element.listeners[event][place.done]
        call = listener.call_of(token, element.task_headers)
        try:
            result = token.workflow.surroundings.serve(call)
        except BusinessError as error:
            raise refusal(token, str(error.sentence)) from None
        if result is None:
            place.is_open = True
            token.workflow.facts.append(listener.job_of(call))
        else:
            take(token, result)
    return not place.is_open


def take(token: Token, result: dict[str, Any]) -> None:
    """An execution listener has answered: a start listener's variables are locals, an end listener's go up."""
    place = token.listening
    place.is_open = False
    place.done += 1
    if not result:
        return
    if place.event == START:
        scopes.assign(token, result)
    else:
        scopes.propagate(token.task_spec.goes_up_from(token), result)


def refusal(token: Token, reason: str) -> ListenerFailed:
    """The incident of a listener that refuses where it cannot deny."""
    place, element = token.listening, token.task_spec
    place.is_open = False
    return ListenerFailed(
        _no_retries(place.event),
        f'Expected the listener for "{place.event}" of "{element.name or element.element_id}" to do its work, '
        f"but it refused: {reason}",
    )


def have_all_answered(token: Token) -> bool:
    """Whether all start listeners of the token's element have answered."""
    place, wanted = token.listening, token.task_spec.listeners.get(START, ())
    return bool(wanted) and place is not None and (place.event != START or place.done == len(wanted))


# -- answers from outside the step --------------------------------------------------------------------------------------


def is_open(token: Token) -> bool:
    """Whether the token waits for a listener that works outside this step."""
    return token.listening is not None and token.listening.is_open


def refuse_while_open(token: Token) -> None:
    """Raises NotWaiting while a listener works on the token."""
    if is_open(token):
        raise NotWaiting(
            f'Expected "{token.task_spec.element_id}" to wait for its own work, but its listener for '
            f'"{token.listening.event}" has not answered yet. Wait for it.'
        )


def refuse_while_stopped(token: Token) -> None:
    """Raises NotWaiting while the token has an incident."""
    if token._state != STARTED:
        raise NotWaiting(
            f'Expected "{token.task_spec.element_id}" to wait, but it has an incident. Resolve the incident first.'
        )


def kind_of_incident(token: Token) -> str:
    """The kind of an incident of the token's job, which may be a listener's."""
    return _no_retries(token.listening.event) if is_open(token) else token.task_spec.job_incident


def _no_retries(event: str) -> str:
    return EXECUTION_LISTENER_NO_RETRIES if event in EXECUTION_EVENTS else TASK_LISTENER_NO_RETRIES


def answer(token: Token, said: Answer) -> None:
    """The awaited listener has answered: go on. Raises NotWaiting, AnswerRefused."""
    _check_open(token)
    if token.listening.event not in EXECUTION_EVENTS:
        token.task_spec.hear(token, said)
        return
    if said.denied or said.corrections:
        raise AnswerRefused(
            "Expected an execution listener to answer with variables only, but it denies or corrects something. "
            "Only task listeners can do that."
        )
    take(token, said.variables)
    token.task_spec.go_on(token)


def said(token: Token, result: dict[str, Any]) -> Answer:
    """The result of an operation as an answer: variables, or of a task listener its corrections."""
    is_execution = token.listening is not None and token.listening.event in EXECUTION_EVENTS
    return (
        Answer(variables=result)
        if is_execution
        else Answer(corrections=token.task_spec.corrections_in(result))
    )


def check_told(given: Answer) -> None:
    """What a canceling listener may answer: nothing but that it is done. Raises AnswerRefused."""
    if given.variables or given.corrections or given.denied:
        raise AnswerRefused(
            "Expected a listener that is told of a cancellation to answer with nothing, but it sends something."
        )


def refuse(token: Token, reason: str) -> None:
    """The awaited listener, an operation, refuses. Raises NotWaiting."""
    _check_open(token)
    if token.listening.event in DENIABLE:
        token.task_spec.hear(token, Answer(denied=True, reason=reason))
    else:
        token.workflow.stop(token, refusal(token, reason))


def _check_open(token: Token) -> None:
    if not is_open(token):
        raise NotWaiting(f'Expected "{token.task_spec.element_id}" to wait for a listener, but it does not.')
    refuse_while_stopped(token)
