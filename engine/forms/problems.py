"""Why a form cannot be used, or a submission cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.errors import Refused
from engine.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a form: the component it stands in, what is wrong, and the way out.

    component: the component's key or path if it has one, else its id, else "" for the form itself.
    """

    component: str
    sentence: str
    remedy: str


class FormRefused(Refused):
    """This form cannot be used."""

    def __init__(self, problems: Sequence[Problem]):
        self.problems = list(problems)
        first = self.problems[0]
        super().__init__(f"{first.sentence} {first.remedy}")


class SubmissionInvalid(Refused):
    """Some answers need a change."""

    def __init__(self, errors: Mapping[str, Sentence], unasked: Sequence[str] = ()):
        """errors: {path of the field, such as "parts.0.qty", or "" for the whole form: what is needed}.

        unasked: those of the paths that the form does not ask for. No honest browser sends them.
        """
        self.errors = dict(errors)
        self.unasked = list(unasked)
        super().__init__(
            " ".join(
                f"{path}: {sentence}" if path else str(sentence) for path, sentence in self.errors.items()
            )
        )
