"""Reads the texts of dates, times and durations (ISO 8601 as XML Schema and FEEL narrow it); strict on purpose."""

from __future__ import annotations

import re

from .durations import DaysDuration, Duration, MonthsDuration
from .errors import Problem
from .temporal import NANOS_PER_DAY, NANOS_PER_SECOND, Date, DateTime, Time, Zone, zone_named

_DATE = r"(-?(?:[0-9]{4}|[1-9][0-9]{4,8}))-([0-9]{2})-([0-9]{2})"
_CLOCK = r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,30}))?"
_ZONE = r"(Z|z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z0-9_+\-]+(?:/[A-Za-z0-9_+\-]+)*)?"

_DATE_TEXT = re.compile(_DATE, re.ASCII)
_TIME_TEXT = re.compile(_CLOCK + _ZONE, re.ASCII)
_DATE_TIME_TEXT = re.compile(f"{_DATE}(?:T{_CLOCK}{_ZONE})?", re.ASCII)
_MONTHS_TEXT = re.compile(r"(-?)P(?:([0-9]{1,18})Y)?(?:([0-9]{1,18})M)?", re.ASCII)
_DAYS_TEXT = re.compile(
    r"(-?)P(?:([0-9]{1,18})D)?"
    r"(T(?:([0-9]{1,18})H)?(?:([0-9]{1,18})M)?(?:([0-9]{1,18})(?:\.([0-9]{1,30}))?S)?)?",
    re.ASCII,
)
# Hours a zone may be away from Greenwich. XML Schema says 14; Java's and so every other engine's limit is 18.
_MAX_OFFSET = 18 * 3600


def read_date(text: str) -> Date:
    """`2024-02-29`; raises Problem for anything else."""
    match = _DATE_TEXT.fullmatch(text)
    if match is None:
        raise Problem(f"Expected a date such as 2024-02-29, but found {_shown(text)}.", "invalid-date")
    return Date(int(match[1]), int(match[2]), int(match[3]))


def read_time(text: str) -> Time:
    """`08:30:00`, `08:30:00.5Z`, `08:30:00+02:00`, `08:30:00@Europe/Paris`; raises Problem for anything else."""
    match = _TIME_TEXT.fullmatch(text)
    if match is None:
        raise Problem(
            f"Expected a time such as 08:30:00 or 08:30:00Z, but found {_shown(text)}.", "invalid-time"
        )
    return Time(_nanos(*match.groups()[:4]), _zone(match[5]))


def read_date_time(text: str) -> DateTime:
    """`2024-02-29T08:30:00` with or without zone, or a date alone (midnight); raises Problem for anything else."""
    match = _DATE_TIME_TEXT.fullmatch(text)
    if match is None:
        raise Problem(
            f"Expected a date and time such as 2024-02-29T08:30:00Z, but found {_shown(text)}.",
            "invalid-date",
        )
    date = Date(int(match[1]), int(match[2]), int(match[3]))
    if match[4] is None:
        return DateTime(date, 0)
    if match[4] == "24":
        date = Date.from_days(date.days + 1)
    return DateTime(date, _nanos(*match.groups()[3:7]), _zone(match[8]))


def read_duration(text: str) -> Duration:
    """`P1Y2M` or `P1DT2H3M4.5S`, with an optional minus before; raises Problem for anything else."""
    match = _MONTHS_TEXT.fullmatch(text)
    if match is not None and (match[2] or match[3]):
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return MonthsDuration(-months if match[1] else months)
    match = _DAYS_TEXT.fullmatch(text)
    if match is None or match[3] == "T" or not (match[2] or match[3]):
        raise Problem(
            f"Expected a duration such as P1Y2M or P1DT2H, but found {_shown(text)}.", "invalid-duration"
        )
    _, days, _, hours, minutes, seconds, fraction = match.groups()
    total = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    nanos = int(days or 0) * NANOS_PER_DAY + total * NANOS_PER_SECOND + _fraction(fraction)
    return DaysDuration(-nanos if match[1] else nanos)


def read_any(text: str) -> Date | Time | DateTime | Duration:
    """The value of the literal @"..."."""
    if "P" in text[:2]:
        return read_duration(text)
    if re.match(r"-?[0-9]{4,9}-", text):
        return read_date_time(text) if "T" in text else read_date(text)
    return read_time(text)


def _nanos(hours: str, minutes: str, seconds: str, fraction: str | None) -> int:
    if int(hours) > 23 or int(minutes) > 59 or int(seconds) > 59:
        # XML Schema's midnight at the end of the day is the only hour 24.
        if (hours, minutes, seconds) == ("24", "00", "00") and not _fraction(fraction):
            return 0
        raise Problem(f"There is no time {hours}:{minutes}:{seconds}.", "invalid-time")
    return (int(hours) * 3600 + int(minutes) * 60 + int(seconds)) * NANOS_PER_SECOND + _fraction(fraction)


def _fraction(digits: str | None) -> int:
    return int(digits[:9].ljust(9, "0")) if digits else 0


def _zone(text: str | None) -> Zone:
    if text is None:
        return None
    if text in ("Z", "z"):
        return 0
    if text[0] == "@":
        zone_named(text[1:])
        return text[1:]
    hours, minutes, *rest = text[1:].split(":")
    seconds = int(hours) * 3600 + int(minutes) * 60 + int(rest[0] if rest else 0)
    if seconds > _MAX_OFFSET or int(minutes) > 59 or int(rest[0] if rest else 0) > 59:
        raise Problem(f"There is no zone offset {text}.", "invalid-time")
    return -seconds if text[0] == "-" else seconds


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
