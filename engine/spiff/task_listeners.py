"""Task listeners: they are asked before a change of a user task comes into force, may correct it, and may deny it.

creating (also the first asking of a task that names an assignee, then assigning), assigning, updating, completing: one
listener after the other, each sees what the ones before it corrected. Corrections come into force with the change and
trigger nothing themselves. A denial (not of creating and canceling) drops all corrections; the user task is as before.
Here an operation of ours denies by refusing: then the verb of the person is refused with its reason.

canceling: what is cancelled is not held up here (Camunda 8 waits for these listeners): a registered operation runs inside
the step, for all else jobs are offered at once, which live on without the user task and end with their answer.
Source: Camunda 8, concepts/user-task-listeners.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from engine.errors import BusinessError, Refused
from engine.spiff import listeners
from engine.spiff.facts import UserTaskDenied, UserTaskMoved
from engine.spiff.failures import Failure, ListenerFailed
from engine.spiff.listeners import ASSIGNING, CANCELING, COMPLETING, CREATING, DENIABLE, Answer, AnswerRefused
from engine.spiff.token import ERROR, STARTED, Listening, Token, Transition

if TYPE_CHECKING:
    from engine.spiff.surroundings import ServiceCall

ATTRIBUTES = {
    "assignee": "assignee",
    "candidate_groups": "candidateGroups",
    "candidate_users": "candidateUsers",
    "due_date": "dueDate",
    "follow_up_date": "followUpDate",
    "priority": "priority",
}
"""{attribute of a user task that a listener sees and may correct: its name in Camunda's headers}."""
_HEADER = "io.camunda.zeebe:"
_TEXTS = ("assignee", "due_date", "follow_up_date")
_LISTS = ("candidate_groups", "candidate_users")


class ChangeDenied(Refused):
    """A rule of this step does not allow that."""


def begin(token: Token, event: str, transition: Transition) -> None:
    """Ask the listeners about a change, and bring it into force if all agree inside this step.

    Raises Failure when a listener cannot be asked, and ChangeDenied when an operation denies: nothing is changed then.
    """
    last = token.listening
    token.listening = Listening(event, turn=0 if last is None else last.turn + 1, transition=transition)
    try:
        go_on(token)
    except ChangeDenied:
        token.listening = last
        raise


def go_on(token: Token) -> None:
    """Ask the listeners that have not answered yet; bring the change into force when all have. Raises as `begin`."""
    place = token.listening
    try:
        _ask(token, place)
    except ListenerFailed:
        raise
    except Failure as failure:
        if place.event == CREATING:  # it has not begun: a retry begins it anew
            raise
        raise ListenerFailed(failure.kind, failure.sentence) from None
    if not place.is_open:
        _come_into_force(token)


def _ask(token: Token, place: Listening) -> None:
    element = token.task_spec
    wanted = element.listeners.get(place.event, ())
    while not place.is_open and place.done < len(wanted):
        listener = wanted[place.done]
        call = listener.call_of(token, element.task_headers | headers_of(place.transition))
        try:
            result = token.workflow.surroundings.serve(call)
        except BusinessError as error:
            if place.event in DENIABLE:
                raise ChangeDenied(error.sentence) from None
            raise listeners.refusal(token, str(error.sentence)) from None
        if result is None:
            place.is_open = True
            token.workflow.facts.append(listener.job_of(call))
        else:
            correct(token, corrections_in(result))


def correct(token: Token, corrections: dict[str, Any]) -> None:
    """A listener has agreed, with these corrections. Raises AnswerRefused."""
    place = token.listening
    told = {name: value for name, value in corrections.items() if value is not None}
    _check(place, told)
    if told:
        cleared = {name: None if value == "" else value for name, value in told.items()}
        place.transition.after = {**place.transition.after, **cleared}
    place.is_open = False
    place.done += 1


def hear(token: Token, said: Answer) -> None:
    """The awaited listener has answered from outside. Raises AnswerRefused."""
    place = token.listening
    if said.variables:
        raise AnswerRefused(
            "Expected a task listener to answer without variables, but it sends some. Set them in an execution listener."
        )
    if said.denied:
        if said.corrections:
            raise AnswerRefused("Expected a task listener to deny or to correct, but it does both.")
        if place.event not in DENIABLE:
            raise AnswerRefused(
                f'Expected an answer without denial, because "{place.event}" cannot be denied.'
            )
        deny(token, said.reason)
        return
    correct(token, said.corrections)
    go_on_or_deny(token)


def deny(token: Token, reason: str) -> None:
    """Drop the change that was asked for; the user task is as it was."""
    place = token.listening
    before = place.transition.before
    fact = UserTaskDenied(token.id, token.task_spec.element_id, place.event, reason, place.transition.actor)
    token.workflow.facts.append(fact)
    token.listening = Listening(place.event, turn=place.turn, transition=Transition(before, before))


def cancelled(token: Token) -> None:
    """The user task is taken away: tell the listeners, without waiting for them. The token is still in its place."""
    last, element = token.listening, token.task_spec
    if last.event not in listeners.TASK_EVENTS or token._state not in (STARTED, ERROR):
        return  # it had not been created, or was completed already
    before = last.transition.before
    transition = Transition(before, before, "cancel")
    token.listening = Listening(CANCELING, turn=last.turn + 1, transition=transition)
    for listener in element.listeners[CANCELING]:
        try:
            call = listener.call_of(token, element.task_headers | headers_of(transition))
        except Failure as failure:
            # The token goes away all the same, so there is nothing to hang an incident on.
            token.workflow.facts.append(
                UserTaskDenied(token.id, element.element_id, CANCELING, failure.sentence, None)
            )
            continue
        if not _is_served(token, call):
            token.workflow.facts.append(listener.job_of(call, call.variables))
        token.listening.done += 1


def headers_of(transition: Transition) -> dict[str, str]:
    """What a listener is told of the user task, under the names that Camunda's clients read."""
    headers = {f"{_HEADER}action": transition.action}
    for name, spelled in ATTRIBUTES.items():
        value = transition.after.get(name)
        if value is not None:
            headers[_HEADER + spelled] = (
                value if isinstance(value, str) else msgspec.json.encode(value).decode()
            )
    changed = [ATTRIBUTES[name] for name in transition.changes]
    headers[f"{_HEADER}changedAttributes"] = msgspec.json.encode(changed).decode()
    return headers


def corrections_in(result: dict[str, Any]) -> dict[str, Any]:
    """What of the result of an operation corrects the user task; the rest has no place to go to."""
    return {name: value for name, value in result.items() if name in ATTRIBUTES}


def go_on_or_deny(token: Token) -> None:
    """The same for a change whose asker has gone away: a denial is noted in the history. Raises Failure."""
    try:
        go_on(token)
    except ChangeDenied as denial:
        deny(token, str(denial.sentence))


def _come_into_force(token: Token) -> None:
    place, element, tree = token.listening, token.task_spec, token.workflow
    transition = place.transition
    after = transition.after
    if place.event == CREATING:
        _open(token, after)
        return
    token.listening = Listening(place.event, place.done, turn=place.turn, transition=Transition(after, after))
    tree.facts.append(
        UserTaskMoved(
            token.id, element.element_id, place.event, transition.changes, transition.actor, transition.detail
        )
    )
    if place.event == COMPLETING:
        element.take_result(token, transition.result or {})
        element.finish(token)


def _open(token: Token, attributes: dict[str, Any]) -> None:
    """The user task is created: people see it. One that names an assignee is then assigned, as if somebody did it."""
    element = token.task_spec
    assignee = attributes["assignee"]
    is_asked = assignee is not None and element.names_assignee and ASSIGNING in element.listeners
    seen = {**attributes, "assignee": None} if is_asked else attributes
    token.workflow.facts.append(element.opened(token, seen))
    token.listening = Listening(CREATING, turn=token.listening.turn, transition=Transition(seen, seen))
    if is_asked:
        token.listening = Listening(
            ASSIGNING, turn=token.listening.turn + 1, transition=Transition(seen, attributes, "assign")
        )
        go_on_or_deny(token)


def _is_served(token: Token, call: ServiceCall) -> bool:
    try:
        return token.workflow.surroundings.serve(call) is not None
    except BusinessError:
        return True  # it was told; there is nothing left that it could refuse


def _check(place: Listening, told: dict[str, Any]) -> None:
    for name, value in told.items():
        if name not in ATTRIBUTES:
            raise AnswerRefused(
                f'Expected corrections of {", ".join(ATTRIBUTES)}, but "{name}" is none of them.'
            )
        if name == "priority":
            fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100
        elif name in _LISTS:
            fits = isinstance(value, list) and all(isinstance(one, str) for one in value)
        else:
            fits = isinstance(value, str)
        if not fits:
            wanted = "a text" if name in _TEXTS else "a list of texts" if name in _LISTS else "0 to 100"
            raise AnswerRefused(f"Expected the correction of {name} to be {wanted}, but it is {value!r:.80}.")
    if "assignee" in told and place.event == CREATING and place.transition.before["assignee"] is not None:
        raise AnswerRefused(
            "Expected the assignee to stay while the user task is created, because the model names one, but it is "
            'corrected. Correct it in a listener for "assigning".'
        )


def check_waiting(token: Token) -> None:
    """Raises NotWaiting when nothing can be asked of the user task now."""
    listeners.refuse_while_open(token)
    listeners.refuse_while_stopped(token)
