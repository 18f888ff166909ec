"""The component types of form-js 2.0 (schema version 19): what each asks for."""

from __future__ import annotations

from .asking import Answer
from .choices import ChoiceAnswer, ChoicesAnswer, TickAnswer
from .dates import DateAnswer, DateTimeAnswer, TimeAnswer
from .file_answers import FileAnswer
from .numbers import NumberAnswer
from .signatures import SignatureAnswer
from .texts import TextAnswer, TextAreaAnswer
from .tree import Field

ANSWERS: dict[str, type[Answer]] = {
    "textfield": TextAnswer,
    "textarea": TextAreaAnswer,
    "number": NumberAnswer,
    "checkbox": TickAnswer,
    "radio": ChoiceAnswer,
    "select": ChoiceAnswer,
    "checklist": ChoicesAnswer,
    "taglist": ChoicesAnswer,
    "datetime": DateAnswer,
    "filepicker": FileAnswer,
    "signature": SignatureAnswer,  # our own
    "expression": Answer,  # computed, never asked
}
MOMENTS = {"date": DateAnswer, "time": TimeAnswer, "datetime": DateTimeAnswer}
WITH_OPTIONS = frozenset({"radio", "select", "checklist", "taglist"})
CONTAINERS = frozenset({"group", "dynamiclist"})
SHOWN_ONLY = frozenset(
    {
        "text",
        "html",
        "image",
        "iframe",
        "table",
        "documentPreview",
        "button",
        "separator",
        "spacer",
    }
)


def answer_of(field: Field) -> type[Answer]:
    """How this field's answer is checked."""
    if field.type == "datetime":
        return MOMENTS[field.settings.get("subtype", "date")]
    return ANSWERS[field.type]
