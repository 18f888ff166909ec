"""The values of number literals and of @"..." literals, for the parser."""

from __future__ import annotations

from decimal import Decimal

from ..errors import Problem, SyntaxProblem
from ..iso import read_any
from ..numbers import CONTEXT
from ..tree import Broken, Literal, Node


def number_literal(text: str, position: int) -> Decimal:
    """The number written here, rounded to 34 digits."""
    value = CONTEXT.create_decimal(text)
    if not value.is_finite():
        raise SyntaxProblem(f"The number {text[:40]} is larger than FEEL can hold.", position)
    return value


def at_literal(text: str, position: int) -> Node:
    """The date, time or duration in @"..."; null when the text is none of them, as the standard says."""
    try:
        return Literal(position, read_any(text))
    except Problem as problem:
        return Broken(position, problem.code, problem.message)
