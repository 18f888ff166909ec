"""OR3: which types of orders close successfully: cancelled, declined and unrepaired ones are none, and what comes back is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.sentences import _l
from processes.records.reports import numbers, order_facts
from processes.records.reports.order_facts import CANCELLED, DECLINED, SUCCESS, UNREPAIRED, OrderFacts
from processes.records.reports.sheet import Column, Result, Sheet

_COLUMNS = (
    Column(_l("Type"), "words"),
    Column(_l("Closed"), "count"),
    Column(_l("Success"), "count"),
    Column(_l("Cancelled"), "count"),
    Column(_l("Declined"), "count"),
    Column(_l("Unrepaired"), "count"),
    Column(_l("Success rate"), "percent"),
    Column(_l("Came back under warranty"), "count"),
    Column(_l("Return rate"), "percent"),
)


def make(session: Session, since: datetime, until: datetime, _wanted: dict[str, Any]) -> Result:
    """The orders that were closed in the time."""
    found = order_facts.finished(session, since, until)
    returned = order_facts.warranty_returns(session, [each for each in found if each.outcome == SUCCESS])
    groups: dict[str, list[OrderFacts]] = {}
    for each in found:
        groups.setdefault(each.type_name, []).append(each)
    rows = [[name, *_row(some, returned)] for name, some in groups.items()]
    rows.sort(key=lambda row: (-row[1], row[0]))
    note = _l("Success rate: successes of what was closed. Return rate: returns of the successes.")
    return Result([Sheet(_l("By type"), _COLUMNS, rows, note=note, foot=[_l("All"), *_row(found, returned)])])


def _row(found: Sequence[OrderFacts], returned: set[str]) -> list[Any]:
    counted = Counter(each.outcome for each in found)
    success = counted[SUCCESS]
    back = sum(each.order_no in returned for each in found)
    return [
        len(found),
        success,
        counted[CANCELLED],
        counted[DECLINED],
        counted[UNREPAIRED],
        numbers.percent(success, len(found)),
        back,
        numbers.percent(back, success),
    ]
