"""One question, asked in one submission: the base of all answer fields of the marshmallow schema."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, fields

from .expressions import Moment, Place
from .files import UploadedFile
from .sentences import Sentence, _l
from .tree import Field

NEEDED = _l("An answer is needed.")


@dataclass(frozen=True)
class Submission:
    """What all questions of one submission share. opened: the data as the form was opened with them."""

    opened: Mapping[str, Any]
    moment: Moment
    files: Mapping[str, UploadedFile | Sequence[UploadedFile]]


class Answer(fields.Field, ABC):
    """A marshmallow field for one question at one place; subclasses say what is an answer and what is none."""

    needed = NEEDED

    def __init__(self, field: Field, place: Place, submission: Submission):
        super().__init__()
        self.field = field
        self.place = place
        self.submission = submission

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        """The value that becomes a variable. Raises ValidationError with one sentence."""
        # No answer comes as null, so marshmallow's own handling of null and missing values is passed by.
        if self.is_empty(value):
            if self.field.required:
                raise refusal(Sentence(self.needed))
            return self.nothing()
        return self.answer(value)

    def is_empty(self, value: Any) -> bool:
        """Was nothing answered?"""
        return value is None or value == ""

    @abstractmethod
    def answer(self, value: Any) -> Any:
        """Check one answer that is not empty. Raises ValidationError."""

    def rule(self, name: str) -> Any:
        """What the form sets for `name` here and now; None where it sets nothing or an expression has no result."""
        setting = self.field.rules.get(name)
        return None if setting is None else setting.of(self.place.context, self.submission.moment)

    @classmethod
    def nothing(cls) -> Any:
        """What the browser sends for no answer."""
        return None

    @classmethod
    def opened(cls, field: Field, value: Any, variables: Mapping[str, Any]) -> Any:
        """What the browser makes of a variable's value when the form opens."""
        return value

    @classmethod
    def seen(cls, field: Field, value: Any) -> Any:
        """What expressions see of a submitted value before it is checked."""
        return value


def refusal(sentence: Sentence) -> ValidationError:
    """The error that says this sentence."""
    return ValidationError([sentence])
