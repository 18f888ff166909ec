"""One evaluation of a model: every element's value is worked out once, when it is first needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..feel.border import take_in
from ..feel.errors import Problem
from ..feel.functions import Function
from ..feel.runtime import Run
from ..feel.types import FunctionType
from .elements import Decision, Element, InputData, Knowledge, Requirement, Service
from .graph import Graph

_NOTHING: Mapping[str, Any] = {}


class Evaluation:
    """Remembers the values of elements; `given` overrules what would be worked out (a service's parameters)."""

    def __init__(self, run: Run, graph: Graph, given: dict[Element, Any] | None = None) -> None:
        self.run, self.graph = run, graph
        self.values: dict[Element, Any] = dict(given or {})
        self._ways = import_ways(graph)

    def value_of(self, element: Element) -> Any:
        """The element's value; functions for knowledge models and services."""
        if element in self.values:
            return self.values[element]
        if isinstance(element, InputData):
            value = self._input(element)
        elif isinstance(element, Decision):
            value = self._decide(element)
        elif isinstance(element, Knowledge):
            value = element.make(self.run, self.frame_of(element))
        else:
            value = self._service_function(element)
        self.values[element] = value
        return value

    def frame_of(self, element: Decision | Knowledge) -> Any:
        """The values of the requirements as the nested frames the element was compiled for."""
        frame = None
        for value in self._by_name(element.requirements).values():
            frame = (value, frame)
        return frame

    def _by_name(self, requirements: list[Requirement]) -> dict[str, Any]:
        named: dict[str, Any] = {}
        for requirement in requirements:
            value = self.value_of(requirement.target)
            if requirement.imported_as is None:
                named[requirement.name] = value
            else:
                named.setdefault(requirement.imported_as, {})[requirement.name] = value
        return named

    def _decide(self, decision: Decision) -> Any:
        run = self.run
        frame = self.frame_of(decision)
        before = len(run.diagnostics or ())
        value = decision.evaluate(run, frame)
        for diagnostic in (run.diagnostics or ())[before:]:
            diagnostic.where = diagnostic.where or decision.name
        return value

    def _input(self, element: InputData) -> Any:
        source: Any = self.run.context
        for prefix in self._ways.get(element.namespace, ()):
            source = source.get(prefix, _NOTHING) if isinstance(source, Mapping) else _NOTHING
        if not isinstance(source, Mapping) or element.name not in source:
            # Callers that do not know about imports hand over all inputs side by side.
            source = self.run.context
        if element.name not in source:
            return self.run.note("no-input", f"There is no value for the input '{element.name}'.", None)
        return self._typed(element, source[element.name])

    def _typed(self, element: Element, value: Any) -> Any:
        try:
            return element.type.coerce(self.run, take_in(self.run, value))
        except Problem as problem:
            return self.run.note(problem.code, f"The input '{element.name}': {problem.message}", None)

    def call_service(self, service: Service) -> Any:
        """Call the service with the context's values as its arguments."""
        arguments = [self._typed(one.target, self.run.context.get(one.name)) for one in service.parameters]
        return self._serve(service, arguments)

    def call_knowledge(self, knowledge: Knowledge) -> Any:
        """Call the function with the context's values as its arguments."""
        function = self.value_of(knowledge)
        try:
            arguments = [take_in(self.run, self.run.context.get(name)) for name in function.parameters]
            return function.call(self.run, arguments)
        except Problem as problem:
            return self.run.note(problem.code, problem.message, None)

    def _service_function(self, service: Service) -> Function:
        def call(run: Run, arguments: list[Any]) -> Any:
            if len(arguments) != len(service.parameters):
                raise Problem(f"Expected {len(service.parameters)} arguments, but found {len(arguments)}.")
            typed = [
                parameter.target.type.coerce(run, value)
                for parameter, value in zip(service.parameters, arguments, strict=True)
            ]
            run.enter_call()
            value = self._serve(service, typed)
            run.leave_call()
            return value

        names = tuple(parameter.name for parameter in service.parameters)
        types = tuple(parameter.target.type for parameter in service.parameters)
        return Function(service.name, names, call, types)

    def _serve(self, service: Service, arguments: list[Any]) -> Any:
        given = {
            parameter.target: value for parameter, value in zip(service.parameters, arguments, strict=True)
        }
        inner = Evaluation(self.run, self.graph, given)
        outputs = {decision.name: inner.value_of(decision) for decision in service.outputs}
        value = next(iter(outputs.values())) if len(outputs) == 1 else outputs
        declared = service.type.result if isinstance(service.type, FunctionType) else service.type
        return declared.coerce(self.run, value)


def import_ways(graph: Graph) -> dict[str, tuple[str, ...]]:
    """For each namespace the names of the imports that lead to it: inputs of imported models lie under these."""
    ways: dict[str, tuple[str, ...]] = {graph.namespace: ()}
    waiting: list[tuple[Graph, tuple[str, ...]]] = [(graph, ())]
    while waiting:
        one, way = waiting.pop(0)
        for prefix, imported in one.imported.items():
            inner = (*way, prefix) if prefix else way
            if imported.namespace not in ways:
                ways[imported.namespace] = inner
                waiting.append((imported, inner))
    return ways
