"""When the company works: terms in working time are added and measured here, so four hours skip the night.

A shift is an unbroken stretch of one local day. Its ends are wall-clock times of the calendar's zone, so a
shift that holds a change to or from summer time is an hour shorter or longer, as it is for the people in it.
All moments that come in and go out are aware UTC datetimes.

In a term, `PT4H` is four hours of working time, `P1D` one working day (`WorkingCalendar.day_length`, so a
term of a day that begins at noon ends at noon of the next working day) and `P1W` one working week. Months and
years have no length in working time and are refused there; on the calendar clock (`Duration.after`) they are
what the wall calendar says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.errors import Refused

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_TERM_YEARS = 20
HORIZON_DAYS = 366 * 100
Shift = tuple[time, time]
"""Start and end on the wall clock; the end 00:00 is midnight at the end of the day."""

_DURATION = re.compile(
    r"P(?:(?P<years>[0-9]{1,6})Y)?(?:(?P<months>[0-9]{1,6})M)?"
    r"(?:(?P<weeks>[0-9]{1,6})W)?(?:(?P<days>[0-9]{1,6})D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]{1,9})H)?(?:(?P<minutes>[0-9]{1,9})M)?"
    r"(?:(?P<seconds>[0-9]{1,9}(?:\.[0-9]{1,6})?)S)?)?"
)


class CalendarRefused(Refused):
    """This is no working calendar or no term."""


@dataclass(frozen=True, slots=True)
class Duration:
    """An ISO 8601 duration, kept in the parts whose length depends on the calendar it is counted on."""

    months: int = 0
    weeks: int = 0
    days: int = 0
    clock: timedelta = timedelta(0)

    def after(self, start: datetime, time_zone: str) -> datetime:
        """The UTC moment this long after `start` by the zone's wall calendar: P1D keeps the time of day."""
        zone = _zone(time_zone)
        local = start.astimezone(zone).replace(tzinfo=None)
        local = _add_months(local, self.months) + timedelta(days=self.days + 7 * self.weeks)
        return local.replace(tzinfo=zone).astimezone(UTC) + self.clock


def duration(text: str) -> Duration:
    """Read an ISO 8601 duration such as "PT4H", "P1D" or "P1W". Raises CalendarRefused."""
    match = _DURATION.fullmatch(text.strip())
    parts = {name: part for name, part in match.groupdict().items() if part} if match else {}
    if not parts:
        raise CalendarRefused(
            f'Expected a duration such as "PT4H" or "P1D" (ISO 8601), but found "{text[:60]}".'
        )
    whole = {name: int(part) for name, part in parts.items() if name != "seconds"}
    seconds, _, fraction = parts.get("seconds", "0").partition(".")
    found = Duration(
        months=12 * whole.get("years", 0) + whole.get("months", 0),
        weeks=whole.get("weeks", 0),
        days=whole.get("days", 0),
        clock=timedelta(
            hours=whole.get("hours", 0),
            minutes=whole.get("minutes", 0),
            seconds=int(seconds),
            microseconds=int(fraction.ljust(6, "0")) if fraction else 0,
        ),
    )
    if found.months / 12 + (7 * found.weeks + found.days + found.clock.days) / 366 > LONGEST_TERM_YEARS:
        raise CalendarRefused(f'A term has at most {LONGEST_TERM_YEARS} years, but "{text[:60]}" is longer.')
    return found


