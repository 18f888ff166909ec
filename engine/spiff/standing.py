"""Where the tokens of an instance stand and what each needs to go on: what the keeper of rows must have a row for.

`standing(instance)` looks at the state alone. A token that needs `nothing` or waits at a dead join is one that no person,
job or event will ever move: a fault of the state itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from engine.spiff.elements.event_based_gateway import EventBasedGateway
from engine.spiff.elements.intermediate_catch_event import Catching, LinkCatchEvent
from engine.spiff.elements.parallel_gateway import ParallelGateway
from engine.spiff.elements.throw_event import LinkThrowEvent, NoneThrowEvent
from engine.spiff.elements.user_task import UserTask
from engine.spiff.token import ERROR, STARTED, WAITING, Token

if TYPE_CHECKING:
    from engine.spiff.elements.element import Element
    from engine.spiff.instance import Instance
    from engine.spiff.process import Flow

PERSON, JOB, EVENT, INSIDE, CHOICE = "person", "job", "event", "inside", "choice"
OTHERS, INCIDENT, NOTHING, DEAD_JOIN, ELSEWHERE = "others", "incident", "nothing", "dead_join", "elsewhere"

#: Elements that are passed in the step that enters them.
_NEVER_WAIT = {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "task", "manualTask", "startEvent"}
#: Scopes: with nothing inside, nothing goes on.
_SCOPES = {"process", "subProcess", "transaction", "callActivity", "multiInstanceBody", "standardLoopBody"}


class Standing(Struct, frozen=True):
    """One open token. needs: what will move it on (see above); sentence: of its incident."""

    token_id: int
    element_id: str
    name: str
    type: str
    needs: str
    sentence: str = ""


def standing(instance: Instance) -> list[Standing]:
    """All open tokens, scopes before what is inside them."""
    found = []
    for token in instance.tasks.values():
        element = token.task_spec
        sentence = "" if token.incident is None else token.incident.sentence
        found.append(
            Standing(token.id, element.element_id, element.name, element.type, _needs(token), sentence)
        )
    return found


def _needs(token: Token) -> str:
    element = token.task_spec
    if token._state == WAITING:
        return DEAD_JOIN if _is_dead(token) else OTHERS
    if token._state == ERROR:
        return INCIDENT
    if token._state != STARTED:
        return NOTHING
    if token.listening is not None and token.listening.is_open:
        return JOB
    if isinstance(element, UserTask):
        return PERSON
    if element.awaits_work(token):
        return JOB
    if isinstance(element, Catching | EventBasedGateway):
        return EVENT if token.waits else NOTHING
    if token._children:
        return INSIDE
    if element.type == "adHocSubProcess":
        return CHOICE
    if element.type in _NEVER_WAIT or element.type in _SCOPES:
        return NOTHING
    if isinstance(element, NoneThrowEvent | LinkThrowEvent | LinkCatchEvent):
        return NOTHING
    return ELSEWHERE


def _is_dead(room: Token) -> bool:
    """Whether a branch that a parallel join misses can come no more: no other token of the scope has a way to it.

    An inclusive join asks this itself whenever nothing else can move.
    """
    gateway = room.task_spec
    if not isinstance(gateway, ParallelGateway):
        return False
    others = [each.task_spec for each in room._parent._children.values() if each is not room]
    missing = [flow for flow in gateway.incoming if not room.memo.get(flow.flow_id)]
    return any(not _can_come(flow, gateway, others) for flow in missing)


def _can_come(flow: Flow, gateway: Element, others: list[Element]) -> bool:
    """Whether a token at one of these elements may still send one along the flow."""
    if not others:
        return False
    elements = gateway.process.elements
    wanted = {each.element_id for each in others}
    seen: set[str] = set()
    stack = [flow.source]
    while stack:
        element_id = stack.pop()
        # Not through the gateway itself: what is still before it waits for the same missing branch.
        if element_id in seen or element_id == gateway.element_id:
            continue
        seen.add(element_id)
        if element_id in wanted:
            return True
        stack.extend(each.source for each in elements[element_id].incoming)
        host = getattr(elements[element_id], "attached_to", None)
        if host is not None:
            stack.append(host)
        if isinstance(elements[element_id], LinkCatchEvent):
            stack += [key for key, each in elements.items() if elements[element_id].is_reached_from(each)]
    return False
