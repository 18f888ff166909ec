"""FEEL's date, time, and date and time: small immutable objects over whole numbers.

Python's own classes end at year 9999 and at microseconds; FEEL's do not (DMN 1.5, 10.3.2.3.4 to 10.3.2.3.6).
A zone is None (local), an int (seconds east of Greenwich) or a str (a name such as "Europe/Paris").
"""

from __future__ import annotations

import datetime as python
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .errors import Problem

NANOS_PER_SECOND = 1_000_000_000
NANOS_PER_DAY = 86_400 * NANOS_PER_SECOND
MAX_YEAR = 999_999_999

Zone = int | str | None

_EPOCH = python.date(1970, 1, 1).toordinal()


class Date:
    """A day of the proleptic Gregorian calendar; years may be negative or beyond 9999."""

    __slots__ = ("day", "month", "year")

    def __init__(self, year: int, month: int, day: int) -> None:
        if not (
            -MAX_YEAR <= year <= MAX_YEAR and 1 <= month <= 12 and 1 <= day <= days_in_month(year, month)
        ):
            raise Problem(f"There is no date {year}-{month}-{day}.", "invalid-date")
        self.year, self.month, self.day = year, month, day

    @property
    def days(self) -> int:
        """Days since 1970-01-01."""
        return days_from_civil(self.year, self.month, self.day)

    @property
    def weekday(self) -> int:
        """1 for Monday to 7 for Sunday."""
        return (self.days + 3) % 7 + 1

    @classmethod
    def from_days(cls, days: int) -> Date:
        return cls(*civil_from_days(days))

    def __eq__(self, other: object) -> bool:
        return type(other) is Date and (self.year, self.month, self.day) == (
            other.year,
            other.month,
            other.day,
        )

    def __hash__(self) -> int:
        return hash((self.year, self.month, self.day))

    def __str__(self) -> str:
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"

    def __repr__(self) -> str:
        return f"Date({self})"


