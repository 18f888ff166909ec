"""FEEL functions as values: built in, written in FEEL, or made from a DMN element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Function:
    """Something that can be called with positional or named arguments.

    call(run, arguments): arguments is a list, one FEEL value per parameter; the result is a FEEL value.
    parameter_types and result_type are types.Type objects, or None where nothing was declared.
    """

    __slots__ = ("call", "name", "parameter_types", "parameters", "result_type")

    def __init__(
        self,
        name: str,
        parameters: tuple[str, ...],
        call: Callable[[Any, list[Any]], Any],
        parameter_types: tuple[Any, ...] = (),
        result_type: Any = None,
    ) -> None:
        self.name, self.parameters, self.call = name, parameters, call
        self.parameter_types = parameter_types or (None,) * len(parameters)
        self.result_type = result_type

    def __repr__(self) -> str:
        return f"Function({self.name}({', '.join(self.parameters)}))"
