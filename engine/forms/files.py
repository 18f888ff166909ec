"""Uploaded files: what came with a submission, and what they really are by their first bytes."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import puremagic

REFERENCE = "files::"
_HEAD = 8_192
_SURE = 0.3  # puremagic's confidence: below are magic numbers of two bytes, which any text may begin with
_SAME = {"image/jpg": "image/jpeg", "image/heic": "image/heif", "application/x-gzip": "application/gzip"}
_TEXT_TYPES = ("application/json", "application/xml")


@dataclass(frozen=True)
class UploadedFile:
    """One file of a submission. id: its name in our storage; media_type: what the browser says; size in bytes.

    One of content (the bytes) and path (where they are) is given.
    """

    id: str
    name: str
    media_type: str
    size: int
    content: bytes | None = None
    path: Path | None = None

    def head(self) -> bytes:
        """The first bytes."""
        if self.content is not None:
            return self.content[:_HEAD]
        with Path(self.path).open("rb") as file:
            return file.read(_HEAD)

    def described(self) -> dict[str, Any]:
        """What becomes a variable: where the file is kept, its name, its real type and size."""
        return {"id": self.id, "name": self.name, "media_type": RealType(self).best, "size": self.size}


class RealType:
    """What a file is by its bytes; for texts, which have no mark of their own, by its name."""

    def __init__(self, file: UploadedFile):
        head = file.head()
        self.ending = Path(file.name).suffix.lower()
        self.media_types, self.endings = _sniffed(head)
        if not self.media_types and not self.endings and _is_text(head):
            self.media_types = {_text_type(file.name)}
            self.endings = {self.ending} if _is_text_type(_by_name(file.name)) else {".txt"}

    @property
    def best(self) -> str:
        """One media type: of several that fit, the one the file's name says."""
        by_name = _by_name(f"x{self.ending}")
        return (
            by_name
            if by_name in self.media_types
            else min(self.media_types, default="application/octet-stream")
        )

    def fits(self, accept: str) -> bool:
        """Is this what an `accept` attribute allows (".pdf, image/*")? Both the name and the bytes must agree."""
        entries = [entry.strip().lower() for entry in accept.split(",")]
        return any(self._fits_entry(entry) for entry in entries if entry)

    def _fits_entry(self, entry: str) -> bool:
        if entry.startswith("."):
            by_name = _by_name(f"x{entry}")
            return self.ending == entry and (entry in self.endings or by_name in self.media_types)
        if entry in ("*", "*/*"):
            return True
        if entry.endswith("/*"):
            return any(media_type.startswith(entry[:-1]) for media_type in self.media_types)
        return _SAME.get(entry, entry) in self.media_types


def _sniffed(head: bytes) -> tuple[set[str], set[str]]:
    if not head:
        return set(), set()
    try:
        matches = puremagic.magic_string(head)
    except puremagic.PureError:
        return set(), set()
    sure = max((match.confidence for match in matches), default=0)
    best = [match for match in matches if match.confidence == sure >= _SURE]
    media_types = {_SAME.get(match.mime_type, match.mime_type) for match in best if match.mime_type}
    return media_types, {match.extension.lower() for match in best if match.extension}


def _by_name(name: str) -> str:
    media_type = mimetypes.guess_type(name)[0] or ""
    return _SAME.get(media_type, media_type)


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    # The head may end in the middle of a sign of up to four bytes.
    return any(_decodes(head[: len(head) - cut]) for cut in range(4))


def _decodes(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_text_type(media_type: str) -> bool:
    return media_type.startswith("text/") or media_type in _TEXT_TYPES


def _text_type(name: str) -> str:
    by_name = _by_name(name)
    return by_name if _is_text_type(by_name) else "text/plain"
