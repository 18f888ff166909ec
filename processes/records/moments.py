"""A moment as people of the shop and its customers read it: day and time by the clock of the shop, in the reader's language."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine import settings
from engine.sentences import Sentence, _l


def said(session: Session, at: datetime, until: datetime | None = None) -> Sentence:
    """24 Nov 2026, 09:00; with an end 24 Nov 2026, 09:00-10:30. It is a part of another sentence."""
    begins = at.astimezone(_zone(session))
    time = f"{begins:%H:%M}"
    if until is not None:
        time += f"\N{EN DASH}{until.astimezone(_zone(session)):%H:%M}"
    return Sentence(_WHEN, day=begins.date(), time=time)


def read(session: Session, text: str) -> datetime:
    """The moment in a text; one without a zone is by the clock of the shop. Raises ValueError for a text that is none."""
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=_zone(session))).astimezone(UTC)


def _zone(session: Session) -> ZoneInfo:
    return ZoneInfo(settings.calendar(session).time_zone)


_WHEN = _l("{day}, {time}")
