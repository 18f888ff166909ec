"""Files on an order: the bytes lie in a folder under their own checksum, the row says what they are and who brought them.

Writing comes before the commit: a transaction that is lost leaves a file that no row names, which harms nothing and is
found again when the same file is added later.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import datetime
from io import BytesIO
from pathlib import Path

import puremagic
from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.keys import new_key
from engine.sentences import Sentence, _l
from engine.tables import ProcessInstance
from processes.records import ledger

LARGEST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 60_000_000
_WRONG_TYPE = _l(
    '"{name}" cannot be attached. Attach a picture (JPEG, PNG, WebP), a PDF, a text or an office document.'
)
_TOO_LARGE = _l('"{name}" has {given} MB, but at most {most} MB can be attached. Make it smaller.')
_PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_DOCUMENTS = {
    "application/pdf": (".pdf",),
    "text/plain": (".txt",),
    "text/csv": (".csv",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
}


class AttachmentRefused(errors.Refused):
    """This file cannot be attached."""


class Attachment(Base):
    """A file on an order. The bytes are `<folder>/<first two signs>/<sha256>`."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("size_bytes > 0", name="size"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime]


ledger.only_grows(Attachment.__table__)


def add(
    session: Session,
    folder: Path,
    process_instance_key: int,
    name: str,
    content: bytes,
    *,
    uploaded_by: str,
    now: datetime,
) -> Attachment:
    """Attach a file to an order. The type is read from the bytes; pictures lose what the camera wrote into them.

    The same file on the same order again gives the first row. Raises NotFound, AttachmentRefused.
    """
    if session.get(ProcessInstance, process_instance_key) is None:
        raise errors.NotFound("There is no such order, or you may not see it.")
    name = _plain_name(name)
    if not content:
        raise AttachmentRefused(Sentence(_l('"{name}" is empty. Choose another file.'), name=name))
    if len(content) > LARGEST_BYTES:
        raise AttachmentRefused(
            Sentence(
                _TOO_LARGE,
                name=name,
                given=len(content) // 1024 // 1024,
                most=LARGEST_BYTES // 1024 // 1024,
            )
        )
    media_type = _media_type(name, content)
    if media_type in _PICTURES:
        content = _without_metadata(name, content, _PICTURES[media_type])
    sha256 = hashlib.sha256(content).hexdigest()
    known = session.scalar(
        select(Attachment).where(
            Attachment.process_instance_key == process_instance_key, Attachment.sha256 == sha256
        )
    )
    _write(_place(folder, sha256), content)
    if known is not None:
        return known
    row = Attachment(
        process_instance_key=process_instance_key,
        name=name,
        media_type=media_type,
        size_bytes=len(content),
        sha256=sha256,
        uploaded_by=uploaded_by,
        uploaded_at=now,
    )
    session.add(row)
    session.flush()
    return row


def on(session: Session, process_instance_key: int) -> list[Attachment]:
    """The files on an order, oldest first."""
    query = select(Attachment).where(Attachment.process_instance_key == process_instance_key)
    return list(session.scalars(query.order_by(Attachment.key)))


def get(session: Session, attachment_key: int) -> Attachment:
    """The file's row. Raises NotFound."""
    found = session.get(Attachment, attachment_key)
    if found is None:
        raise errors.NotFound("There is no such file, or you may not see it.")
    return found


def open_for(folder: Path, attachment: Attachment) -> Path:
    """Where the bytes of a file lie. Raises NotFound when the folder has lost them."""
    place = _place(folder, attachment.sha256)
    if not place.is_file():
        raise errors.NotFound(
            Sentence(
                _l('The file "{name}" is not in the folder of attachments. Restore it from a backup.'),
                name=attachment.name,
            )
        )
    return place


def _place(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256


def _plain_name(name: str) -> str:
    """The last part of a path, on one line: what a browser sends is not trusted."""
    plain = "".join(sign for sign in name.replace("\\", "/").rpartition("/")[2] if sign.isprintable()).strip()
    return plain[-200:] or "file"


def _media_type(name: str, content: bytes) -> str:
    suffix = Path(name).suffix.lower()
    found = {match.mime_type for match in _magic(content)}
    for picture in _PICTURES:
        if picture in found:
            return picture
    for media_type, suffixes in _DOCUMENTS.items():
        if suffix in suffixes and (
            media_type in found or (media_type.startswith("text/") and _is_text(content))
        ):
            return media_type
    raise AttachmentRefused(Sentence(_WRONG_TYPE, name=name))


def _magic(content: bytes) -> list[puremagic.PureMagicWithConfidence]:
    try:
        return puremagic.magic_string(content)
    except puremagic.PureError:
        return []


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False


def _without_metadata(name: str, content: bytes, kind: str) -> bytes:
    """The picture alone, turned as the camera meant it: where a photo was taken is nobody's business."""
    try:
        with Image.open(BytesIO(content), formats=[kind]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise AttachmentRefused(
                    Sentence(_l('"{name}" has too many pixels. Make it smaller.'), name=name)
                )
            turned = ImageOps.exif_transpose(picture)
            clean = Image.new(turned.mode, turned.size)
            if turned.mode == "P":
                clean.putpalette(turned.getpalette())
            clean.paste(turned)
            out = BytesIO()
            clean.save(out, kind, **({"quality": 90} if kind in ("JPEG", "WEBP") else {}))
            return out.getvalue()
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as broken:
        raise AttachmentRefused(
            Sentence(_l('"{name}" is not a picture that can be read. Take it again.'), name=name)
        ) from broken


def _write(place: Path, content: bytes) -> None:
    if place.is_file():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as half:
        half.write(content)
        half.flush()
        os.fsync(half.fileno())
    Path(half.name).replace(place)
