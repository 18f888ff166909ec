"""Dates and times as form-js writes them, kept as text: "2026-11-21", "14:30+02:00", "2026-11-21T14:30Z".

Which form of a time is due is the field's timeSerializingFormat. `disallowPassedDates` counts days of the shop's time zone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from .asking import Answer, refusal
from .sentences import Sentence, _l, shown
from .tree import Field

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?")
_INTERVALS = (1, 5, 10, 15, 30, 60)
_DEFAULT_INTERVAL = 15

_DATE_NEEDED = _l("A date is needed (2026-11-30), {given} was given.")
_TIME_NEEDED = _l("A time is needed ({example}), {given} was given.")
_BOTH_NEEDED = _l("A date and a time are needed ({example}), {given} was given.")
_NOT_PASSED = _l("A day from {today} on is needed, {given} was given.")
_STEP = _l("A time in steps of {minutes} minutes is needed, {given} was given.")
_EXAMPLES = {"utc_offset": "14:30+02:00", "utc_normalized": "14:30Z"}
_LOCAL_EXAMPLE = "14:30"


class DateAnswer(Answer):
    """A day."""

    def answer(self, value: Any) -> str:
        day = _read_day(value)
        if day is None:
            raise refusal(Sentence(_DATE_NEEDED, given=shown(value)))
        self._refuse_passed(day)
        return value

    def _refuse_passed(self, day: date) -> None:
        today = self.submission.moment.today
        if self.field.settings.get("disallowPassedDates") is True and day < today:
            raise refusal(Sentence(_NOT_PASSED, today=today, given=day))

    @classmethod
    def opened(cls, field: Field, value: Any, variables: Mapping[str, Any]) -> str | None:
        return value if _read_day(value) else None


class TimeAnswer(Answer):
    """A time of day, with or without its offset from UTC."""

    def answer(self, value: Any) -> str:
        found = _read_time(value)
        if found is None or not self._has_due_form(found[1]):
            raise refusal(Sentence(_TIME_NEEDED, example=self._example(), given=shown(value)))
        self._check_step(*found)
        return value

    def _has_due_form(self, offset: str | None) -> bool:
        form = self.field.settings.get("timeSerializingFormat")
        if form == "utc_normalized":
            return offset == "Z"
        return (offset is not None and offset != "Z") if form == "utc_offset" else offset is None

    def _check_step(self, minutes: int, offset: str | None) -> None:
        interval = self.field.settings.get("timeInterval")
        step = interval if interval in _INTERVALS else _DEFAULT_INTERVAL
        # A time turned to UTC keeps its steps only up to a quarter of an hour: some zones lie 15 or 30 minutes apart.
        if minutes % (min(step, 15) if offset == "Z" else step):
            written = f"{minutes // 60:02}:{minutes % 60:02}"
            raise refusal(Sentence(_STEP, minutes=step, given=written))

    def _example(self) -> str:
        return _EXAMPLES.get(self.field.settings.get("timeSerializingFormat"), _LOCAL_EXAMPLE)

    @classmethod
    def opened(cls, field: Field, value: Any, variables: Mapping[str, Any]) -> str | None:
        return value if _read_time(value) else None


class DateTimeAnswer(DateAnswer, TimeAnswer):
    """A day and a time."""

    def answer(self, value: Any) -> str:
        moment = _read_both(value)
        if moment is None or not self._has_due_form(moment[2]):
            example = f"2026-11-30T{self._example()}"
            raise refusal(Sentence(_BOTH_NEEDED, example=example, given=shown(value)))
        day, minutes, offset = moment
        self._check_step(minutes, offset)
        self._refuse_passed(self._shop_day(day, minutes, offset))
        return value

    def _shop_day(self, day: date, minutes: int, offset: str | None) -> date:
        if offset is None:
            return day
        local = datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=_zone_of(offset))
        try:
            return local.astimezone(self.submission.moment.zone).date()
        except OverflowError:  # the first or last day of the calendar
            return day

    @classmethod
    def opened(cls, field: Field, value: Any, variables: Mapping[str, Any]) -> str | None:
        return value if _read_both(value) else None


def _read_day(value: Any) -> date | None:
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _read_time(value: Any) -> tuple[int, str | None] | None:
    """Minutes of the day and the offset as written."""
    match = _TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    hour, minute, second, offset = match.groups()
    if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59 or not _is_offset(offset):
        return None
    return int(hour) * 60 + int(minute), offset


def _read_both(value: Any) -> tuple[date, int, str | None] | None:
    day_text, separator, time_text = value.partition("T") if isinstance(value, str) else ("", "", "")
    day, time = _read_day(day_text), _read_time(time_text)
    return (day, *time) if separator and day and time else None


def _is_offset(offset: str | None) -> bool:
    return offset in (None, "Z") or (int(offset[1:3]) <= 14 and int(offset[4:]) <= 59)


def _zone_of(offset: str) -> timezone:
    if offset == "Z":
        return UTC
    length = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:]))
    return timezone(-length if offset[0] == "-" else length)
