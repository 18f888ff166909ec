"""Keys in addresses and forms: numbers of 64 bits. A larger one names nothing, and no database could be asked for it."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, ValidationError

LARGEST = 2**63 - 1


class KeyConverter(IntegerConverter):
    """`<int:key>` of our addresses: what is no key has no page (404)."""

    def to_python(self, value: str) -> int:
        try:
            return read(value)
        except ValueError:
            raise ValidationError from None


def init_app(app: Flask) -> None:
    """Let every `<int:…>` of the application be a key. Before any address is registered."""
    app.url_map.converters["int"] = KeyConverter


def read(text: str) -> int:
    """The key in a text from outside, for `request.args.get(name, type=keys.read)`. Raises ValueError."""
    number = int(text)
    if not 0 <= number <= LARGEST:
        raise ValueError(f"Expected a key of up to {LARGEST}, but found a larger or negative number.")
    return number
