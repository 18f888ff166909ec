"""What the matching rules of a decision table mean together (DMN 1.5, 8.2.10 and 8.2.11)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..feel.builtins.statistics import maximum, minimum, total
from ..feel.comparing import equal
from ..feel.errors import Problem
from ..feel.runtime import Run

Match = tuple[Any, Callable[[Run, Any], Any]]
Rank = Callable[[Run, Any], tuple[int, ...]]
Aggregate = Callable[[Run, list[Any]], Any]
Combine = Callable[[Run, list[int], list[Any], Rank, "Aggregate | None"], Any]


@dataclass(frozen=True, slots=True)
class HitPolicy:
    """combine(run, rule numbers, their outputs, rank, aggregate) -> the table's value; raises Problem."""

    combine: Combine
    needs_all: bool = True


def _unique(run: Run, rules: list[int], values: list[Any], rank: Rank, aggregate: Aggregate | None) -> Any:
    if len(values) > 1:
        matching = ", ".join(map(str, rules))
        raise Problem(f"Expected at most one matching rule, but the rules {matching} match.", "several-rules")
    return values[0]


def _any(run: Run, rules: list[int], values: list[Any], rank: Rank, aggregate: Aggregate | None) -> Any:
    first = values[0]
    for rule, value in zip(rules, values, strict=True):
        if equal(run, first, value) is not True:
            message = f"Expected equal outputs of all matching rules, but {rules[0]} and {rule} differ."
            raise Problem(message, "several-rules")
    return first


def _first(run: Run, rules: list[int], values: list[Any], rank: Rank, aggregate: Aggregate | None) -> Any:
    return values[0]


def _priority(run: Run, rules: list[int], values: list[Any], rank: Rank, aggregate: Aggregate | None) -> Any:
    return min(values, key=lambda value: rank(run, value))


def _rule_order(
    run: Run, rules: list[int], values: list[Any], rank: Rank, aggregate: Aggregate | None
) -> Any:
    return values


def _output_order(
    run: Run, rules: list[int], values: list[Any], rank: Rank, aggregate: Aggregate | None
) -> Any:
    return sorted(values, key=lambda value: rank(run, value))


def _collect(run: Run, rules: list[int], values: list[Any], rank: Rank, aggregate: Aggregate | None) -> Any:
    if aggregate is None:
        return values
    if values and type(values[0]) is dict:
        # Several outputs: each column is aggregated for itself.
        return {name: aggregate(run, [value[name] for value in values]) for name in values[0]}
    return aggregate(run, values)


def _count(run: Run, values: list[Any]) -> Decimal:
    return Decimal(len(values))


AGGREGATORS: dict[str, Aggregate] = {"SUM": total, "COUNT": _count, "MIN": minimum, "MAX": maximum}

HIT_POLICIES: dict[str, HitPolicy] = {
    "UNIQUE": HitPolicy(_unique),
    "ANY": HitPolicy(_any),
    "PRIORITY": HitPolicy(_priority),
    "FIRST": HitPolicy(_first, needs_all=False),
    "RULE ORDER": HitPolicy(_rule_order),
    "OUTPUT ORDER": HitPolicy(_output_order),
    "COLLECT": HitPolicy(_collect),
}
