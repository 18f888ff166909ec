"""Decision tables: read into a tree node that compiles to one closure (DMN 1.5, chapter 8).

Inputs are evaluated once; a rule's cells are tried from left to right until one fails; outputs are evaluated for
matching rules only. What the matches mean together is the hit policy's affair (hit_policies.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree

from ..feel.compiling.scope import Closure, Scope
from ..feel.compiling.tests import Test, compile_test
from ..feel.errors import Problem
from ..feel.kinds import shown
from ..feel.numbers import ZERO
from ..feel.parsing import parse, parse_unary_tests
from ..feel.parsing.names import Names
from ..feel.runtime import Run
from ..feel.tree import Literal, Node, UnaryTests
from ..feel.types import Type
from .explain import RuleTrace, TableTrace
from .hit_policies import AGGREGATORS, HIT_POLICIES, HitPolicy, Match
from .item_types import ConstrainedType
from .reader import child, children, name_of, text_of, type_ref

if TYPE_CHECKING:
    from ..feel.compiling import Compiler
    from .boxed import BoxedReader

_LETTERS = {
    "U": "UNIQUE",
    "A": "ANY",
    "P": "PRIORITY",
    "F": "FIRST",
    "R": "RULE ORDER",
    "O": "OUTPUT ORDER",
    "C": "COLLECT",
}


@dataclass(slots=True)
class Input:
    """An input column: its expression, the cells' common type and the values it allows."""

    label: str
    expression: Node
    type: Type
    allowed: Node | None


@dataclass(slots=True)
class Output:
    """An output column; `order` lists the allowed values, the most important first."""

    name: str
    type: Type
    allowed: Node | None
    order: list[Node]
    default: Node | None


@dataclass(slots=True)
class Rule:
    """A row: its tests, its outputs, and what people know it by."""

    number: int
    id: str
    tests: list[Node]
    outputs: list[Node]
    annotations: list[str]


@dataclass(slots=True)
class Table(Node):
    """A whole decision table as one expression."""

    name: str
    inputs: list[Input]
    outputs: list[Output]
    rules: list[Rule]
    policy: HitPolicy
    aggregate: Callable[[list[Any]], Any] | None

    def compile(self, compiler: Compiler, scope: Scope | None) -> Closure:
        return _compile(self, compiler, scope)


# ---------------------------------------------------------------------- reading


def read_table(reader: BoxedReader, box: etree._Element, names: Names) -> Node:
    """The table below this element; what cannot be read becomes a problem of the model."""
    policy = box.get("hitPolicy") or "UNIQUE"
    policy = _LETTERS.get(policy, policy)
    if policy not in HIT_POLICIES:
        return reader.broken(box, f"Expected a hit policy of DMN, but found '{policy}'.")
    aggregation = box.get("aggregation") if policy == "COLLECT" else None
    if aggregation is not None and aggregation not in AGGREGATORS:
        message = f"Expected SUM, COUNT, MIN or MAX as the aggregation, but found '{aggregation}'."
        return reader.broken(box, message)
    inputs = [_input(reader, column, names) for column in children(box, "input")]
    outputs = [_output(reader, column, names) for column in children(box, "output")]
    rules = [
        _rule(reader, number, rule, names, len(inputs), len(outputs))
        for number, rule in enumerate(children(box, "rule"), 1)
    ]
    aggregate = AGGREGATORS[aggregation] if aggregation else None
    return Table(0, reader.element, inputs, outputs, rules, HIT_POLICIES[policy], aggregate)


def _input(reader: BoxedReader, column: etree._Element, names: Names) -> Input:
    expression = child(column, "inputExpression")
    text = text_of(expression)
    node = reader.text(text, column, names, parse) if text.strip() else Literal(0, None)
    declared = reader.types.referred(type_ref(expression), column)
    label = column.get("label") or text.strip() or "input"
    return Input(label, node, declared, _tests(reader, child(column, "inputValues"), names))


def _output(reader: BoxedReader, column: etree._Element, names: Names) -> Output:
    declared = reader.types.referred(type_ref(column), column)
    allowed = _tests(reader, child(column, "outputValues"), names)
    order = [test for test, _ in allowed.tests] if isinstance(allowed, UnaryTests) else []
    if allowed is None and isinstance(declared, ConstrainedType):
        order = declared.order
    entry = child(column, "defaultOutputEntry")
    default = _output_value(reader, entry, names) if entry is not None else None
    return Output(name_of(column), declared, allowed, order, default)


def _tests(reader: BoxedReader, entry: etree._Element | None, names: Names) -> Node | None:
    text = text_of(entry).strip()
    return reader.text(text, entry, names, parse_unary_tests) if text else None


def _rule(
    reader: BoxedReader, number: int, rule: etree._Element, names: Names, inputs: int, outputs: int
) -> Rule:
    tests, values = list(children(rule, "inputEntry")), list(children(rule, "outputEntry"))
    if len(tests) != inputs or len(values) != outputs:
        reader.problem(
            rule,
            f"Expected {inputs} input and {outputs} output cells in rule {number}, "
            f"but found {len(tests)} and {len(values)}.",
        )
    cells = [
        reader.text(text, cell, names, parse_unary_tests)
        if (text := text_of(cell).strip())
        else UnaryTests(0, [], False)
        for cell in tests
    ]
    annotations = [text_of(entry).strip() for entry in children(rule, "annotationEntry")]
    results = [_output_value(reader, cell, names) for cell in values]
    return Rule(number, rule.get("id") or "", cells, results, annotations)


