"""The safe XML reader refuses what could harm, and says where."""

import pytest

from engine import xml


def test_a_plain_document_is_read_with_its_line_numbers():
    root = xml.parse(b"<?xml version='1.0' encoding='UTF-8'?>\n<a>\n <b/></a>")

    assert root.tag == "a"
    assert root[0].sourceline == 3


DRAWN = "<?xml version='1.0' encoding='{}'?>\n<a>\n <b n='Zażółć'/></a>"


@pytest.mark.parametrize(
    ("named", "written"),
    [
        ("UTF-8", "utf-8-sig"),
        ("UTF-16", "utf-16"),
        ("UTF-16", "utf-8"),  # as many programs save it
        ("utf-16", "utf-8-sig"),
        ("UTF-8", "utf-16-be"),
        ("UTF-32", "utf-32"),
        ("windows-1250", "cp1250"),
        ("ISO-8859-2", "iso8859-2"),
        ("GB18030", "gb18030"),
    ],
)
def test_a_document_is_read_in_the_encoding_that_its_bytes_show(named, written):
    root = xml.parse(DRAWN.format(named).encode(written))

    assert (root[0].get("n"), root[0].sourceline) == ("Zażółć", 3)


def test_blanks_before_the_declaration_are_forgiven():
    assert xml.parse(b"\r\n  " + DRAWN.format("UTF-8").encode())[0].sourceline == 4


def test_a_document_in_utf_8_keeps_its_bytes():
    data = DRAWN.format("UTF-8").encode()

    assert xml.as_utf8(data) is data


@pytest.mark.parametrize(
    ("data", "sentence", "line"),
    [
        (DRAWN.format("UTF-8").encode("cp1250"), "Expected letters in UTF-8, but there are bytes that are none.", 3),
        (b"PK\x03\x04\x14", "Expected XML, but this is a zip archive.", 1),
        (b"\x89PNG\r\n\x1a\n", "Expected XML, but this is a picture.", 1),
        (b' {"process": 1}', 'which begins with "<", but this file begins with "{"process": 1}".', 1),
        (b"<a>" * 300, "its elements are nested too deep.", 1),
        (DRAWN.format("klingon").encode(), 'this one says that it is in "klingon". Save it in UTF-8.', 1),
        (DRAWN.format("utf-7").encode(), 'this one says that it is in "utf-7". Save it in UTF-8.', 1),
        (DRAWN.format("punycode").encode(), 'this one says that it is in "punycode". Save it in UTF-8.', 1),
    ],
)  # fmt: skip
def test_letters_that_nobody_can_read_are_refused(data, sentence, line):
    with pytest.raises(xml.XmlRefused, match=sentence) as refused:
        xml.parse(data)

    assert refused.value.line == line


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_refused_in_every_encoding(encoding):
    text = f"<?xml version='1.0' encoding='{encoding}'?>\n<!DOCTYPE a [<!ENTITY x 'y'>]>\n<a>&x;</a>"

    with pytest.raises(xml.XmlRefused, match="without DOCTYPE") as refused:
        xml.parse(text.encode(encoding))

    assert refused.value.line == 2


def test_an_external_entity_is_never_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("do not read me")
    text = f"<!DOCTYPE a [<!ENTITY x SYSTEM '{secret.as_uri()}'>]><a>&x;</a>"

    with pytest.raises(xml.XmlRefused):
        xml.parse(text.encode())


@pytest.mark.parametrize(
    "broken", [b"", b"not xml", b"<a>", b"<a></b>", b"<a>&undeclared;</a>", b"\xff\xfe<a/>", b"<a>\x00</a>"]
)
def test_what_is_not_well_formed_is_refused_with_a_sentence(broken):
    with pytest.raises(xml.XmlRefused) as refused:
        xml.parse(broken)

    assert refused.value.message.endswith(".")


def test_too_many_bytes_and_too_deep_nesting_are_refused():
    with pytest.raises(xml.XmlRefused, match="at most 10 bytes"):
        xml.parse(b"<a>01234567890</a>", max_bytes=10)
    with pytest.raises(xml.XmlRefused, match="at most 100 deep"):
        xml.parse(b"<a>" * 101 + b"</a>" * 101)

    assert xml.parse(b"<a>" * 100 + b"</a>" * 100).tag == "a"


def test_absurd_nesting_is_refused_without_a_crash():
    with pytest.raises(xml.XmlRefused):
        xml.parse(b"<a>" * 100_000 + b"</a>" * 100_000)
