"""Laying a submission over the data the form was opened with, and finding which of our rows each submitted row is.

What is left out stays as opened. Only lists whose rows may be removed are empty when left out: the browser sends nothing for
a list without rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .expressions import Condition
from .kinds import answer_of
from .opening import default_of, opened_row
from .settling import Path
from .tree import Field, Rows, Scope
from .values import MISSING, clone, equal, get_in, set_in


@dataclass
class Laid:
    """data: as opened, with the answers. own: for each list, our own row behind each submitted row ({} for a new one).

    due: for each list whose rows are given, how many they are.
    """

    data: dict[str, Any]
    own: dict[Path, list[Mapping[str, Any]]] = field(default_factory=dict)
    due: dict[Path, int] = field(default_factory=dict)


def lay(
    scope: Scope, submission: Mapping[str, Any], opened: dict[str, Any], variables: Mapping[str, Any]
) -> Laid:
    """The data with the answers in it. What the form decides itself (computed, read-only, disabled) is not taken."""
    data = {name: clone(value) if name in scope.branches else value for name, value in opened.items()}
    laid = Laid(data)
    _lay(laid, scope, submission, data, variables, variables, ())
    return laid


def _lay(
    laid: Laid,
    scope: Scope,
    given: Mapping[str, Any],
    this: dict[str, Any],
    own: Mapping[str, Any],
    variables: Mapping[str, Any],
    prefix: Path,
) -> None:
    for node in scope.nodes:
        value = get_in(given, node.segments)
        if isinstance(node, Rows):
            path = (*prefix, *node.segments)
            _lay_rows(laid, node, value, this, get_in(own, node.segments), variables, path)
        elif value is not MISSING and not (node.disabled or node.computed or node.readonly is True):
            set_in(this, node.segments, answer_of(node).seen(node, value))


def _lay_rows(
    laid: Laid,
    rows: Rows,
    given: Any,
    this: dict[str, Any],
    own: Any,
    variables: Mapping[str, Any],
    path: Path,
) -> None:
    opened = get_in(this, rows.segments)
    own_rows = [row if isinstance(row, dict) else {} for row in own] if isinstance(own, list) else []
    own_rows += [{}] * (len(opened) - len(own_rows))
    if given is MISSING:
        given = [] if rows.changeable else [{} for _ in opened]
    if rows.changeable:
        found = _identified(rows, given, opened)
    else:
        found = [index if index < len(opened) else None for index in range(len(given))]
        laid.due[path] = len(opened)
    laid.own[path] = [{} if index is None else own_rows[index] for index in found]
    new_rows = [opened_row(rows, variables) if index is None else clone(opened[index]) for index in found]
    set_in(this, rows.segments, new_rows)
    for number, (row, new_row) in enumerate(zip(given, new_rows, strict=True)):
        _lay(laid, rows.scope, row, new_row, laid.own[path][number], variables, (*path, number))


def _identified(rows: Rows, given: list[dict[str, Any]], opened: list[dict[str, Any]]) -> list[int | None]:
    """For each submitted row the number of ours that it is, by its read-only answers; None for a new one.

    Rows may have been removed and added, so their numbers say nothing. Without read-only fields any row may have become any
    other: all are new.
    """
    fixed = [node for node in rows.scope.nodes if isinstance(node, Field) and node.readonly is True]
    at_times = [
        node for node in rows.scope.nodes if isinstance(node, Field) and isinstance(node.readonly, Condition)
    ]
    if not fixed and not at_times:
        return [None] * len(given)
    free = list(range(len(opened)))
    found: list[int | None] = []
    for row in given:
        possible = [index for index in free if _agree(fixed, row, opened[index])]
        likely = [index for index in possible if _agree(at_times, row, opened[index])]
        match = next(iter(likely or possible), None)
        if match is not None:
            free.remove(match)
        found.append(match)
    return found


def _agree(fields: list[Field], row: dict[str, Any], opened: dict[str, Any]) -> bool:
    for node in fields:
        given = get_in(row, node.segments)
        if given is not MISSING and not equal(given, get_in(opened, node.segments)):
            return False
    return True


def keeps_rest(rows: Rows) -> bool:
    """Is it sure which row is which, so that what the form does not show of a row may stay with it?"""
    return not rows.changeable or any(
        isinstance(node, Field) and node.readonly is True for node in rows.scope.nodes
    )


def own_value(node: Field, own: Mapping[str, Any]) -> Any:
    """What we hold for a read-only field: the variable as it is, else its default."""
    value = get_in(own, node.segments)
    return default_of(node) if value is MISSING else value
