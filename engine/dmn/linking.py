"""Compiles the elements of a graph: requirements become the frames that an element's expression is written in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..feel.compiling import Compiler
from ..feel.compiling.scope import Closure, Scope
from ..feel.errors import FeelError
from ..feel.parsing.names import Names
from ..feel.tree import Coerce, FunctionDefinition, Literal, Node
from ..feel.types import FunctionType, TypeTable
from .boxed import BoxedReader
from .elements import Decision, Element, InputData, Knowledge
from .errors import ModelProblem
from .graph import Graph
from .reader import child, name_of

_COLUMN_NAMES = ("output", "column", "variable")


def compile_graph(graph: Graph) -> None:
    """Give every decision and knowledge model of the graph its closure; problems are added to the graph."""
    properties = graph.properties = property_names(graph)
    table = TypeTable(graph.types.types)
    inputs = [element.name for element in graph.of_kind(InputData)]
    for element in graph.elements.values():
        if isinstance(element, (Decision, Knowledge)):
            seen = requirement_names(element)
            # Camunda's modeler lets tables read inputs without drawing the arrow, so all inputs are known as names.
            names = Names([*seen, *inputs], properties, graph.types.types)
            scope = None
            for name in seen:
                scope = Scope(name, scope)
            reader = BoxedReader(element.name, graph.types, graph.problems)
            compiler = Compiler(names, table)
            if isinstance(element, Decision):
                element.evaluate = _compiled(
                    graph, element, compiler, scope, _decision_node(reader, element, names)
                )
            else:
                element.make = _knowledge(graph, element, reader, compiler, scope, names)


def requirement_names(element: Decision | Knowledge) -> list[str]:
    """The names the element's expression sees, in the order of its frames; an import is one name."""
    names: dict[str, None] = {}
    for requirement in element.requirements:
        names[requirement.imported_as or requirement.name] = None
    return list(names)


def property_names(graph: Graph) -> set[str]:
    """Every name that may stand behind a dot in this graph: components, columns, entries, imported elements.

    Imported graphs are compiled before the graph that imports them, so theirs are known.
    """
    names = graph.types.component_names()
    for element in graph.elements.values():
        names.add(element.name)
        for tag in _COLUMN_NAMES:
            names.update(name_of(xml) for xml in element.xml.iter(f"{{*}}{tag}"))
    for imported in graph.imported.values():
        names |= imported.properties
    names.discard("")
    return names


def _decision_node(reader: BoxedReader, decision: Decision, names: Names) -> Node:
    node = reader.inside(decision.xml, names)
    if decision.type.is_any:
        return node
    return Coerce(0, node, decision.type, f"The decision '{decision.name}'")


def _compiled(graph: Graph, element: Element, compiler: Compiler, scope: Scope | None, node: Node) -> Closure:
    try:
        return compiler.compile(node, scope)
    except (FeelError, RecursionError) as error:
        message = error.message if isinstance(error, FeelError) else "The expression nests too deeply."
        graph.problems.append(ModelProblem(element.name, element.line, message))
        return compiler.compile(Literal(0, None))


def _knowledge(
    graph: Graph,
    element: Knowledge,
    reader: BoxedReader,
    compiler: Compiler,
    scope: Scope | None,
    names: Names,
) -> Callable[[Any, Any], Any]:
    """A maker of the function: it sees its requirements, and itself under its own name."""
    logic = child(element.xml, "encapsulatedLogic")
    own = Scope(element.name, scope)
    names = names.with_variables([element.name])
    if logic is None:
        node: Node = FunctionDefinition(0, [], Literal(0, None))
    else:
        node = reader.expression(logic, names)
    definition = node.value if isinstance(node, Coerce) else node
    # The variable's type is the function's, or as older models write it, the result's.
    declared = element.type.result if isinstance(element.type, FunctionType) else element.type
    if isinstance(definition, FunctionDefinition) and not declared.is_any:
        definition.result = declared
    build = _compiled(graph, element, compiler, own, definition)

    def make(run, frame):
        inner = [None, frame]
        inner[0] = build(run, inner)
        return inner[0]

    return make
