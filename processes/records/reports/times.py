"""OR4: how long an order takes and how much of that is work, whether it is in time, what is left over each day, and whether help is needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import settings
from engine.sentences import _l
from engine.tables import Membership, Person
from processes.records import orders, step_times
from processes.records.order_lines import OrderLine
from processes.records.reports import numbers, order_facts
from processes.records.reports.order_facts import SUCCESS, OrderFacts
from processes.records.reports.sheet import Column, Result, Sheet

#: Who does the work that customers order: their hours are what there is.
WORKING_ROLES = ("Master", "Technician", "Installer")
_HOUR_S = 3600
_COLUMNS = (
    Column(_l("Type"), "words"),
    Column(_l("Done"), "count"),
    Column(_l("Days, median"), "decimal"),
    Column(_l("Days, nine of ten"), "decimal"),
    Column(_l("Hours of work, median"), "decimal"),
    Column(_l("In time"), "percent"),
)
_HELP, _ENOUGH, _NO_CAPACITY = _l("Help is needed"), _l("Enough hands"), _l("Nobody does this work")


def make(session: Session, since: datetime, until: datetime, wanted: dict[str, Any]) -> Result:
    """The orders done in the time; the backlog of each of its days; the work that lies there now."""
    done = [each for each in order_facts.finished(session, since, until) if each.outcome == SUCCESS]
    touch = step_times.touch_minutes(session, [each.process_instance_key for each in done])
    groups: dict[str, list[OrderFacts]] = {}
    for each in done:
        groups.setdefault(each.type_name, []).append(each)
    rows = [[name, *_times(session, some, touch)] for name, some in groups.items()]
    rows.sort(key=lambda row: (-row[1], row[0]))
    return Result(
        [
            Sheet(_l("Time an order takes"), _COLUMNS, rows, foot=[_l("All"), *_times(session, done, touch)]),
            _backlog(session, since, until),
            _load(session, wanted),
        ]
    )


def is_in_time(session: Session, each: OrderFacts) -> bool:
    """Whether an order was done on its promised day at the latest; an urgent one before its limit."""
    if each.urgent:
        return each.finished_at <= each.limit_at
    return orders.day(session, each.finished_at) <= each.promised_date


def _times(session: Session, done: Sequence[OrderFacts], touch: dict[int, float]) -> list[Any]:
    days = [(each.finished_at - each.created_at) / timedelta(days=1) for each in done]
    hours = [touch.get(each.process_instance_key, 0) / 60 for each in done]
    in_time = sum(is_in_time(session, each) for each in done)
    return [
        len(done),
        numbers.median(days),
        numbers.p90(days),
        numbers.median(hours),
        numbers.percent(in_time, len(done)),
    ]


def _backlog(session: Session, since: datetime, until: datetime) -> Sheet:
    found = order_facts.touched(session, since, until)
    first, last = orders.day(session, since), orders.day(session, until - timedelta(microseconds=1))
    opened = [orders.day(session, each.created_at) for each in found]
    closed = [orders.day(session, each.finished_at) if each.finished_at else None for each in found]
    rows = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        came = sum(each == day for each in opened)
        went = sum(each == day for each in closed)
        left = sum(
            start <= day and (end is None or end > day) for start, end in zip(opened, closed, strict=True)
        )
        rows.append([day.isoformat(), came, went, left])
    columns = (
        Column(_l("Day"), "day"),
        Column(_l("Came"), "count"),
        Column(_l("Went"), "count"),
        Column(_l("Left in the evening"), "count"),
    )
    return Sheet(_l("Backlog per day"), columns, rows, chart=3)


def _load(session: Session, wanted: dict[str, Any]) -> Sheet:
    """The norm hours of the open works against what the people of the working roles have in a week."""
    numbers_of = [each.order_no for each in order_facts.in_work(session)]
    load = Decimal(0)
    for start in range(0, len(numbers_of), 500):
        query = select(func.sum(OrderLine.norm_milli * OrderLine.quantity_milli)).where(
            OrderLine.order_no.in_(numbers_of[start : start + 500]),
            OrderLine.kind == "work",
            OrderLine.state == "planned",
        )
        load += Decimal(session.scalar(query) or 0) / 1_000_000
    people = session.scalar(
        select(func.count(Person.login.distinct()))
        .join(Membership, Membership.login == Person.login)
        .where(Person.active, Membership.role_id.in_(WORKING_ROLES))
    )
    week = Decimal(str(settings.calendar(session).week_length.total_seconds() / _HOUR_S))
    capacity = week * (people or 0)
    share = numbers.percent(load, capacity)
    threshold = Decimal(wanted["threshold_percent"])
    verdict = _NO_CAPACITY if share is None else _HELP if share > threshold else _ENOUGH
    columns = (
        Column(_l("Verdict"), "words"),
        Column(_l("People"), "count"),
        Column(_l("Hours of work that lie there"), "decimal"),
        Column(_l("Hours of a week"), "decimal"),
        Column(_l("Load"), "percent"),
        Column(_l("Help is needed from"), "percent"),
    )
    row = [verdict, people or 0, numbers.rounded(load), numbers.rounded(capacity), share, threshold]
    return Sheet(_l("Load and capacity"), columns, [row])
