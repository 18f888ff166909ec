"""The first look at a submission: only what the form asks for, in objects and lists as the form has them.

An honest browser never fails here. What fails is refused as a whole, hidden fields or not: undeclared keys are no mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .sentences import Counted, Sentence, _l, _ln, shown
from .tree import Field, Rows
from .values import Unusable, usable

MOST_ROWS = 1_000
MOST_ERRORS = 50
_UNKNOWN = _l("The form does not ask for {key}. Leave it out.")
_OBJECT = _l("Several answers by name are needed, {given} was given.")
_LIST = _l("A list of rows is needed, {given} was given.")
_ROWS = _ln("At most {most} row, {given} given.", "At most {most} rows, {given} given.")
_ITEMS = _ln("At most {most} choice, {given} given.", "At most {most} choices, {given} given.")


class Shape:
    """Goes through one submission; `errors` is {path: sentence} afterwards, `unasked` the paths that no form asks for."""

    def __init__(self) -> None:
        self.errors: dict[str, Sentence] = {}
        self.unasked: list[str] = []

    def object(self, branches: Mapping[str, Any], given: Any, path: str = "") -> dict[str, Any]:
        """The given answers with usable values."""
        if given is None:
            return {}
        if not isinstance(given, dict):
            self._refuse(path, Sentence(_OBJECT, given=shown(given)))
            return {}
        taken: dict[str, Any] = {}
        for key, value in given.items():
            if len(self.errors) >= MOST_ERRORS:
                break
            here = f"{path}.{key}" if path else str(key)
            node = branches.get(key)
            if node is None:
                self.unasked.append(self._refuse(here, Sentence(_UNKNOWN, key=shown(key))))
            elif isinstance(node, Rows):
                taken[key] = self._rows(node, value, here)
            elif isinstance(node, Field):
                taken[key] = self._value(value, here)
            else:
                taken[key] = self.object(node, value, here)
        return taken

    def _rows(self, rows: Rows, given: Any, path: str) -> list[dict[str, Any]]:
        if given is None:
            return []
        if not isinstance(given, list):
            self._refuse(path, Sentence(_LIST, given=shown(given)))
            return []
        if len(given) > MOST_ROWS:
            self._refuse(path, Counted(_ROWS, MOST_ROWS, most=MOST_ROWS, given=len(given)))
            return []
        return [self.object(rows.scope.branches, row, f"{path}.{index}") for index, row in enumerate(given)]

    def _value(self, value: Any, path: str) -> Any:
        if isinstance(value, list) and len(value) > MOST_ROWS:
            self._refuse(path, Counted(_ITEMS, MOST_ROWS, most=MOST_ROWS, given=len(value)))
            return None
        try:
            return usable(value)
        except Unusable as refused:
            self._refuse(path, refused.sentence)
            return None

    def _refuse(self, path: str, sentence: Sentence) -> str:
        path = path.encode("utf-8", "replace").decode()
        self.errors[path] = sentence
        return path
