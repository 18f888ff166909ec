"""OR5: what orders bring and cost, and how many of them, done by how many people, a wanted profit takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from math import ceil
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import settings
from engine.sentences import _l
from processes.records import money
from processes.records.journal import REVENUE, JournalEntry
from processes.records.order_costs import KINDS, OrderCost
from processes.records.reports import numbers, order_facts
from processes.records.reports.order_facts import OrderFacts
from processes.records.reports.sheet import Column, Result, Sheet
from processes.records.work_orders import WorkOrder, WorkOrderEmployee

#: So many weeks has a month.
_WEEKS = Decimal(52) / 12
_COLUMNS = (
    Column(_l("Type"), "words"),
    Column(_l("Orders"), "count"),
    Column(_l("Revenue without tax"), "money"),
    Column(_l("Parts"), "money"),
    Column(_l("Labour"), "money"),
    Column(_l("Third party"), "money"),
    Column(_l("Overhead"), "money"),
    Column(_l("Margin"), "money"),
    Column(_l("Margin of revenue"), "percent"),
)


def make(session: Session, since: datetime, until: datetime, wanted: dict[str, Any]) -> Result:
    """The orders that were closed in the time, with everything they brought and cost so far."""
    found = order_facts.finished(session, since, until)
    keys = [each.order_no for each in found]
    revenue, costs = _revenue(session, keys), _costs(session, keys)
    groups: dict[str, list[OrderFacts]] = {}
    for each in found:
        groups.setdefault(each.type_name, []).append(each)
    rows = [[name, *_row(some, revenue, costs)] for name, some in groups.items()]
    rows.sort(key=lambda row: (-row[7], row[0]))
    whole = _row(found, revenue, costs)
    each_order = [
        [each.order_no, each.type_name, *_row([each], revenue, costs)[1:]]
        for each in sorted(found, key=lambda each: each.order_no)
    ]
    return Result(
        [
            Sheet(_l("By type"), _COLUMNS, rows, foot=[_l("All"), *whole]),
            _target(session, found, whole[6], since, until, wanted),
            Sheet(
                _l("Order by order"),
                (Column(_l("Order"), "code"), _COLUMNS[0], *_COLUMNS[2:]),
                each_order,
                foot=[_l("All"), "", *whole[1:]],
            ),
        ]
    )


def of_order(session: Session, order_no: str) -> dict[str, int]:
    """What one order has brought and cost so far, in cents: revenue, each kind of cost, margin."""
    revenue, costs = _revenue(session, [order_no]), _costs(session, [order_no])
    kinds = {kind: costs[order_no, kind] for kind in KINDS}
    return {"revenue": revenue[order_no], **kinds, "margin": revenue[order_no] - sum(kinds.values())}


def _row(found: Sequence[OrderFacts], revenue: Counter[str], costs: Counter[tuple[str, str]]) -> list[Any]:
    brought = sum(revenue[each.order_no] for each in found)
    kinds = [sum(costs[each.order_no, kind] for each in found) for kind in KINDS]
    margin = brought - sum(kinds)
    return [len(found), brought, *kinds, margin, numbers.percent(margin, brought)]


def _target(
    session: Session,
    found: Sequence[OrderFacts],
    margin_cents: int,
    since: datetime,
    until: datetime,
    wanted: dict[str, Any],
) -> Sheet:
    """How many orders like these the wanted profit of a month takes, and how many people they keep busy."""
    target = money.cents(Decimal(wanted["target_profit"]))
    a_margin = margin_cents / len(found) if found else 0
    count = ceil(target / a_margin) if a_margin > 0 else None
    hours = _hours(session, [each.order_no for each in found])
    week = Decimal(str(settings.calendar(session).week_length.total_seconds() / 3600))
    an_hour = hours / len(found) if found else Decimal(0)
    people = numbers.rounded(an_hour * count / (week * _WEEKS)) if count and week else None
    columns = (
        Column(_l("Reckoned from"), "words"),
        Column(_l("Wanted profit of a month"), "money"),
        Column(_l("Margin of an order"), "money"),
        Column(_l("Orders needed"), "count"),
        Column(_l("Hours of an order"), "decimal"),
        Column(_l("People needed"), "decimal"),
    )
    row = [
        _l("The average of these orders"),
        target,
        round(a_margin) if found else None,
        count,
        numbers.rounded(an_hour) if found else None,
        people,
    ]
    note = _l(
        "From the average of the orders closed in this time. Without a margin no number of orders is enough."
    )
    return Sheet(_l("How many orders a wanted profit takes"), columns, [row], note=note)


def _revenue(session: Session, order_nos: Sequence[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for start in range(0, len(order_nos), 500):
        rows = session.execute(
            select(JournalEntry.order_no, func.sum(JournalEntry.amount_cents))
            .where(
                JournalEntry.order_no.in_(order_nos[start : start + 500]),
                JournalEntry.account_credit == REVENUE,
            )
            .group_by(JournalEntry.order_no)
        )
        found.update({number: int(cents) for number, cents in rows})
    return found


def _costs(session: Session, order_nos: Sequence[str]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for start in range(0, len(order_nos), 500):
        rows = session.execute(
            select(OrderCost.order_no, OrderCost.kind, func.sum(OrderCost.amount_cents))
            .where(OrderCost.order_no.in_(order_nos[start : start + 500]))
            .group_by(OrderCost.order_no, OrderCost.kind)
        )
        found.update({(number, kind): int(cents) for number, kind, cents in rows})
    return found


def _hours(session: Session, order_nos: Sequence[str]) -> Decimal:
    whole = 0
    for start in range(0, len(order_nos), 500):
        query = (
            select(func.sum(WorkOrderEmployee.hours_milli))
            .join(WorkOrder, WorkOrder.key == WorkOrderEmployee.work_order_key)
            .where(WorkOrder.order_no.in_(order_nos[start : start + 500]))
        )
        whole += int(session.scalar(query) or 0)
    return Decimal(whole) / 1000
