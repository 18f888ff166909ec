"""Reading form-js JSON: every component becomes a field, a list of rows, or nothing; everything wrong is said at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import msgspec

from .component import Component, Notes, is_count
from .expressions import SPECIAL, Condition
from .kinds import ANSWERS, CONTAINERS, SHOWN_ONLY, WITH_OPTIONS
from .problems import FormRefused, Problem
from .shape import MOST_ROWS
from .tree import Field, Rows, Scope

SCHEMA_VERSION = 19
LARGEST = 1_000_000
MOST_COMPONENTS = 2_000
DEEPEST = 20

_LOOKS_AT_ROWS = frozenset({"this", "_this_", "parent", "_parent_"})
_decoder = msgspec.json.Decoder(float_hook=Decimal)


def decoded(text: str | bytes) -> dict[str, Any]:
    """The JSON object of a form. Raises FormRefused."""
    if len(text) > LARGEST:
        raise _unreadable(f"Expected a form of at most {LARGEST} signs, but it has {len(text)}.")
    if isinstance(text, bytes):
        text = text.removeprefix(b"\xef\xbb\xbf")
    try:
        schema = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as wrong:
        raise _unreadable(f"Expected a form as JSON, but it cannot be read: {wrong}.") from wrong
    if not isinstance(schema, dict):
        raise _unreadable("Expected a JSON object with components, but found something else.")
    return schema


@dataclass(frozen=True)
class _Spot:
    """Where in the form reading is: the scope's own nodes and branches, and the groups around.

    prefix: the path of the groups inside the scope. path: of the scope from the root, "*" for any row.
    """

    nodes: list[Field | Rows]
    branches: dict[str, Any]
    path: tuple[str, ...] = ()
    prefix: tuple[str, ...] = ()
    hides: tuple[Condition, ...] = ()
    depth: int = 0


class Reader:
    """Reads one form. Afterwards: `scope`, `names_read` and `problems`."""

    def __init__(self, schema: Mapping[str, Any]):
        self._notes = Notes()
        self._count = 0
        self._check_head(schema)
        self.scope = self._scope(schema.get("components"), (), 0)
        self.problems = self._notes.problems
        # `this`, `parent` and `i` are no variables.
        self.names_read = frozenset(self._notes.names - SPECIAL)

    def _check_head(self, schema: Mapping[str, Any]) -> None:
        kind, version = schema.get("type", "default"), schema.get("schemaVersion")
        if kind != "default":
            self._notes.refuse(
                "", f'Expected the type "default", but found {kind!r:.40}.', "Take a form made with form-js."
            )
        if isinstance(version, (int, Decimal)) and version > SCHEMA_VERSION:
            self._notes.refuse(
                "",
                f"Expected schemaVersion {SCHEMA_VERSION} or older, but found {version}.",
                "Save the form with form-js 2.0 or older.",
            )

    def _scope(self, components: Any, path: tuple[str, ...], depth: int) -> Scope:
        spot = _Spot([], {}, path, depth=depth)
        self._read_all(components, spot, "")
        return Scope(tuple(spot.nodes), spot.branches)

    def _read_all(self, components: Any, spot: _Spot, container: str) -> None:
        if not isinstance(components, list):
            self._notes.refuse(
                container, "Expected a list of components, but found none.", 'Add "components": [].'
            )
            return
        if spot.depth > DEEPEST:
            self._notes.refuse(
                container, f"Expected components nested at most {DEEPEST} deep.", "Take out a group."
            )
            return
        for written in components:
            self._count += 1
            if self._count == MOST_COMPONENTS + 1:
                self._notes.refuse(
                    container, f"Expected at most {MOST_COMPONENTS} components.", "Split the form."
                )
            if self._count > MOST_COMPONENTS:
                return
            if isinstance(written, dict):
                self._read(Component(written, self._notes), spot)
            else:
                self._notes.refuse(
                    container, f"Expected a component, but found {written!r:.40}.", "Remove it."
                )

    def _read(self, component: Component, spot: _Spot) -> None:
        component.note_what_is_shown()
        kind = component.type if isinstance(component.type, str) else None
        hides = (*spot.hides, *component.hides())
        if kind in CONTAINERS:
            self._read_container(component, replace(spot, hides=hides))
        elif kind in ANSWERS:
            segments = component.segments("key")
            if segments is not None:
                self._claim(
                    component, spot, self._field(component, (*spot.prefix, *segments), hides, spot.path)
                )
        elif kind not in SHOWN_ONLY:
            known = ", ".join(sorted({*ANSWERS, *CONTAINERS, *SHOWN_ONLY}))
            component.refuse(
                f"Expected a component type of form-js, but found {component.type!r:.40}.",
                f"Take one of: {known}.",
            )

    def _read_container(self, component: Component, spot: _Spot) -> None:
        is_list = component.type == "dynamiclist"
        segments = component.segments("path", required=is_list)
        if segments is None:
            return
        prefix = (*spot.prefix, *segments)
        components = component.written.get("components", [])
        if is_list and component.written.get("isRepeating", True) is not False:
            self._claim(component, spot, self._rows(component, prefix, spot, components))
        elif self._open(component, spot.branches, prefix) is not None:
            self._read_all(components, replace(spot, prefix=prefix, depth=spot.depth + 1), component.name)

    def _rows(self, component: Component, segments: tuple[str, ...], spot: _Spot, components: Any) -> Rows:
        written = component.written
        count = written.get("defaultRepetitions", 1)
        if not is_count(count) or count > MOST_ROWS:
            component.refuse(
                f"Expected defaultRepetitions from 0 to {MOST_ROWS}, but found {count!r:.40}.", "Change it."
            )
        names_around, self._notes.names = self._notes.names, set()
        scope = self._scope(components, (*spot.path, *segments, "*"), spot.depth + 1)
        looks_at_rows = not _LOOKS_AT_ROWS.isdisjoint(self._notes.names)
        self._notes.names |= names_around
        return Rows(
            component=component.name,
            path=".".join((*spot.path, *segments)),
            segments=segments,
            label=component.text("label"),
            hides=spot.hides,
            changeable=written.get("allowAddRemove", True) is not False
            and written.get("readonly") is not True,
            default_count=count,
            properties=component.properties,
            scope=scope,
            looks_at_rows=looks_at_rows,
        )

    def _field(
        self,
        component: Component,
        segments: tuple[str, ...],
        hides: tuple[Condition, ...],
        path: tuple[str, ...],
    ) -> Field:
        return Field(
            component=component.name,
            type=component.type,
            key=component.written["key"],
            path=".".join((*path, *segments)),
            segments=segments,
            label=component.text("label", "dateLabel", "timeLabel"),
            description=component.text("description"),
            required=bool(component.validate.get("required")),
            readonly=component.readonly(),
            disabled=bool(component.written.get("disabled")),
            hides=hides,
            properties=component.properties,
            settings=component.settings(),
            rules=component.rules(),
            default=component.default(),
            pattern=component.pattern(),
            options=component.options() if component.type in WITH_OPTIONS else None,
            computed=component.computed() if component.type == "expression" else None,
        )

    def _claim(self, component: Component, spot: _Spot, node: Field | Rows) -> None:
        """Give the node its place in the data, which no other component may have."""
        *around, last = node.segments
        below = self._open(component, spot.branches, tuple(around))
        if below is None:
            return
        if last in below:
            self._refuse_taken(component, node.segments)
            return
        below[last] = node
        spot.nodes.append(node)

    def _open(
        self, component: Component, branches: dict[str, Any], segments: tuple[str, ...]
    ) -> dict[str, Any] | None:
        """The object at this place, which groups may share; None when something else is there."""
        below = branches
        for segment in segments:
            below = below.setdefault(segment, {})
            if not isinstance(below, dict):
                self._refuse_taken(component, segments)
                return None
        return below

    def _refuse_taken(self, component: Component, segments: tuple[str, ...]) -> None:
        place = ".".join(segments)
        component.refuse(f'The place "{place}" is taken by another component.', "Change one of the keys.")


def _unreadable(sentence: str) -> FormRefused:
    return FormRefused([Problem("", sentence, "Save the form again with a form editor.")])
