"""A submission becomes values for variables: one marshmallow schema for what is visible and may be answered, here and now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields

from .asking import Submission
from .expressions import Condition, ExpressionFailed, Moment, Place
from .file_answers import FileAnswer
from .files import UploadedFile
from .kinds import answer_of
from .laying import Laid, keeps_rest, lay, own_value
from .opening import opened
from .problems import SubmissionInvalid
from .sentences import Counted, Sentence, _l, _ln
from .settling import Path, Settled, rows_with_places, settle
from .shape import Shape
from .tree import Field, Rows, Scope
from .values import MISSING, get_in, set_in

_ROWS_DUE = _ln("{due} row needed, {given} given.", "{due} rows needed, {given} given.")
_NO_OBJECT = _l("The answers are needed by name, but none came.")
_TOO_MUCH = _l("An expression of this form needs more time or room than it may have. Give shorter answers.")


def check(
    scope: Scope,
    given: Any,
    variables: Mapping[str, Any],
    seen: Mapping[str, Any],
    moment: Moment,
    files: Mapping[str, UploadedFile | Sequence[UploadedFile]],
) -> dict[str, Any]:
    """The values of a submission that may become variables. seen: the variables that expressions see.

    Raises SubmissionInvalid.
    """
    if not isinstance(given, dict):
        raise SubmissionInvalid({"": Sentence(_NO_OBJECT)})
    shape = Shape()
    answers = shape.object(scope.branches, given)
    if shape.errors:
        raise SubmissionInvalid(shape.errors, shape.unasked)
    at_opening = opened(scope, seen)
    laid = lay(scope, answers, at_opening, variables)
    try:
        settled = settle(scope, at_opening, laid.data, moment)
        part = _Builder(settled, laid, Submission(at_opening, moment, files)).part(
            scope, Place(settled.data, settled.data, moment), answers, variables
        )
        values = part.load()
    except ValidationError as invalid:
        raise SubmissionInvalid(_flat(invalid.messages)) from invalid
    except ExpressionFailed as failed:
        raise SubmissionInvalid({"": Sentence(_TOO_MUCH)}) from failed
    # An object that the form asks for in part keeps the rest of what it holds.
    return {
        name: _completed(scope.branches[name], value, variables.get(name)) for name, value in values.items()
    }


class _Part:
    """The root or one row: what is asked with which schema, and what we know ourselves."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}
        self.answers: dict[str, Any] = {}
        self.known: dict[str, Any] = {}

    def load(self) -> dict[str, Any]:
        """Raises ValidationError with all sentences of this part."""
        return _merged(_Answers(self.asked).load(self.answers), self.known)


class _Builder:
    """Builds the parts of one submission."""

    def __init__(self, settled: Settled, laid: Laid, submission: Submission):
        self.settled = settled
        self.laid = laid
        self.submission = submission

    def part(self, scope: Scope, place: Place, answers: Mapping[str, Any], own: Mapping[str, Any]) -> _Part:
        part = _Part()
        for node in scope.nodes:
            path = (*place.prefix, *node.segments)
            if path in self.settled.hidden:
                continue
            if isinstance(node, Rows):
                set_in(part.asked, node.segments, self._rows(node, place, answers, path))
                set_in(part.answers, node.segments, None)
            elif node.computed is not None:
                set_in(part.known, node.segments, get_in(place.this, node.segments))
            elif self._is_readonly(node, place):
                set_in(part.known, node.segments, own_value(node, own))
            elif not node.disabled:
                self._ask(part, node, place, answers, own)
        return part

    def _is_readonly(self, node: Field, place: Place) -> bool:
        if isinstance(node.readonly, Condition):
            return not node.disabled and place.holds(node.readonly)
        return node.readonly and not node.disabled

    def _ask(
        self, part: _Part, node: Field, place: Place, answers: Mapping[str, Any], own: Mapping[str, Any]
    ) -> None:
        answer = answer_of(node)(node, place, self.submission)
        if isinstance(answer, FileAnswer):
            held = get_in(own, node.segments)
            answer.own = held if isinstance(held, list) else None
        given = get_in(answers, node.segments)
        set_in(part.asked, node.segments, answer)
        set_in(part.answers, node.segments, get_in(place.this, node.segments) if given is MISSING else given)

    def _rows(self, rows: Rows, place: Place, answers: Mapping[str, Any], path: Path) -> RowsAnswer:
        given = get_in(answers, rows.segments)
        own_rows = self.laid.own[path]
        parts = []
        for index, _, row_place in rows_with_places(rows, place):
            row_answers = {} if given is MISSING else given[index]
            parts.append(self.part(rows.scope, row_place, row_answers, own_rows[index]))
        return RowsAnswer(rows, parts, own_rows, self.laid.due.get(path))


class RowsAnswer(fields.Field):
    """A list of rows: each has its own schema, because conditions and limits differ by row.

    due: how many rows there must be, where none may be added or removed.
    """

    def __init__(self, rows: Rows, parts: list[_Part], own_rows: list[Mapping[str, Any]], due: int | None):
        super().__init__()
        self.rows = rows
        self.parts = parts
        self.own_rows = own_rows
        self.due = due

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """The rows with their values. Raises ValidationError with {row number: its errors}."""
        if self.due is not None and len(self.parts) != self.due:
            raise ValidationError([Counted(_ROWS_DUE, self.due, due=self.due, given=len(self.parts))])
        values, errors = [], {}
        for index, part in enumerate(self.parts):
            try:
                values.append(part.load())
            except ValidationError as invalid:
                errors[index] = invalid.messages
        if errors:
            raise ValidationError(errors)
        if keeps_rest(self.rows):
            return [_merged(own, value) for own, value in zip(self.own_rows, values, strict=True)]
        return values


class _Answers(Schema):
    """The schema of one part. Its fields are given to the object: a class for every submission (as `Schema.from_dict`
    makes) costs three times as much, and a key such as "Meta" or "load" would be an attribute of that class."""

    def __init__(self, asked: Mapping[str, Any]):
        self._declared_fields = {
            key: fields.Nested(_Answers(field)) if isinstance(field, dict) else field
            for key, field in asked.items()
        }
        super().__init__()


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


def _completed(branch: Any, value: Any, variable: Any) -> Any:
    is_object = not isinstance(branch, (Field, Rows)) and isinstance(variable, dict)
    return _merged(variable, value) if is_object else value


def _flat(messages: Mapping[Any, Any], path: str = "") -> dict[str, Sentence]:
    """{"parts": {0: {"qty": [sentence]}}} as {"parts.0.qty": sentence}."""
    flat: dict[str, Sentence] = {}
    for key, below in messages.items():
        here = f"{path}.{key}" if path else str(key)
        if isinstance(below, dict):
            flat |= _flat(below, here)
        else:
            flat[here] = below[0]
    return flat
