"""Reading form-js JSON: every component becomes a field, a list of rows, or nothing, and everything wrong is said at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from engine import feel

from .expressions import SPECIAL, Condition, Value, is_expression, template_expressions
from .kinds import ANSWERS, CONTAINERS, MOMENTS, SHOWN_ONLY, WITH_OPTIONS
from .numbers import read_number
from .options import Options, normalised
from .patterns import Pattern, PatternRefused
from .problems import FormRefused, Problem
from .shape import MOST_ROWS
from .tree import Field, Rows, Scope
from .values import MISSING, Unusable, usable

SCHEMA_VERSION = 19
LARGEST = 1_000_000
MOST_COMPONENTS = 2_000
DEEPEST = 20

_KEY = re.compile(r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*")
_FORBIDDEN = frozenset({"__proto__", "prototype", "constructor"})
_RULES = ("min", "max", "minLength", "maxLength")
_PRESENTED = (
    ("label",),
    ("description",),
    ("text",),
    ("content",),
    ("title",),
    ("alt",),
    ("source",),
    ("url",),
    ("appearance", "prefixAdorner"),
    ("appearance", "suffixAdorner"),
)
_PRESENTED_EXPRESSIONS = (("dataSource",), ("columnsExpression",))
_decoder = msgspec.json.Decoder(float_hook=Decimal)


def decoded(text: str | bytes) -> dict[str, Any]:
    """The JSON object of a form. Raises FormRefused."""
    if len(text) > LARGEST:
        raise FormRefused(
            [Problem("", f"Expected a form of at most {LARGEST} signs, but it has {len(text)}.", "Split it.")]
        )
    if isinstance(text, bytes):
        text = text.removeprefix(b"\xef\xbb\xbf")
    try:
        schema = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise FormRefused(
            [Problem("", f"Expected a form as JSON, but it cannot be read: {wrong}.", "Save it again.")]
        ) from wrong
    if not isinstance(schema, dict):
        raise FormRefused(
            [
                Problem(
                    "", "Expected a JSON object with components, but found something else.", "Save it again."
                )
            ]
        )
    return schema


class Reader:
    """Reads one form. Afterwards: `scope`, `names` (variables its expressions read), `problems`."""

    def __init__(self, schema: Mapping[str, Any]):
        self.names: set[str] = set()
        self.problems: list[Problem] = []
        self.components = 0
        self.at = ""
        self._check_head(schema)
        self.scope = self._scope(schema.get("components"), (), depth=0)

    def _check_head(self, schema: Mapping[str, Any]) -> None:
        if schema.get("type", "default") != "default":
            self._refuse(
                f'Expected the type "default", but found {schema["type"]!r:.40}.',
                "Take a form made with form-js.",
            )
        version = schema.get("schemaVersion")
        if isinstance(version, (int, Decimal)) and version > SCHEMA_VERSION:
            self._refuse(
                f"Expected schemaVersion {SCHEMA_VERSION} or older, but found {version}.",
                "Save the form with form-js 2.0 or older.",
            )

    # ------------------------------------------------------------ the tree

    def _scope(self, components: Any, path: tuple[str, ...], depth: int) -> Scope:
        nodes: list[Field | Rows] = []
        branches: dict[str, Any] = {}
        self._read_into(nodes, branches, components, (), (), path, depth)
        return Scope(tuple(nodes), branches)

    def _read_into(
        self,
        nodes: list[Field | Rows],
        branches: dict[str, Any],
        components: Any,
        prefix: tuple[str, ...],
        hides: tuple[Condition, ...],
        path: tuple[str, ...],
        depth: int,
    ) -> None:
        """path: of the scope from the root, with "*" for rows. prefix: of the group inside the scope."""
        if not isinstance(components, list):
            self._refuse("Expected a list of components, but found none.", 'Add "components": [].')
            return
        if depth > DEEPEST:
            self._refuse(f"Expected components nested at most {DEEPEST} deep.", "Take out a group.")
            return
        for component in components:
            self.components += 1
            if self.components > MOST_COMPONENTS:
                self._refuse(f"Expected at most {MOST_COMPONENTS} components.", "Split the form.")
                return
            if not isinstance(component, dict):
                self._refuse(f"Expected a component, but found {component!r:.40}.", "Remove it.")
                continue
            self._read_component(nodes, branches, component, prefix, hides, path, depth)

    def _read_component(self, nodes, branches, component, prefix, hides, path, depth) -> None:
        kind = component.get("type")
        self.at = _name_of(component)
        self._read_presented(component)
        own_hides = (*hides, *self._hides(component))
        if kind in CONTAINERS:
            below = self._segments(component, "path", required=kind == "dynamiclist")
            if below is None:
                return
            if kind == "group" or component.get("isRepeating", True) is False:
                self._claim(branches, prefix + below, None)
                self._read_into(
                    nodes,
                    branches,
                    component.get("components", []),
                    prefix + below,
                    own_hides,
                    path,
                    depth + 1,
                )
                return
            rows = self._rows(component, prefix + below, own_hides, path, depth)
            self._claim(branches, rows.segments, rows)
            nodes.append(rows)
        elif isinstance(kind, str) and kind in ANSWERS:
            below = self._segments(component, "key", required=True)
            if below is not None:
                field = self._field(component, prefix + below, own_hides, path)
                self._claim(branches, field.segments, field)
                nodes.append(field)
        elif kind not in SHOWN_ONLY:
            known = ", ".join(sorted({*ANSWERS, *CONTAINERS, *SHOWN_ONLY}))
            self._refuse(
                f"Expected a component type of form-js, but found {kind!r:.40}.", f"Take one of: {known}."
            )

    def _rows(self, component, segments, hides, path, depth) -> Rows:
        here = self.at
        below = (*path, *segments, "*")
        names_before, self.names = self.names, set()
        scope = self._scope(component.get("components", []), below, depth + 1)
        looks_at_rows = bool(self.names & {"this", "_this_", "parent", "_parent_"})
        self.names |= names_before
        self.at = here
        count = component.get("defaultRepetitions", 1)
        if not _is_count(count) or count > MOST_ROWS:
            self._refuse(
                f"Expected defaultRepetitions from 0 to {MOST_ROWS}, but found {count!r:.40}.", "Change it."
            )
            count = 1
        return Rows(
            component=here,
            path=".".join((*path, *segments)),
            segments=segments,
            label=_text(component.get("label")),
            hides=hides,
            changeable=component.get("allowAddRemove", True) is not False
            and component.get("readonly") is not True,
            default_count=count,
            properties=_object(component.get("properties")),
            scope=scope,
            shows_whole_rows=looks_at_rows,
        )

    def _field(self, component, segments, hides, path) -> Field:
        kind = component["type"]
        validate = _object(component.get("validate"))
        return Field(
            component=self.at,
            type=kind,
            key=component["key"],
            path=".".join((*path, *segments)),
            segments=segments,
            label=_text(component.get("label") or component.get("dateLabel") or component.get("timeLabel")),
            description=_text(component.get("description")),
            required=bool(validate.get("required")),
            readonly=self._readonly(component),
            disabled=bool(component.get("disabled")),
            hides=hides,
            properties=_object(component.get("properties")),
            settings=self._settings(component, validate),
            rules=self._rules(component, validate),
            default=self._default(component),
            pattern=self._pattern(validate),
            options=self._options(component) if kind in WITH_OPTIONS else None,
            computed=self._computed(component) if kind == "expression" else None,
        )

    # ------------------------------------------------------------ the parts of a component

    def _segments(self, component, name: str, required: bool) -> tuple[str, ...] | None:
        written = component.get(name)
        if not written and not required:
            return ()
        if not isinstance(written, str) or not _KEY.fullmatch(written):
            self._refuse(
                f"Expected {name} of letters, digits and _ (parts joined by dots), but found {written!r:.60}.",
                f'Set "{name}" to the name of the variable.',
            )
            return None
        segments = tuple(written.split("."))
        if any(segment.isdigit() or segment in _FORBIDDEN for segment in segments):
            self._refuse(
                f'The {name} "{written[:60]}" cannot name a variable.',
                "Choose a name that starts with a letter.",
            )
            return None
        return segments

    def _claim(self, branches: dict[str, Any], segments: tuple[str, ...], node: Field | Rows | None) -> None:
        """Give the place in the data to this component alone; a group (None) may share it with other groups."""
        below: Any = branches
        for position, segment in enumerate(segments):
            last = position == len(segments) - 1
            taken = below.get(segment)
            if isinstance(taken, (Field, Rows)) or (last and node is not None and taken is not None):
                self._refuse(
                    f'The place "{".".join(segments)}" is taken by another component already.',
                    "Change one of the keys.",
                )
                return
            if last and node is not None:
                below[segment] = node
            else:
                below = below.setdefault(segment, {})

    def _hides(self, component) -> tuple[Condition, ...]:
        hide = _object(component.get("conditional")).get("hide")
        if not is_expression(hide):
            return ()
        condition = self._compiled(Condition, hide, "The condition")
        return (condition,) if condition else ()

    def _readonly(self, component) -> bool | Condition:
        readonly = component.get("readonly")
        if not is_expression(readonly):
            return bool(readonly)
        return self._compiled(Condition, readonly, "The condition of readonly") or True

    def _settings(self, component, validate) -> Mapping[str, Any]:
        settings = {**component, "validate": validate}
        if component["type"] == "number":
            digits, step = component.get("decimalDigits"), component.get("increment")
            if digits is not None and not _is_count(digits):
                self._refuse(
                    f"Expected decimalDigits as a whole number, but found {digits!r:.40}.", "Change it."
                )
                settings.pop("decimalDigits")
            if step is not None and not _is_positive(step):
                self._refuse(f"Expected increment as a number over 0, but found {step!r:.40}.", "Change it.")
                settings.pop("increment")
        if component["type"] == "datetime" and component.get("subtype", "date") not in MOMENTS:
            self._refuse(
                f"Expected the subtype date, time or datetime, but found {component['subtype']!r:.40}.",
                "Change it.",
            )
            settings["subtype"] = "date"
        return settings

    def _rules(self, component, validate) -> dict[str, Value]:
        rules = {}
        for name in _RULES:
            setting = validate.get(name)
            if setting is None or setting == "":
                continue
            if not is_expression(setting) and not _is_number(setting):
                self._refuse(f"Expected a number as {name}, but found {setting!r:.40}.", "Change it.")
                continue
            rules[name] = self._compiled(Value, setting, f"The limit {name}")
        for name in ("multiple", "accept"):
            if component["type"] == "filepicker" and component.get(name) is not None:
                setting = component[name]
                if isinstance(setting, str) and "{{" in setting:
                    self._refuse(
                        f"Expected {name} as a text or an expression, but found a template.", 'Use "=".'
                    )
                    continue
                rules[name] = self._compiled(Value, setting, f"The setting {name}")
        return {name: rule for name, rule in rules.items() if rule is not None}

    def _default(self, component) -> Any:
        if "defaultValue" not in component:
            return MISSING
        try:
            return usable(component["defaultValue"])
        except Unusable as refused:
            self._refuse(f"The default value cannot be used. {refused.sentence}", "Change it.")
            return MISSING

    def _pattern(self, validate) -> Pattern | None:
        source = validate.get("pattern")
        if not source:
            return None
        try:
            return Pattern(source if isinstance(source, str) else str(source))
        except PatternRefused as wrong:
            self._refuse(f'The pattern "{str(source)[:60]}" cannot be read: {wrong}.', "Correct the pattern.")
            return None

    def _options(self, component) -> Options:
        key, fixed, expression = (component.get(name) for name in ("valuesKey", "values", "valuesExpression"))
        if key:
            self.names.add(str(key))
            return Options(key=str(key))
        if isinstance(fixed, list):
            return Options(fixed=tuple(normalised(fixed)))
        if is_expression(expression):
            return Options(expression=self._compiled(Value, expression, "The expression of the choices"))
        self._refuse(
            "Expected choices, but the component offers none.", "Add values, valuesKey or valuesExpression."
        )
        return Options()

    def _computed(self, component) -> Value | None:
        expression = component.get("expression")
        if not is_expression(expression):
            self._refuse(
                f'Expected an expression that starts with "=", but found {expression!r:.40}.', "Add one."
            )
            return Value(None)
        return self._compiled(Value, expression, "The expression")

    def _read_presented(self, component) -> None:
        """What texts, labels and tables read must reach the browser too."""
        for steps in (*_PRESENTED, *_PRESENTED_EXPRESSIONS):
            setting = component
            for step in steps:
                setting = _object(setting).get(step)
            if steps in _PRESENTED_EXPRESSIONS and not is_expression(setting):
                continue
            try:
                for expression in template_expressions(setting):
                    self._reads(expression.names)
            except feel.FeelError as wrong:
                self._refuse(
                    f"An expression in {'.'.join(steps)} cannot be read: {wrong}", "Correct the expression."
                )

    # ------------------------------------------------------------ helpers

    def _compiled(self, kind, setting: Any, what: str):
        try:
            compiled = kind(setting)
        except feel.FeelError as wrong:
            self._refuse(f'{what} "{str(setting)[:80]}" cannot be read: {wrong}', "Correct the expression.")
            return None
        self._reads(compiled.names)
        return compiled

    def _reads(self, names: frozenset[str]) -> None:
        self.names |= names

    def _refuse(self, sentence: str, remedy: str) -> None:
        self.problems.append(Problem(self.at, sentence, remedy))


def variable_names(names: set[str]) -> frozenset[str]:
    """The names that can be variables: not `this`, `parent`, `i`."""
    return frozenset(names - SPECIAL)


def _name_of(component: Mapping[str, Any]) -> str:
    return str(
        component.get("key") or component.get("path") or component.get("id") or component.get("type") or ""
    )


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: Any) -> bool:
    try:
        return read_number(value) is not None
    except Unusable:
        return False


def _is_positive(value: Any) -> bool:
    return _is_number(value) and read_number(value) > 0
