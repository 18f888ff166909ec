"""What kind of file a resource is, and which ids it brings; nothing is judged here."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from lxml import etree

_SUFFIXES = {".bpmn": "bpmn", ".bpmn20.xml": "bpmn", ".dmn": "dmn", ".form": "form"}
_DMN = "https://www.omg.org/spec/DMN/"
_LOOK_INTO = 4_096


def kind_of(file: str, data: bytes) -> str | None:
    """bpmn, dmn or form: by the end of the name, else (.xml, .json, none) by a look into it; None for anything else."""
    for suffix, kind in _SUFFIXES.items():
        if file.lower().endswith(suffix):
            return kind
    start = data[:_LOOK_INTO].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"{") and b'"components"' in data:
        return "form"
    if start.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return "dmn" if _DMN.encode() in start and b"BPMN/20100524/MODEL" not in start else "bpmn"
    return None


def form_id(data: bytes) -> str | None:
    """The id of a form-js form; None where there is none or the file is no JSON object."""
    try:
        form = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    identity = form.get("id") if isinstance(form, dict) else None
    return identity if isinstance(identity, str) and identity else None


def decision_ids(root: etree._Element) -> Iterator[tuple[str, int | None]]:
    """The ids of the decisions in a DMN file, each with its line."""
    for element in root.iterchildren(etree.Element):
        if etree.QName(element).localname == "decision" and element.get("id"):
            yield element.get("id"), element.sourceline
