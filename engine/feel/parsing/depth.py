"""Measures how deep a syntax tree is, without recursion: a tree too deep to walk must still be measurable."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any

from ..tree import Node


def depth_of(node: Node) -> int:
    """The number of nodes on the longest way from the root to a leaf."""
    deepest = 0
    waiting: list[tuple[Any, int]] = [(node, 1)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, Node):
            deepest = max(deepest, depth)
            waiting.extend((getattr(value, name), depth + 1) for name in _field_names(type(value)))
        elif isinstance(value, (list, tuple)):
            waiting.extend((item, depth) for item in value)
    return deepest


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
