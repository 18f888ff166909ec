"""Closures for literals, lists, contexts, ranges, if, instance of, and declared types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..comparing import ordered
from ..errors import Problem
from ..functions import Function
from ..kinds import kind_of, shown
from ..ranges import Range
from ..tree import Broken, Coerce, ContextOf, FunctionDefinition, If, InstanceOf, ListOf, Literal, RangeOf
from .scope import Closure, Scope

if TYPE_CHECKING:
    from . import Compiler


def literal(compiler: Compiler, node: Literal, scope: Scope | None) -> Closure:
    value = node.value
    return lambda run, frame: value


def broken(compiler: Compiler, node: Broken, scope: Scope | None) -> Closure:
    code, reason, position = node.code, node.reason, node.position
    return lambda run, frame: run.note(code, reason, position)


def list_of(compiler: Compiler, node: ListOf, scope: Scope | None) -> Closure:
    items = [compiler.compile(item, scope) for item in node.items]
    return lambda run, frame: [item(run, frame) for item in items]


def context_of(compiler: Compiler, node: ContextOf, scope: Scope | None) -> Closure:
    """Each entry sees the ones before it; an entry that is a function sees itself too, so it may recur."""
    entries = []
    for key, value in node.entries:
        recursive = isinstance(value, FunctionDefinition)
        inner = Scope(key, scope)
        entries.append((key, compiler.compile(value, inner if recursive else scope), recursive))
        scope = inner
    result = None if node.result is None else compiler.compile(node.result, scope)

    def build(run, frame):
        built = {}
        for key, value, recursive in entries:
            if recursive:
                frame = [None, frame]
                built[key] = frame[0] = value(run, frame)
            else:
                built[key] = value(run, frame)
                frame = (built[key], frame)
        return built if result is None else result(run, frame)

    return build


def range_of(compiler: Compiler, node: RangeOf, scope: Scope | None) -> Closure:
    start, end = compiler.compile(node.start, scope), compiler.compile(node.end, scope)
    start_included, end_included, position = node.start_included, node.end_included, node.position

    def build(run, frame):
        low, high = start(run, frame), end(run, frame)
        if low is None and high is None:
            return run.note(
                "invalid-range", "Expected a range with at least one end, but both are null.", position
            )
        if low is not None and high is not None:
            pair = ordered(low, high)
            if pair is None:
                message = f"Expected two ends that compare, but found {shown(low)} and {shown(high)}."
                return run.note("invalid-range", message, position)
        # An open end can never be reached, so it is never included.
        return Range(low, high, start_included and low is not None, end_included and high is not None)

    if isinstance(node.start, Literal) and isinstance(node.end, Literal):
        return _constant_range(build)
    return build


def _constant_range(build: Closure) -> Closure:
    known: list[Range] = []

    def cached(run, frame):
        if known:
            return known[0]
        value = build(run, frame)
        if value is not None:
            known.append(value)
        return value

    return cached


def choice(compiler: Compiler, node: If, scope: Scope | None) -> Closure:
    condition = compiler.compile(node.condition, scope)
    then, otherwise = compiler.compile(node.then, scope), compiler.compile(node.otherwise, scope)
    position = node.position

    def choose(run, frame):
        decided = condition(run, frame)
        if decided is True:
            return then(run, frame)
        if decided is not False:
            message = (
                f"Expected a condition that is true or false, but it is {shown(decided)}; else was taken."
            )
            run.note("condition-not-boolean", message, position)
        return otherwise(run, frame)

    return choose


def instance_of(compiler: Compiler, node: InstanceOf, scope: Scope | None) -> Closure:
    value = compiler.compile(node.value, scope)
    declared = compiler.types.resolve(node.type)
    if declared is None:
        name, position = node.type.name, node.type.position

        def unknown(run, frame):
            return run.note("unknown-type", f"There is no type named '{name}'.", position)

        return unknown
    return lambda run, frame: declared.holds(run, value(run, frame))


def coerce(compiler: Compiler, node: Coerce, scope: Scope | None) -> Closure:
    value = compiler.compile(node.value, scope)
    declared = compiler.types.resolve(node.type)
    if declared is None or declared.is_any:
        return value
    what, position = node.what, node.position

    def coerced(run, frame):
        found = value(run, frame)
        try:
            return declared.coerce(run, found)
        except Problem as problem:
            return run.note(problem.code, f"{what}: {problem.message}", position)

    return coerced


def describe(value: object) -> str:
    """The kind of a value, and for functions their name."""
    return f"function {value.name}" if isinstance(value, Function) else kind_of(value)
