"""Events that throw: what is thrown, one after the other in drawn order, what ends the path last.

The token remembers how many it has thrown, so that a retry after an incident throws nothing twice. Beside others,
compensation is a throw event of its own inside the token, which waits for it; a cancel event stands beside it and takes it
away with all else in the transaction (BPMN 2.0.2, 10.5.3 and 10.5.4: all results of a multiple event occur).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lxml import etree
from msgspec import Struct, convert

from engine.spiff.elements.compensation import CompensationThrow
from engine.spiff.elements.element import Element
from engine.spiff.elements.job import uncaught
from engine.spiff.elements.transaction import CancelEndEvent
from engine.spiff.facts import SignalThrown
from engine.spiff.failures import Failure
from engine.spiff.formulas import Value, text_of
from engine.spiff.publications import Publication
from engine.spiff.source import type_of
from engine.spiff.token import Token
from engine.spiff.waits import SignalTrigger

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source

Effect = Callable[[Token], bool]
"""Throw for this token; False: the token is gone, or waits. Raises Failure."""


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


def undo(event: CompensationThrow) -> Effect:
    """Undo what the compensation event says, and wait for it."""

    def throw(token: Token) -> bool:
        progress: Progress = token.memo
        progress.thrown += 1
        # What the event mapped for itself is not seen by the handlers, although they run inside its token.
        progress.put_away, token.variables = token.variables, None
        token.workflow.spawn_next(token, event)
        return False

    return throw


def cancel(event: CancelEndEvent) -> Effect:
    """Cancel the transaction around."""

    def throw(token: Token) -> bool:
        token.workflow.spawn_next(token._parent, event)
        return True

    return throw


class Progress(Struct, array_like=True):
    """How many results an event has thrown. put_away: its own variables while handlers run inside it."""

    thrown: int = 0
    put_away: dict[str, Any] | None = None


class Throwing(Element):
    """An event with one or several results. results: their kinds, in the order in which they are thrown; inner: those that
    are events of their own. Its memo: Progress.
    """

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        definitions = source.event_definitions()
        if len(definitions) > 1 and source.zeebe("taskDefinition") is not None:
            raise source.refused(
                "Expected no zeebe:taskDefinition on an event with several results, but there is one. "
                "Draw the work as an event or task of its own."
            )
        definitions.sort(key=lambda definition: _LAST.get(type_of(definition), 0))
        self.inner: tuple[CompensationThrow | CancelEndEvent, ...] = ()
        self.results = tuple(type_of(definition) for definition in definitions)
        self.effects = tuple(self._effect(source, definition) for definition in definitions)

    def layers(self) -> tuple[Element, ...]:
        """Besides itself: the results that are events of their own."""
        return (*super().layers(), *self.inner)

    def wired(self, source: Source) -> None:
        """Those find what they undo or cancel."""
        super().wired(source)
        for event in self.inner:
            event.wired(source)

    def execute(self, token: Token) -> bool:
        """Throw all; False when that took this token away, or it waits."""
        if token.memo is None:
            token.memo = Progress()
        return self._throw_rest(token)

    def child_left(self, token: Token, child: Token) -> None:
        """All is undone: throw the rest."""
        token.variables, token.memo.put_away = token.memo.put_away, None
        try:
            is_done = self._throw_rest(token)
        except Failure as failure:
            token.workflow.stop(token, failure)
            return
        if is_done:
            self.finish(token)

    def restore_memo(self, memo: Any) -> Progress:
        """Progress from the stored state, which was once a number."""
        return Progress(memo) if isinstance(memo, int) else convert(memo, Progress)

    def _throw_rest(self, token: Token) -> bool:
        for effect in self.effects[token.memo.thrown :]:
            if not effect(token):
                return False
            token.memo.thrown += 1
        return True

    def _effect(self, source: Source, definition: etree._Element) -> Effect:
        kind = type_of(definition)
        if kind == "compensateEventDefinition":
            undoing = CompensationThrow(self.process, self._inside(source, "undo"), definition)
            self.inner += (undoing,)
            return undo(undoing)
        if kind == "cancelEventDefinition" and source.type == "endEvent":
            cancelling = CancelEndEvent(self.process, self._inside(source, "cancel"))
            self.inner += (cancelling,)
            return cancel(cancelling)
        return _effect(source, definition)

    def _inside(self, source: Source, name: str) -> Source:
        return source.bare(f"{source.spec_id}#{name}{len(self.inner) + 1}")


_LAST = {"terminateEventDefinition": 1, "errorEventDefinition": 2, "cancelEventDefinition": 3}


def _effect(source: Source, definition: etree._Element) -> Effect:
    kind = type_of(definition)
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
