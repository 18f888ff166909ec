"""A form in the reader's language: its labels, hints and choices are texts like any other, translated through Babel."""

from __future__ import annotations

from typing import Any

from webapp.language import label

_TEXTS = frozenset(
    {"label", "description", "dateLabel", "timeLabel", "text", "alt", "prefixAdorner", "suffixAdorner"}
)


def translated(schema: Any) -> Any:
    """The form-js JSON with every text a person reads in their language; expressions stay as they are."""
    if isinstance(schema, list):
        return [translated(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: _text(value) if name in _TEXTS else translated(value) for name, value in schema.items()}


def _text(value: Any) -> Any:
    is_plain = isinstance(value, str) and not value.startswith("=")
    return label(value) if is_plain else translated(value)
