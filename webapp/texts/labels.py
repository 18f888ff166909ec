"""The words that people read in diagrams and forms: names, labels, options, instructions.

Who collects texts for translators and who shows them translated both ask here, so the two can never differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine import xml

Element = etree._Element

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
#: Their names connect models with the world outside; nobody reads them on a page.
_IDENTIFIERS = {"definitions", "collaboration", "message", "error", "signal", "escalation", "import"}
#: Properties of a model that are shown to people; all others are settings.
_SPOKEN_PROPERTIES = {"instruction", "title", "button"}

_OF_COMPONENT = ("label", "description", "text", "content", "title", "alt", "dateLabel", "timeLabel")
_OF_PART = {"appearance": ("prefixAdorner", "suffixAdorner"), "validate": ("patternErrorMessage",)}
_OF_ROWS = {"values": "label", "columns": "label"}


def in_diagram(root: Element) -> Iterator[tuple[Element, str | None]]:
    """Each element with a text for people, and the attribute that holds it; None when it is the element's own text."""
    for element in root.iter(etree.Element):
        if not isinstance(element.tag, str):
            continue
        name = etree.QName(element).localname
        if element.tag.startswith(_BPMN):
            if name == "text" or (name == "documentation" and _is_process(element.getparent())):
                yield element, None
            elif name == "categoryValue":
                yield element, "value"
            elif name not in _IDENTIFIERS:
                yield element, "name"
        elif element.tag == f"{_ZEEBE}property" and element.get("name") in _SPOKEN_PROPERTIES:
            yield element, "value"


def of_diagram(content: bytes) -> Iterator[tuple[int, str]]:
    """(line, text) of every text in a BPMN file. Raises XmlRefused."""
    for element, attribute in in_diagram(xml.parse(content)):
        text = (element.get(attribute) if attribute else element.text) or ""
        if is_text(text.strip()):
            yield element.sourceline or 1, text.strip()


def in_form(schema: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Each object of a form-js form with a text for people, and the key that holds it."""
    for component in schema.get("components") or []:
        holders = [(component, key) for key in _OF_COMPONENT]
        holders += [(component.get(part) or {}, key) for part, keys in _OF_PART.items() for key in keys]
        holders += [(row, key) for rows, key in _OF_ROWS.items() for row in _objects(component.get(rows))]
        yield from ((holder, key) for holder, key in holders if is_text(holder.get(key)))
        yield from in_form(component)


def is_text(value: Any) -> bool:
    """Whether it is something to read: not empty, and no FEEL expression."""
    return isinstance(value, str) and bool(value.strip()) and not value.startswith("=")


def _is_process(element: Element | None) -> bool:
    return element is not None and element.tag == f"{_BPMN}process"


def _objects(rows: Any) -> list[dict[str, Any]]:
    # `columns` is a number in some components and a list of heads in tables.
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
