"""The answer of a signature: who signs, as text; the drawing, if there is one, comes beside it as a picture.

The component is our own (type `signature`): form-js has none. Its value is the name alone, so that expressions, drafts and
operations read a signature as they read a text. Whoever cannot draw types the name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .asking import refusal
from .files import REFERENCE, RealType, UploadedFile
from .sentences import Sentence, _l, shown
from .texts import TextAnswer

LONGEST_NAME = 200
MOST_BYTES = 500_000
_ONE_DRAWING = _l("One drawing of the signature is needed, {given} were given.")
_NO_DRAWING = _l("The signature is needed as a drawing, but {name} is {given}. Draw it again.")
_TOO_LARGE = _l("The drawing of the signature is too large. Draw it again.")


class SignatureAnswer(TextAnswer):
    """The name of who signs; under `reference` at most one picture (PNG) of the signature."""

    needed = _l("A signature is needed: the name of who signs.")

    def answer(self, value: Any) -> str:
        name = super().answer(value)
        found = self.submission.files.get(self.reference)
        drawings = [found] if isinstance(found, UploadedFile) else list(found or ())
        self._check_drawing(drawings)
        return name

    @property
    def reference(self) -> str:
        """What the browser calls the drawing: the path of the field with "-" between."""
        return f"{REFERENCE}signature-{'-'.join(map(str, (*self.place.prefix, *self.field.segments)))}"

    def _limit(self, name: str) -> Any:
        limit = super()._limit(name)
        return LONGEST_NAME if limit is None and name == "maxLength" else limit

    def _check_drawing(self, drawings: Sequence[UploadedFile]) -> None:
        if len(drawings) > 1:
            raise refusal(Sentence(_ONE_DRAWING, given=len(drawings)))
        for drawing in drawings:
            real = RealType(drawing)
            if not real.fits("image/png"):
                raise refusal(Sentence(_NO_DRAWING, name=shown(drawing.name), given=real.best))
            if drawing.size > MOST_BYTES:
                raise refusal(Sentence(_TOO_LARGE))
