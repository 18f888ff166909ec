"""Start events: none, message, timer. A message's variables are its result, like those of any catch event."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.spiff.elements.element import Element
from engine.spiff.facts import FormReference
from engine.spiff.formulas import Formula
from engine.spiff.token import Token
from engine.spiff.waits import MessageTrigger, TimerTrigger

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source


class Timer(NamedTuple):
    """kind: date, duration or cycle; text: ISO 8601, cron, or `=` and a FEEL expression without variables."""

    kind: str
    text: str


class StartEvent(Element):
    """bpmn:startEvent. kind: none, message or timer. form: the start form, if there is one."""

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        trigger = source.event_trigger({"timerEventDefinition", "messageEventDefinition"})
        self.kind = "none" if trigger is None else trigger.kind
        self.message_name: str | None = None
        self.timer: Timer | None = None
        self.form: FormReference | None = source.form()
        if isinstance(trigger, MessageTrigger):
            if isinstance(trigger.name, Formula):
                raise source.refused(
                    "Expected the message of a start event to have a fixed name, but it is an expression. "
                    "Write the name itself."
                )
            self.message_name = trigger.name.text
        elif isinstance(trigger, TimerTrigger):
            self.timer = Timer(trigger.timer_kind, trigger.text)
        if self.parent is not None and self.kind != "none":
            raise source.refused(
                f"Expected a none start event in a sub-process, but this is a {self.kind} start event."
            )

    def execute(self, token: Token) -> bool:
        """What started the process comes with its variables on the token."""
        result, token.variables = token.variables, None
        self.take_result(token, result or {})
        return True
