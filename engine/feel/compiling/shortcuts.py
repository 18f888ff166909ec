"""`order.total > 100`, `order.kind = "urgent"`: an entry of a variable beside a literal, read straight from plain data.

Most conditions are nothing else. Where the data is a plain context with a text or a whole number in it, Python's own
comparison gives FEEL's answer and no FEEL value has to be made; everything else goes the general way.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from ..numbers import is_whole
from ..tree import Compare, Literal, Name, Path
from .scope import Closure, Scope, find

_OPERATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
# Whole numbers up to here are exact in FEEL's 34 digits, so Python's comparison of ints is FEEL's.
_EXACT = 2**62


def entry_beside_literal(node: Compare, scope: Scope | None, general: Closure) -> Closure:
    """A quicker way to the same answer as `general`, or `general` itself where there is none."""
    path, literal = node.left, node.right
    if not (isinstance(path, Path) and isinstance(path.base, Name) and isinstance(literal, Literal)):
        return general
    root, entry, constant, compare = path.base.name, path.name, literal.value, _OPERATIONS[node.op]
    if find(scope, root) != (None, []):
        return general
    if type(constant) is Decimal and abs(constant) < _EXACT and is_whole(constant):
        return _with_number(root, entry, int(constant), compare, general)
    if type(constant) is str:
        return _with_text(root, entry, constant, compare, general)
    return general


def _with_text(
    root: str, entry: str, constant: str, compare: Callable[[Any, Any], bool], general: Closure
) -> Closure:
    def quick(run, frame):
        value = run.context.get(root)
        if type(value) is dict:
            value = value.get(entry)
            if type(value) is str:
                return compare(value, constant)
        return general(run, frame)

    return quick


def _with_number(
    root: str, entry: str, constant: int, compare: Callable[[Any, Any], bool], general: Closure
) -> Closure:
    def quick(run, frame):
        value = run.context.get(root)
        if type(value) is dict:
            value = value.get(entry)
            if type(value) is int and -_EXACT < value < _EXACT:
                return compare(value, constant)
        return general(run, frame)

    return quick
