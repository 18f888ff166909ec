"""Why a decision came out as it did: for each table its inputs, the rules that matched, and why others did not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..feel.errors import Diagnostic


@dataclass(slots=True)
class RuleTrace:
    """One rule: did it match, and if not, which input column (counted from 0) said no first?"""

    number: int
    id: str
    matched: bool
    failed_input: int | None
    annotations: list[str]


@dataclass(slots=True)
class TableTrace:
    """One evaluation of one decision table; inputs are (label, FEEL value)."""

    decision: str
    inputs: list[tuple[str, Any]]
    rules: list[RuleTrace]


@dataclass(slots=True)
class Explanation:
    """All tables in the order they were evaluated, and the value of every decision on the way."""

    tables: list[TableTrace] = field(default_factory=list)
    decisions: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Result:
    """A decision's FEEL value, why it (or a part of it) became null, and on request how it came about."""

    value: Any
    diagnostics: list[Diagnostic]
    explanation: Explanation | None = None
