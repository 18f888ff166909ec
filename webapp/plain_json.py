"""JSON of our answers and of data inside pages: exact decimals come in as Decimal, go out as numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
from flask import request
from flask.json.provider import DefaultJSONProvider

from engine.errors import Refused

_decode = msgspec.json.Decoder(float_hook=Decimal).decode


class NotJson(Refused):
    """JSON was expected, but something else came. Load the page again and repeat what you wanted to do."""

    status = 400


class PlainJsonProvider(DefaultJSONProvider):
    """A Decimal becomes a number: the browser's forms calculate with it."""

    @staticmethod
    def default(value: Any) -> Any:
        if isinstance(value, Decimal):
            return int(value) if value == value.to_integral_value() else float(value)
        return DefaultJSONProvider.default(value)

    sort_keys = False


def read_object(text: str | bytes) -> dict[str, Any]:
    """A JSON object as plain values. Raises NotJson."""
    try:
        found = _decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotJson from None
    if not isinstance(found, dict):
        raise NotJson
    return found


def wants_json() -> bool:
    """Whether a program asks: by the address or by what it accepts."""
    if request.path.startswith(("/v2/", "/api/")) or request.is_json:
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return best not in (None, "text/html")
