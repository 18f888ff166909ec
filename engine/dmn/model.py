"""A loaded decision model: its decisions compiled once, evaluated as often as wanted, from any thread."""

from __future__ import annotations

import datetime as python
from collections.abc import Mapping
from typing import Any

from ..feel.errors import LimitExceeded
from ..feel.runtime import Run
from .elements import Decision, DecisionInfo, Element, InputData, Knowledge, Service
from .errors import ModelProblem
from .evaluation import Evaluation
from .explain import Explanation, Result
from .graph import Graph
from .imports import graph_of
from .order import inputs_of


def load(xml: bytes, imports: Mapping[str, bytes] | None = None) -> Model:
    """Read a DMN document and everything it imports.

    imports: the imported documents by namespace, by location, or by the import's name. What a document that was made
    self-contained brings itself is used where they have none.
    Raises DmnRefused (a sentence and the line) when the document cannot be a decision model. Parts that cannot be
    evaluated are listed in Model.problems and give null.
    """
    return Model(graph_of(xml, imports or {}))


class Model:
    """What `load` gives. Immutable; evaluations do not disturb each other."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.namespace = graph.namespace
        self.problems: list[ModelProblem] = list(graph.problems)
        self._by_name: dict[tuple[type, str], Element] = {}
        for element in graph.elements.values():
            self._by_name.setdefault((type(element), element.name), element)
        self.decisions = [
            DecisionInfo(decision.id, decision.name, inputs_of(decision))
            for decision in graph.of_kind(Decision)
        ]

    @property
    def decision_names(self) -> dict[str, str]:
        """{decision id: decision name}, in the order of the document."""
        return {decision.id: decision.name for decision in self.decisions}

    def decision(self, name: str) -> DecisionInfo:
        """The decision with this id or name. Raises KeyError, which names the known ones."""
        found = self._element(Decision, name)
        return DecisionInfo(found.id, found.name, inputs_of(found))

    def evaluate(
        self,
        name: str,
        context: Mapping[str, Any],
        now: python.datetime | None = None,
        explain: bool = False,
    ) -> Result:
        """The value of the decision with this id or name.

        context: input values by name; values of an import's inputs lie in a context under the import's name.
        Raises KeyError for an unknown decision, LimitExceeded, FeelError for data that is no data.
        """
        decision = self._element(Decision, name)
        return self._run(context, now, explain, lambda evaluation: evaluation.value_of(decision))

    def evaluate_service(
        self,
        name: str,
        arguments: Mapping[str, Any],
        now: python.datetime | None = None,
        explain: bool = False,
    ) -> Result:
        """The value of the decision service with this id or name, called with arguments by name.

        Raises as `evaluate` does.
        """
        service = self._element(Service, name)
        return self._run(arguments, now, explain, lambda evaluation: evaluation.call_service(service))

    def evaluate_function(
        self, name: str, arguments: Mapping[str, Any], now: python.datetime | None = None
    ) -> Result:
        """The value of the business knowledge model with this id or name, called with arguments by name."""
        knowledge = self._element(Knowledge, name)
        return self._run(arguments, now, False, lambda evaluation: evaluation.call_knowledge(knowledge))

    def _element(self, kind: type[Element], name: str) -> Element:
        element = self._graph.elements.get(name)
        if not isinstance(element, kind):
            element = self._by_name.get((kind, " ".join(name.split())))
        if element is None:
            known = ", ".join(sorted(repr(one.name) for one in self._graph.of_kind(kind))) or "none"
            raise KeyError(f"The model has no {kind.__name__.lower()} {name!r}; it has {known}.")
        return element

    def _run(self, context: Mapping[str, Any], now: python.datetime | None, explain: bool, what) -> Result:
        run = Run(context, now)
        explanation = Explanation() if explain else None
        if explanation is not None:
            run.trace = explanation.tables
        evaluation = Evaluation(run, self._graph)
        try:
            value = what(evaluation)
        except RecursionError:
            raise LimitExceeded("Expected a decision that nests less deeply.") from None
        if explanation is not None:
            explanation.decisions = {
                element.name: found
                for element, found in evaluation.values.items()
                if not isinstance(element, InputData)
            }
        return Result(value, run.diagnostics or [], explanation)
