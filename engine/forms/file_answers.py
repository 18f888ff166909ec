"""The answer of a file picker: the browser sends a reference, the files come beside it, the variable describes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .asking import Answer, refusal
from .files import RealType, UploadedFile
from .sentences import Counted, Sentence, _l, _ln, shown
from .tree import Field

MOST_FILES = 10
MOST_MEGABYTES = 20
_REFERENCE = re.compile(r"files::[\w-]{1,100}", re.ASCII)

_TOO_MANY = _ln("At most {most} file, {given} given.", "At most {most} files, {given} given.")
_NOT_HERE = _l("A file is needed, but none came with this answer. Choose it again.")
_TOO_LARGE = _l("A file of at most {most} MB is needed, {name} has {given} MB.")
_EMPTY = _l("A file with content is needed, {name} is empty.")
_WRONG_TYPE = _l("A file of the type {accept} is needed, {name} is {given}.")


class FileAnswer(Answer):
    """Files: how many, how large, and what they really are. No new file leaves the files that are there already.

    The properties `max_files` and `max_megabytes` of the component change the bounds.
    """

    own: Any = None
    """What the variable holds already."""

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any) -> Any:
        if self.is_empty(value) and self.own:
            return self.own
        return super().deserialize(value, attr, data, **kwargs)

    def answer(self, value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, str) or not _REFERENCE.fullmatch(value):
            raise refusal(Sentence(_l("A file is needed, {given} was given."), given=shown(value)))
        files = self._files(value)
        most = self.field.properties.get("max_files", MOST_FILES) if self.rule("multiple") is True else 1
        if len(files) > most:
            raise refusal(Counted(_TOO_MANY, most, most=most, given=len(files)))
        for file in files:
            self._check(file)
        return [file.described() for file in files]

    def _files(self, reference: str) -> list[UploadedFile]:
        found = self.submission.files.get(reference)
        files = [found] if isinstance(found, UploadedFile) else list(found or ())
        if not files:
            raise refusal(Sentence(_NOT_HERE))
        return files

    def _check(self, file: UploadedFile) -> None:
        most = self.field.properties.get("max_megabytes", MOST_MEGABYTES)
        if file.size > most * 1_000_000:
            megabytes = f"{file.size / 1_000_000:.1f}"
            raise refusal(Sentence(_TOO_LARGE, most=most, name=shown(file.name), given=megabytes))
        if file.size == 0:
            raise refusal(Sentence(_EMPTY, name=shown(file.name)))
        accept, real = self.rule("accept"), RealType(file)
        if isinstance(accept, str) and accept.strip() and not real.fits(accept):
            raise refusal(Sentence(_WRONG_TYPE, accept=accept, name=shown(file.name), given=real.best))

    @classmethod
    def opened(cls, field: Field, value: Any, variables: Mapping[str, Any]) -> None:
        return None  # the browser knows no file but those chosen in it
