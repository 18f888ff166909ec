"""Facts as they are read on paper: money, quantities, days and ids in the language of the document.

The end of a name says what it holds: `total_cents` is printed as `total`, `quantity_milli` as `quantity`, `promised_on` and
`accepted_at` as a day and a moment; names in labels.CHOICES hold ids. Everything else is text as somebody typed it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from processes.documents import labels
from processes.records.money import units
from processes.records.quantities import plain

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
#: Without a place to break, so long a word would run out of a narrow column; Chinese breaks between its signs by itself.
_LONG = re.compile(r"[^\s\u4e00-\u9fff]{17,}")
_PLACE_TO_BREAK = re.compile(r"[@./_-](?=.)|.{8}(?=.)")
_NAMED = {*labels.CHOICES, "unit"}


class Printer:
    """Prints values for one language and time zone."""

    def __init__(self, language: str, time_zone: str):
        self.language = language
        self.locale = Locale.parse(language.replace("-", "_"))
        self.zone = ZoneInfo(time_zone)
        self._by_end: dict[str, Callable[[Any], str]] = {
            "_cents": self.money,
            "_milli": lambda milli: self.number(plain(milli)),
            "_percent": self.number,
        }

    def tree(self, facts: Any, name: str = "") -> Any:
        """Facts with every value printed; what is not known stays None, a yes or no stays one."""
        if isinstance(facts, dict):
            return dict(self._named(each, value) for each, value in facts.items())
        if isinstance(facts, list):
            return [self.tree(each, name) for each in facts]
        if facts is None or isinstance(facts, bool):
            return facts
        if name.endswith("_at"):
            return self.moment(datetime.fromisoformat(facts))
        if name.endswith("_on"):
            return self.day(date.fromisoformat(facts))
        if name in _NAMED:
            return labels.choice(name, facts, self.language)
        return text(str(facts))

    def money(self, cents: int) -> str:
        """1,234.50, without the currency."""
        return format_decimal(units(cents), "#,##0.00", locale=self.locale).replace("-", "\N{MINUS SIGN}")

    def number(self, value: Decimal | int | str) -> str:
        """A number with all its digits."""
        written = format_decimal(Decimal(value), locale=self.locale, decimal_quantization=False)
        return written.replace("-", "\N{MINUS SIGN}")

    def day(self, value: date) -> str:
        """23 November 2026."""
        return format_date(value, "d MMMM y", locale=self.locale).replace(" ", "\N{NO-BREAK SPACE}")

    def moment(self, value: datetime) -> str:
        """23 November 2026, 10:05, by the shop's clock."""
        local = value.astimezone(self.zone)
        return f"{self.day(local.date())}, {format_datetime(local, 'HH:mm', tzinfo=self.zone, locale=self.locale)}"

    def _named(self, name: str, value: Any) -> tuple[str, Any]:
        for end, printed in self._by_end.items():
            if name.endswith(end) and value is not None:
                return name.removesuffix(end), printed(value)
        for end in self._by_end:
            name = name.removesuffix(end)
        return name, self.tree(value, name)


def text(typed: str) -> str:
    """A text that can be set: without control signs, with places to break in words that are too long for a line."""
    return _LONG.sub(_with_places_to_break, _CONTROL.sub("", typed).strip())


def _with_places_to_break(word: re.Match[str]) -> str:
    return _PLACE_TO_BREAK.sub(lambda part: part[0] + "\N{ZERO WIDTH SPACE}", word[0])
