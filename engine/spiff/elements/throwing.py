"""Events that throw: what is thrown, one after the other in drawn order, what ends the path last.

The token remembers how many it has thrown, so that a retry after an incident throws nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from lxml import etree

from engine.spiff.elements.element import Element
from engine.spiff.elements.job import uncaught
from engine.spiff.facts import SignalThrown
from engine.spiff.formulas import Value, text_of
from engine.spiff.publications import Publication
from engine.spiff.token import Token
from engine.spiff.waits import SignalTrigger

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source

Effect = Callable[[Token], bool]
"""Throw for this token; False: the token is gone. Raises Failure."""


def signal(trigger: SignalTrigger) -> Effect:
    """All that wait for it here fire at once; the house reaches the others. It carries the token's own variables."""

    def throw(token: Token) -> bool:
        name, variables = trigger.name_at(token), dict(token.variables or {})
        tree = token.workflow
        tree.facts.append(SignalThrown(token.id, token.task_spec.element_id, name, variables))
        tree.deliver_signal(name, variables)
        return token.id in tree.tasks

    return throw


def escalation(code: Value) -> Effect:
    """The nearest catcher around hears of it."""

    def throw(token: Token) -> bool:
        called = text_of(code, token, "the escalation code")
        return token.workflow.escalate(token, called, dict(token.variables or {}))

    return throw


def error(code: Value) -> Effect:
    """The nearest catcher around takes over. Nobody: an incident (Camunda 8; in BPMN the process would just end)."""

    def throw(token: Token) -> bool:
        called = text_of(code, token, "the error code")
        if token.workflow.catch_error(token, called, None, token.variables or {}):
            return False
        raise uncaught(token, called)

    return throw


def terminate(token: Token) -> bool:
    """End everything else in the scope."""
    token.workflow.cut_inside(token._parent, but=token)
    return True


class Throwing(Element):
    """An event with one or several results. Its memo: how many of them it has thrown."""

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        definitions = source.event_definitions()
        if len(definitions) > 1 and source.zeebe("taskDefinition") is not None:
            raise source.refused(
                "Expected no zeebe:taskDefinition on an event with several results, but there is one. "
                "Draw the work as an event or task of its own."
            )
        definitions.sort(key=lambda definition: _LAST.get(etree.QName(definition).localname, 0))
        self.effects = tuple(_effect(source, definition) for definition in definitions)

    def execute(self, token: Token) -> bool:
        """Throw all; False when that took this token away."""
        for effect in self.effects[token.memo or 0 :]:
            if not effect(token):
                return False
            token.memo = (token.memo or 0) + 1
        return True


_LAST = {"terminateEventDefinition": 1, "errorEventDefinition": 2}


def _effect(source: Source, definition: etree._Element) -> Effect:
    kind = etree.QName(definition).localname
    if kind == "signalEventDefinition":
        return signal(source.signal(definition))
    if kind == "escalationEventDefinition":
        return escalation(source.thrown_escalation_code(definition))
    if kind == "messageEventDefinition":
        return Publication(source, definition).throw
    if kind == "errorEventDefinition" and source.type == "endEvent":
        return error(source.thrown_error_code(definition))
    if kind == "terminateEventDefinition" and source.type == "endEvent":
        return terminate
    raise source.refused(f"Expected what this {source.type} throws to be possible on it, but {kind} is not.")
