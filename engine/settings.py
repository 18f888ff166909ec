"""What this installation has chosen: the working calendar with its time zone, and other named values.

All of them are read together, once a unit of work: a step asks for some of them dozens of times.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session, SessionTransaction, scoped_session

from engine import calendars
from engine.tables import Setting

_ALL = select(Setting.__table__.c.name, Setting.__table__.c.value)
#: session.info: (the transaction in which they were read, the values; None where they may not be kept).
_KEPT = "settings"


def get(session: Session, name: str, default: Any = None) -> Any:
    """The value of a setting, or `default` when nobody has chosen one. It is shared: do not change what is in it."""
    return _chosen(session).get(name, default)


def put(session: Session, name: str, value: Any) -> None:
    """Choose a value (plain JSON)."""
    session.merge(Setting(name=name, value=value))
    session.flush()
    # Until the end of this unit nothing is kept: a savepoint may take the choice back.
    session.info[_KEPT] = (weakref.ref(_unit(session)), None)


def calendar(session: Session) -> calendars.WorkingCalendar:
    """The working calendar of the shop."""
    chosen = get(session, "calendar")
    return calendars.DEFAULT if chosen is None else _calendar(msgspec.json.encode(chosen))


def _chosen(session: Session) -> Mapping[str, Any]:
    """{name: value}."""
    read_in, values = session.info.get(_KEPT) or (_no_transaction, None)
    unit = _unit(session)
    is_of_this_unit = unit is not None and read_in() is unit
    if is_of_this_unit and values is not None:
        return values
    found = dict(session.execute(_ALL).all())
    if not is_of_this_unit:
        session.info[_KEPT] = (weakref.ref(_unit(session)), found)
    return found


def _unit(session: Session | scoped_session) -> SessionTransaction | None:
    # A web request hands over the registry of its session: called, it gives the session itself.
    return (session() if isinstance(session, scoped_session) else session).get_transaction()


def _no_transaction() -> SessionTransaction | None:
    return None


@lru_cache(maxsize=20)
def _calendar(text: bytes) -> calendars.WorkingCalendar:
    return calendars.WorkingCalendar.from_json(msgspec.json.decode(text))
