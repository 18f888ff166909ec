"""Start events: of a process, of a sub-process, and those by which an event sub-process begins.

What a message or signal brings is the result of the start event, like that of any catch event.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from engine import feel
from engine.errors import OrderlaneError
from engine.spiff.elements.triggered import Handler
from engine.spiff.facts import FormReference
from engine.spiff.formulas import Formula, Value
from engine.spiff.token import Token
from engine.spiff.waits import ConditionTrigger, MessageTrigger, SignalTrigger, TimerTrigger

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source


class Undecided(OrderlaneError):
    """A condition that starts a process could not be evaluated."""


class Timer(NamedTuple):
    """kind: date, duration or cycle; text: ISO 8601, cron, or `=` and a FEEL expression without variables."""

    kind: str
    text: str


class StartEvent(Handler):
    """bpmn:startEvent. form: the start form, if there is one.

    kind: none, message, timer, signal, or multiple (any one of several triggers); in an event sub-process also condition,
    error and escalation. A start event of the process says what it waits for in message_names, timers, signal_names and
    conditions; message_name, timer and signal_name are the first of each.
    """

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        self.form: FormReference | None = source.form()
        self.message_names: tuple[str, ...] = ()
        self.signal_names: tuple[str, ...] = ()
        self.conditions: tuple[Formula, ...] = ()
        self.timers: tuple[Timer, ...] = ()
        self.is_interrupting = source.node.get("isInterrupting", "true") not in ("false", "0")
        around = None if self.parent is None else process.elements[self.parent]
        if around is not None and around.is_event_sub_process:
            self.handle(source)
        else:
            self.wait_for(source.triggers())
        kinds = [trigger.kind for trigger in self.triggers] + list(self.caught)
        self.kind = "multiple" if len(kinds) > 1 else (kinds or ["none"])[0]
        if around is None:
            self._start_the_process(source)
        elif not around.is_event_sub_process and self.kind != "none":
            raise source.refused(
                f"Expected a none start event in a sub-process, but this is a {self.kind} start event."
            )

    @property
    def message_name(self) -> str | None:
        """The message that starts the process."""
        return self.message_names[0] if self.message_names else None

    @property
    def signal_name(self) -> str | None:
        """The signal that starts the process."""
        return self.signal_names[0] if self.signal_names else None

    @property
    def timer(self) -> Timer | None:
        """The time at which the process starts."""
        return self.timers[0] if self.timers else None

    def is_true_for(self, variables: Mapping[str, Any], now: datetime) -> bool:
        """Whether one of its conditions is true with these variables; null is not. Raises Undecided (too much was asked)."""
        try:
            found = [each.expression.evaluate(variables, now).value for each in self.conditions]
        except feel.FeelError as error:
            raise Undecided(
                f'Expected the condition of "{self.name or self.element_id}" to be true or false, but it could not be '
                f"evaluated: {error}."
            ) from None
        return any(each is True for each in found)

    def begin(self, owner: Token, variables: dict[str, Any], stays_local: bool) -> None:
        """It has happened in the scope of `owner`: the event sub-process begins."""
        self.process.elements[self.parent].begin(owner, variables, stays_local)

    def _start_the_process(self, source: Source) -> None:
        if source.is_parallel_multiple() and len(self.triggers) > 1:
            raise source.refused(
                "Expected a start event that one trigger is enough for, but this one needs all of them. "
                "Start with one and wait for the others behind it."
            )
        for trigger in self.triggers:
            if isinstance(trigger, MessageTrigger):
                self.message_names += (_fixed(source, trigger.name, "message"),)
            elif isinstance(trigger, SignalTrigger):
                self.signal_names += (_fixed(source, trigger.name, "signal"),)
            elif isinstance(trigger, TimerTrigger):
                self.timers += (Timer(trigger.timer_kind, trigger.text),)
            elif isinstance(trigger, ConditionTrigger):
                self.conditions += (trigger.formula,)


def _fixed(source: Source, name: Value, what: str) -> str:
    if isinstance(name, Formula):
        raise source.refused(
            f"Expected the {what} of a start event to have a fixed name, but it is an expression. "
            "Write the name itself."
        )
    return name.text
