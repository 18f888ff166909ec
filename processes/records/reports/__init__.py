"""The reports about orders (P): five that answer what a manager asks, and the three numbers of service.

A report is a function (session, since, until, wanted) -> Result. What people choose for it is in PARAMETERS; numbers are counted as in
the lists, and a share of nothing is "no data".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engine import errors, settings
from engine.sentences import Label, Sentence, _l
from processes.records import orders
from processes.records.reports import kpi, orders_in_work, popularity, profit, saved, success, times
from processes.records.reports.sheet import Result

__all__ = ["REPORTS", "Asked", "Parameter", "Report", "asked", "find", "generate", "saved"]

#: So many days a report looks back when nobody says otherwise.
USUAL_DAYS = 30
#: The longest time of a report.
LONGEST_DAYS = 1100


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that people choose for a report. kind: percent or money."""

    key: str
    label: str
    kind: str
    default: str


@dataclass(frozen=True, slots=True)
class Report:
    """One report: what it is called, which question it answers, how it is made. is_now: it says how it is now, not over a time."""

    report_id: str
    title: str
    question: str
    make: Callable[[Session, datetime, datetime, dict[str, Any]], Result]
    is_now: bool = False
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked: from the first to the last day, and its own numbers as texts."""

    first: date
    last: date
    numbers: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """The question as plain values."""
        return {"first": self.first.isoformat(), "last": self.last.isoformat(), **self.numbers}


REPORTS: tuple[Report, ...] = (
    Report(
        "OR1",
        _l("Orders in work"),
        _l("How many orders are in work, and with whom?"),
        orders_in_work.make,
        is_now=True,
    ),
    Report("OR2", _l("Popularity by type"), _l("Which types of orders are wanted most?"), popularity.make),
    Report("OR3", _l("Closing success"), _l("Which types of orders close successfully?"), success.make),
    Report(
        "OR4",
        _l("Time per order and backlog"),
        _l("How long does an order take, what is left over, is help needed?"),
        times.make,
        parameters=(Parameter("threshold_percent", _l("Help is needed from, %"), "percent", "80"),),
    ),
    Report(
        "OR5",
        _l("Order profitability"),
        _l("What do orders bring, and how many does a wanted profit take?"),
        profit.make,
        parameters=(Parameter("target_profit", _l("Wanted profit of a month"), "money", "50000"),),
    ),
    Report(
        "KPI", _l("The three numbers"), _l("In time, without mistakes, satisfied: how good are we?"), kpi.make
    ),
)
_WRONG_TIME = _l("Choose a first and a last day, at most three years apart.")
_WRONG_NUMBER = _l("{field}: choose a number from 0 on.")


def find(report_id: str) -> Report:
    """The report of that id. Raises NotFound."""
    for each in REPORTS:
        if each.report_id == report_id:
            return each
    raise errors.NotFound(
        f'There is no report "{report_id}". There are: {", ".join(r.report_id for r in REPORTS)}.'
    )


def asked(session: Session, report: Report, given: Mapping[str, str], now: datetime) -> Asked:
    """What somebody has chosen; what they left out is the last 30 days and the usual numbers. Raises Refused."""
    today = orders.day(session, now)
    try:
        last = date.fromisoformat(given["last"]) if given.get("last") else today
        usual = last - timedelta(days=USUAL_DAYS - 1)
        first = date.fromisoformat(given["first"]) if given.get("first") else usual
    except ValueError as wrong:
        raise errors.Refused(_WRONG_TIME) from wrong
    if report.is_now:
        first = last = today
    if not timedelta(0) <= last - first <= timedelta(days=LONGEST_DAYS):
        raise errors.Refused(_WRONG_TIME)
    numbers = {each.key: _number(each, given.get(each.key)) for each in report.parameters}
    return Asked(first, last, numbers)


def generate(session: Session, report: Report, wanted: Asked, now: datetime) -> Result:
    """Make a report as the records are now. Changes nothing."""
    zone = ZoneInfo(settings.calendar(session).time_zone)
    since = datetime.combine(wanted.first, time.min, zone)
    until = datetime.combine(wanted.last + timedelta(days=1), time.min, zone)
    # What is not over yet ends now.
    return report.make(session, since, max(min(until, now), since), dict(wanted.numbers))


def _number(parameter: Parameter, given: str | None) -> str:
    text = (given or "").strip().replace(",", ".") or parameter.default
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal(-1)
    if not number.is_finite() or not 0 <= number < 10**10:
        raise errors.Refused(Sentence(_WRONG_NUMBER, field=Label(parameter.label)))
    return format(number, "f")
