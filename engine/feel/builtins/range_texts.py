"""The built-in function range(from): reads `[1..10]` or `(@"2024-01-01"..@"2024-02-01"]` (DMN 1.5, 10.3.4.1).

The text may hold nothing but literals and calls of date, time and duration: it is data, not a program.
"""

from __future__ import annotations

from typing import Any

from ..arithmetic import negate
from ..comparing import ordered
from ..errors import Problem, SyntaxProblem
from ..parsing import parse
from ..ranges import Range
from ..runtime import Run
from ..tree import Call, Literal, Name, Negate, Node, RangeOf
from .registry import BUILTINS, builtin

_MAKERS = frozenset({"date", "time", "date and time", "duration"})


@builtin("range(from: string) -> range")
def range_from_text(run: Run, from_: str) -> Range:
    run.look()
    try:
        node = parse(from_)
    except SyntaxProblem:
        raise _no_range(from_) from None
    if not isinstance(node, RangeOf):
        raise _no_range(from_)
    start, end = _end(run, node.start, from_), _end(run, node.end, from_)
    if (
        (start is None and end is None)
        or (start is None and node.start_included)
        or (end is None and node.end_included)
    ):
        raise _no_range(from_)
    if start is not None and end is not None:
        pair = ordered(start, end)
        if pair is None or pair[0] > pair[1]:
            raise _no_range(from_)
    return Range(start, end, node.start_included, node.end_included)


def _end(run: Run, node: Node, text: str) -> Any:
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Negate):
        return negate(_end(run, node.operand, text))
    if isinstance(node, Call) and isinstance(node.function, Name) and node.function.name in _MAKERS:
        arguments = [_end(run, argument, text) for argument in node.arguments]
        return BUILTINS[node.function.name].choose(len(arguments), node.labels)(run, arguments)
    raise _no_range(text)


def _no_range(text: str) -> Problem:
    return Problem(f"Expected the text of a range such as [1..10], but found {text[:60]!r}.", "invalid-range")
