"""OR2: which kinds of orders are wanted most, and whether they become more: by type, category, device and place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.sentences import _l
from processes.records.reports import numbers, order_facts
from processes.records.reports.order_facts import OrderFacts
from processes.records.reports.sheet import Column, Result, Sheet

PLACES = {"point": _l("At our place"), "on_site": _l("At the customer's")}
_NO_DEVICE = _l("Without a device")


def make(session: Session, since: datetime, until: datetime, _wanted: dict[str, Any]) -> Result:
    """The orders opened in the time, beside those of the time of the same length before it."""
    now = order_facts.opened(session, since, until)
    before = order_facts.opened(session, since - (until - since), since)

    def sheet(title: str, head: str, of: Callable[[OrderFacts], str]) -> Sheet:
        counted, earlier = Counter(map(of, now)), Counter(map(of, before))
        rows = [
            [
                name,
                counted[name],
                numbers.percent(counted[name], len(now)),
                earlier[name],
                counted[name] - earlier[name],
            ]
            for name in counted | earlier
        ]
        rows.sort(key=lambda row: (-row[1], str(row[0])))
        columns = (
            Column(head, "words"),
            Column(_l("Orders"), "count"),
            Column(_l("Share"), "percent"),
            Column(_l("Before"), "count"),
            Column(_l("Trend"), "count"),
        )
        return Sheet(
            title,
            columns,
            rows,
            note=_l("Before: the time of the same length before this one."),
            foot=[
                _l("All"),
                len(now),
                numbers.percent(len(now), len(now)),
                len(before),
                len(now) - len(before),
            ],
        )

    return Result(
        [
            sheet(_l("By type"), _l("Type"), lambda each: each.type_name),
            sheet(_l("By device"), _l("Device"), lambda each: each.category or _NO_DEVICE),
            sheet(_l("By place"), _l("Place"), lambda each: PLACES[each.place]),
        ]
    )
