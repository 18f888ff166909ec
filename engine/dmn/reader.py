"""Finds the elements of a DMN document; every version's namespace is read alike, by local names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from .. import xml
from .errors import DmnRefused

_DMN_NAMESPACE = re.compile(r"https?://www\.omg\.org/spec/DMN/[0-9]{8}/(MODEL/?|dmn\.xsd)")
_FEEL = re.compile(r"feel|.*/FEEL/?", re.IGNORECASE)


def read(data: bytes) -> etree._Element:
    """The <definitions> of a DMN document; raises DmnRefused for anything else."""
    try:
        root = xml.parse(data)
    except xml.XmlRefused as refused:
        raise DmnRefused(refused.message, refused.line) from None
    name = etree.QName(root)
    if name.localname != "definitions" or not _DMN_NAMESPACE.fullmatch(name.namespace or ""):
        raise DmnRefused(
            "Expected a DMN document (version 1.1 to 1.5) whose root is <definitions>, "
            f"but found <{name.localname}> of {name.namespace or 'no namespace'}.",
            root.sourceline,
        )
    return root


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The child elements of DMN with one of these names (all without a name), in document order."""
    for child in element:
        if isinstance(child.tag, str):
            tag = etree.QName(child)
            if (not names or tag.localname in names) and _DMN_NAMESPACE.fullmatch(tag.namespace or ""):
                yield child


def child(element: etree._Element, *names: str) -> etree._Element | None:
    """The first child element with one of these names."""
    return next(children(element, *names), None)


def local_name(element: etree._Element) -> str:
    return etree.QName(element).localname


def text_of(element: etree._Element | None) -> str:
    """The text of <text> inside, or "" where there is none."""
    inner = None if element is None else child(element, "text")
    return "" if inner is None else "".join(inner.itertext())


def name_of(element: etree._Element) -> str:
    """The name attribute, blanks reduced to one as in expressions."""
    return " ".join((element.get("name") or "").split())


def type_ref(element: etree._Element | None) -> str | None:
    """The typeRef, which old versions write as a child and new ones as an attribute."""
    if element is None:
        return None
    written = element.get("typeRef")
    if written is None:
        inner = child(element, "typeRef")
        written = None if inner is None else "".join(inner.itertext())
    return (written or "").strip() or None


def is_feel(element: etree._Element) -> bool:
    """Is the expression language FEEL, or none given?"""
    language = element.get("expressionLanguage")
    return not language or _FEEL.fullmatch(language) is not None
