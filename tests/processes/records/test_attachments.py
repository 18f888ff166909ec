"""Files on an order: kept under their checksum, taken for what their bytes are, without what a camera adds."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from engine import errors
from processes.records import attachments
from tests.processes.company import NOW, order

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def _add(session: Session, folder: Path, key: int, name: str, content: bytes) -> attachments.Attachment:
    return attachments.add(session, folder, key, name, content, uploaded_by="sales", now=NOW)


def _photo(kind: str = "JPEG", size: tuple[int, int] = (8, 4), exif: Image.Exif | None = None) -> bytes:
    out = BytesIO()
    picture = Image.new("RGB", size, "red")
    picture.save(out, kind, **({"exif": exif} if exif else {}))
    return out.getvalue()


def test_a_file_lies_under_its_checksum_and_is_opened_again(company: Session, tmp_path: Path) -> None:
    row = order(company)

    attachment = _add(company, tmp_path, row.key, "offer.pdf", PDF)

    sha256 = hashlib.sha256(PDF).hexdigest()
    assert (attachment.media_type, attachment.size_bytes, attachment.sha256) == (
        "application/pdf",
        len(PDF),
        sha256,
    )
    assert attachments.open_for(tmp_path, attachment) == tmp_path / sha256[:2] / sha256
    assert attachments.open_for(tmp_path, attachment).read_bytes() == PDF
    assert attachments.on(company, row.key) == [attachment]
    assert attachments.get(company, attachment.key) is attachment


def test_the_same_file_twice_is_one_attachment_but_each_order_has_its_own(
    company: Session, tmp_path: Path
) -> None:
    mine, other = order(company, "IR-0001"), order(company, "IR-0002")

    first = _add(company, tmp_path, mine.key, "offer.pdf", PDF)
    again = _add(company, tmp_path, mine.key, "copy.pdf", PDF)
    elsewhere = _add(company, tmp_path, other.key, "offer.pdf", PDF)

    assert again is first
    assert elsewhere.key != first.key
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_photo_keeps_its_picture_and_loses_where_it_was_taken(company: Session, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[2] = (47.0, 1.0, 0.0)
    taken = _photo(exif=exif)
    assert b"Exif" in taken

    attachment = _add(company, tmp_path, order(company).key, "IMG_1.jpg", taken)

    kept = attachments.open_for(tmp_path, attachment).read_bytes()
    assert b"Exif" not in kept
    with Image.open(BytesIO(kept)) as picture:
        assert picture.size == (4, 8)
    assert attachment.media_type == "image/jpeg"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_pictures_are_taken_too(company: Session, tmp_path: Path, kind: str) -> None:
    attachment = _add(company, tmp_path, order(company).key, "whatever.bin", _photo(kind))

    assert attachment.media_type == f"image/{kind.lower()}"


def test_plain_text_is_taken_when_it_is_text(company: Session, tmp_path: Path) -> None:
    row = order(company)

    attachment = _add(company, tmp_path, row.key, "C:\\fake\\Заметки.txt", "Привет".encode())

    assert (attachment.name, attachment.media_type) == ("Заметки.txt", "text/plain")
    with pytest.raises(attachments.AttachmentRefused):
        _add(company, tmp_path, row.key, "notes.txt", b"\x00\x01\xff")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.pdf", b""),
        ("page.html", b"<html><script>alert(1)</script></html>"),
        ("picture.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("tool.pdf", b"MZ\x90\x00 a program"),
        ("half.jpg", _photo()[:40]),
        ("huge.pdf", PDF + b"x" * attachments.LARGEST_BYTES),
    ],
)
def test_what_cannot_be_attached_is_refused_with_its_name_and_leaves_nothing(
    company: Session, tmp_path: Path, name: str, content: bytes
) -> None:
    row = order(company)

    with pytest.raises(attachments.AttachmentRefused, match=name.split(".")[0]):
        _add(company, tmp_path, row.key, name, content)

    assert attachments.on(company, row.key) == []
    assert list(tmp_path.iterdir()) == []


def test_a_lost_file_is_said_to_be_lost(company: Session, tmp_path: Path) -> None:
    attachment = _add(company, tmp_path, order(company).key, "offer.pdf", PDF)
    attachments.open_for(tmp_path, attachment).unlink()

    with pytest.raises(errors.NotFound, match="backup"):
        attachments.open_for(tmp_path, attachment)


def test_a_file_needs_its_order(company: Session, tmp_path: Path) -> None:
    with pytest.raises(errors.NotFound):
        _add(company, tmp_path, 1, "offer.pdf", PDF)
