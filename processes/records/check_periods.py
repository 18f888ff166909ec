"""The periods in which a house is checked: a day, a week (from Monday), a month, a quarter of the calendar, each with a label."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from engine.sentences import _l

DAILY, WEEKLY, MONTHLY, QUARTERLY = PERIODS = ("daily", "weekly", "monthly", "quarterly")
LABELS = {
    DAILY: _l("Daily"),
    WEEKLY: _l("Weekly"),
    MONTHLY: _l("Monthly"),
    QUARTERLY: _l("Quarterly"),
}


def first_day(period: str, day: date) -> date:
    """The day on which the period around `day` begins."""
    if period == DAILY:
        return day
    if period == WEEKLY:
        return day - timedelta(days=day.weekday())
    if period == MONTHLY:
        return day.replace(day=1)
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def following(period: str, first: date) -> date:
    """The first day of the period after the one that begins on `first`."""
    longest = {DAILY: 1, WEEKLY: 7, MONTHLY: 31, QUARTERLY: 92}[period]
    return first_day(period, first + timedelta(days=longest))


def label(period: str, day: date) -> str:
    """The name of the period around `day`: 2026-11-23, 2026-W48, 2026-11, 2026-Q4. Weeks are those of ISO 8601."""
    if period == DAILY:
        return day.isoformat()
    if period == WEEKLY:
        year, week, _weekday = day.isocalendar()
        return f"{year}-W{week:02}"
    if period == MONTHLY:
        return f"{day:%Y-%m}"
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def begun(period: str, since: date, until: date) -> Iterator[date]:
    """The first day of each period from the one around `since` to the one around `until`."""
    first = first_day(period, since)
    while first <= until:
        yield first
        first = following(period, first)
