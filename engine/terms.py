"""Terms of a user task: when it is due, when the first and the second level of escalation come.

Properties of the user task: `sla` (ISO 8601 duration), `sla_clock` ("working", the default, counts on the shop's calendar;
"calendar" counts every hour). Level 1 is at the term, level 2 at twice the term (W3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engine import calendars


@dataclass(frozen=True, slots=True)
class Term:
    """level_1_at: due; level_2_at: somebody above must look."""

    level_1_at: datetime
    level_2_at: datetime


def term(
    properties: Mapping[str, str], opened_at: datetime, calendar: calendars.WorkingCalendar
) -> Term | None:
    """The term that the properties of a user task give from `opened_at` (UTC); None without an `sla`."""
    if not properties.get("sla"):
        return None
    length = calendars.duration(properties["sla"])
    if properties.get("sla_clock") == "calendar":
        first = length.after(opened_at, calendar.time_zone)
        return Term(first, length.after(first, calendar.time_zone))
    working = calendar.working_time(length)
    first = calendar.add_working(opened_at, working)
    return Term(first, calendar.add_working(opened_at, 2 * working))


def moment(text: str | None, time_zone: str) -> datetime | None:
    """A date or date-time from a model as UTC; without an offset it is read on the shop's wall clock.

    Raises ValueError when the text is neither.
    """
    if not text:
        return None
    plain = text.split("[", 1)[0]
    found = datetime.fromisoformat(plain)
    if found.tzinfo is None:
        found = found.replace(tzinfo=ZoneInfo(text[len(plain) + 1 : -1] or time_zone))
    return found.astimezone(UTC)
