"""Closures for calls of built-in and own functions, and for functions written in FEEL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..builtins import BUILTINS
from ..errors import Problem
from ..functions import Function
from ..kinds import shown
from ..runtime import Run
from ..tree import Call, External, FunctionDefinition, Name, Node
from ..types import Type
from .scope import Closure, Scope, find

if TYPE_CHECKING:
    from . import Compiler


def call(compiler: Compiler, node: Call, scope: Scope | None) -> Closure:
    if isinstance(node.function, Name):
        name = node.function.name
        hops, _ = find(scope, name)
        if hops is None and not compiler.is_variable(name):
            if name == "is defined" and len(node.arguments) == 1:
                return _is_defined(compiler, node.arguments[0], scope)
            if name in BUILTINS:
                return _call_builtin(compiler, node, scope)
    return _call_value(compiler, node, scope)


def _call_builtin(compiler: Compiler, node: Call, scope: Scope | None) -> Closure:
    arguments = [compiler.compile(argument, scope) for argument in node.arguments]
    position, labels = node.position, node.labels
    chosen = BUILTINS[node.function.name].choose(len(arguments), labels)

    def invoke(run, frame):
        values = [argument(run, frame) for argument in arguments]
        try:
            result = chosen(run, values)
        except Problem as problem:
            return run.note(problem.code, problem.message, position)
        if type(result) is str:
            run.made_text(result)
        return result

    return invoke


def _is_defined(compiler: Compiler, argument: Node, scope: Scope | None) -> Closure:
    """True when the variable or entry is there, be it with the value null; false when there is none, or an error."""
    value = compiler.compile(argument, scope)

    def defined(run, frame):
        before, run.diagnostics = run.diagnostics, None
        found = value(run, frame)
        missing, run.diagnostics = run.diagnostics is not None, before
        return found is not None or not missing

    return defined


def _call_value(compiler: Compiler, node: Call, scope: Scope | None) -> Closure:
    function = compiler.compile(node.function, scope)
    arguments = [compiler.compile(argument, scope) for argument in node.arguments]
    position, labels = node.position, node.labels
    what = f"'{node.function.name}'" if isinstance(node.function, Name) else "what is called here"

    def invoke(run, frame):
        called = function(run, frame)
        if type(called) is not Function:
            message = f"Expected a function, but {what} is {shown(called)}."
            return run.note("no-function", message, position)
        values = [argument(run, frame) for argument in arguments]
        try:
            return called.call(run, values if labels is None else by_name(called, labels, values))
        except Problem as problem:
            return run.note(problem.code, problem.message, position)

    return invoke


def by_name(function: Function, labels: list[str], values: list[Any]) -> list[Any]:
    """The arguments of a call by name, in the order of the function's parameters."""
    given = dict(zip(labels, values, strict=True))
    if len(given) != len(labels) or set(given) != set(function.parameters):
        expected = ", ".join(function.parameters) or "none"
        raise Problem(
            f"Expected the parameters {expected}, but found {', '.join(labels)}.", "wrong-arguments"
        )
    return [given[parameter] for parameter in function.parameters]


def function_definition(compiler: Compiler, node: FunctionDefinition, scope: Scope | None) -> Closure:
    names = tuple(name for name, _ in node.parameters)
    types = tuple(
        None if declared is None else compiler.types.resolve(declared) for _, declared in node.parameters
    )
    result = None if node.result is None else compiler.types.resolve(node.result)
    inner = scope
    for name in names:
        inner = Scope(name, inner)
    body = compiler.compile(node.body, inner)

    def build(run, frame):
        return closure_function("", names, types, result, body, frame)

    return build


def closure_function(
    name: str,
    parameters: tuple[str, ...],
    types: tuple[Type | None, ...],
    result: Type | None,
    body: Closure,
    frame: Any,
) -> Function:
    """A function value whose body sees the frame it was written in, and its parameters as further frames."""

    def invoke(run: Run, arguments: list[Any]) -> Any:
        if len(arguments) != len(parameters):
            message = f"Expected {len(parameters)} arguments, but found {len(arguments)}."
            raise Problem(message, "wrong-arguments")
        inner = frame
        for declared, value in zip(types, arguments, strict=True):
            inner = (value if declared is None else declared.coerce(run, value), inner)
        run.enter_call()
        value = body(run, inner)
        run.leave_call()
        return value if result is None else result.coerce(run, value)

    return Function(name or "function", parameters, invoke, types, result)


def external(compiler: Compiler, node: External, scope: Scope | None) -> Closure:
    position = node.position

    def refuse(run, frame):
        message = "Functions in Java or PMML are not executed here; write the function in FEEL."
        return run.note("external-function", message, position)

    return refuse
