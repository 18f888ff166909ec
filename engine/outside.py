"""Who outside the house is asked through a link, and until when the link works.

The engine keeps no links. The house that does tells here how to find them, so that `accountability` can say whether a
person who has no account can still answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

#: The property of a user task that names the page on which somebody outside answers it.
PAGE = "customer_page"

#: A select of links that may still be answered: process instance key, page, moment of expiry.
Links = Callable[[], Select[Any]]
_links: list[Links] = []


def links_are(links: Links) -> None:
    """From now on links are found by this select."""
    _links[:] = [links]


def open_links(session: Session, keys: Collection[int], now: datetime) -> dict[tuple[int, str], datetime]:
    """{(process instance key, page): until when its last link works}, of links that work now."""
    found: dict[tuple[int, str], datetime] = {}
    if not _links or not keys:
        return found
    query = _links[0]()
    instance, _page, expires_at = query.selected_columns
    for key, page, until in session.execute(query.where(instance.in_(keys), expires_at > now)):
        found[key, page] = max(until, found.get((key, page), until))
    return found