class Time:
    """A time of day, in nanoseconds since midnight, in a zone or without one."""

    __slots__ = ("nanos", "zone")

    def __init__(self, nanos: int, zone: Zone = None) -> None:
        self.nanos, self.zone = nanos, zone

    @property
    def offset(self) -> int | None:
        """Seconds east of Greenwich; a named zone's standard offset, since the date is unknown."""
        return None if self.zone is None else offset_at(self.zone, 0, self.nanos)

    @property
    def utc_nanos(self) -> int:
        return self.nanos - (self.offset or 0) * NANOS_PER_SECOND

    def __eq__(self, other: object) -> bool:
        return type(other) is Time and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def key(self) -> tuple[bool, int]:
        """What = and < compare: whether there is a zone, and whole seconds (DMN 1.5, tables 42 and 43)."""
        return (self.zone is None, self.utc_nanos // NANOS_PER_SECOND)

    def __str__(self) -> str:
        return clock_text(self.nanos) + zone_text(self.zone)

    def __repr__(self) -> str:
        return f"Time({self})"


class DateTime:
    """A date with a time of day; two of them are equal when they are the same instant.

    is_second: where clocks are set back, the same local time comes twice; this is the later one.
    """

    __slots__ = ("date", "is_second", "nanos", "zone")

    def __init__(self, date: Date, nanos: int, zone: Zone = None, is_second: bool = False) -> None:
        self.date, self.nanos, self.zone, self.is_second = date, nanos, zone, is_second

    @property
    def offset(self) -> int | None:
        return None if self.zone is None else offset_at(self.zone, self.date.days, self.nanos, self.is_second)

    @property
    def time(self) -> Time:
        # A named zone has one offset on this very day: the time keeps the name, arithmetic uses the offset.
        return Time(self.nanos, self.zone)

    @property
    def local_nanos(self) -> int:
        """Nanoseconds since 1970-01-01T00:00:00 on the local clock."""
        return self.date.days * NANOS_PER_DAY + self.nanos

    @property
    def instant(self) -> int:
        """Nanoseconds since 1970-01-01T00:00:00 UTC; local times count as UTC."""
        return self.local_nanos - (self.offset or 0) * NANOS_PER_SECOND

    @property
    def key(self) -> tuple[bool, int]:
        """What = and < compare: whether there is a zone, and whole seconds (DMN 1.5, tables 42 and 43)."""
        return (self.zone is None, self.instant // NANOS_PER_SECOND)

    @classmethod
    def from_local(cls, nanos: int, zone: Zone) -> DateTime:
        days, rest = divmod(nanos, NANOS_PER_DAY)
        return cls(Date.from_days(days), rest, zone)

    @classmethod
    def from_instant(cls, instant: int, zone: Zone) -> DateTime:
        """The moment as a clock in this zone shows it."""
        if zone is None:
            return cls.from_local(instant, None)
        if isinstance(zone, int):
            return cls.from_local(instant + zone * NANOS_PER_SECOND, zone)
        days, rest = divmod(instant, NANOS_PER_DAY)
        offset, is_second = offset_at_instant(zone, days, rest)
        local = cls.from_local(instant + offset * NANOS_PER_SECOND, zone)
        return cls(local.date, local.nanos, zone, is_second)

    def __eq__(self, other: object) -> bool:
        return type(other) is DateTime and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __str__(self) -> str:
        return f"{self.date}T{clock_text(self.nanos)}{zone_text(self.zone)}"

    def __repr__(self) -> str:
        return f"DateTime({self})"


def days_in_month(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def days_from_civil(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01. Source: H. Hinnant, chrono-compatible low-level date algorithms."""
    year -= month <= 2
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146_097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468


def civil_from_days(days: int) -> tuple[int, int, int]:
    """Year, month and day of a day counted from 1970-01-01. Source: as above."""
    era, day_of_era = divmod(days + 719_468, 146_097)
    year_of_era = (day_of_era - day_of_era // 1_460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    part = (5 * day_of_year + 2) // 153
    month = part + (3 if part < 10 else -9)
    return year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * part + 2) // 5 + 1


@lru_cache(maxsize=700)
def zone_named(name: str) -> ZoneInfo:
    """The zone of this name from the tz database; raises Problem for an unknown one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Problem(f"There is no time zone named {name!r}.", "unknown-zone") from None


def offset_at(zone: int | str, days: int, nanos: int, is_second: bool = False) -> int:
    """Seconds east of Greenwich when the local clock shows this moment, the first or the second time."""
    if isinstance(zone, int):
        return zone
    moment = _python_moment(days, nanos).replace(tzinfo=zone_named(zone), fold=int(is_second))
    return int(moment.utcoffset().total_seconds())


def offset_at_instant(zone: str, days: int, nanos: int) -> tuple[int, bool]:
    """Seconds east of Greenwich at this moment of universal time, and whether the local time comes the second time."""
    there = _python_moment(days, nanos).replace(tzinfo=python.UTC).astimezone(zone_named(zone))
    return int(there.utcoffset().total_seconds()), bool(there.fold)


# The tz database says nothing about the far past and future: those years keep the offset of the nearest known one.
_FIRST, _LAST = python.date(2, 1, 1).toordinal() - _EPOCH, python.date(9998, 12, 31).toordinal() - _EPOCH


def _python_moment(days: int, nanos: int) -> python.datetime:
    day = python.date.fromordinal(min(max(days, _FIRST), _LAST) + _EPOCH)
    return python.datetime.combine(day, python.time()) + python.timedelta(seconds=nanos // NANOS_PER_SECOND)


def clock_text(nanos: int) -> str:
    seconds, fraction = divmod(nanos, NANOS_PER_SECOND)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{text}.{fraction:09d}".rstrip("0") if fraction else text


def zone_text(zone: Zone) -> str:
    if zone is None:
        return ""
    if isinstance(zone, str):
        return "@" + zone
    if zone == 0:
        return "Z"
    seconds = abs(zone)
    text = f"{'-' if zone < 0 else '+'}{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    return f"{text}:{seconds % 60:02d}" if seconds % 60 else text


def from_python(value: python.date | python.datetime | python.time) -> Date | DateTime | Time:
    """A Python date, datetime or time as FEEL has it; a zoneinfo zone keeps its name."""
    if isinstance(value, python.datetime):
        date = Date(value.year, value.month, value.day)
        return DateTime(date, _nanos_of(value), _zone_of(value), bool(value.fold))
    if isinstance(value, python.time):
        return Time(_nanos_of(value), _zone_of(value))
    return Date(value.year, value.month, value.day)


def _nanos_of(value: python.datetime | python.time) -> int:
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return seconds * NANOS_PER_SECOND + value.microsecond * 1_000


def _zone_of(value: python.datetime | python.time) -> Zone:
    if value.tzinfo is None:
        return None
    key = getattr(value.tzinfo, "key", None)
    if key is not None and key != "UTC":
        return key
    offset = value.utcoffset()
    return None if offset is None else int(offset.total_seconds())