def _output_value(reader: BoxedReader, cell: etree._Element, names: Names) -> Node:
    text = text_of(cell)
    return reader.text(text, cell, names, parse) if text.strip() and text.strip() != "-" else Literal(0, None)


# ---------------------------------------------------------------------- compiling


def _compile(table: Table, compiler: Compiler, scope: Scope | None) -> Closure:
    inputs = [_compile_input(column, compiler, scope) for column in table.inputs]
    tested = Scope("?", scope)
    rules = [_compile_rule(rule, table, compiler, scope, tested) for rule in table.rules]
    defaults = _compile_defaults(table, compiler, scope)
    policy, aggregate, name = table.policy, table.aggregate, table.name
    needs_all = policy.needs_all
    ranks = _compile_ranks(table, compiler, scope)
    counts = aggregate is AGGREGATORS["COUNT"]

    def without_match(run: Run) -> Any:
        if counts:
            return ZERO
        return run.note("no-rule", f"No rule of the decision table of '{name}' matches.", None)

    def decide(run: Run, frame: Any) -> Any:
        try:
            frames = [(value(run, frame), frame) for value in inputs]
            if run.trace is not None:
                run.trace.append(_trace(table, rules, run, frames))
            matches: list[Match] = []
            for rule, tests, outputs in rules:
                for index, test in tests:
                    inner = frames[index]
                    if test(run, inner, inner[0]) is not True:
                        break
                else:
                    matches.append((rule, outputs))
                    if not needs_all:
                        break
            if not matches:
                return without_match(run) if defaults is None else defaults(run, frame)
            values = [outputs(run, frame) for _, outputs in matches]
            return policy.combine(run, [rule.number for rule, _ in matches], values, ranks, aggregate)
        except Problem as problem:
            return run.note(problem.code, f"Decision table of '{name}': {problem.message}", None)

    return decide


def _compile_input(column: Input, compiler: Compiler, scope: Scope | None) -> Closure:
    value = compiler.compile(column.expression, scope)
    declared, label = column.type, column.label
    allowed = None if column.allowed is None else compiler.compile(column.allowed, Scope("?", scope))
    if declared.is_any and allowed is None:
        return value

    def read(run: Run, frame: Any) -> Any:
        found = value(run, frame)
        if found is None:
            return None
        found = declared.coerce(run, found)
        if allowed is not None and allowed(run, (found, frame)) is not True:
            raise Problem(f"The input '{label}' does not allow {shown(found)}.", "value-not-allowed")
        return found

    return read


def _compile_rule(
    rule: Rule, table: Table, compiler: Compiler, scope: Scope | None, tested: Scope
) -> tuple[Rule, list[tuple[int, Test]], Closure]:
    tests = [
        (index, compile_test(compiler, test, tested))
        for index, test in enumerate(rule.tests)
        if not (isinstance(test, UnaryTests) and not test.tests)
    ]
    return rule, tests, _compile_outputs(table.outputs, rule.outputs, compiler, scope)


def _compile_defaults(table: Table, compiler: Compiler, scope: Scope | None) -> Closure | None:
    if all(column.default is None for column in table.outputs):
        return None
    nodes = [column.default or Literal(0, None) for column in table.outputs]
    return _compile_outputs(table.outputs, nodes, compiler, scope)


def _compile_outputs(
    columns: list[Output], nodes: list[Node], compiler: Compiler, scope: Scope | None
) -> Closure:
    """One output is a plain value, several are a context."""
    cells = [
        (column.name, _compile_output(column, compiler.compile(node, scope), compiler, scope))
        for column, node in zip(columns, nodes, strict=False)
    ]
    if len(columns) == 1 and cells:
        return cells[0][1]
    return lambda run, frame: {name: cell(run, frame) for name, cell in cells}


def _compile_output(column: Output, value: Closure, compiler: Compiler, scope: Scope | None) -> Closure:
    declared, name = column.type, column.name or "the output"
    allowed = None if column.allowed is None else compiler.compile(column.allowed, Scope("?", scope))
    if declared.is_any and allowed is None:
        return value

    def write(run: Run, frame: Any) -> Any:
        found = declared.coerce(run, value(run, frame))
        if allowed is not None and found is not None and allowed(run, (found, frame)) is not True:
            raise Problem(f"The output '{name}' does not allow {shown(found)}.", "value-not-allowed")
        return found

    return write


def _compile_ranks(
    table: Table, compiler: Compiler, scope: Scope | None
) -> Callable[[Run, Any], tuple[int, ...]]:
    """A sort key from the order of the allowed output values, for the hit policies P and O."""
    tested = Scope("?", scope)
    columns = [
        (
            column.name,
            [compile_test(compiler, UnaryTests(0, [(node, False)], False), tested) for node in column.order],
        )
        for column in table.outputs
    ]

    def rank(run: Run, value: Any) -> tuple[int, ...]:
        places = []
        for name, tests in columns:
            part = value if len(columns) == 1 else value[name]
            place = (at for at, test in enumerate(tests) if test(run, (part, None), part) is True)
            places.append(next(place, len(tests)))
        return tuple(places)

    return rank


def _trace(table: Table, rules: list, run: Run, frames: list[tuple[Any, Any]]) -> TableTrace:
    """Every rule with the first of its cells that failed; costs a full pass, so only on request."""
    traced = []
    for rule, tests, _ in rules:
        failed = next(
            (index for index, test in tests if test(run, frames[index], frames[index][0]) is not True), None
        )
        traced.append(RuleTrace(rule.number, rule.id, failed is None, failed, rule.annotations))
    inputs = [(column.label, frame[0]) for column, frame in zip(table.inputs, frames, strict=True)]
    return TableTrace(table.name, inputs, traced)
