"""The one place where XML from outside is read: models, decisions and imports come in through `parse`.

A model file is uploaded by a person, so it may be hostile. Documents with a DOCTYPE are refused before the
real parser sees them (entities, external files and entity bombs all live there); size and depth are bounded;
nothing is ever fetched. Both parsers get the same letters: what is not in UTF-8 is translated before.
"""

from __future__ import annotations

import codecs
import re
from xml.parsers import expat

from lxml import etree

# What the first bytes say goes before the declaration; the longer ones come first.
_FIRST_BYTES = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_NO_TEXT = (
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "a file of an old office program"),
)
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]{0,400}\?>")
_ENCODING = re.compile(rb"\s*<\?xml\s[^>]{0,400}?\sencoding\s*=\s*[\"']([\w.:-]+)[\"']")
# Encodings of letters, as Python calls them; others of its codecs are none, or cost too much.
_KNOWN = (
    "utf-",
    "ascii",
    "iso8859",
    "iso2022",
    "cp",
    "koi8",
    "mac",
    "gb",
    "big5",
    "shift_jis",
    "euc_",
    "tis-620",
)


class XmlRefused(ValueError):
    """This XML document is not accepted."""

    def __init__(self, message: str, line: int | None = None):
        super().__init__(message)
        self.message = message
        self.line = line


def parse(data: bytes, *, max_bytes: int = 5_000_000, max_depth: int = 100) -> etree._Element:
    """Read an XML document and return its root element; nothing outside of `data` is ever touched.

    Raises XmlRefused (a sentence and, where known, the line) for what is too large, too deep, not well-formed
    or declares a DOCTYPE.
    """
    if len(data) > max_bytes:
        raise XmlRefused(f"Expected at most {max_bytes} bytes of XML, but this document has {len(data)}.")
    data = as_utf8(data)
    _refuse_other_things(data)
    _refuse_doctype(data)
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        line = error.lineno or None
        raise XmlRefused(f"This is not well-formed XML: {_reason(error)}.", line) from None
    _refuse_depth(root, max_depth)
    return root


def as_utf8(data: bytes) -> bytes:
    """The document in UTF-8, each thing on the line where it was; the very same bytes where they are that already.

    Blanks before the declaration are forgiven, and UTF-8 that is declared as UTF-16: many programs write that.
    Raises XmlRefused where letters are not of the encoding, or where nobody knows it.
    """
    for start, what in _NO_TEXT:
        if data.startswith(start):
            raise XmlRefused(f"Expected XML, but this is {what}.", 1)
    first = next((name for first, name in _FIRST_BYTES if data.startswith(first)), None)
    encoding = first or _declared(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as wrong:
        raise XmlRefused(
            f"Expected letters in {encoding.removesuffix('-sig').upper()}, but there are bytes that are none. "
            "Save the file in UTF-8.",
            data.count(b"\n", 0, wrong.start) + 1,
        ) from None
    declaration = _DECLARATION.match(text)
    if encoding == "utf-8" and (declaration is None or text.startswith("<?xml")):
        return data
    if declaration is not None:
        text = "\n" * declaration[0].count("\n") + text[declaration.end() :]
    return text.encode()


def _declared(data: bytes) -> str:
    """The encoding in the declaration, as Python calls it."""
    named = _ENCODING.match(data)
    if named is None:
        return "utf-8"
    name = named[1].decode("ascii", "replace")
    try:
        found = codecs.lookup(name).name
    except LookupError:
        found = ""
    if not found.startswith(_KNOWN) or found == "utf-7":
        raise XmlRefused(
            f'Expected a document in UTF-8, but this one says that it is in "{name[:40]}". Save it in UTF-8.',
            1,
        )
    return "utf-8-sig" if found.startswith(("utf-16", "utf-32")) else found  # wide letters show at once


def _parser() -> etree.XMLParser:
    # A parser object is not safe to share between threads, and making one costs microseconds.
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _refuse_other_things(data: bytes) -> None:
    start = data[:200].lstrip()
    if start and not start.startswith(b"<"):
        shown = "".join(sign for sign in start.decode(errors="ignore")[:20] if sign.isprintable())
        raise XmlRefused(f'Expected XML, which begins with "<", but this file begins with "{shown}".', 1)


class _RootReached(Exception):
    """The prolog is over: what follows cannot hold a DOCTYPE."""


def _refuse_doctype(data: bytes) -> None:
    prolog = expat.ParserCreate()

    def on_doctype(*_: object) -> None:
        raise XmlRefused(
            "Expected a document without DOCTYPE, but one is declared. Remove the DOCTYPE and its entities.",
            prolog.CurrentLineNumber,
        )

    def on_element(*_: object) -> None:
        raise _RootReached

    prolog.StartDoctypeDeclHandler = on_doctype
    prolog.StartElementHandler = on_element
    try:
        prolog.Parse(data, True)
    except _RootReached:
        return
    except (expat.ExpatError, LookupError, ValueError) as error:
        if isinstance(error, XmlRefused):
            raise
        line = getattr(error, "lineno", None)
        raise XmlRefused(f"This is not well-formed XML: {error}.", line) from None


def _refuse_depth(root: etree._Element, max_depth: int) -> None:
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > max_depth:
            raise XmlRefused(
                f"Expected elements nested at most {max_depth} deep, "
                f"but <{etree.QName(element).localname}> lies deeper.",
                element.sourceline,
            )


def _reason(error: etree.XMLSyntaxError) -> str:
    reason = " ".join((error.msg or "unknown reason").split())
    if reason.startswith("Excessive depth"):  # the words of the library are for programmers
        return "its elements are nested too deep"
    return reason.rstrip(".")
