"""A form, read once and shared by all threads: what it asks for, how it opens, and what a submission comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from . import checking
from .expressions import Moment
from .files import UploadedFile
from .opening import opened
from .problems import FormRefused, Problem
from .reading import Reader, decoded
from .settling import compute
from .tree import Field, Rows, Scope
from .values import MISSING, get_in

_encoder = msgspec.json.Encoder(decimal_format="number", order="sorted")


class Form:
    """One form-js form (schema version 19 or older).

    schema: the JSON object as written, for the browser. form_id: its id. fields: every question, those in rows too.
    names_read: the variables that its expressions, texts and choices read.
    """

    def __init__(self, schema: Mapping[str, Any]):
        """Raises FormRefused with everything that is wrong."""
        reader = Reader(schema)
        if reader.problems:
            raise FormRefused(reader.problems)
        self.schema = schema
        self.form_id = schema["id"] if isinstance(schema.get("id"), str) else ""
        self.names_read = reader.names_read
        self.fields: list[Field] = list(reader.scope.all_fields())
        self._scope: Scope = reader.scope

    def check(
        self,
        submission: Any,
        variables: Mapping[str, Any],
        *,
        now: datetime,
        time_zone: str,
        files: Mapping[str, UploadedFile | Sequence[UploadedFile]] | None = None,
    ) -> dict[str, Any]:
        """The values that may become variables, by variable name.

        submission: {key: answer} as form-js posts it; an answer left out stays as the form was opened. Hidden and disabled
        fields are not taken, read-only and computed ones are ours. variables: what the process instance holds.
        files: {"files::…": the files chosen under this reference}; the variable then holds [{id, name, media_type, size}].
        Raises SubmissionInvalid with {path: sentence}; then nothing of the submission may be used.
        """
        at = Moment(now, time_zone)
        return checking.check(self._scope, submission, variables, self._seen(variables), at, files or {})

    def initial(self, variables: Mapping[str, Any], *, now: datetime, time_zone: str) -> dict[str, Any]:
        """What the browser needs to show the form, as plain JSON (numbers as int or float), and nothing else.

        That is the form's own fields, and whole variables only where an expression reads them.
        """
        data = opened(self._scope, self._seen(variables))
        compute(self._scope, data, Moment(now, time_zone))
        shown = {name: _for_browser(data[name]) for name in sorted(self.names_read) if name in data}
        for name, branch in self._scope.branches.items():
            if name not in shown:
                shown[name] = _for_browser(_asked_only(branch, data.get(name)))
        return shown

    def problems(self) -> list[Problem]:
        """What does not stop the form from working but should be mended before it is published."""
        return [problem for field in self.fields for problem in _doubts(field)]

    def _seen(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The variables that expressions see, in the browser and here alike: what the form names, and no other."""
        return {
            name: variables[name] for name in (*self.names_read, *self._scope.branches) if name in variables
        }


def load(text: str | bytes | Mapping[str, Any]) -> Form:
    """Read a form; the same text gives the same object again. Raises FormRefused."""
    if isinstance(text, Mapping):
        text = _encoder.encode(text)
    return _load(text)


@lru_cache(maxsize=512)
def _load(text: str | bytes) -> Form:
    return Form(decoded(text))


def _asked_only(branch: Any, value: Any) -> Any:
    """Of an object or of rows, only what the form asks for."""
    if isinstance(branch, Field):
        return value
    if isinstance(branch, Rows):
        if branch.looks_at_rows or not isinstance(value, list):
            return value
        return [_asked_only(branch.scope.branches, row) for row in value]
    asked = {key: (below, get_in(value, (key,))) for key, below in branch.items()}
    return {key: _asked_only(below, held) for key, (below, held) in asked.items() if held is not MISSING}


def _for_browser(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {key: _for_browser(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_for_browser(item) for item in value]
    return value


def _doubts(field: Field) -> list[Problem]:
    doubts = []
    if not field.label and field.computed is None:
        doubts.append(
            Problem(
                field.component, "This question has no label: nobody hears what is asked.", "Add a label."
            )
        )
    if field.required and (field.disabled or field.readonly is True):
        doubts.append(
            Problem(
                field.component,
                "This question is required, but nobody can answer it here.",
                "Make it editable, or take the requirement away.",
            )
        )
    return doubts


EMPTY = load({"type": "default", "components": []})
"""The form of a step that asks nothing: it takes no answers."""
