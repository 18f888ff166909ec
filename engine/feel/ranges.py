"""FEEL's ranges (intervals): two ends, each included or not, either one open when it is null."""

from __future__ import annotations

from typing import Any


class Range:
    """`[start..end]`; `op` keeps how `(< 5)` or `(!= x)` was written, for such a range equals only its like."""

    __slots__ = ("end", "end_included", "op", "start", "start_included")

    def __init__(
        self, start: Any, end: Any, start_included: bool, end_included: bool, op: str | None = None
    ) -> None:
        self.start, self.end = start, end
        self.start_included, self.end_included = start_included, end_included
        self.op = op

    def __repr__(self) -> str:
        left = "[" if self.start_included else "("
        right = "]" if self.end_included else ")"
        return f"Range({left}{self.start!r}..{self.end!r}{right})"
