"""Moving a running instance to another version of its process, or to another process.

Rules (Camunda 8, process instance migration): everything open needs a place of the same kind in the same nesting. The ids
of elements and flows count as mapped to themselves unless the mapping says otherwise. User tasks, jobs, variables, what was
counted and what was evaluated stay as they are: a timer keeps its due time. A wait whose event the new version lacks is
given up; an event (or trigger of one) that the old version did not have begins to wait, one that has fired already does
not come back (there we are stricter than Camunda, which opens every unmapped one anew). A token at a join keeps the flow it
came by. Called instances stay on their own version. All or nothing: a refusal names every reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.errors import Refused
from engine.spiff import compensation, state
from engine.spiff.elements.compensation import Undoing
from engine.spiff.elements.element import Element
from engine.spiff.elements.event_based_gateway import EventBasedGateway
from engine.spiff.elements.multi_instance import MultiInstance
from engine.spiff.elements.throwing import Throwing
from engine.spiff.elements.triggered import Triggered
from engine.spiff.failures import Failure
from engine.spiff.instance import Instance
from engine.spiff.process import Process
from engine.spiff.surroundings import Surroundings
from engine.spiff.token import WAITING, Token
from engine.spiff.waits import Subscription

_LAYER_SIGNS = "[!#"


class CannotMove(Refused):
    """This process instance cannot be moved to that version."""

    def __init__(self, reasons: list[str]):
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def move(
    data: bytes, old: Process, new: Process, mapping: Mapping[str, str], surroundings: Surroundings
) -> Instance:
    """The stored instance (of `old`), standing in `new` and run to its next waits; its facts tell what that did.

    mapping: {id of an element or flow in old: its id in new}. Raises CannotMove with all reasons; then nothing has changed.
    """
    instance = state.load(data, old, surroundings)
    _Move(instance, old, new, mapping).carry_out()
    instance.run()
    return instance


class _Move:
    """One move: everything is looked at before anything is changed."""

    def __init__(self, instance: Instance, old: Process, new: Process, mapping: Mapping[str, str]):
        self.instance, self.old, self.new, self.mapping = instance, old, new, mapping
        self.reasons: list[str] = []
        self.places: dict[int, Element] = {}
        #: Events of the new version that the old one had, too: whether they wait is decided already.
        self.known = {self._spec_id(spec_id) for spec_id in old.task_specs}

    def carry_out(self) -> None:
        mine = [token for token in self.instance.tasks.values() if token.task_spec.process is self.old]
        for wrong in sorted(set(self.mapping) - set(self.old.elements) - set(self.old.flows)):
            self.reasons.append(f'The mapping names "{wrong}", which the old version does not have.')
        for token in mine:
            self._find_place(token)
        if not self.reasons:
            for token in mine:
                self._check(token)
        joins = {
            (scope_id, self.places[room.id].spec_id if room.id in self.places else spec_id): room
            for (scope_id, spec_id), room in self.instance.joins.items()
        }
        if len(joins) < len(self.instance.joins):
            self.reasons.append("Expected joins at which tokens wait to stay apart, but two become one.")
        if self.reasons:
            raise CannotMove(self.reasons)
        self.instance.spec, self.instance.joins = self.new, joins
        for token in mine:
            self._put(token)
        for token in mine:
            self._open_new_waits(token)
        if self.reasons:
            raise CannotMove(self.reasons)

    # -- where it goes ----------------------------------------------------------------------------------------------

    def _spec_id(self, spec_id: str) -> str:
        """The name of an element of the new version in the state: the mapped id with the layer it had."""
        at = next((n for n, sign in enumerate(spec_id) if sign in _LAYER_SIGNS), len(spec_id))
        return self.mapping.get(spec_id[:at], spec_id[:at]) + spec_id[at:]

    def _find_place(self, token: Token) -> None:
        was = token.task_spec
        place = self.new.task_specs.get(self._spec_id(was.spec_id))
        name = f'"{was.name or was.element_id}"'
        if place is None:
            self.reasons.append(
                f"Expected a place for the {was.type} {name}, but the new version has none. Map it to another element."
            )
            return
        self.places[token.id] = place
        if type(place) is not type(was) or place.type != was.type:
            self.reasons.append(
                f'Expected {name} to stay a {was.type}, but "{place.element_id}" is a {place.type}.'
            )
        elif isinstance(was, MultiInstance) and place.is_sequential != was.is_sequential:
            self.reasons.append(
                f"Expected the instances of {name} to stay parallel or sequential, but that changes."
            )
        around = None if was.parent is None else self.mapping.get(was.parent, was.parent)
        if place.parent != around:
            self.reasons.append(
                f'Expected {name} to stay in the same scope, but "{place.element_id}" lies elsewhere.'
            )

    # -- what it carries --------------------------------------------------------------------------------------------

    def _check(self, token: Token) -> None:
        was, place = token.task_spec, self.places[token.id]
        if token._state == WAITING:
            self._check_join(token, place)
        for key in token.waits or {}:
            self._check_wait(token, key, place)
        if isinstance(was, Throwing) and token.memo is not None and was.results != place.results:
            self.reasons.append(
                f'Expected "{place.element_id}" to throw the same as before, because some of it is thrown already, but that '
                "changes."
            )
        if token.listening is not None and token.listening.is_open:
            event, done = token.listening.event, token.listening.done
            if len(place.listeners.get(event, ())) <= done:
                self.reasons.append(
                    f'Expected "{was.element_id}" to keep its listener for "{event}", which is at work, but it is gone.'
                )
        left = token.memo or [] if isinstance(was, Undoing) else []
        records = [*(token.records or []), *left]
        for spec_id in sorted(set(_names_in(records))):
            undone = self.new.task_specs.get(self._spec_id(spec_id))
            if undone is None or not undone.is_compensable:
                self.reasons.append(
                    f'Expected the new version to be able to undo "{spec_id}", which is completed, but it is not. '
                    "Draw its compensation there, too."
                )

    def _check_join(self, room: Token, place: Element) -> None:
        incoming = {flow.flow_id for flow in place.incoming}
        for flow_id in room.memo:
            if self.mapping.get(flow_id, flow_id) not in incoming:
                self.reasons.append(
                    f'Expected the flow "{flow_id}", by which a token came to "{room.task_spec.element_id}", to lead '
                    "there still, but it does not. Map the flow."
                )
        if len(incoming) < len(room.task_spec.incoming):
            self.reasons.append(
                f'Expected the join "{place.element_id}" to have as many incoming flows as before, but it has fewer.'
            )

    def _check_wait(self, token: Token, key: str, place: Element) -> None:
        event_id, sign, number = key.partition("#")
        event = self.new.task_specs.get(self._spec_id(event_id))
        if event is None:
            return
        old_event: Triggered = self.old.task_specs[event_id]
        moved = event.spec_id + sign + number
        if event not in _events_of(place) or not isinstance(event, Triggered) or moved not in event.keys:
            self.reasons.append(
                f'Expected the event "{old_event.element_id}" to stay where it is, but "{event.element_id}" is '
                "another one. Give it an id of its own."
            )
        elif event.trigger_at(moved).kind != old_event.trigger_at(key).kind:
            self.reasons.append(
                f'Expected the event "{event.element_id}" to wait for a {old_event.trigger_at(key).kind} as before, '
                f"but it waits for a {event.trigger_at(moved).kind}."
            )

    # -- moving -----------------------------------------------------------------------------------------------------

    def _put(self, token: Token) -> None:
        was, place = token.task_spec, self.places[token.id]
        token.task_spec = place
        if token._state == WAITING:
            token.memo = {self.mapping.get(flow_id, flow_id): n for flow_id, n in token.memo.items()}
        if isinstance(was, Undoing) and token.memo:
            token.memo = self._renamed(token.memo)
        if token.records:
            token.records = self._renamed(token.records)
        waits: dict[str, Subscription] = {}
        for key, wait in (token.waits or {}).items():
            event_id, sign, number = key.partition("#")
            if self._spec_id(event_id) in self.new.task_specs:
                waits[self._spec_id(event_id) + sign + number] = wait
        token.waits = waits or None

    def _renamed(self, records: list[compensation.Record]) -> list[compensation.Record]:
        found: list[compensation.Record] = []
        for record in records:
            match record:
                case str():
                    found.append(self._spec_id(record))
                case [int() as times, block]:
                    found.append([times, self._renamed(block)])
                case [spec_id, variables, inside]:
                    found.append([self._spec_id(spec_id), variables, self._renamed(inside)])
        return found

    def _open_new_waits(self, token: Token) -> None:
        if not _is_entered(token):
            return
        waits = dict(token.waits or {})
        try:
            for event in _events_of(token.task_spec):
                begins_inside = event in token.task_spec.event_starts
                is_new = event.spec_id not in self.known and not (begins_inside and _is_interrupted(token))
                if is_new or not waits.keys().isdisjoint(
                    event.keys
                ):  # what waits may have got one more trigger
                    event.open_waits(token, waits)
        except Failure as failure:
            self.reasons.append(failure.sentence)
        token.waits = waits or None


def _events_of(element: Element) -> list[Triggered]:
    """What a token at this element may wait for."""
    found: list[Any] = [*element.boundary_events, *element.event_starts]
    if isinstance(element, EventBasedGateway):
        found += [flow.enters for flow in element.outgoing]
    elif isinstance(element, Triggered):
        found.append(element)
    return found


def _is_entered(token: Token) -> bool:
    """Whether its events wait: not at a join, not before its start listeners have answered, not on its way out."""
    has_failed_to_enter = token.incident is not None and token.incident.phase == "enter"
    listens = token.listening is not None and token.listening.is_open
    return not (token._state == WAITING or token.leaving or has_failed_to_enter or listens)


def _is_interrupted(scope: Token) -> bool:
    """Whether an interrupting event sub-process has taken the scope over."""
    children = (child.task_spec for child in scope._children.values())
    return any(each.is_event_sub_process and each.start_event.is_interrupting for each in children)


def _names_in(records: list[compensation.Record]) -> Iterator[str]:
    for record in records:
        match record:
            case str():
                yield record
            case [int(), block]:
                yield from _names_in(block)
            case [spec_id, _, inside]:
                yield spec_id
                yield from _names_in(inside)
