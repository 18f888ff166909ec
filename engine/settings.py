"""What this installation has chosen: the working calendar with its time zone, and other named values."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from engine import calendars
from engine.tables import Setting


def get(session: Session, name: str, default: Any = None) -> Any:
    """The value of a setting, or `default` when nobody has chosen one."""
    row = session.get(Setting, name)
    return default if row is None else row.value


def put(session: Session, name: str, value: Any) -> None:
    """Choose a value (plain JSON)."""
    session.merge(Setting(name=name, value=value))
    session.flush()


def calendar(session: Session) -> calendars.WorkingCalendar:
    """The working calendar of the shop."""
    chosen = get(session, "calendar")
    return calendars.DEFAULT if chosen is None else _calendar(msgspec.json.encode(chosen))


@lru_cache(maxsize=20)
def _calendar(text: bytes) -> calendars.WorkingCalendar:
    return calendars.WorkingCalendar.from_json(msgspec.json.decode(text))
