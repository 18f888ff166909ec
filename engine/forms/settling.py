"""Which fields are hidden, and what the computed ones come to: the two depend on each other, as in form-js.

Conditions first see all answers; the second time they see what is left without the hidden ones (a hidden field of the top level
counts with the value the form was opened with). Computed fields are computed on what is left, until nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .expressions import Moment, Place
from .tree import Rows, Scope
from .values import MISSING, clone, equal, get_in, set_in

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Settled:
    """The answers as expressions see them, and the paths of what is hidden."""

    data: dict[str, Any]
    hidden: frozenset[Path]


def settle(scope: Scope, opened: dict[str, Any], data: dict[str, Any], moment: Moment) -> Settled:
    """Compute and hide. opened: the data at opening; data: the same with the answers. Raises ExpressionFailed."""
    compute(scope, data, moment)
    hidden = _hidden(scope, data, moment)
    if not hidden:
        return Settled(data, hidden)
    left = _without(opened, data, hidden)
    compute(scope, left, moment, hidden)
    finally_hidden = _hidden(scope, left, moment)
    if finally_hidden != hidden:
        left = _without(opened, data, finally_hidden)
        compute(scope, left, moment, finally_hidden)
    return Settled(left, finally_hidden)


def rows_with_places(rows: Rows, place: Place) -> Iterator[tuple[int, dict[str, Any], Place]]:
    """Each row of the list at this place, with the place in it."""
    found = get_in(place.this, rows.segments)
    for index, row in enumerate(found if isinstance(found, list) else ()):
        if isinstance(row, dict):
            yield index, row, place.row(rows.segments, index, row)


def _hidden(scope: Scope, data: dict[str, Any], moment: Moment) -> frozenset[Path]:
    found: set[Path] = set()
    _collect_hidden(scope, Place(data, data, moment), found)
    return frozenset(found)


def _collect_hidden(scope: Scope, place: Place, found: set[Path]) -> None:
    for node in scope.nodes:
        if any(place.holds(condition) for condition in node.hides):
            found.add((*place.prefix, *node.segments))
        elif isinstance(node, Rows):
            for _, _, row_place in rows_with_places(node, place):
                _collect_hidden(node.scope, row_place, found)


def _without(opened: dict[str, Any], data: dict[str, Any], hidden: frozenset[Path]) -> dict[str, Any]:
    left = dict(data)
    for name in {path[0] for path in hidden}:
        left[name] = clone(left[name])
    for path in hidden:
        _remove(left, path)
    return opened | left


def _remove(data: dict[str, Any], path: Path) -> None:
    """Take the value away, and every object above it that is empty then. A row stays, so the others keep their numbers."""
    for length in range(len(path), 0, -1):
        above = get_in(data, path[: length - 1])
        if not isinstance(above, dict):
            break
        above.pop(path[length - 1], None)
        if above:
            break


def compute(
    scope: Scope, data: dict[str, Any], moment: Moment, hidden: frozenset[Path] = frozenset()
) -> None:
    """Put the values of the computed fields in place, but for the hidden ones. Raises ExpressionFailed."""
    computed = sum(field.computed is not None for field in scope.all_fields())
    # One computed field may use another: each pass settles at least one more, unless they go round in a circle.
    for _ in range(computed + 1 if computed else 0):
        if not _compute_once(scope, Place(data, data, moment), hidden):
            break


def _compute_once(scope: Scope, place: Place, hidden: frozenset[Path]) -> bool:
    changed = False
    for node in scope.nodes:
        if (*place.prefix, *node.segments) in hidden:
            continue
        if isinstance(node, Rows):
            for _, _, row_place in rows_with_places(node, place):
                changed |= _compute_once(node.scope, row_place, hidden)
        elif node.computed is not None:
            value = node.computed.of(place.context, place.moment)
            before = get_in(place.this, node.segments)
            if before is MISSING or not equal(before, value):
                set_in(place.this, node.segments, value)
                changed = True
    return changed
