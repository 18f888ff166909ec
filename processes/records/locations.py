"""Where the company works from: each place with its hours and its holidays, which differ from country to country.

A public holiday comes from the `holidays` package by the codes of country and subdivision; days that only this place has free are
its own list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import CheckConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import calendars, errors
from engine.columns import Base, PlainJson
from processes.records import audit


class Location(audit.Audited, Base):
    """A place that people work from. week: {"mon": [["09:00", "18:00"]], ...}; free_days: own holidays, as ISO days.

    country, subdivision: codes whose public holidays are free here ("MD"; "DE" and "BY"); None: only the own list counts.
    """

    __tablename__ = "location"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="name"),
        CheckConstraint("subdivision IS NULL OR country IS NOT NULL", name="subdivision"),
    )
    location_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    address: Mapped[str | None]
    country: Mapped[str | None]
    subdivision: Mapped[str | None]
    time_zone: Mapped[str]
    week: Mapped[dict[str, Any]]
    free_days: Mapped[list[str]] = mapped_column(PlainJson)

    @property
    def calendar(self) -> calendars.WorkingCalendar:
        """When this place works."""
        return _calendar(
            msgspec.json.encode(
                {
                    "time_zone": self.time_zone,
                    "week": dict(self.week),
                    "holidays": list(self.free_days),
                    "country": self.country,
                    "subdivision": self.subdivision,
                },
                order="deterministic",
            )
        )


def put(
    session: Session,
    location_id: str,
    name: str,
    *,
    time_zone: str,
    week: Mapping[str, Sequence[Sequence[str]]],
    address: str | None = None,
    country: str | None = None,
    subdivision: str | None = None,
    free_days: Sequence[date] = (),
) -> Location:
    """Add a place, or write new facts onto a known one. Raises Refused when its hours or its country cannot be understood."""
    location = session.get(Location, location_id) or Location(location_id=location_id)
    location.name = name.strip()
    location.address = (address or "").strip() or None
    location.country, location.subdivision = country or None, subdivision or None
    location.time_zone = time_zone
    location.week = {day: [list(shift) for shift in shifts] for day, shifts in week.items() if shifts}
    location.free_days = sorted(day.isoformat() for day in free_days)
    # A calendar that cannot be read is refused here, not when somebody looks for a free hour.
    _ = location.calendar
    session.add(location)
    session.flush()
    return location


def get(session: Session, location_id: str) -> Location:
    """The place of that id. Raises NotFound."""
    found = session.get(Location, location_id)
    if found is None:
        raise errors.NotFound(f'There is no location "{location_id}".')
    return found


def every(session: Session) -> list[Location]:
    """All places, by name."""
    return list(session.scalars(select(Location).order_by(Location.name, Location.location_id)))


@lru_cache(maxsize=50)
def _calendar(text: bytes) -> calendars.WorkingCalendar:
    return calendars.WorkingCalendar.from_json(msgspec.json.decode(text))
