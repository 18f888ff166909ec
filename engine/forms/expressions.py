"""FEEL in forms: values that may be expressions, conditions that hide, and what they may see.

A condition (`conditional.hide`, `readonly`) is a unary test, as in the browser. There, feelin compares a test that comes to
null with the tested value, which is missing, so null holds like true: `=amount < 100` hides while no amount is given. Only
`not( ... )` around the whole text turns that around. FEEL proper says null; `Condition.holds` says what the browser does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from engine import feel

SPECIAL = frozenset({"this", "parent", "i", "_this_", "_parent_", "_i_", "?"})


class ExpressionFailed(Exception):
    """An expression of the form asked for more than it may have, with these answers."""


@dataclass(frozen=True)
class Moment:
    """When and where a form is read: `now` in UTC, and the time zone of the shop."""

    now: datetime
    time_zone: str

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @cached_property
    def local(self) -> datetime:
        """Now on the shop's wall clock: what FEEL's now() and today() mean."""
        return self.now.astimezone(self.zone)

    @property
    def today(self) -> date:
        return self.local.date()


class Value:
    """A setting of a component: a literal, or an expression behind "="."""

    __slots__ = ("expression", "literal")

    def __init__(self, setting: Any):
        """Raises feel.FeelError for a text that is no FEEL."""
        self.literal = setting
        self.expression = feel.compile(setting[1:]) if is_expression(setting) else None

    @property
    def names(self) -> frozenset[str]:
        return self.expression.names if self.expression else frozenset()

    def of(self, context: Mapping[str, Any], moment: Moment) -> Any:
        """The plain value in this context; null where FEEL has no result. Raises ExpressionFailed."""
        if self.expression is None:
            return self.literal
        return _plain(_evaluated(self.expression, context, moment).value)


class Condition:
    """A unary test behind "=": does it hold? Anything else than an expression never does."""

    __slots__ = ("expression", "negated")

    def __init__(self, setting: str):
        """Raises feel.FeelError."""
        self.expression = feel.compile_unary_tests(setting[1:])
        self.negated = _is_not_of_everything(setting[1:])

    @property
    def names(self) -> frozenset[str]:
        return self.expression.names

    def holds(self, context: Mapping[str, Any], moment: Moment) -> bool:
        """Raises ExpressionFailed."""
        result = _evaluated(self.expression, context, moment, as_in_browser=True)
        if result.value is None:
            return not self.negated and not any(map(_is_false_in_the_browser, result.diagnostics))
        return result.value is True


@dataclass
class Place:
    """Where in the answers an expression stands: at the root, or in a row of a list.

    this: the object whose fields are being read (the root data, or the row). prefix: its path from the root.
    """

    data: dict[str, Any]
    this: dict[str, Any]
    moment: Moment
    parent: Mapping[str, Any] | None = None
    indexes: tuple[int, ...] = ()
    prefix: tuple[str | int, ...] = ()
    _held: dict[int, bool] = field(default_factory=dict)

    @cached_property
    def context(self) -> dict[str, Any]:
        """The variables an expression sees here, as form-js builds them: data wins over the special names."""
        return self._special() | self.data | self._underscored()

    @cached_property
    def as_parent(self) -> dict[str, Any]:
        """What the rows below see as `parent`."""
        return self._special() | self.this | self._underscored()

    def row(self, segments: tuple[str, ...], index: int, row: dict[str, Any]) -> Place:
        """The place in one row of the list at `segments`; rows count from 1 in `i`."""
        return Place(
            self.data,
            row,
            self.moment,
            self.as_parent,
            (*self.indexes, index + 1),
            (*self.prefix, *segments, index),
        )

    def holds(self, condition: Condition) -> bool:
        """Does the condition hold here? Decided once: many fields share the condition of their group."""
        key = id(condition)
        if key not in self._held:
            self._held[key] = condition.holds(self.context, self.moment)
        return self._held[key]

    def _special(self) -> dict[str, Any]:
        return {"this": self.this, "parent": self.parent, "i": list(self.indexes)}

    def _underscored(self) -> dict[str, Any]:
        return {"_this_": self.this, "_parent_": self.parent, "_i_": list(self.indexes)}


def is_expression(setting: Any) -> bool:
    """Is this setting a FEEL expression?"""
    return isinstance(setting, str) and setting.startswith("=")


_TEMPLATE_PART = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_TEMPLATE_WORD = re.compile(r"#(?:if|loop)\s+|/(?:if|loop)\s*$")


def template_expressions(text: Any) -> Iterator[feel.Expression]:
    """The expressions of a feelers template ("Hello {{name}}") or of a text that is one expression.

    Raises feel.FeelError.
    """
    if is_expression(text):
        yield feel.compile(text[1:])
    elif isinstance(text, str):
        for part in _TEMPLATE_PART.findall(text):
            expression = _TEMPLATE_WORD.sub("", part.strip()).strip().removeprefix("=")
            if expression:
                yield feel.compile(expression)


def _evaluated(
    expression: feel.Expression, context: Mapping[str, Any], moment: Moment, as_in_browser: bool = False
) -> feel.Result:
    try:
        return expression.evaluate(context, moment.local, as_in_browser)
    except feel.FeelError as failed:
        raise ExpressionFailed(str(failed)) from failed


def _is_false_in_the_browser(diagnostic: feel.Diagnostic) -> bool:
    """Did FEEL come to null where feelin says false: a value that is no condition, or the order of unlike values?"""
    if diagnostic.code == "condition-not-boolean":
        return True
    unordered = diagnostic.code == "not-comparable" and "can be ordered" in diagnostic.message
    return unordered and " null" not in diagnostic.message


def _plain(value: Any) -> Any:
    try:
        return feel.to_json(value)
    except feel.FeelError:
        return None  # a range or a function: nothing that an answer could hold


def _is_not_of_everything(text: str) -> bool:
    """Is the whole text `not( ... )`, one bracket from end to end?"""
    text = text.strip()
    opening = re.match(r"not\s*\(", text)
    if not opening or not text.endswith(")"):
        return False
    depth, in_string = 0, False
    for at in range(opening.end() - 1, len(text)):
        sign = text[at]
        if sign == '"' and text[at - 1] != "\\":
            in_string = not in_string
        elif not in_string and sign in "()":
            depth += 1 if sign == "(" else -1
            if depth == 0:
                return at == len(text) - 1
    return False
