"""Input and output mappings (zeebe:ioMapping).

Rules (Camunda 8, variables): mappings run in the order drawn and a later one sees the targets of the earlier ones. An
input always makes a variable of the element's own scope. An output is evaluated in the element's scope and its target
goes to the scope around it and from there upwards; `a.b` changes only that leaf of `a`. Nothing is written before all
are evaluated, so a mapping that fails leaves no trace. Targets of input mappings build `a` anew.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from engine.spiff import scopes
from engine.spiff.failures import IO_MAPPING_ERROR
from engine.spiff.formulas import Value
from engine.spiff.token import Token


class Mapping(NamedTuple):
    """source -> target; the target `a.b` is the path ("a", "b")."""

    source: Value
    path: tuple[str, ...]


def inputs(token: Token, mappings: tuple[Mapping, ...]) -> dict[str, Any]:
    """The local variables that the input mappings make. Raises Failure(IO_MAPPING_ERROR)."""
    made: dict[str, Any] = {}
    for source, path in mappings:
        value = source.of(token, made, IO_MAPPING_ERROR)
        made[path[0]] = with_leaf(made.get(path[0]), path[1:], value)
    return made


def outputs(token: Token, mappings: tuple[Mapping, ...]) -> dict[str, Any]:
    """What the output mappings hand to the scope around the element. Raises Failure(IO_MAPPING_ERROR)."""
    made: dict[str, Any] = {}
    for source, path in mappings:
        value = source.of(token, made, IO_MAPPING_ERROR)
        name = path[0]
        if len(path) > 1:
            base = made[name] if name in made else scopes.read(token._parent, (name,)).get(name)
            value = with_leaf(base, path[1:], value)
        made[name] = value
    return made


def with_leaf(base: Any, path: tuple[str, ...], value: Any) -> Any:
    """A copy of `base` with the leaf at `path` set; what is no context on the way is replaced by one."""
    if not path:
        return value
    copy = dict(base) if isinstance(base, dict) else {}
    copy[path[0]] = with_leaf(copy.get(path[0]), path[1:], value)
    return copy
