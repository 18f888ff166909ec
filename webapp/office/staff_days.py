"""Days of a place in words: its hours by weekday, its next holidays; and what a form says as a moment of that place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from flask_babel import get_locale, gettext

from engine.calendars import WorkingCalendar
from engine.errors import Refused

#: So many holidays are shown, of a year ahead at most.
SHOWN, _AHEAD = 3, 366


def next_holidays(calendar: WorkingCalendar, today: date) -> Sequence[date]:
    """The next days on which the place is closed although it is no day of the week that is always free."""
    ahead = (today + timedelta(days=each) for each in range(_AHEAD))
    found = (each for each in ahead if calendar.is_holiday(each) and calendar.week.get(each.weekday()))
    return [each for each, _ in zip(found, range(SHOWN), strict=False)]


def hours(calendar: WorkingCalendar) -> str:
    """The hours of a week: "Mon–Fri 09:00–18:00". Days that have the same hours are said together."""
    names = get_day_names("abbreviated", locale=get_locale() or "en")
    week = [(each, tuple(calendar.week.get(each, ()))) for each in range(7)]
    said = []
    for shifts, group in groupby(week, lambda each: each[1]):
        days = [each for each, _ in group]
        if shifts:
            span = names[days[0]] if len(days) == 1 else f"{names[days[0]]}–{names[days[-1]]}"
            times = ", ".join(f"{start:%H:%M}–{end:%H:%M}" for start, end in shifts)
            said.append(f"{span} {times}")
    return "; ".join(said)


def moment(typed: str, zone: str) -> datetime:
    """What a field of day and time says, on the clock of a place. Raises Refused."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise Refused(gettext("A day with its time is needed.")) from None


def a_day(typed: str) -> date:
    """What a field of a day says. Raises Refused."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Refused(gettext("A day is needed.")) from None
