"""The syntax tree: one small class per construct of FEEL (DMN 1.5, 10.3.1.2), each knowing its place in the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Node:
    """Anything that has a value."""

    position: int


@dataclass(slots=True)
class Literal(Node):
    value: Any


@dataclass(slots=True)
class Broken(Node):
    """A part that could not be read: null, and whenever it is evaluated, the reason."""

    code: str
    reason: str


@dataclass(slots=True)
class Name(Node):
    name: str


@dataclass(slots=True)
class Path(Node):
    """base.name"""

    base: Node
    name: str


@dataclass(slots=True)
class Filter(Node):
    """base[condition], where the condition may also be an index."""

    base: Node
    condition: Node


@dataclass(slots=True)
class Call(Node):
    """function(arguments); `labels` holds the parameter names of a call by name, else None."""

    function: Node
    arguments: list[Node]
    labels: list[str] | None


@dataclass(slots=True)
class Chain(Node):
    """first op operand op operand ...: one node however long, so a sum of 2,000 terms is not 2,000 deep."""

    first: Node
    rest: list[tuple[str, Node, int]]


@dataclass(slots=True)
class Negate(Node):
    operand: Node


@dataclass(slots=True)
class Compare(Node):
    op: str
    left: Node
    right: Node


@dataclass(slots=True)
class Logic(Node):
    """A whole chain of `and`s, or of `or`s."""

    op: str
    operands: list[Node]


@dataclass(slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(slots=True)
class In(Node):
    """value in tests"""

    value: Node
    tests: list[Node]


@dataclass(slots=True)
class UnaryTest(Node):
    """`< 5`, `>= x`, `= y`: an operator whose left side is the tested value; as a value it is a range."""

    op: str
    operand: Node


@dataclass(slots=True)
class UnaryTests(Node):
    """A cell of a decision table. `uses_input` tells per test whether it speaks of `?` itself."""

    tests: list[tuple[Node, bool]]
    negated: bool


@dataclass(slots=True)
class InstanceOf(Node):
    value: Node
    type: TypeName


@dataclass(slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(slots=True)
class For(Node):
    """iterators: (variable, domain, end); end is None unless the domain is `start..end`."""

    iterators: list[tuple[str, Node, Node | None]]
    body: Node


@dataclass(slots=True)
class Quantified(Node):
    """some / every ... satisfies"""

    every: bool
    iterators: list[tuple[str, Node, Node | None]]
    condition: Node


@dataclass(slots=True)
class FunctionDefinition(Node):
    parameters: list[tuple[str, TypeName | None]]
    body: Node
    result: TypeName | None = None


@dataclass(slots=True)
class External(Node):
    """The body of a function that asks for Java or PMML code: never executed here."""


@dataclass(slots=True)
class ListOf(Node):
    items: list[Node]


@dataclass(slots=True)
class ContextOf(Node):
    """{name: value, ...}; `result` is the boxed context's last, nameless entry."""

    entries: list[tuple[str, Node]]
    result: Node | None = None


@dataclass(slots=True)
class RangeOf(Node):
    start: Node
    end: Node
    start_included: bool
    end_included: bool


@dataclass(slots=True)
class Coerce(Node):
    """A value with a declared type (typeRef); boxed expressions make it, with the type itself."""

    value: Node
    type: Any
    what: str


@dataclass(slots=True)
class TypeName:
    """A type as written: `number`, `list<string>`, `function<number> -> string`, `context<a: number>`."""

    position: int
    name: str
    arguments: list[TypeName] | None = None
    fields: list[tuple[str, TypeName]] | None = None
    result: TypeName | None = None
