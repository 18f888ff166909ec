"""Calls that only say something to a reader of the model, such as `fromAi(toolCall.city, "The city.", "string")`.

Nothing is evaluated but constants: what is said of a value stands in the text itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from .border import to_json
from .compiling import Compiler
from .errors import FeelError
from .expression import Expression
from .parsing import parse
from .tree import Call, Name, Node, Path

_FUNCTION = "fromAi"
_SAID = ("description", "type", "schema", "options")


def asked_of_agents(text: str) -> list[dict[str, Any]]:
    """What an expression wants an agent to fill in, by its calls of fromAi, in the order of the text.

    Each: name (the last part of the value that is named), description, type, schema, options; None where nothing is said.
    A call whose value is no name is left out. Raises SyntaxProblem.
    """
    found = []
    for call in _calls(parse(text, None)):
        given = dict(zip(call.labels or ("value", *_SAID), call.arguments, strict=False))
        value = given.get("value")
        if isinstance(value, Path | Name):
            found.append({"name": value.name} | {each: _constant(given.get(each)) for each in _SAID})
    return found


def _calls(root: Node) -> Iterator[Call]:
    todo: list[Any] = [root]
    while todo:
        each = todo.pop()
        if isinstance(each, Node):
            if isinstance(each, Call) and isinstance(each.function, Name) and each.function.name == _FUNCTION:
                yield each
            todo += reversed([getattr(each, field.name) for field in fields(each)])
        elif isinstance(each, list | tuple):
            todo += reversed(each)


def _constant(node: Node | None) -> Any:
    if node is None:
        return None
    compiler = Compiler()
    try:
        return to_json(Expression("", compiler.compile(node), compiler.roots).evaluate({}).value)
    except (FeelError, RecursionError):
        return None