@dataclass(frozen=True)
class WorkingCalendar:
    """The shifts of a week in one time zone, less holidays: own ones and, by country code, the public ones.

    week: {weekday, 0 = Monday: shifts in order}, weekdays without an entry are free.
    country, subdivision: ISO 3166 codes as the `holidays` package knows them ("MD", "DE" and "BY"); their
    public holidays are worked out for every year as it comes.
    """

    time_zone: str
    week: Mapping[int, tuple[Shift, ...]]
    holidays: frozenset[date] = field(default_factory=frozenset)
    country: str | None = None
    subdivision: str | None = None

    def __post_init__(self) -> None:
        _zone(self.time_zone)
        week = {
            day: tuple((start, end) for start, end in shifts)
            for day, shifts in sorted(self.week.items())
            if shifts
        }
        if not week:
            raise CalendarRefused(
                "Expected at least one shift in the week, but found none. Add working hours."
            )
        for day, shifts in week.items():
            _check_shifts(day, shifts)
        if self.country:
            _public_holidays(self.country, self.subdivision, 2026)
        object.__setattr__(self, "week", week)
        object.__setattr__(self, "holidays", frozenset(self.holidays))

    @cached_property
    def _week_as_tuple(self) -> tuple[tuple[Shift, ...], ...]:
        return tuple(self.week.get(day, ()) for day in range(7))

    @cached_property
    def day_length(self) -> timedelta:
        """What one day of a term is worth: the commonest length of a working weekday, else the longest."""
        lengths = Counter(_length(shifts) for shifts in self.week.values())
        return max(lengths, key=lambda length: (lengths[length], length))

    @cached_property
    def week_length(self) -> timedelta:
        """The working time of a week without holidays."""
        return sum((_length(shifts) for shifts in self.week.values()), timedelta(0))

    def working_time(self, term: Duration) -> timedelta:
        """What a term is worth in working time. Raises CalendarRefused for months and years."""
        if term.months:
            raise CalendarRefused(
                "Expected a term in weeks, days, hours or minutes of working time, but this one has months "
                "or years. Give it in days, or count it on the calendar clock."
            )
        return term.weeks * self.week_length + term.days * self.day_length + term.clock

    def is_working(self, at: datetime) -> bool:
        """Is somebody at work at this moment? A shift's first moment counts, its last does not."""
        day = at.astimezone(_zone(self.time_zone)).date()
        return any(start <= at < end for start, end in self._shifts(day))

    def is_holiday(self, day: date) -> bool:
        """Is this day free by the company's own list or by the country's?"""
        if day in self.holidays:
            return True
        return bool(self.country) and day in _public_holidays(self.country, self.subdivision, day.year)

    def add_working(self, start: datetime, working: timedelta) -> datetime:
        """The first UTC moment at which `working` has been worked since `start`, in a shift or at its end.

        Nothing to add gives `start` when somebody works then, else the next opening.
        """
        if working < timedelta(0):
            raise CalendarRefused("Expected working time of zero or more, but found a negative one.")
        left = working
        for opens, closes in self._shifts_from(start):
            begin = max(opens, start)
            if begin < closes and left <= closes - begin:
                return begin + left
            left -= max(closes - begin, timedelta(0))
        raise CalendarRefused("The calendar has too little working time for this term. Shorten the term.")

    def working_between(self, start: datetime, end: datetime) -> timedelta:
        """How much is worked from `start` to `end`; negative when `end` lies before `start`."""
        if end < start:
            return -self.working_between(end, start)
        total = timedelta(0)
        for opens, closes in self._shifts_from(start):
            if opens >= end:
                break
            total += max(min(closes, end) - max(opens, start), timedelta(0))
        return total

    def _shifts_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        first = start.astimezone(_zone(self.time_zone)).date()
        last = min(first.toordinal() + HORIZON_DAYS, date.max.toordinal() - 1)
        for ordinal in range(first.toordinal(), last):
            yield from self._shifts(date.fromordinal(ordinal))

    def _shifts(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        shifts = self._week_as_tuple[day.weekday()]
        if not shifts or self.is_holiday(day):
            return ()
        return _in_utc(shifts, day, self.time_zone)

    def to_json(self) -> dict[str, object]:
        """The calendar as plain JSON values; `from_json` reads it back equal."""
        return {
            "time_zone": self.time_zone,
            "week": {
                WEEKDAYS[day]: [
                    [f"{start:%H:%M}", f"{end:%H:%M}" if end != time(0) else "24:00"] for start, end in shifts
                ]
                for day, shifts in self.week.items()
            },
            "holidays": [day.isoformat() for day in sorted(self.holidays)],
            "country": self.country,
            "subdivision": self.subdivision,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> WorkingCalendar:
        """Read what `to_json` wrote or a person typed. Raises CalendarRefused."""
        unknown = set(data) - {"time_zone", "week", "holidays", "country", "subdivision"}
        if unknown:
            raise CalendarRefused(f'A working calendar has no "{min(unknown)}". Remove it.')
        week = data.get("week")
        if not isinstance(week, Mapping) or set(week) - set(WEEKDAYS):
            raise CalendarRefused(
                f'Expected "week" to hold the days {", ".join(WEEKDAYS)}, but found {week!r:.80}.'
            )
        return cls(
            time_zone=str(data.get("time_zone", "")),
            week={WEEKDAYS.index(day): _read_shifts(day, shifts) for day, shifts in week.items()},
            holidays=frozenset(_read_day(day) for day in data.get("holidays") or ()),
            country=data.get("country"),
            subdivision=data.get("subdivision"),
        )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as missing:
        raise CalendarRefused(
            f'Expected a time zone such as "Europe/Chisinau", but found "{name[:60]}".'
        ) from missing


def _add_months(local: datetime, months: int) -> datetime:
    if not months:
        return local
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    month_after = date(year + month // 11, (month + 1) % 12 + 1, 1)
    last = (month_after - timedelta(days=1)).day
    return local.replace(year=year, month=month + 1, day=min(local.day, last))


def _check_shifts(day: int, shifts: tuple[Shift, ...]) -> None:
    if day not in range(7):
        raise CalendarRefused(f"Expected a weekday from 0 (Monday) to 6, but found {day!r}.")
    free_from = 0
    for start, end in shifts:
        begins, ends = _minutes(start), _minutes(end) or 24 * 60
        if not free_from <= begins < ends:
            raise CalendarRefused(
                f"Expected the shifts of {WEEKDAYS[day]} in order and not empty, but found "
                f"{start:%H:%M} to {end:%H:%M}. Write a night shift as two: until 24:00 and from 00:00."
            )
        free_from = ends


def _minutes(at: time) -> float:
    return at.hour * 60 + at.minute + at.second / 60


def _length(shifts: tuple[Shift, ...]) -> timedelta:
    return sum(
        (timedelta(minutes=(_minutes(end) or 24 * 60) - _minutes(start)) for start, end in shifts),
        timedelta(0),
    )


@lru_cache(maxsize=4096)
def _in_utc(shifts: tuple[Shift, ...], day: date, time_zone: str) -> tuple[tuple[datetime, datetime], ...]:
    zone = ZoneInfo(time_zone)
    midnight = datetime.combine(day + timedelta(days=1), time(0))
    return tuple(  # a shift that lies in the skipped hour comes out empty: it does not happen
        (
            _instant(datetime.combine(day, start), zone),
            _instant(midnight if end == time(0) else datetime.combine(day, end), zone),
        )
        for start, end in shifts
    )


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The UTC moment at which the wall clock first shows `local`, or jumps over it."""
    early, late = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    if early >= late:  # shown once, or twice: then the later reading (fold 1) is the second time
        return late
    # Skipped by the change to summer time: both readings are wrong. The change itself lies between them.
    offset_before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset_before:
            early = middle
        else:
            late = middle
    return late


@cache
def _public_holidays(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    # Imported on first use: the package costs half a second and most installations keep their own list.
    from holidays import country_holidays

    try:
        return frozenset(country_holidays(country, subdiv=subdivision, years=year))
    except NotImplementedError as unknown:
        raise CalendarRefused(
            f"No public holidays are known for this place: {unknown}. List the days."
        ) from unknown


def _read_shifts(day: str, shifts: object) -> tuple[Shift, ...]:
    try:
        return tuple((_read_time(start), _read_time(end)) for start, end in shifts)
    except (TypeError, ValueError) as wrong:
        raise CalendarRefused(
            f'Expected the shifts of {day} as [["09:00", "18:00"]], but found {shifts!r:.80}.'
        ) from wrong


def _read_time(text: str) -> time:
    if len(text) != len("09:00"):
        raise ValueError(text)
    return time(0) if text == "24:00" else time.fromisoformat(text)


def _read_day(text: object) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as wrong:
        raise CalendarRefused(f'Expected a holiday such as "2026-12-25", but found {text!r:.60}.') from wrong


DEFAULT = WorkingCalendar("Europe/Chisinau", {day: ((time(9), time(18)),) for day in range(5)})
"""Monday to Friday, 09:00 to 18:00: what holds until the company sets its own."""
