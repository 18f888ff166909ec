"""Closures for unary tests: cells of decision tables, and `x in ...`."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .. import comparing
from ..kinds import shown
from ..ranges import Range
from ..runtime import Run
from ..tree import In, Literal, Name, Node, RangeOf, UnaryTest, UnaryTests
from .operators import in_order, same
from .scope import Closure, Frame, Scope

if TYPE_CHECKING:
    from . import Compiler

Test = Callable[[Run, Frame, Any], "bool | None"]


def in_tests(compiler: Compiler, node: In, scope: Scope | None) -> Closure:
    value = compiler.compile(node.value, scope)
    if len(node.tests) == 1 and not isinstance(node.tests[0], UnaryTest):
        return _in_one(value, compiler.compile(node.tests[0], scope), node.tests[0].position)
    tests = [value_test(compiler, test, scope) for test in node.tests]

    def is_in(run, frame):
        decided = any_of(run, frame, value(run, frame), tests)
        return False if decided is None and run.as_in_browser else decided

    return is_in


def _in_one(value: Closure, test: Closure, position: int) -> Closure:
    def is_in(run, frame):
        bounds = test(run, frame)
        decided = matches(run, value(run, frame), bounds, position)
        if run.as_in_browser and decided is not True:
            # feelin: false where nothing compares, null where the list to look in is missing.
            return None if bounds is None else False
        return decided

    return is_in


def unary_tests(compiler: Compiler, node: UnaryTests, scope: Scope | None) -> Closure:
    """True when the tested value `?` passes. Without a `?` the tests must say true or false themselves."""
    if not node.tests:
        return lambda run, frame: True
    tested = compiler.compile(Name(node.position, "?"), scope)
    tests = [cell_test(compiler, test, uses_input, scope) for test, uses_input in node.tests]
    compiler.roots.pop("?", None)  # the tested value is no variable
    has_input = _has_input(scope)

    def check(run, frame):
        value = tested(run, frame) if has_input(run) else NO_INPUT
        return any_of(run, frame, value, tests)

    if node.negated:

        def check_not(run, frame):
            decided = check(run, frame)
            return None if decided is None else not decided

        return check_not
    return check


def compile_test(compiler: Compiler, node: Node, scope: Scope) -> Test:
    """As unary_tests, for a table that hands over the tested value itself (and in frames, for `?`)."""
    if not isinstance(node, UnaryTests):
        closure = compiler.compile(node, scope)
        return lambda run, frame, value: closure(run, frame)
    tests = [cell_test(compiler, test, uses_input, scope) for test, uses_input in node.tests]
    if len(tests) == 1 and not node.negated:
        return tests[0]
    negated = node.negated

    def check(run, frame, value):
        decided = any_of(run, frame, value, tests) if tests else True
        return decided if not negated or decided is None else not decided

    return check


NO_INPUT = object()


def _has_input(scope: Scope | None) -> Callable[[Run], bool]:
    while scope is not None:
        if scope.name == "?":
            return lambda run: True
        scope = scope.outer
    return lambda run: "?" in run.context


def any_of(run: Run, frame: Frame, value: Any, tests: list[Test]) -> bool | None:
    """The `or` of all tests: true as soon as one is true, else null if one was null."""
    decided: bool | None = False
    for test in tests:
        outcome = test(run, frame, value)
        if outcome is True:
            return True
        if outcome is None:
            decided = None
    return decided


def cell_test(compiler: Compiler, node: Node, uses_input: bool, scope: Scope | None) -> Test:
    """One test of a cell: a comparison, a value to equal, a list or range to lie in, or a condition."""
    if not uses_input and (isinstance(node, (UnaryTest, Literal)) or _is_number_range(node)):
        return value_test(compiler, node, scope)
    closure = compiler.compile(node, scope)
    position = node.position

    def condition(run, frame, value):
        outcome = closure(run, frame)
        # A condition about `?` speaks for itself. So does one about other names, as in form-js's `hide`, unless
        # the tested value is a boolean too: then the two are compared.
        if type(outcome) is bool and (uses_input or type(value) is not bool):
            return outcome
        if value is NO_INPUT:
            return _without_input(run, outcome, position)
        return matches(run, value, outcome, position)

    return condition


def _without_input(run: Run, outcome: Any, position: int) -> bool | None:
    if outcome is not None:
        message = f"Expected a condition that is true or false, but it is {shown(outcome)}."
        run.note("condition-not-boolean", message, position)
    return outcome if type(outcome) is bool else None


def value_test(compiler: Compiler, node: Node, scope: Scope | None) -> Test:
    """One test that the value is compared with."""
    position = node.position
    if isinstance(node, UnaryTest):
        return _comparison(node.op, compiler.compile(node.operand, scope), position)
    if isinstance(node, Literal) and type(node.value) in (str, Decimal):
        return _literal(node.value, position)
    if _is_number_range(node):
        return _number_range(node, compiler.compile(node, scope))
    closure = compiler.compile(node, scope)
    return lambda run, frame, value: matches(run, value, closure(run, frame), position)


def _literal(constant: Any, position: int) -> Test:
    kind = type(constant)

    def equals(run, frame, value):
        if type(value) is kind:
            return value == constant
        return matches(run, value, constant, position)

    return equals


def _is_number_range(node: Node) -> bool:
    """Is it written as `[1..5)`? Most cells of most tables are."""
    return (
        isinstance(node, RangeOf)
        and isinstance(node.start, Literal)
        and isinstance(node.end, Literal)
        and type(node.start.value) is Decimal
        and type(node.end.value) is Decimal
    )


def _number_range(node: RangeOf, bounds: Closure) -> Test:
    low, high, position = node.start.value, node.end.value, node.position
    above = operator.le if node.start_included else operator.lt
    below = operator.le if node.end_included else operator.lt

    def lies_within(run, frame, value):
        if type(value) is Decimal:
            return above(low, value) and below(value, high)
        return matches(run, value, bounds(run, frame), position)

    return lies_within


def _comparison(op: str, operand: Closure, position: int) -> Test:
    if op in ("=", "!="):
        return lambda run, frame, value: same(run, value, operand(run, frame), op == "!=", position)
    return lambda run, frame, value: in_order(run, op, value, operand(run, frame), position)


def matches(run: Run, value: Any, test: Any, position: int) -> bool | None:
    """Does the value lie in the range or the list `test`, or else equal it?"""
    if value is NO_INPUT:
        return _without_input(run, test, position)
    kind = type(test)
    if kind is Range:
        if type(value) is Range:
            return same(run, value, test, False, position)
        return _within(run, value, test, position)
    if kind is list:
        run.spend(len(test))
        if type(value) is list and comparing.equal(run, value, test) is True:
            return True
        return any(_one_matches(run, value, item) for item in test)
    return same(run, value, test, False, position)


def _one_matches(run: Run, value: Any, item: Any) -> bool:
    if type(item) is Range and type(value) is not Range:
        return comparing.in_range(run, value, item) is True
    return comparing.equal(run, value, item) is True


def _within(run: Run, value: Any, bounds: Range, position: int) -> bool | None:
    decided = comparing.in_range(run, value, bounds)
    if decided is None:
        message = f"Expected a value that compares with the range's ends, but found {shown(value)}."
        return run.note("not-comparable", message, position)
    return decided


def as_range(compiler: Compiler, node: UnaryTest, scope: Scope | None) -> Closure:
    """`(< 5)` as a value: the range of everything below 5."""
    operand, op = compiler.compile(node.operand, scope), node.op

    def build(run, frame):
        value = operand(run, frame)
        if op in ("<", "<="):
            return Range(None, value, False, op == "<=", op)
        if op in (">", ">="):
            return Range(value, None, op == ">=", False, op)
        return Range(value, value, True, True, op)

    return build
