"""When a timer is due: ISO 8601 dates, durations and repeating intervals (`R3/PT1H`, `R/2026-05-01T09:00Z/P1D`), cron.

Dates without a zone are UTC; one with an offset and a zone is at its offset (in the hour that comes twice in autumn it says
which). Months and years are calendar months (31 January + P1M = 28 February). A cycle with a start date goes by that date: the
month after 28 February is 31 March when it started on 31 January. Camunda 8 counts from the time before, which drifts to the
28th; ISO 8601 is followed here. Without a start date each time is counted from the one before.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from engine.spiff import cron
from engine.spiff.cron import NotASchedule

_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<years>N)Y)?(?:(?P<months>N)M)?(?:(?P<weeks>N)W)?(?:(?P<days>N)D)?"
    r"(?:T(?:(?P<hours>N)H)?(?:(?P<minutes>N)M)?(?:(?P<seconds>N(?:\.N)?)S)?)?".replace("N", r"\d{1,18}")
)
_ZONE = re.compile(r"(?:\[(?P<bracket>[A-Za-z0-9_+\-/]+)\]|@(?P<at>[A-Za-z0-9_+\-/]+))$")
_FAR_FUTURE = datetime.max.replace(tzinfo=UTC)


class Schedule(Protocol):
    """When something is due, and how often (repetitions; None = endless)."""

    repetitions: int | None

    def first(self, now: datetime) -> datetime:
        """The first due time for somebody who starts waiting now."""

    def after(self, due: datetime, now: datetime) -> datetime:
        """The due time that follows `due` and lies after now."""


def read(kind: str, text: str) -> Schedule:
    """The schedule of a timer; kind is date, duration or cycle. Raises NotASchedule with a sentence."""
    if kind == "date":
        return _Once(read_date(text))
    if kind == "duration":
        return _After(read_duration(text))
    return _cycle(text.strip())


class Duration(NamedTuple):
    """A calendar duration: months first, then seconds."""

    months: int
    seconds: float

    def after(self, moment: datetime, times: int = 1) -> datetime:
        """moment + times × this duration, UTC."""
        months = moment.year * 12 + moment.month - 1 + self.months * times
        try:
            if self.months:
                year, month = divmod(months, 12)
                moment = moment.replace(
                    year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1])
                )
            return moment + timedelta(seconds=self.seconds * times)
        except (ValueError, OverflowError):
            return _FAR_FUTURE if months > 0 and self.seconds >= 0 else moment

    @property
    def is_positive(self) -> bool:
        """Whether time moves forward by it."""
        return self.months > 0 or self.seconds > 0


def read_duration(text: str) -> Duration:
    """An ISO 8601 duration such as P3D, PT1H30M, P1M, P2W, -PT5M. Raises NotASchedule."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or text.strip()[-1] in "PT":
        raise NotASchedule(f'Expected an ISO 8601 duration such as P3D or PT1H30M, but found "{text}".')
    part = {name: float(value) for name, value in match.groupdict().items() if name != "sign" and value}
    months = int(part.get("years", 0) * 12 + part.get("months", 0))
    days = part.get("weeks", 0) * 7 + part.get("days", 0)
    seconds = ((days * 24 + part.get("hours", 0)) * 60 + part.get("minutes", 0)) * 60 + part.get("seconds", 0)
    sign = -1 if match["sign"] else 1
    return Duration(sign * months, sign * seconds)


def read_date(text: str) -> datetime:
    """An ISO 8601 date and time, with offset, `Z`, `[Europe/Chisinau]` or none (UTC). Raises NotASchedule."""
    plain = text.strip()
    zone = _ZONE.search(plain)
    try:
        moment = datetime.fromisoformat(plain[: zone.start()] if zone else plain)
        if zone:
            named = ZoneInfo(zone["bracket"] or zone["at"])
            moment = moment if moment.tzinfo else moment.replace(tzinfo=named)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OSError, KeyError, OverflowError):
        raise NotASchedule(
            f'Expected an ISO 8601 date and time such as 2026-05-01T09:00:00Z, but found "{text}".'
        ) from None


class _Once:
    repetitions = 1

    def __init__(self, due: datetime):
        self.due = due

    def first(self, now: datetime) -> datetime:
        return self.due

    def after(self, due: datetime, now: datetime) -> datetime:
        return self.due


class _After:
    repetitions = 1

    def __init__(self, duration: Duration):
        self.duration = duration

    def first(self, now: datetime) -> datetime:
        return self.duration.after(now) if self.duration.is_positive else now

    def after(self, due: datetime, now: datetime) -> datetime:
        return self.first(now)


class _Interval:
    def __init__(self, repetitions: int | None, start: datetime | None, duration: Duration):
        self.repetitions = repetitions
        self.start = start
        self.duration = duration

    def first(self, now: datetime) -> datetime:
        return self.start if self.start is not None else self.duration.after(now)

    def after(self, due: datetime, now: datetime) -> datetime:
        begin, passed = self.start or due, max(due, now)
        # Jump close to now instead of stepping through years of missed seconds; a month has at most 31 days.
        longest = self.duration.months * 31 * 86400 + self.duration.seconds
        times = max(1, int((passed - begin).total_seconds() / longest))
        while (moment := self.duration.after(begin, times)) <= passed:
            times += 1
        return moment


class _Cron:
    repetitions = None

    def __init__(self, text: str):
        self.cron = cron.read(text)

    def first(self, now: datetime) -> datetime:
        return self.cron.next_after(now)

    def after(self, due: datetime, now: datetime) -> datetime:
        return self.cron.next_after(max(due, now))


def _cycle(text: str) -> Schedule:
    if not text.startswith("R"):
        return _Cron(text)
    head, *parts = text.split("/")
    if not re.fullmatch(r"R(-1|\d{0,9})", head) or len(parts) not in (1, 2):
        raise NotASchedule(
            f'Expected a cycle such as R3/PT1H, R/P1D or a cron expression, but found "{text}".'
        )
    repetitions = None if head in ("R", "R-1") else int(head[1:])
    if repetitions == 0:
        raise NotASchedule(f'Expected a cycle that fires at least once, but found "{text}".')
    start = read_date(parts[0]) if len(parts) == 2 else None
    duration = read_duration(parts[-1])
    if not duration.is_positive:
        raise NotASchedule(f'Expected a cycle with an interval longer than nothing, but found "{text}".')
    return _Interval(repetitions, start, duration)
