"""Which addresses show somebody a page of its own. Asked without a browser: drawing a page costs ten times as much."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urldefrag

from lxml import html

from tests.http_client import Answer, Client

#: As a browser asks: for a page, not for a file or for data.
_AS_A_BROWSER = {"Accept": "text/html", "Accept-Language": "en-GB"}
#: What nobody sees, and what may be new each time: the key that makes a form count once.
_HIDDEN_VALUE = re.compile(r'(<input type="hidden"[^>]* value=")[^"]*')
#: What base.html puts around the content of a page, and whose entries differ by role.
_FRAME = "//nav[@class='nav'] | //*[@id='more'] | //dialog[@id='keys']"
#: Markup that brings more markup, and perhaps other markup to other people.
_ASKS_FOR_MORE = "//*[@hx-get]"


@dataclass(frozen=True)
class Shown:
    """A page as digests: what is in it, and the frame around it without which place is current."""

    address: str
    content: str
    frame: str
    #: Its markup says all of it: nothing more is asked for while it is open.
    is_whole: bool


class Examined:
    """The pages in which axe has found nothing, for people who read in the same theme and on the same screen.

    Content and frame are remembered apart, so a page counts as examined when each was, if not both together. What was
    found wrong is not remembered: it is wrong for everybody who opens it.
    """

    def __init__(self) -> None:
        self._contents: set[str] = set()
        self._frames: set[str] = set()

    def __contains__(self, page: Shown) -> bool:
        return page.is_whole and page.content in self._contents and page.frame in self._frames

    def add(self, page: Shown) -> None:
        """Nothing is wrong with this page."""
        self._contents.add(page.content)
        self._frames.add(page.frame)


def pages(client: Client, addresses: Iterable[str]) -> Iterator[Shown]:
    """The pages, without those that show the very markup of an earlier one, or say no with the same status.

    Raises AssertionError where the server fails.
    """
    seen = set()
    with closing(client):
        for address in addresses:
            answer, place = _opened(client, address)
            assert answer.status < 500, (
                f"Expected a page at {address}, but the server failed: {answer.status}."
            )
            # The token in the head differs each time, and nobody sees it.
            markup = _HIDDEN_VALUE.sub(r"\1", answer.text.replace(client.token, ""))
            page = answer.status if answer.status >= 400 else (place, markup)
            if page not in seen:
                seen.add(page)
                yield _shown(address, f"{answer.status} #{place}", markup)


def _shown(address: str, opened: str, markup: str) -> Shown:
    page = html.fromstring(markup)
    is_whole = not page.xpath(_ASKS_FOR_MORE)
    # Whose page it is, the scripts know; nobody sees it.
    page.body.attrib.pop("data-person", None)
    around = page.xpath(_FRAME)
    # The language is the content's: it stands at the root. A frame in another one has other words.
    frame = "".join(map(_without_current, around))
    for part in around:
        part.drop_tree()
    return Shown(address, _digest(opened + _text(page)), _digest(frame), is_whole)


def _without_current(part: html.HtmlElement) -> str:
    part = copy.deepcopy(part)
    part.tail = None
    for place in part.xpath(".//*[@aria-current]"):
        del place.attrib["aria-current"]
    return _text(part)


def _text(part: html.HtmlElement) -> str:
    return html.tostring(part, encoding="unicode")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _opened(client: Client, address: str) -> tuple[Answer, str]:
    """The page that the address leads to, and the place on it."""
    place, at = "", address
    for _ in range(5):
        answer = client.get(at, **_AS_A_BROWSER)
        if answer.location is None:
            return answer, place
        at, place = urldefrag(answer.location)
    raise AssertionError(f"Expected a page, but {address} leads from address to address.")
