"""What a form asks for, as a tree: fields, lists of rows, and the scope (root or row) that each stands in.

Groups are gone here: a group is only a prefix of its fields' paths and one more condition that may hide them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .expressions import Condition, Value
from .options import Options
from .patterns import Pattern
from .values import MISSING


@dataclass(frozen=True, eq=False)
class Field:
    """One question of a form.

    path: where its value stands, "*" for any row ("parts.*.qty"). segments: the same from its own scope.
    rules: min, max, minLength, maxLength, multiple and accept as set, each a literal or an expression.
    readonly, disabled: True, False or (readonly) a condition. settings: the component as written, for what only one
    type knows. properties: the free-form extension properties, such as unit.
    """

    component: str
    type: str
    key: str
    path: str
    segments: tuple[str, ...]
    label: str
    description: str
    required: bool
    readonly: bool | Condition
    disabled: bool
    hides: tuple[Condition, ...]
    properties: Mapping[str, Any]
    settings: Mapping[str, Any]
    rules: Mapping[str, Value] = field(default_factory=dict)
    default: Any = MISSING
    pattern: Pattern | None = None
    options: Options | None = None
    computed: Value | None = None


@dataclass(frozen=True, eq=False)
class Rows:
    """A list of rows, each with the same questions.

    changeable: may rows be added and removed? looks_at_rows: does an expression in it read the whole row (`this`)?
    """

    component: str
    path: str
    segments: tuple[str, ...]
    label: str
    hides: tuple[Condition, ...]
    changeable: bool
    default_count: int
    properties: Mapping[str, Any]
    scope: Scope
    looks_at_rows: bool


@dataclass(frozen=True, eq=False)
class Scope:
    """The questions of the root or of one row, in the order of the form.

    branches: the same by name: {"customer": {"name": Field}}; what is not in it is not asked for.
    """

    nodes: tuple[Field | Rows, ...]
    branches: Mapping[str, Any]

    def all_fields(self) -> Iterator[Field]:
        """Every field, those in rows too."""
        for node in self.nodes:
            if isinstance(node, Rows):
                yield from node.scope.all_fields()
            else:
                yield node
