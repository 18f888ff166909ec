"""Files of a form: how many, how large, and what they are by their bytes, not by their name."""

import io
import zipfile

import pytest
from PIL import Image

from engine.forms import UploadedFile
from tests.engine.forms.made import answer, check, form, refusal, tick

PICKER = {"type": "filepicker"}


def image(kind):
    data = io.BytesIO()
    Image.new("RGB", (4, 4)).save(data, kind)
    return data.getvalue()


def word_document():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return data.getvalue()


def file(name, content, media_type="application/octet-stream", id="f1"):
    return UploadedFile(id=id, name=name, media_type=media_type, size=len(content), content=content)


def sent(*files):
    return {"files::abc": files[0] if len(files) == 1 else list(files)}


def test_a_file_becomes_a_description_of_where_it_is_and_what_it_is():
    photo = file("photo.jpg", image("JPEG"), "text/html")

    assert answer(PICKER, "files::abc", files=sent(photo)) == [
        {"id": "f1", "name": "photo.jpg", "media_type": "image/jpeg", "size": photo.size}
    ]


def test_a_file_on_disk_is_looked_at_there(tmp_path):
    (tmp_path / "x").write_bytes(image("PNG"))
    stored = UploadedFile("f1", "photo.png", "image/png", 70, path=tmp_path / "x")

    assert (
        answer({**PICKER, "accept": "image/png"}, "files::abc", files=sent(stored))[0]["media_type"]
        == "image/png"
    )


def test_several_files_need_a_picker_for_several():
    two = [file("a.png", image("PNG"), id="1"), file("b.png", image("PNG"), id="2")]

    assert [got["id"] for got in answer({**PICKER, "multiple": True}, "files::abc", files=sent(*two))] == [
        "1",
        "2",
    ]
    assert refusal(PICKER, "files::abc", files=sent(*two)) == "At most 1 file, 2 given."
    eleven = two[:1] * 11
    assert (
        refusal({**PICKER, "multiple": True}, "files::abc", files=sent(*eleven))
        == "At most 10 files, 11 given."
    )
    more = {**PICKER, "multiple": "=true", "properties": {"max_files": 11}}
    assert len(answer(more, "files::abc", files=sent(*eleven))) == 11


@pytest.mark.parametrize(
    "value", ["files::", "abc", "files::../x", "files::a b", 5, ["files::abc"], {"id": "f1"}]
)
def test_a_value_that_is_no_reference_is_refused(value):
    assert refusal(PICKER, value, files=sent(file("a.png", image("PNG")))).startswith("A file is needed, ")


def test_a_description_posted_as_json_is_no_file():
    forged = [{"id": "f1", "name": "x", "media_type": "image/png", "size": 1, "path": "/etc/passwd"}]

    assert refusal(PICKER, forged) is not None


def test_a_reference_without_its_file_is_refused():
    assert (
        refusal(PICKER, "files::abc") == "A file is needed, but none came with this answer. Choose it again."
    )
    assert refusal(PICKER, "files::abc", files={"files::abc": []}) is not None


def test_a_required_file_must_come():
    assert refusal({**PICKER, "validate": {"required": True}}, None) == "An answer is needed."


def test_no_new_file_leaves_those_that_are_there():
    there = [{"id": "f0", "name": "old.png", "media_type": "image/png", "size": 5}]
    a_form = form({**PICKER, "key": "a", "label": "A", "validate": {"required": True}})

    assert check(a_form, {"a": None}, {"a": there}) == {"a": there}


def test_the_files_of_a_hidden_field_are_not_taken():
    a_form = form(tick("on"), {**PICKER, "key": "a", "label": "A", "conditional": {"hide": "=not(on)"}})

    assert check(a_form, {"on": False, "a": "files::abc"}, files=sent(file("a.png", image("PNG")))) == {
        "on": False
    }


def test_a_file_too_large_or_empty_is_refused():
    large = UploadedFile("f1", "a.png", "image/png", 20_000_001, content=image("PNG"))

    assert refusal(PICKER, "files::abc", files=sent(large)) == (
        'A file of at most 20 MB is needed, "a.png" has 20.0 MB.'
    )
    assert (
        refusal({**PICKER, "properties": {"max_megabytes": 1}}, "files::abc", files=sent(large)) is not None
    )
    assert refusal(PICKER, "files::abc", files=sent(file("a.txt", b""))) == (
        'A file with content is needed, "a.txt" is empty.'
    )


@pytest.mark.parametrize(
    "accept, name, content",
    [
        ("image/*", "a.jpg", image("JPEG")),
        ("image/*", "no-ending", image("WEBP")),
        ("image/png, application/pdf", "a.pdf", b"%PDF-1.7\n%\xe2\xe3\n1 0 obj"),
        ("image/jpg", "a.jpeg", image("JPEG")),
        (".jpg,.PNG", "A.PNG", image("PNG")),
        (".docx", "a.docx", word_document()),
        (".csv", "a.csv", "a;b\nș;ț".encode()),
        ("text/plain", "a.txt", b"hello"),
        ("text/plain", "a.txt", b"BMW and MZ begin like a picture and a program"),
        ("text/plain", "a.txt", b"MZ: a motorcycle"),
        ("text/*", "a.csv", b"a,b"),
        (".txt", "long.txt", ("ș" * 5_000).encode()),
        ("*/*", "a.bin", b"\x00\x01"),
        ("", "a.bin", b"\x00\x01"),
    ],
)
def test_a_file_of_an_accepted_type_is_taken(accept, name, content):
    assert (
        answer({**PICKER, "accept": accept}, "files::abc", files=sent(file(name, content)))[0]["name"] == name
    )


@pytest.mark.parametrize(
    "accept, name, content, found",
    [
        ("image/*", "photo.jpg", b"<html><script>alert(1)</script>", "text/html"),
        ("image/*", "photo.jpg", b"MZ" + bytes(200), "application/octet-stream"),
        ("image/*", "photo.jpg", b"just text", "text/plain"),
        ("image/*", "photo.png", b"%PDF-1.7\n%\xe2\xe3\n1 0 obj", "application/pdf"),
        (".pdf", "a.pdf", image("PNG"), "image/png"),
        (".png", "a.jpg", image("PNG"), "image/png"),
        (".jpg", "a.jpg", b"plain", "text/plain"),
        ("application/pdf", "a.pdf", bytes(50), "application/octet-stream"),
        (".csv", "a.csv", b"\x00\x01\x02", "application/octet-stream"),
    ],
)
def test_a_file_of_another_type_is_refused_whatever_its_name(accept, name, content, found):
    sentence = refusal(
        {**PICKER, "accept": accept}, "files::abc", files=sent(file(name, content, "image/jpeg"))
    )

    assert sentence == f'A file of the type {accept} is needed, "{name}" is {found}.'


def test_what_is_accepted_may_be_an_expression():
    assert (
        refusal({**PICKER, "accept": '=".pdf"'}, "files::abc", files=sent(file("a.png", image("PNG"))))
        is not None
    )
