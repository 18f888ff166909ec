"""The table of built-in functions: a signature as the standard prints it, and a Python function that does it.

    @builtin("substring(string: string, start position: number, [length: number])")
    def substring(run, text, start, length=None): ...

The decorated function gets the run and arguments that already have the declared types. It raises Problem where the
standard says null. Several signatures may share a name; the first that takes the arguments is used.
In a signature `[x: t]` may be left out, `x: t?` may be null, `x...: t` takes any number of arguments.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..errors import Problem
from ..functions import Function
from ..kinds import shown
from ..parsing.known import know_builtin
from ..runtime import Run
from ..types import ANY, BASIC_TYPES, LIST, Type

Invoke = Callable[[Run, list[Any]], Any]

_SIGNATURE = re.compile(r"([^(]+)\((.*)\)(?: -> (.+))?")
_PARAMETER = re.compile(r"(\[?)([^:.\]]+)(\.\.\.)?: ([^\]?]+)(\??)\]?")


class Parameter:
    """One parameter as its signature declares it."""

    __slots__ = ("is_list", "name", "nullable", "optional", "type", "types")

    def __init__(self, text: str) -> None:
        optional, self.name, _, types, nullable = _PARAMETER.fullmatch(text).groups()
        self.types = [BASIC_TYPES[name] for name in types.split(" | ")]
        self.type: Type = self.types[0] if len(self.types) == 1 else ANY
        self.is_list = LIST in self.types
        self.optional = bool(optional)
        self.nullable = bool(nullable)

    def take(self, run: Run, value: Any) -> Any:
        """The argument as the declared type has it; raises Problem when it does not fit."""
        if type(value) is str:
            run.spend_on_text(value)
        elif value is None:
            if self.nullable:
                return None
            raise Problem(f"Expected a value for '{self.name}', but it is null.", "argument-null")
        if self.is_list and type(value) is list:
            run.spend(len(value))
            return value
        for declared in self.types:
            if declared.holds(run, value):
                return value
        if type(value) is list and len(value) == 1 and not self.is_list:
            return self.take(run, value[0])
        for declared in self.types:
            converted = declared.convert(run, value)
            if converted is not None:
                return converted
        expected = " or ".join(declared.name for declared in self.types)
        raise Problem(f"Expected '{self.name}' to be of type {expected}, but found {shown(value)}.")


class Signature:
    """One way to call a built-in function."""

    def __init__(self, parameters: str, implementation: Callable[..., Any]) -> None:
        self.variadic = "..." in parameters
        self.parameters = [Parameter(text) for text in parameters.split(", ")] if parameters else []
        self.names = [parameter.name for parameter in self.parameters]
        self.required = sum(not parameter.optional for parameter in self.parameters)
        self.implementation = implementation

    def takes(self, count: int) -> bool:
        if self.variadic:
            return count >= max(len(self.parameters) - 1, 1)
        return self.required <= count <= len(self.parameters)

    def takes_labels(self, labels: list[str]) -> bool:
        # Only trailing parameters are optional, so what is given must be the first ones, in any order.
        return self.takes(len(labels)) and sorted(labels) == sorted(self.names[: len(labels)])

    def order(self, labels: list[str] | None) -> list[int] | None:
        """Where each argument stands in a call with these labels; None: in the parameters' order."""
        return None if labels is None else [labels.index(name) for name in self.names[: len(labels)]]

    def take(self, run: Run, values: list[Any]) -> list[Any]:
        """The arguments as the parameters want them; raises Problem when one does not fit."""
        if not self.variadic:
            return [
                parameter.take(run, value) for parameter, value in zip(self.parameters, values, strict=False)
            ]
        *fixed, last = self.parameters
        taken = [parameter.take(run, value) for parameter, value in zip(fixed, values, strict=False)]
        return [*taken, [last.take(run, value) for value in values[len(fixed) :]]]


class Builtin:
    """A built-in function: its signatures, and itself as a FEEL value."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.signatures: list[Signature] = []
        self.result: Type | None = None

    @property
    def value(self) -> Function:
        """The function as a value, to be passed to other functions."""
        first = self.signatures[0]
        types = tuple(parameter.type for parameter in first.parameters)

        def invoke(run: Run, arguments: list[Any]) -> Any:
            return self.choose(len(arguments), None)(run, arguments)

        return Function(self.name, tuple(first.names), invoke, types, self.result)

    def choose(self, count: int, labels: list[str] | None) -> Invoke:
        """What runs for a call with so many arguments, or with these parameter names."""
        fitting = [
            (signature, signature.order(labels))
            for signature in self.signatures
            if (signature.takes(count) if labels is None else signature.takes_labels(labels))
        ]
        if not fitting:
            return self._no_such_call
        if len(fitting) == 1 and labels is None:
            ((only, _),) = fitting
            return lambda run, values: only.implementation(run, *only.take(run, values))

        def first_that_takes(run: Run, values: list[Any]) -> Any:
            for signature, order in fitting:
                try:
                    taken = signature.take(
                        run, values if order is None else [values[index] for index in order]
                    )
                except Problem as problem:
                    refused = problem
                else:
                    return signature.implementation(run, *taken)
            raise refused

        return first_that_takes

    def _no_such_call(self, run: Run, values: list[Any]) -> Any:
        ways = " or ".join(f"{self.name}({', '.join(signature.names)})" for signature in self.signatures)
        raise Problem(f"Expected {ways}, but the arguments are others.", "wrong-arguments")


BUILTINS: dict[str, Builtin] = {}


def builtin(signature: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a function into the table under this signature."""
    name, parameters, result = _SIGNATURE.fullmatch(signature).groups()

    def enter(implementation: Callable[..., Any]) -> Callable[..., Any]:
        if name not in BUILTINS:
            BUILTINS[name] = Builtin(name)
            know_builtin(name)
        BUILTINS[name].signatures.append(Signature(parameters, implementation))
        if result is not None:
            BUILTINS[name].result = BASIC_TYPES[result]
        return implementation

    return enter
