"""The safe XML reader refuses what could harm, and says where."""

import pytest

from engine import xml


def test_a_plain_document_is_read_with_its_line_numbers():
    root = xml.parse(b"<?xml version='1.0' encoding='UTF-8'?>\n<a>\n <b/></a>")

    assert root.tag == "a"
    assert root[0].sourceline == 3


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
