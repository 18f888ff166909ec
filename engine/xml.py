"""The one place where XML from outside is read: models, decisions and imports come in through `parse`.

A model file is uploaded by a person, so it may be hostile. Documents with a DOCTYPE are refused before the
real parser sees them (entities, external files and entity bombs all live there); size and depth are bounded;
nothing is ever fetched.
"""

from __future__ import annotations

from xml.parsers import expat

from lxml import etree


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
    _refuse_doctype(data)
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        line = error.lineno or None
        raise XmlRefused(f"This is not well-formed XML: {_reason(error)}.", line) from None
    _refuse_depth(root, max_depth)
    return root


def _parser() -> etree.XMLParser:
    # A parser object is not safe to share between threads, and making one costs microseconds.
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


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
    return (error.msg or "unknown reason").rstrip(".")
