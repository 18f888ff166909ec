"""Forms and diagrams for the browser, in the language of whoever reads the page; without a translation as written."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from typing import Any

from flask_babel import get_locale
from lxml import etree

from engine import xml
from webapp.language import label
from webapp.texts import labels


def form(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A form-js form. The given one is shared between readers and stays as it is."""
    copy = deepcopy(dict(schema))
    for holder, key in labels.in_form(copy):
        holder[key] = label(holder[key])
    return copy


def diagram(content: bytes) -> str:
    """A BPMN file."""
    language = str(get_locale() or "en")
    return xml.as_utf8(content).decode() if language.startswith("en") else _diagram(content, language)


@lru_cache(maxsize=64)
def _diagram(content: bytes, language: str) -> str:
    """`language` is that of the page, which `label` knows by itself; here it only keeps the languages apart."""
    root = xml.parse(content)
    for element, attribute in labels.in_diagram(root):
        if attribute is None:
            element.text = label((element.text or "").strip())
        elif element.get(attribute):
            element.set(attribute, label(element.get(attribute).strip()))
    return etree.tostring(root, encoding="unicode")
