"""Business rule task: a decision over all visible variables; with a task definition it is work for a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff import scopes
from engine.spiff.elements.element import Element
from engine.spiff.elements.job import Work, do_work
from engine.spiff.formulas import text_of
from engine.spiff.surroundings import DecisionReference
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process import Process
    from engine.spiff.source import Source


class BusinessRuleTask(Element):
    """bpmn:businessRuleTask."""

    def __init__(self, process: Process, source: Source):
        super().__init__(process, source)
        called = source.zeebe("calledDecision")
        self.work = Work(source) if called is None else None
        self.is_completed_from_outside = self.work is not None
        self.decision_id = source.value_attribute(called, "decisionId")
        self.result_variable = source.attribute(called, "resultVariable")
        self.binding = source.attribute(called, "bindingType") or "latest"
        self.version_tag = source.attribute(called, "versionTag")
        if called is not None and self.decision_id is None:
            raise source.refused("Expected zeebe:calledDecision to name a decision, but decisionId is empty.")

    def execute(self, token: Token) -> bool:
        """Decide; the outcome is the result."""
        if self.work is not None:
            return do_work(self.work, token)
        decision_id = text_of(self.decision_id, token, "the decision id")
        reference = DecisionReference(decision_id, self.binding, self.version_tag)
        outcome = token.workflow.surroundings.decide(reference, scopes.visible(token))
        if self.result_variable:
            self.take_result(token, {self.result_variable: outcome})
        return True
