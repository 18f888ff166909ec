"""What all catching events share: triggers that they wait for, each under a key of its own on the token that owns it.

Several triggers: any one of them is enough (multiple), or all must have happened (parallel multiple). What has happened
already stays on the token with its variables until the last one comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from engine.spiff.elements.element import Element
from engine.spiff.token import Token
from engine.spiff.waits import CONDITION, Subscription, Trigger
from engine.spiff.watch import watch_of

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source

ERROR = "error"
ESCALATION = "escalation"
LOCAL = "local"
"""The memo of an event's token whose variables are not its result."""


class Triggered(Element):
    """An element with triggers. trigger: the first of them, None for a none event; needs_all: parallel multiple."""

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        self.triggers: tuple[Trigger, ...] = ()
        self._by_key: dict[str, Trigger] = {}
        self.needs_all = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its waits, in drawn order."""
        return tuple(self._by_key)

    @property
    def trigger(self) -> Trigger | None:
        """The first trigger."""
        return self.triggers[0] if self.triggers else None

    def wait_for(self, triggers: tuple[Trigger, ...], needs_all: bool = False) -> None:
        """Set the triggers, once, while the diagram is read."""
        self.triggers = triggers
        self._by_key = {
            self.spec_id if at == 1 else f"{self.spec_id}#{at}": trigger
            for at, trigger in enumerate(triggers, 1)
        }
        self.needs_all = needs_all and len(triggers) > 1

    def trigger_at(self, key: str) -> Trigger:
        """The trigger that is waited for under this key."""
        return self._by_key[key]

    def open_waits(self, owner: Token, waits: dict[str, Subscription]) -> None:
        """Open what is not open yet, into these waits of the owner. Raises Failure."""
        for key, trigger in self._by_key.items():
            if key not in waits:
                waits[key] = trigger.open(owner)
                if trigger.kind == CONDITION:
                    watch_of(owner.workflow).open(owner, key)

    def close_waits(self, owner: Token) -> None:
        """Give up all waits of this event."""
        owner.waits = {key: wait for key, wait in (owner.waits or {}).items() if key not in self.keys} or None

    def happened(self, owner: Token, key: str, variables: dict[str, Any]) -> dict[str, Any] | None:
        """The variables that the event brings, now that this trigger has happened; None: others are still missing."""
        if not self.needs_all:
            return variables
        waits = owner.waits
        waits[key].happened = True
        waits[key].payload = variables
        if not all(waits[each].happened for each in self.keys):
            return None
        brought: dict[str, Any] = {}
        for each in self.keys:
            brought.update(waits[each].payload)
        return brought

    def wait_again(self, owner: Token, key: str) -> None:
        """A non-interrupting event fired by this trigger: wait on where that is possible.

        What cannot happen again stays as happened, so that an activity that is opened again does not open it again.
        """
        now = owner.workflow.surroundings.now
        waits = dict(owner.waits)
        again = {
            each: self.trigger_at(each).after_firing(waits[each], now)
            for each in (self.keys if self.needs_all else (key,))
        }
        is_over = None in again.values()  # what needs all of them cannot happen again without one
        for each, wait in again.items():
            waits[each] = replace(waits[each], happened=True, payload=None) if is_over else wait
        owner.waits = waits


class Handler(Triggered):
    """A boundary event, or the start event of an event sub-process: it handles what happens to its activity or scope.

    caught: the codes that it catches by kind (error, escalation); None among them catches all. `begin(owner, variables,
    stays_local)` of each kind of handler interrupts what is to be interrupted and begins the path of the event.
    """

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        self.is_interrupting = True
        self.caught: dict[str, tuple[str | None, ...]] = {}

    def handle(self, source: Source) -> None:
        """Read what it waits for and which errors and escalations it catches, once."""
        self.wait_for(source.triggers(besides=(ERROR, ESCALATION)), source.is_parallel_multiple())
        for kind, codes in (
            (ERROR, source.caught_error_codes()),
            (ESCALATION, source.caught_escalation_codes()),
        ):
            if codes:
                self.caught[kind] = codes
        if self.caught and source.is_parallel_multiple() and len(source.event_definitions()) > 1:
            raise source.refused(
                "Expected timers, messages, signals and conditions where all triggers must happen, but this event also "
                "catches an error or escalation. Draw an event of its own for that."
            )
        if ERROR in self.caught:
            self.is_interrupting = True
        if self.is_interrupting and any(getattr(t, "timer_kind", None) == "cycle" for t in self.triggers):
            raise source.refused(
                "Expected a date or duration on an interrupting timer event, but it has a cycle. "
                "Make it non-interrupting or choose a duration."
            )

    def fire(self, owner: Token, key: str, variables: dict[str, Any]) -> None:
        """A trigger has happened while the activity or scope of `owner` is open."""
        brought = self.happened(owner, key, variables)
        if brought is None:
            return
        if not self.is_interrupting:
            self.wait_again(owner, key)
        self.begin(owner, brought, stays_local=False)

    def catch(self, owner: Token, variables: dict[str, Any]) -> None:
        """An error or escalation thrown inside has reached it; its variables stay local to the event."""
        self.begin(owner, variables, stays_local=True)

    def execute(self, token: Token) -> bool:
        """Hand the variables on: as a result, or (those of errors and escalations) only by output mappings."""
        if token.memo != LOCAL:
            brought, token.variables = token.variables, None
            self.take_result(token, brought or {})
        return True
