"""Which addresses show somebody a page of its own. Asked without a browser: drawing a page costs ten times as much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from urllib.parse import urldefrag

from tests.http_client import Answer, Client

#: As a browser asks: for a page, not for a file or for data.
_AS_A_BROWSER = {"Accept": "text/html", "Accept-Language": "en-GB"}


def pages(client: Client, addresses: Iterable[str]) -> Iterator[str]:
    """The addresses, without those that show the very markup of an earlier one, or say no with the same status."""
    seen = set()
    with closing(client):
        for address in addresses:
            answer, place = _opened(client, address)
            # The token in the head differs each time, and nobody sees it.
            markup = answer.text.replace(client.token, "")
            page = answer.status if answer.status >= 400 else (place, markup)
            if page not in seen:
                seen.add(page)
                yield address


def _opened(client: Client, address: str) -> tuple[Answer, str]:
    """The page that the address leads to, and the place on it."""
    place, at = "", address
    for _ in range(5):
        answer = client.get(at, **_AS_A_BROWSER)
        if answer.location is None:
            return answer, place
        at, place = urldefrag(answer.location)
    raise AssertionError(f"Expected a page, but {address} leads from address to address.")
