"""Turns a syntax tree into nested Python closures `f(run, frame) -> value`, once; evaluation is then plain calls.

Closures, not generated code: a tree of these functions is easy to audit, and no user text is ever compiled as Python.
"""

from __future__ import annotations

from collections.abc import Callable

from ..parsing.names import Names
from ..tree import (
    Between,
    Broken,
    Call,
    Chain,
    Coerce,
    Compare,
    ContextOf,
    External,
    Filter,
    For,
    FunctionDefinition,
    If,
    In,
    InstanceOf,
    ListOf,
    Literal,
    Logic,
    Name,
    Negate,
    Node,
    Path,
    Quantified,
    RangeOf,
    UnaryTest,
    UnaryTests,
)
from ..types import NO_TYPES, TypeTable
from . import calls, loops, names, operators, tests, values
from .scope import Closure, Scope

CompileNode = Callable[["Compiler", Node, "Scope | None"], Closure]

COMPILE: dict[type, CompileNode] = {
    Literal: values.literal,
    Broken: values.broken,
    ListOf: values.list_of,
    ContextOf: values.context_of,
    RangeOf: values.range_of,
    If: values.choice,
    InstanceOf: values.instance_of,
    Coerce: values.coerce,
    Name: names.name,
    Path: names.path,
    Filter: names.filter_of,
    Chain: operators.chain,
    Negate: operators.negate,
    Compare: operators.compare,
    Logic: operators.logic,
    Between: operators.between,
    In: tests.in_tests,
    UnaryTest: tests.as_range,
    UnaryTests: tests.unary_tests,
    For: loops.for_loop,
    Quantified: loops.quantified,
    Call: calls.call,
    FunctionDefinition: calls.function_definition,
    External: calls.external,
}


class Compiler:
    """Compiles one expression; afterwards `roots` holds the variables it reads from outside.

    roots: {name: certain}; certain is False for names that stand only inside filters, where they may also be
    entries of the filtered items.
    """

    def __init__(
        self, names: Names | None = None, types: TypeTable = NO_TYPES, *, functions_are_values: bool = True
    ) -> None:
        self.names = names
        self.functions_are_values = functions_are_values
        self.types = types
        self.roots: dict[str, bool] = {}

    def compile(self, node: Node, scope: Scope | None = None) -> Closure:
        """The closure for this node; names are looked up in the scope first, then among the variables."""
        make = COMPILE.get(type(node))
        if make is None:
            # Nodes made outside of the grammar (a decision table) bring their own compilation.
            return node.compile(self, scope)
        return make(self, node, scope)

    def is_variable(self, name: str) -> bool:
        """Is the name declared as a variable, so that it hides a built-in function of that name?"""
        return self.names is not None and name in self.names.variables
