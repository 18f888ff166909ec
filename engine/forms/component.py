"""One component of the form-js JSON, read part by part; what is wrong is noted, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from engine import feel

from .expressions import Condition, Value, is_expression, template_expressions
from .kinds import MOMENTS
from .numbers import read_number
from .options import Options, normalised
from .patterns import Pattern, PatternRefused
from .problems import Problem
from .values import MISSING, Unusable, usable

_KEY = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*")
_FORBIDDEN = frozenset({"__proto__", "prototype", "constructor"})
_LIMITS = ("min", "max", "minLength", "maxLength")
_TEXTS = ("label", "description", "text", "content", "title", "alt", "source", "url")
_ADORNERS = ("prefixAdorner", "suffixAdorner")
_DATA = ("dataSource", "columnsExpression")

Compiled = TypeVar("Compiled", Value, Condition)


class Notes:
    """What is found while reading: the names that expressions read, and the problems."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.problems: list[Problem] = []

    def refuse(self, component: str, sentence: str, remedy: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(component, sentence, remedy))


class Component:
    """A component as written, and how to read its parts."""

    def __init__(self, written: Mapping[str, Any], notes: Notes):
        self.written = written
        self.notes = notes
        self.type = written.get("type")
        self.validate = _object(written.get("validate"))
        self.properties = _object(written.get("properties"))
        names = (written.get(name) for name in ("key", "path", "id", "type"))
        self.name = next((str(name) for name in names if name), "")

    def refuse(self, sentence: str, remedy: str) -> None:
        """Note a problem of this component."""
        self.notes.refuse(self.name, sentence, remedy)

    def text(self, *names: str) -> str:
        """The first of these settings that is a text."""
        found = (self.written.get(name) for name in names)
        return next((text for text in found if isinstance(text, str) and text), "")

    def segments(self, name: str, required: bool = True) -> tuple[str, ...] | None:
        """The parts of the key or path; None when it cannot be used."""
        written = self.written.get(name)
        if not written and not required:
            return ()
        if not isinstance(written, str) or not _KEY.fullmatch(written):
            self.refuse(
                f"Expected a {name} of letters, digits and _ (parts joined by dots), but found {written!r:.60}.",
                f'Set "{name}" to the name of the variable.',
            )
            return None
        segments = tuple(written.split("."))
        if any(segment.isdigit() or segment in _FORBIDDEN for segment in segments):
            self.refuse(
                f'The {name} "{written[:60]}" cannot name a variable.',
                "Choose a name that starts with a letter.",
            )
            return None
        return segments

    def hides(self) -> tuple[Condition, ...]:
        """The condition that hides it, if there is one."""
        hide = _object(self.written.get("conditional")).get("hide")
        condition = self._compiled(Condition, hide, "The condition") if is_expression(hide) else None
        return (condition,) if condition else ()

    def readonly(self) -> bool | Condition:
        readonly = self.written.get("readonly")
        if not is_expression(readonly):
            return bool(readonly)
        return self._compiled(Condition, readonly, "The condition of readonly") or True

    def settings(self) -> Mapping[str, Any]:
        """The component as written, with those settings checked that have no other place."""
        settings = {**self.written, "validate": self.validate}
        if self.type == "number":
            digits, step = settings.get("decimalDigits"), settings.get("increment")
            if digits is not None and not is_count(digits):
                self.refuse(
                    f"Expected decimalDigits as a whole number, but found {digits!r:.40}.", "Change it."
                )
            if step is not None and not _is_number(step, above=0):
                self.refuse(f"Expected increment as a number over 0, but found {step!r:.40}.", "Change it.")
        subtype = settings.get("subtype", "date")
        if self.type == "datetime" and subtype not in MOMENTS:
            self.refuse(
                f"Expected the subtype date, time or datetime, but found {subtype!r:.40}.", "Change it."
            )
        return settings

    def rules(self) -> dict[str, Value]:
        """The limits, and the file picker's multiple and accept: literals or expressions."""
        rules = {}
        for name in _LIMITS:
            setting = self.validate.get(name)
            if setting is None or setting == "":
                continue
            if is_expression(setting) or _is_number(setting):
                rules[name] = self._compiled(Value, setting, f"The limit {name}")
            else:
                self.refuse(f"Expected a number as {name}, but found {setting!r:.40}.", "Change it.")
        for name in ("multiple", "accept"):
            setting = self.written.get(name) if self.type == "filepicker" else None
            if isinstance(setting, str) and "{{" in setting:
                self.refuse(f'Expected {name} as a text or behind "=", but found a template.', 'Use "=".')
            elif setting is not None:
                rules[name] = self._compiled(Value, setting, f"The setting {name}")
        return {name: rule for name, rule in rules.items() if rule is not None}

    def default(self) -> Any:
        """The default value, or MISSING."""
        try:
            return usable(self.written["defaultValue"]) if "defaultValue" in self.written else MISSING
        except Unusable as refused:
            self.refuse(f"The default value cannot be used. {refused.sentence}", "Change it.")
            return MISSING

    def pattern(self) -> Pattern | None:
        source = self.validate.get("pattern")
        if not source:
            return None
        try:
            return Pattern(str(source))
        except PatternRefused as wrong:
            self.refuse(f'The pattern "{str(source)[:60]}" cannot be read: {wrong}.', "Correct the pattern.")
            return None

    def options(self) -> Options:
        """Where the choices come from."""
        key, fixed, expression = (
            self.written.get(name) for name in ("valuesKey", "values", "valuesExpression")
        )
        if isinstance(key, str) and key:
            self.notes.names.add(key)
            return Options(key=key)
        if isinstance(fixed, list):
            return Options(fixed=tuple(normalised(fixed)))
        if is_expression(expression):
            return Options(expression=self._compiled(Value, expression, "The expression of the choices"))
        self.refuse("Expected choices, but found none.", "Add values, valuesKey or valuesExpression.")
        return Options()

    def computed(self) -> Value | None:
        """The expression of a computed field."""
        expression = self.written.get("expression")
        if not is_expression(expression):
            self.refuse(
                f'Expected an expression that starts with "=", but found {expression!r:.40}.', "Add one."
            )
            return None
        return self._compiled(Value, expression, "The expression")

    def note_what_is_shown(self) -> None:
        """Texts, labels and tables read variables too: the browser needs them."""
        appearance = _object(self.written.get("appearance"))
        texts = {name: self.written.get(name) for name in _TEXTS} | {
            name: appearance.get(name) for name in _ADORNERS
        }
        texts |= {name: self.written[name] for name in _DATA if is_expression(self.written.get(name))}
        for name, text in texts.items():
            try:
                for expression in template_expressions(text):
                    self.notes.names |= expression.names
            except feel.FeelError as wrong:
                self.refuse(f"An expression in {name} cannot be read: {wrong}", "Correct the expression.")

    def _compiled(self, kind: type[Compiled], setting: Any, what: str) -> Compiled | None:
        try:
            compiled = kind(setting)
        except feel.FeelError as wrong:
            self.refuse(f'{what} "{str(setting)[:80]}" cannot be read: {wrong}', "Correct the expression.")
            return None
        self.notes.names |= compiled.names
        return compiled


def is_count(value: Any) -> bool:
    """Is this a whole number, zero or more?"""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: Any, above: int | None = None) -> bool:
    try:
        number = read_number(value)
    except Unusable:
        return False
    return number is not None and (above is None or number > above)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
