"""FEEL's two durations, which never mix: years and months (whole months), days and time (nanoseconds)."""

from __future__ import annotations

from functools import total_ordering

from .temporal import NANOS_PER_DAY, NANOS_PER_SECOND


@total_ordering
class MonthsDuration:
    """Years and months, counted in months; may be negative."""

    __slots__ = ("months",)

    def __init__(self, months: int) -> None:
        self.months = months

    @property
    def amount(self) -> int:
        return self.months

    def __eq__(self, other: object) -> bool:
        return type(other) is MonthsDuration and self.months == other.months

    def __lt__(self, other: MonthsDuration) -> bool:
        return self.months < other.months

    def __hash__(self) -> int:
        return hash(("months", self.months))

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        text = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return ("-P" if self.months < 0 else "P") + (text or "0M")

    def __repr__(self) -> str:
        return f"MonthsDuration({self})"


@total_ordering
class DaysDuration:
    """Days, hours, minutes and seconds, counted in nanoseconds; may be negative."""

    __slots__ = ("nanos",)

    def __init__(self, nanos: int) -> None:
        self.nanos = nanos

    @property
    def amount(self) -> int:
        return self.nanos

    def __eq__(self, other: object) -> bool:
        return type(other) is DaysDuration and self.nanos == other.nanos

    def __lt__(self, other: DaysDuration) -> bool:
        return self.nanos < other.nanos

    def __hash__(self) -> int:
        return hash(("days", self.nanos))

    def __str__(self) -> str:
        days, rest = divmod(abs(self.nanos), NANOS_PER_DAY)
        seconds, fraction = divmod(rest, NANOS_PER_SECOND)
        hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
        text = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
        if fraction:
            text += f"{seconds}.{fraction:09d}".rstrip("0") + "S"
        elif seconds:
            text += f"{seconds}S"
        text = (f"{days}D" if days else "") + (f"T{text}" if text else "")
        return ("-P" if self.nanos < 0 else "P") + (text or "T0S")

    def __repr__(self) -> str:
        return f"DaysDuration({self})"


Duration = MonthsDuration | DaysDuration
