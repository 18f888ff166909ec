"""The choices of a select, radio group, checklist or tag list, and whether an answer is one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .expressions import Moment, Value
from .values import MISSING, equal


@dataclass(frozen=True, eq=False)
class Options:
    """Where the choices come from: the form itself, a variable (`key`), or an expression. As form-js, in this order: key,
    fixed, expression."""

    fixed: tuple[Any, ...] = ()
    key: str | None = None
    expression: Value | None = None

    def values(self, opened: Mapping[str, Any], context: Mapping[str, Any], moment: Moment) -> list[Any]:
        """The values that may be chosen now. opened: the variables as the form was opened with them."""
        if self.key is not None:
            return normalised(opened.get(self.key))
        if self.expression is not None:
            return normalised(self.expression.of(context, moment))
        return list(self.fixed)


def normalised(choices: Any) -> list[Any]:
    """The values of choices given as plain values or as {label, value}; what form-js would not offer is left out."""
    if not isinstance(choices, list):
        return []
    values = (_value_of(choice) for choice in choices)
    return [value for value in values if value is not MISSING]


def chosen(value: Any, values: list[Any]) -> Any:
    """The offered value equal to the given one, or MISSING: the server's own object, never the client's."""
    return next((offered for offered in values if equal(offered, value)), MISSING)


def _value_of(choice: Any) -> Any:
    if _is_plain(choice):
        return choice
    if not isinstance(choice, dict):
        return MISSING
    value, has_label = choice.get("value"), isinstance(choice.get("label"), str) and choice["label"] != ""
    if _is_plain(value) or (has_label and isinstance(value, dict) and value):
        return value
    return MISSING


def _is_plain(value: Any) -> bool:
    return (isinstance(value, str) and value != "") or isinstance(value, (bool, int, Decimal))
