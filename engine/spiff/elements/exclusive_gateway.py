"""Exclusive gateway: the first true condition in the order of the diagram file, else the default flow.

A condition that is neither true nor false (so also null, as `x > 3` without x) is an incident even when there is a
default flow: it is a mistake in the model, not an answer. The default flow's own condition is not looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff.elements.element import Element
from engine.spiff.failures import CONDITION_ERROR, Failure
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process import Flow
    from engine.spiff.source import Source


class ConditionalSplit(Element):
    """A gateway whose outgoing flows have conditions."""

    default: Flow | None = None

    def wired(self, source: Source) -> None:
        """Know the default flow and which flows need a condition."""
        default = source.reference("default")
        for flow in self.outgoing:
            if flow.flow_id == default:
                self.default = flow
                flow.is_default = True
        if len(self.outgoing) > 1:
            for flow in self.outgoing:
                if flow.formula is None and not flow.is_default:
                    raise source.refused(
                        f'Expected a condition on the flow "{flow.name or flow.flow_id}", because its gateway has '
                        "several outgoing flows and it is not the default flow. Give it one or make it the default."
                    )

    def nothing_true(self) -> Failure:
        """The incident of a gateway that knows no way on."""
        conditions = ", ".join(f'"{flow.condition}"' for flow in self.outgoing if flow.formula is not None)
        return Failure(
            CONDITION_ERROR,
            f'Expected one of the conditions of "{self.name or self.element_id}" to be true ({conditions}), '
            "but none is, and there is no default flow.",
        )


class ExclusiveGateway(ConditionalSplit):
    """bpmn:exclusiveGateway. As a join it lets every token pass."""

    def execute(self, token: Token) -> bool:
        """Choose the flow to leave by."""
        if len(self.outgoing) > 1 or (self.outgoing and self.outgoing[0].formula is not None):
            token.chosen = (self._choose(token),)
        return True

    def _choose(self, token: Token) -> Flow:
        for flow in self.outgoing:
            if flow.is_default:
                continue
            if flow.formula is None or flow.formula.holds(token, None, CONDITION_ERROR):
                return flow
        if self.default is None:
            raise self.nothing_true()
        return self.default
