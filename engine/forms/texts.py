"""Text answers: length, pattern, e-mail address and telephone number, measured as the browser measures.

One thing is stricter than form-js: blanks alone are no answer to a required question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .asking import Answer, refusal
from .numbers import read_number
from .patterns import BLANKS, Pattern, PatternGaveUp
from .phone_pattern import PHONE
from .sentences import Counted, Sentence, Spoken, _l, _ln, shown
from .tree import Field

LONGEST = 20_000
"""What a text may have at most where the form sets no maxLength."""

# As in form-js 2.0.0, form-js-viewer/src/core/Validator.js.
EMAIL = Pattern(
    r"^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$"
)

_TOO_SHORT = _ln("{needed} character needed, {given} given.", "{needed} characters needed, {given} given.")
_TOO_LONG = _ln("At most {most} character, {given} given.", "At most {most} characters, {given} given.")
_NOT_CHECKED = _l("This text could not be checked in time. Write it shorter.")
_NO_LIMIT = _l("The limit of this question is not a number. Tell the person who designed the form.")


class TextAreaAnswer(Answer):
    """A text of many lines."""

    def is_empty(self, value: Any) -> bool:
        if self.field.required and isinstance(value, str):
            return not value.strip(BLANKS)
        return value is None or value == ""

    def answer(self, value: Any) -> str:
        if not isinstance(value, str):
            raise refusal(Sentence(_l("Text is needed, {given} was given."), given=shown(value)))
        value = self.seen(self.field, value)
        self._check_length(value)
        self._check_pattern(value)
        return value

    def _check_length(self, value: str) -> None:
        length = _browser_length(value.strip(BLANKS))
        least, most = self._limit("minLength"), self._limit("maxLength")
        if least is not None and length < least:
            raise refusal(Counted(_TOO_SHORT, _whole(least), needed=least, given=length))
        if most is not None and length > most:
            raise refusal(Counted(_TOO_LONG, _whole(most), most=most, given=length))
        # Blanks at the ends count here: they take room, whatever the form says.
        bound, whole_length = max(LONGEST, most or 0), _browser_length(value)
        if whole_length > bound:
            raise refusal(Counted(_TOO_LONG, _whole(bound), most=bound, given=whole_length))

    def _limit(self, name: str) -> int | Decimal | None:
        limit = self.rule(name)
        if limit is None:
            return None
        number = read_number(limit)
        if number is None:
            raise refusal(Sentence(_NO_LIMIT))
        return number

    def _check_pattern(self, value: str) -> None:
        pattern = self.field.pattern
        if pattern is not None and not _found(pattern, value):
            raise refusal(self._pattern_sentence(value))
        kind = self.field.settings.get("validate", {}).get("validationType")
        if kind == "email" and not _found(EMAIL, value):
            raise refusal(Sentence(_l("An e-mail address is needed, {given} was given."), given=shown(value)))
        if kind == "phone" and not _found(PHONE, value):
            needed = _l(
                "A telephone number with its country code is needed (+4930664040900), {given} was given."
            )
            raise refusal(Sentence(needed, given=shown(value)))

    def _pattern_sentence(self, value: str) -> Sentence:
        own = self.field.settings["validate"].get("patternErrorMessage")
        if own:
            return Spoken(own)
        needed = _l("Text of the form {pattern} is needed, {given} was given.")
        return Sentence(needed, pattern=self.field.pattern.source, given=shown(value))

    @classmethod
    def nothing(cls) -> str:
        return ""

    @classmethod
    def opened(cls, field: Field, value: Any, variables: Mapping[str, Any]) -> str:
        if value is None or isinstance(value, (dict, list)):
            return ""
        return str(value).lower() if isinstance(value, bool) else str(value)


class TextAnswer(TextAreaAnswer):
    """A text of one line: line breaks and tabs become blanks, as in the browser."""

    @classmethod
    def opened(cls, field: Field, value: Any, variables: Mapping[str, Any]) -> str:
        return cls.seen(field, super().opened(field, value, variables))

    @classmethod
    def seen(cls, field: Field, value: Any) -> Any:
        return re.sub(r"[\r\n\t]", " ", value) if isinstance(value, str) else value


def _found(pattern: Pattern, text: str) -> bool:
    try:
        return pattern.found_in(text)
    except PatternGaveUp:
        raise refusal(Sentence(_NOT_CHECKED)) from None


def _browser_length(text: str) -> int:
    """The length JavaScript counts: a sign beyond U+FFFF is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _whole(limit: int | Decimal) -> int:
    return int(limit)
