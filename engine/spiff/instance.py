"""One process instance during one step: the verbs that move it and the questions about where it stands.

Every verb runs the instance to its next wait states and appends to `facts`. A verb that is refused has changed nothing.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from msgspec import Struct

from engine.spiff import listeners, scopes, task_listeners
from engine.spiff.elements.ad_hoc_sub_process import AdHocSubProcess
from engine.spiff.elements.directed_ad_hoc import DirectedAdHoc, Direction
from engine.spiff.elements.element import Element
from engine.spiff.elements.job import uncaught, variables_for_work
from engine.spiff.elements.start_event import StartEvent
from engine.spiff.elements.user_task import UserTask
from engine.spiff.facts import IncidentResolved
from engine.spiff.failures import JOB_NO_RETRIES, Failure, NoSuchToken, NotStartable, NotWaiting
from engine.spiff.listeners import Answer
from engine.spiff.process import Process
from engine.spiff.surroundings import Surroundings
from engine.spiff.token import ERROR, STARTED, WAITING, Token, Transition
from engine.spiff.tree import Tree
from engine.spiff.waits import CONDITION, Subscription, Wait
from engine.spiff.watch import event_of

_STATE_NAMES = {STARTED: "waiting", ERROR: "incident", WAITING: "join"}


class OpenToken(Struct, frozen=True):
    """Where the instance stands. state: waiting, incident or join (arrived at a gateway where others are missing).

    is_scope: other tokens are inside it, so it waits for them.
    """

    token_id: int
    element_id: str
    type: str
    parent_id: int | None
    state: str
    is_scope: bool


class Startable(Struct, frozen=True):
    """An open ad-hoc sub-process and what can be started in it: `Instance.activate` does it."""

    token_id: int
    element_id: str
    name: str
    lane: str | None
    elements: list[Element]


class Instance(Tree):
    """A running process instance; made by `Instance.start` or by `load`."""

    # -- verbs ------------------------------------------------------------------------------------------------------

    @classmethod
    def start(
        cls,
        process: Process,
        surroundings: Surroundings,
        variables: dict[str, Any],
        start_event: str | None = None,
        own: dict[str, Any] | None = None,
    ) -> Instance:
        """Start at the none start event, or at the given one (its message or timer has happened).

        variables: those of the new process instance; at a message start event they are the message's, and its output
        mappings, if there are any, say what of them is let in. own: variables of the process instance in any case. What is
        let in unmapped is there before the event sub-processes of the process begin to wait, for their keys.
        Raises NotStartable.
        """
        event = _start_event(process, start_event)
        instance = cls(process, surroundings)
        is_mapped = event.kind not in ("none", "timer") and bool(event.output_mappings)
        given = {**({} if is_mapped else variables), **(own or {})}
        instance.root = instance.open_process(None, process, event.element_id, given)
        if is_mapped:
            instance.root.memo = (event.element_id, dict(variables))
        instance.run()
        return instance

    def complete(self, token_id: int, variables: dict[str, Any]) -> None:
        """Complete a waiting user task or job with its result. Raises NoSuchToken, NotWaiting."""
        token = self._waiting_outside(token_id)
        token.task_spec.completed(token, variables)
        self.run()

    def direct(self, token_id: int, variables: dict[str, Any], direction: Direction) -> None:
        """The worker of an ad-hoc sub-process has answered. Raises NoSuchToken, NotWaiting, Refused (what cannot be begun)."""
        token = self._waiting_outside(token_id)
        if not isinstance(token.task_spec, DirectedAdHoc):
            raise NotWaiting(
                f'Expected an ad-hoc sub-process that a worker directs, but "{token.task_spec.element_id}" is none.'
            )
        token.task_spec.direct(token, variables, direction)
        self.run()

    def answer_listener(self, token_id: int, answer: Answer) -> None:
        """The listener that the token waits for has answered. Raises NoSuchToken, NotWaiting, AnswerRefused."""
        token = self._token(token_id)
        listeners.answer(token, answer)
        self.run()

    def said(self, token_id: int, result: dict[str, Any]) -> Answer:
        """The result of an operation as the answer of the listener that the token waits for."""
        return listeners.said(self._token(token_id), result)

    def refuse_listener(self, token_id: int, sentence: str) -> None:
        """The operation that is the listener refuses: it denies the change of a user task, or the token has an incident."""
        token = self._token(token_id)
        listeners.refuse(token, sentence)
        self.run()

    def change_user_task(
        self,
        token_id: int,
        event: str,
        changes: dict[str, Any],
        *,
        action: str,
        actor: str | None = None,
        detail: dict[str, Any] | None = None,
        result: dict[str, Any] | None = None,
    ) -> None:
        """Ask the task listeners about a change of an open user task; it comes into force (UserTaskMoved) when all agree.

        event: assigning, updating or completing (then result: its answers); changes: {attribute: new value}. Only for user
        tasks that have task listeners. Raises NoSuchToken, NotWaiting, ChangeDenied.
        """
        token = self._token(token_id)
        task_listeners.check_waiting(token)
        before = token.listening.transition.after
        transition = Transition(before, {**before, **changes}, action, actor, detail or {}, result)
        try:
            task_listeners.begin(token, event, transition)
        except Failure as failure:
            self.stop(token, failure)
        self.run()

    def throw_error(self, token_id: int, code: str, message: str | None, variables: dict[str, Any]) -> bool:
        """A worker reports a BPMN error. False: nothing catches it, so the token has an incident now."""
        token = self._waiting_outside(token_id)
        caught = self.catch_error(token, code, message, variables)
        if not caught:
            incident = uncaught(token, code, message)
            self.mark(token, incident.kind, incident.sentence, "wait")
        self.run()
        return caught

    def fire(self, token_id: int, event_id: str, variables: dict[str, Any] | None = None) -> None:
        """A wait of `waits()` has happened: the timer is due, or the message came with these variables."""
        token = self._token(token_id)
        wait = (token.waits or {}).get(event_id)
        if wait is None or wait.happened:
            raise NotWaiting(
                f'Expected "{event_id}" to be waited for, but it has happened already or was given up.'
            )
        event_of(token, event_id).fire(token, event_id, dict(variables or {}))
        self.run()

    def signal(
        self, name: str, variables: dict[str, Any], only: Container[tuple[int, str]] | None = None
    ) -> int:
        """A signal was thrown elsewhere: all that wait for it here fire; how many there were (perhaps none).

        only: (token id, event id) of those that waited when it was thrown; who began to wait later does not hear it.
        """
        fired = self.deliver_signal(name, variables, only)
        self.run()
        return fired

    def raise_incident(self, token_id: int, kind: str, sentence: str) -> None:
        """Something outside went wrong for this token: it stops until it is retried.

        A retried job goes on waiting (the keeper of jobs gives it retries); a retried user task opens again.
        """
        token = self._token(token_id)
        if token._state != STARTED:
            raise NotWaiting(
                f'Expected "{token.task_spec.element_id}" to wait, but it has an incident already.'
            )
        if kind == JOB_NO_RETRIES:
            kind = listeners.kind_of_incident(token)
        # What is wrong with a user task was found when it opened (its form, a date), so a retry opens it again.
        opens_again = isinstance(token.task_spec, UserTask) and not kind.endswith("_NO_RETRIES")
        self.mark(token, kind, sentence, "reopen" if opens_again else "wait")

    def retry(self, token_id: int) -> None:
        """Resolve the incident of a token: what failed is done again. Raises NoSuchToken, NotWaiting."""
        token = self._token(token_id)
        incident = token.incident
        if incident is None:
            raise NotWaiting(f'Expected "{token.task_spec.element_id}" to have an incident, but it has none.')
        token.incident = None
        self.facts.append(IncidentResolved(token_id))
        if incident.phase in ("enter", "reopen"):
            if incident.phase == "reopen":
                token.task_spec.undo_entering(token, keep_waits=True)
            token._ready()
        elif incident.phase == "leave":
            token.task_spec.finish(token)
        elif incident.phase == "listen":
            token._set_state(STARTED)
            token.task_spec.go_on(token)
        else:
            token._set_state(STARTED)
            if incident.phase == "ask":
                self.watch.ask_again(token)
            elif incident.phase == "direct":
                token.task_spec.ask_again(token)
        self.run()

    def activate(
        self, token_id: int, element_ids: list[str], variables: dict[str, Any] | None = None
    ) -> None:
        """Start inner elements of an ad-hoc sub-process, each with these variables as its own.

        Raises NoSuchToken, NotWaiting (it is no open ad-hoc sub-process), Refused (one cannot be started there).
        """
        token = self._token(token_id)
        if not isinstance(token.task_spec, AdHocSubProcess):
            raise NotWaiting(
                f'Expected an ad-hoc sub-process, but "{token.task_spec.element_id}" is a {token.task_spec.type}.'
            )
        token.task_spec.activate(token, element_ids, dict(variables or {}))
        self.run()

    def set_variables(
        self, variables: dict[str, Any], token_id: int | None = None, local: bool = False
    ) -> None:
        """Write variables of the process instance, or as a result of the token; local: into the token's own scope."""
        token = self.root if token_id is None else self._token(token_id)
        if token is None:
            raise NoSuchToken()
        if local:
            scopes.assign(token, variables)
        else:
            scopes.propagate(token, variables)
        self.run()

    def terminate(self) -> None:
        """End the whole process instance at once."""
        if self.root is not None and self.root.id in self.tasks:
            self.cut(self.root)

    # -- questions --------------------------------------------------------------------------------------------------

    @property
    def is_finished(self) -> bool:
        """Whether nothing is open any more."""
        return not self.tasks

    def is_waiting(self, token_id: int) -> bool:
        """Whether the token is there and waits for work or a person, without an incident."""
        token = self.tasks.get(token_id)
        is_there = token is not None and token._state == STARTED
        return is_there and (listeners.is_open(token) or token.task_spec.awaits_work(token))

    def has_incident(self, token_id: int) -> bool:
        """Whether the token is there and stopped."""
        token = self.tasks.get(token_id)
        return token is not None and token.incident is not None

    @property
    def root_variables(self) -> dict[str, Any]:
        """The variables of the process instance itself (its last ones, once it is finished)."""
        return dict((self.root.variables if self.root is not None else None) or {})

    def variables(self, token_id: int) -> dict[str, Any]:
        """All variables that the token sees."""
        return scopes.visible(self._token(token_id))

    def work_variables(self, token_id: int) -> dict[str, Any]:
        """What the operation or job of the token works with, the same at every try: see ServiceCall.variables."""
        token = self._token(token_id)
        return scopes.visible(token) if listeners.is_open(token) else variables_for_work(token)

    def told_to_worker(self, token_id: int) -> dict[str, Any]:
        """What an outside worker of the token's job is told: all variables that the token sees, and what it can begin."""
        token = self._token(token_id)
        return scopes.visible(token) | token.task_spec.told_to_work

    def local_variables(self, token_id: int) -> dict[str, Any]:
        """The variables of the token's own scope."""
        return dict(self._token(token_id).variables or {})

    def tokens(self) -> list[OpenToken]:
        """All open tokens, scopes before what is inside them."""
        return [
            OpenToken(
                t.id,
                t.task_spec.element_id,
                t.task_spec.type,
                None if t._parent is None else t._parent.id,
                _STATE_NAMES[t._state],
                bool(t._children),
            )
            for t in self.tasks.values()
        ]

    def process_of(self, token_id: int) -> Process:
        """The process (the instance's own or a called one) whose element the open token stands at."""
        return self._token(token_id).task_spec.process

    def waits(self) -> list[Wait]:
        """The timers, messages, signals and conditions now waited for."""
        return [
            _wait(token, key, wait)
            for token in self.tasks.values()
            if token.waits
            for key, wait in token.waits.items()
            if not wait.happened
        ]

    def startable(self) -> list[Startable]:
        """The ad-hoc sub-processes in which something can be started now, outer ones first."""
        return [
            Startable(
                token.id, element.element_id, element.name, element.lane, list(element.startable.values())
            )
            for token in self.tasks.values()
            if isinstance(element := token.task_spec, AdHocSubProcess) and element.is_open(token)
        ]

    # -- helpers ----------------------------------------------------------------------------------------------------

    def _token(self, token_id: int) -> Token:
        token = self.tasks.get(token_id)
        if token is None or token._state == WAITING:
            raise NoSuchToken()
        return token

    def _waiting_outside(self, token_id: int) -> Token:
        token = self._token(token_id)
        element = token.task_spec
        listeners.refuse_while_open(token)
        if not element.awaits_work(token):
            raise NotWaiting(
                f'Expected a user task or a job, but "{element.element_id}" is a {element.type}.'
            )
        listeners.refuse_while_stopped(token)
        return token


def _wait(token: Token, key: str, wait: Subscription) -> Wait:
    event = event_of(token, key)
    return Wait(
        token.id,
        key,
        wait.kind,
        wait.due_at,
        wait.occurrence,
        wait.repeats,
        wait.message_name,
        wait.correlation_key,
        wait.signal_name,
        event.trigger_at(key).formula.text if wait.kind == CONDITION else None,
        event.element_id,
    )


def _start_event(process: Process, element_id: str | None) -> StartEvent:
    if element_id is None:
        for event in process.start_events:
            if event.kind == "none":
                return event
        raise NotStartable(
            f'Expected the process "{process.name}" to have a none start event, but it has none. '
            "Send its message, wait for its timer, or draw a none start event."
        )
    for event in process.start_events:
        if event.element_id == element_id:
            return event
    raise NotStartable(
        f'Expected "{element_id}" to be a start event of the process "{process.name}", but it is none.'
    )
