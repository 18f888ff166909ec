"""Boxed expressions as FEEL syntax trees: what is drawn as a box means the same as what could be written as text.

Source: DMN 1.5, 7.3 (literal, invocation, context, list, relation, function definition) and 10.2.1 (conditional,
filter, iterators).
"""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from ..feel.errors import FeelError
from ..feel.parsing import parse
from ..feel.parsing.names import Names
from ..feel.tree import (
    Broken,
    Call,
    Coerce,
    ContextOf,
    External,
    Filter,
    For,
    FunctionDefinition,
    If,
    ListOf,
    Literal,
    Node,
    Quantified,
)
from .errors import ModelProblem
from .item_types import ItemTypes
from .reader import child, children, is_feel, local_name, name_of, text_of, type_ref
from .tables import read_table

_NO_EXPRESSION = frozenset(
    {
        "description",
        "extensionElements",
        "variable",
        "question",
        "allowedAnswers",
        "parameter",
        "formalParameter",
    }
)


class BoxedReader:
    """Reads the expressions of one element; what cannot be read becomes a problem and the value null."""

    def __init__(self, element: str, types: ItemTypes, problems: list[ModelProblem]) -> None:
        self.element, self.types, self.problems = element, types, problems

    def inside(self, parent: etree._Element, names: Names) -> Node:
        """The expression that this element holds, null when it holds none."""
        for candidate in children(parent):
            if local_name(candidate) in _READERS:
                return self.expression(candidate, names)
        return Literal(0, None)

    def expression(self, box: etree._Element, names: Names) -> Node:
        """One boxed expression, brought into its declared type."""
        node = _READERS[local_name(box)](self, box, names)
        return self.typed(node, type_ref(box), box, "The result")

    def typed(self, node: Node, written: str | None, at: etree._Element, what: str) -> Node:
        """The node with its declared type, where one is declared."""
        declared = self.types.referred(written, at)
        if declared.is_any:
            return node
        return Coerce(node.position, node, declared, what)

    def text(self, text: str, at: etree._Element, names: Names, read: Callable[[str, Names], Node]) -> Node:
        """A piece of FEEL text, read by `parse` or `parse_unary_tests`."""
        try:
            return read(text, names)
        except RecursionError:
            return self.broken(at, "Expected an expression that nests less deeply.")
        except FeelError as error:
            return self.broken(at, f"{error.message} In the text {text.strip()[:80]!r}.", error.position)

    def problem(self, at: etree._Element, message: str, position: int | None = None) -> None:
        self.problems.append(ModelProblem(self.element, at.sourceline, message, position))

    def broken(self, at: etree._Element, message: str, position: int | None = None) -> Node:
        """What stands for a part that cannot be read: null, and the reason whenever it is evaluated."""
        self.problem(at, message, position)
        return Broken(position or 0, "broken-part", message)

    # ------------------------------------------------------------------ one method per box

    def literal(self, box: etree._Element, names: Names) -> Node:
        text = text_of(box)
        if not is_feel(box) or child(box, "importedValues") is not None:
            return self.broken(box, "Expected an expression in FEEL; other languages are not executed.")
        return self.text(text, box, names, parse) if text.strip() else Literal(0, None)

    def context(self, box: etree._Element, names: Names) -> Node:
        entries: list[tuple[str, Node]] = []
        for entry in children(box, "contextEntry"):
            variable = child(entry, "variable")
            name = "" if variable is None else name_of(variable)
            if not name:
                return ContextOf(0, entries, self.inside(entry, names))
            is_function = child(entry, "functionDefinition") is not None
            inner = names.with_variables([name]) if is_function else names
            value = self.typed(self.inside(entry, inner), type_ref(variable), entry, f"The entry '{name}'")
            entries.append((name, value))
            names = names.with_variables([name])
        return ContextOf(0, entries)

    def list(self, box: etree._Element, names: Names) -> Node:
        return ListOf(0, [self.expression(item, names) for item in _expressions(box)])

    def relation(self, box: etree._Element, names: Names) -> Node:
        columns = [(name_of(column), type_ref(column)) for column in children(box, "column")]
        rows: list[Node] = []
        for row in children(box, "row"):
            cells = [self.expression(cell, names) for cell in _expressions(row)]
            typed = [
                (name, self.typed(cell, written, row, f"The column '{name}'"))
                for (name, written), cell in zip(columns, cells, strict=False)
            ]
            rows.append(_Row(0, typed))
        return ListOf(0, rows)

    def invocation(self, box: etree._Element, names: Names) -> Node:
        labels: list[str] = []
        arguments: list[Node] = []
        for binding in children(box, "binding"):
            parameter = child(binding, "parameter")
            labels.append("" if parameter is None else name_of(parameter))
            arguments.append(self.inside(binding, names))
        function = next((self.expression(item, names) for item in _expressions(box)), Literal(0, None))
        return Call(0, function, arguments, labels or None)

    def function(self, box: etree._Element, names: Names) -> Node:
        parameters = []
        for parameter in children(box, "formalParameter"):
            declared = self.types.referred(type_ref(parameter), parameter)
            parameters.append((name_of(parameter), None if declared.is_any else declared))
        inner = names.with_variables(name for name, _ in parameters)
        if (box.get("kind") or "FEEL") != "FEEL":
            self.problem(box, "Expected a function in FEEL; Java and PMML are not executed.")
            return FunctionDefinition(0, parameters, External(0))
        return FunctionDefinition(0, parameters, self.inside(box, inner))

    def conditional(self, box: etree._Element, names: Names) -> Node:
        return If(0, *(self.part(box, part, names) for part in ("if", "then", "else")))

    def filter(self, box: etree._Element, names: Names) -> Node:
        inner = Names(names.variables | names.properties | {"item"}, names.properties, names.types)
        return Filter(0, self.part(box, "in", names), self.part(box, "match", inner))

    def loop(self, box: etree._Element, names: Names) -> Node:
        name = box.get("iteratorVariable") or "item"
        inner = names.with_variables([name, "partial"])
        iterator = (name, self.part(box, "in", names), None)
        if local_name(box) == "for":
            return For(0, [iterator], self.part(box, "return", inner))
        return Quantified(0, local_name(box) == "every", [iterator], self.part(box, "satisfies", inner))

    def part(self, box: etree._Element, tag: str, names: Names) -> Node:
        """The expression inside a typed child such as <then>."""
        holder = child(box, tag)
        if holder is None:
            return self.broken(box, f"Expected a part <{tag}> in this boxed expression.")
        return self.typed(self.inside(holder, names), type_ref(holder), holder, f"The part '{tag}'")

    def table(self, box: etree._Element, names: Names) -> Node:
        return read_table(self, box, names)


class _Row(ContextOf):
    """A row of a relation: its cells do not see each other, unlike the entries of a context."""

    def compile(self, compiler, scope):
        entries = [(name, compiler.compile(cell, scope)) for name, cell in self.entries]
        return lambda run, frame: {name: cell(run, frame) for name, cell in entries}


_READERS: dict[str, Callable[[BoxedReader, etree._Element, Names], Node]] = {
    "literalExpression": BoxedReader.literal,
    "context": BoxedReader.context,
    "list": BoxedReader.list,
    "relation": BoxedReader.relation,
    "invocation": BoxedReader.invocation,
    "functionDefinition": BoxedReader.function,
    "encapsulatedLogic": BoxedReader.function,
    "conditional": BoxedReader.conditional,
    "filter": BoxedReader.filter,
    "for": BoxedReader.loop,
    "some": BoxedReader.loop,
    "every": BoxedReader.loop,
    "decisionTable": BoxedReader.table,
}


def _expressions(box: etree._Element) -> list[etree._Element]:
    return [item for item in children(box) if local_name(item) in _READERS]
