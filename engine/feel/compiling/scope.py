"""Where a name gets its value from, decided when the expression is compiled.

At run time local values stand in frames: (value, outer frame), or a list of the same shape where a function must
see its own name. A Scope is the compile-time shadow of one frame.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..runtime import Run

Frame = Any
Closure = Callable[[Run, Frame], Any]


class Scope:
    """One frame: the name of its value, or (is_item) the item of a filter, whose entries are names as well."""

    __slots__ = ("is_item", "name", "outer", "used")

    def __init__(self, name: str, outer: Scope | None, is_item: bool = False) -> None:
        self.name, self.outer, self.is_item = name, outer, is_item
        self.used = False


def find(scope: Scope | None, name: str) -> tuple[int | None, list[int]]:
    """How many frames out the name is bound (None: nowhere), and which filter items lie before it."""
    hops, items = 0, []
    while scope is not None:
        if scope.name == name:
            scope.used = True
            return hops, items
        if scope.is_item:
            items.append(hops)
        scope, hops = scope.outer, hops + 1
    return None, items


def fetcher(hops: int) -> Callable[[Frame], Any]:
    """A function that reads the value so many frames out."""
    if hops == 0:
        return lambda frame: frame[0]
    if hops == 1:
        return lambda frame: frame[1][0]

    def fetch(frame: Frame) -> Any:
        for _ in range(hops):
            frame = frame[1]
        return frame[0]

    return fetch


def local(hops: int) -> Closure:
    """A closure that reads the value so many frames out."""
    if hops == 0:
        return lambda run, frame: frame[0]
    if hops == 1:
        return lambda run, frame: frame[1][0]
    if hops == 2:
        return lambda run, frame: frame[1][1][0]
    fetch = fetcher(hops)
    return lambda run, frame: fetch(frame)
