"""What a person reads on a page: its texts, the words of its fields and buttons, and what its islands will draw."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from webapp.texts import labels

_READ_ATTRIBUTES = ("title", "aria-label", "placeholder", "alt")
_SILENT = ("style", "script", "svg", "kbd")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.islands: list[dict[str, Any]] = []
        self._silent = 0
        self._json = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.texts += [given[name] for name in _READ_ATTRIBUTES if given.get(name)]
        self._json = tag == "script" and given.get("type") == "application/json"
        self._silent += tag in _SILENT

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT
        self._json = False

    def handle_data(self, data: str) -> None:
        if self._json:
            self.islands.append(json.loads(data))
        elif not self._silent and data.strip():
            self.texts.append(" ".join(data.split(" ")).strip())


def texts(page: str) -> list[str]:
    """Every text of a page that somebody sees or hears, whatever draws it."""
    reader = _Reader()
    reader.feed(page)
    return [*reader.texts, *(text for island in reader.islands for text in _of_island(island))]


def islands(page: str) -> list[dict[str, Any]]:
    """What the page gives to its form and its diagram."""
    reader = _Reader()
    reader.feed(page)
    return reader.islands


def names(xml: str) -> list[str]:
    """The words on a diagram."""
    return [text for _, text in labels.of_diagram(xml.encode())]


def _of_island(island: dict[str, Any]) -> Iterator[str]:
    yield from island.get("phrases", {}).values()
    yield from (holder[key] for holder, key in labels.in_form(island.get("schema") or {}))
    if "xml" in island:
        yield island["name"]
        yield from names(island["xml"])
