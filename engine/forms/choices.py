"""Answers that are chosen: a tick, one of the options, several of them. The options are checked here: the browser does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .asking import Answer, refusal
from .options import chosen
from .sentences import Sentence, _l, shown
from .tree import Field
from .values import MISSING

_NOT_OFFERED = _l("One of the offered choices is needed, {given} was given.")


class TickAnswer(Answer):
    """A checkbox: true or false; a required one must be ticked."""

    needed = _l("This box must be ticked.")

    def is_empty(self, value: Any) -> bool:
        return value is None or value is False

    def answer(self, value: Any) -> bool:
        if value is not True:
            raise refusal(Sentence(_l("Yes or no is needed, {given} was given."), given=shown(value)))
        return True

    @classmethod
    def nothing(cls) -> bool:
        return False

    @classmethod
    def opened(cls, field: Field, value: Any, variables: Mapping[str, Any]) -> bool:
        return value is True


class ChoiceAnswer(Answer):
    """A radio group or a select: one of the options."""

    def answer(self, value: Any) -> Any:
        return _offered(value, self._options())

    def _options(self) -> list[Any]:
        return self.field.options.values(self.submission.opened, self.place.context, self.submission.moment)

    @classmethod
    def opened(cls, field: Field, value: Any, variables: Mapping[str, Any]) -> Any:
        if field.options.expression is not None:
            return value
        offered = chosen(value, field.options.values(variables, {}, None))
        return None if offered is MISSING else offered


class ChoicesAnswer(ChoiceAnswer):
    """A checklist or a tag list: several of the options, each once, in the order given."""

    def is_empty(self, value: Any) -> bool:
        return value is None or value == []

    def answer(self, value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise refusal(Sentence(_l("A list of choices is needed, {given} was given."), given=shown(value)))
        options = self._options()
        answers: list[Any] = []
        for item in value:
            offered = _offered(item, options)
            if chosen(offered, answers) is MISSING:
                answers.append(offered)
        return answers

    @classmethod
    def nothing(cls) -> list[Any]:
        return []

    @classmethod
    def opened(cls, field: Field, value: Any, variables: Mapping[str, Any]) -> Any:
        if not isinstance(value, list):
            return []
        if field.options.expression is not None:
            return value
        offered = [chosen(item, field.options.values(variables, {}, None)) for item in value]
        return [item for item in offered if item is not MISSING]


def _offered(value: Any, options: list[Any]) -> Any:
    offered = chosen(value, options)
    if offered is MISSING:
        raise refusal(Sentence(_NOT_OFFERED, given=shown(value)))
    return offered
