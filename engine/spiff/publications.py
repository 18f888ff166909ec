"""A message that the process itself publishes: a throw or end event or a send task without a task definition.

Camunda 8 makes a job of each (modeler/bpmn/message-events); here only what has a zeebe:taskDefinition is one. Without it the
house publishes the message after the step, as BPMN 2.0.2 (10.5.2) says. The key comes from zeebe:publishMessage, else from the
message's zeebe:subscription; how long it waits for somebody from zeebe:publishMessage or the header timeToLive, else one hour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from engine.spiff import schedules, scopes
from engine.spiff.facts import MessageThrown
from engine.spiff.failures import EXTRACT_VALUE_ERROR, Failure
from engine.spiff.formulas import Value, text_of
from engine.spiff.token import Token
from engine.spiff.waits import MessageTrigger

if TYPE_CHECKING:
    from engine.spiff.source import Source

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"

LIVES_S = 3600.0


class Publication:
    """What is published when a token comes by. trigger: name and key."""

    def __init__(self, source: Source, referrer: etree._Element):
        """referrer: what has the messageRef, an event definition or a send task. Raises ModelRefused."""
        drawn = source.zeebe("publishMessage")
        if drawn is None:
            drawn = referrer.find(f"{_BPMN}extensionElements/{_ZEEBE}publishMessage")
        self.trigger = source.message(referrer)
        key = source.attribute(drawn, "correlationKey")
        if key is not None:
            self.trigger = MessageTrigger(self.trigger.name, source.formula(key))
        self.time_to_live: Value | None = source.value_attribute(drawn, "timeToLive")
        header = source.headers().get("timeToLive")
        if self.time_to_live is None and header:
            self.time_to_live = source.value(header)

    def throw(self, token: Token) -> bool:
        """Note what is to be published: the token's inputs if it maps any, else all it sees. Raises Failure."""
        element = token.task_spec
        name = text_of(self.trigger.name, token, "the name of the message")
        key = "" if self.trigger.correlation_key is None else self.trigger.key_at(token)
        variables = dict(token.variables or {}) if element.input_mappings else scopes.visible(token)
        fact = MessageThrown(token.id, element.element_id, name, key, variables, self._lives_s(token))
        token.workflow.facts.append(fact)
        return True

    def _lives_s(self, token: Token) -> float:
        if self.time_to_live is None:
            return LIVES_S
        text = text_of(self.time_to_live, token, "the time that the message waits")
        now = token.workflow.surroundings.now
        try:
            return (schedules.read("duration", text).first(now) - now).total_seconds()
        except schedules.NotASchedule as refused:
            raise Failure(EXTRACT_VALUE_ERROR, str(refused)) from None
