"""Closures for + - * / **, comparisons, between, and, or; the common types first, everything else in comparing.py."""

from __future__ import annotations

import operator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .. import comparing
from ..arithmetic import OPERATIONS
from ..arithmetic import negate as negated
from ..errors import Problem
from ..kinds import kind_of, shown
from ..numbers import CONTEXT
from ..runtime import Run
from ..tree import Between, Chain, Compare, Literal, Logic, Negate
from .scope import Closure, Scope
from .shortcuts import entry_beside_literal

if TYPE_CHECKING:
    from . import Compiler

_QUICK = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def chain(compiler: Compiler, node: Chain, scope: Scope | None) -> Closure:
    first = compiler.compile(node.first, scope)
    rest = [
        (OPERATIONS[op], compiler.compile(operand, scope), position) for op, operand, position in node.rest
    ]
    if len(rest) == 1:
        ((operation, operand, position),) = rest

        def once(run, frame):
            try:
                value = operation(first(run, frame), operand(run, frame))
            except Problem as problem:
                return run.note(problem.code, problem.message, position)
            if type(value) is str:
                run.made_text(value)
            return value

        return once

    def fold(run, frame):
        value = first(run, frame)
        for operation, operand, position in rest:
            try:
                value = operation(value, operand(run, frame))
            except Problem as problem:
                value = run.note(problem.code, problem.message, position)
            if type(value) is str:
                run.made_text(value)
        return value

    return fold


def negate(compiler: Compiler, node: Negate, scope: Scope | None) -> Closure:
    if isinstance(node.operand, Literal) and type(node.operand.value) is Decimal:
        constant = CONTEXT.minus(node.operand.value)
        return lambda run, frame: constant
    operand, position = compiler.compile(node.operand, scope), node.position

    def minus(run, frame):
        try:
            return negated(operand(run, frame))
        except Problem as problem:
            return run.note(problem.code, problem.message, position)

    return minus


def compare(compiler: Compiler, node: Compare, scope: Scope | None) -> Closure:
    return entry_beside_literal(node, scope, _compare(compiler, node, scope))


def _compare(compiler: Compiler, node: Compare, scope: Scope | None) -> Closure:
    left, right = compiler.compile(node.left, scope), compiler.compile(node.right, scope)
    position = node.position
    if node.op in ("=", "!="):
        if isinstance(node.right, Literal):
            return equals_literal(left, node.right.value, node.op == "!=", position)
        return _equals(left, right, node.op == "!=", position)
    op, quick = node.op, _QUICK[node.op]
    if isinstance(node.right, Literal) and type(node.right.value) is Decimal:
        return _ordered_with(left, op, node.right.value, position)

    def ordered(run, frame):
        one, other = left(run, frame), right(run, frame)
        if type(one) is Decimal and type(other) is Decimal:
            return quick(one, other)
        return in_order(run, op, one, other, position)

    return ordered


def _ordered_with(value: Closure, op: str, constant: Decimal, position: int) -> Closure:
    quick = _QUICK[op]

    def ordered(run, frame):
        found = value(run, frame)
        if type(found) is Decimal:
            return quick(found, constant)
        return in_order(run, op, found, constant, position)

    return ordered


def equals_literal(value: Closure, constant: Any, unequal: bool, position: int) -> Closure:
    """value = "text" and its like: the most frequent test of all."""
    kind = type(constant)
    if kind in (str, Decimal, bool):

        def equals(run, frame):
            found = value(run, frame)
            if type(found) is kind:
                return found == constant
            return same(run, found, constant, False, position)

        def differs(run, frame):
            found = value(run, frame)
            if type(found) is kind:
                return found != constant
            return same(run, found, constant, True, position)

        return differs if unequal else equals
    return lambda run, frame: same(run, value(run, frame), constant, unequal, position)


def _equals(left: Closure, right: Closure, unequal: bool, position: int) -> Closure:
    return lambda run, frame: same(run, left(run, frame), right(run, frame), unequal, position)


def same(run: Run, left: Any, right: Any, unequal: bool, position: int) -> bool | None:
    """left = right (or !=), null with a note when the types differ."""
    decided = comparing.equal(run, left, right)
    if decided is None:
        message = f"Expected two values of one type, but found {shown(left)} and {shown(right)}."
        return run.note("not-comparable", message, position)
    return decided is not unequal


def in_order(run: Run, op: str, left: Any, right: Any, position: int) -> bool | None:
    """left < right and its like, null with a note when FEEL does not order the two."""
    decided = comparing.compare(op, left, right)
    if decided is None:
        message = f"Expected two values that can be ordered, but found {shown(left)} and {shown(right)}."
        return run.note("not-comparable", message, position)
    return decided


def between(compiler: Compiler, node: Between, scope: Scope | None) -> Closure:
    value, position = compiler.compile(node.value, scope), node.position
    low, high = compiler.compile(node.low, scope), compiler.compile(node.high, scope)

    def lies_between(run, frame):
        found = value(run, frame)
        above = in_order(run, ">=", found, low(run, frame), position)
        below = in_order(run, "<=", found, high(run, frame), position)
        if above is False or below is False:
            return False
        return None if above is None or below is None else True

    return lies_between


def logic(compiler: Compiler, node: Logic, scope: Scope | None) -> Closure:
    """Three-valued: one `false` decides `and`, one `true` decides `or`; else null when any operand is no boolean."""
    operands = [compiler.compile(operand, scope) for operand in node.operands]
    decisive, position, word = node.op == "or", node.position, node.op
    if len(operands) == 2:
        return _logic_of_two(*operands, decisive, word, position)

    def all_of(run, frame):
        result = not decisive
        for operand in operands:
            value = operand(run, frame)
            if value is decisive:
                return decisive
            if value is not result and type(value) is not bool:
                result = _no_boolean(run, value, word, position)
        return result

    return all_of


def _logic_of_two(left: Closure, right: Closure, decisive: bool, word: str, position: int) -> Closure:
    neutral = not decisive

    def both(run, frame):
        value = left(run, frame)
        if value is neutral:
            value = right(run, frame)
            return value if type(value) is bool else _no_boolean(run, value, word, position)
        if value is decisive:
            return decisive
        _no_boolean(run, value, word, position)
        other = right(run, frame)
        if other is decisive:
            return decisive
        return None if other is neutral else _no_boolean(run, other, word, position)

    return both


def _no_boolean(run: Run, value: Any, word: str, position: int) -> None:
    if value is not None:
        message = f"Expected true or false beside '{word}', but found a {kind_of(value)}."
        run.note("operand-not-boolean", message, position)
