"""What this installation has chosen: the working calendar with its time zone, and other named values."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import calendars
from engine.tables import Setting

_VALUE = select(Setting.__table__.c.value).where(Setting.__table__.c.name == bindparam("setting"))


def get(session: Session, name: str, default: Any = None) -> Any:
    """The value of a setting, or `default` when nobody has chosen one."""
    found = session.execute(_VALUE, {"setting": name}).one_or_none()
    return default if found is None else found.value


def put(session: Session, name: str, value: Any) -> None:
    """Choose a value (plain JSON)."""
    session.merge(Setting(name=name, value=value))
    session.flush()
    session.info.pop(name, None)


def calendar(session: Session) -> calendars.WorkingCalendar:
    """The working calendar of the shop, asked once a unit of work."""
    found = session.info.get("calendar")
    if found is None:
        chosen = get(session, "calendar")
        found = calendars.DEFAULT if chosen is None else _calendar(msgspec.json.encode(chosen))
        session.info["calendar"] = found
    return found


@lru_cache(maxsize=20)
def _calendar(text: bytes) -> calendars.WorkingCalendar:
    return calendars.WorkingCalendar.from_json(msgspec.json.decode(text))
