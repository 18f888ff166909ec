"""The data a form opens with: variables as the browser takes them in, defaults where there are none, one row where a list
is empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .kinds import answer_of
from .tree import Field, Rows, Scope
from .values import MISSING, clone, get_in, set_in


def opened(scope: Scope, variables: Mapping[str, Any]) -> dict[str, Any]:
    """All variables, with the form's own fields filled in. The variables themselves stay as they are."""
    data = {name: clone(value) if name in scope.branches else value for name, value in variables.items()}
    _fill(scope, data, variables)
    return data


def opened_row(rows: Rows, variables: Mapping[str, Any]) -> dict[str, Any]:
    """A row that somebody has just added."""
    row: dict[str, Any] = {}
    _fill(rows.scope, row, variables)
    return row


def default_of(field: Field) -> Any:
    """What a field holds before anybody answers it."""
    return answer_of(field).nothing() if field.default is MISSING else clone(field.default)


def _fill(scope: Scope, this: dict[str, Any], variables: Mapping[str, Any]) -> None:
    for node in scope.nodes:
        value = get_in(this, node.segments)
        if isinstance(node, Rows):
            set_in(this, node.segments, _rows(node, value, variables))
        elif value is MISSING:
            set_in(this, node.segments, default_of(node))
        else:
            set_in(this, node.segments, answer_of(node).opened(node, value, variables))


def _rows(rows: Rows, value: Any, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        value = [{} for _ in range(rows.default_count)]
    filled = [row if isinstance(row, dict) else {} for row in value]
    for row in filled:
        _fill(rows.scope, row, variables)
    return filled
