"""OR1: how many orders are in work, by type, status, who has them, and age."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.sentences import _l
from engine.tables import Person, UserTask
from processes.records import orders
from processes.records.reports import order_facts
from processes.records.reports.order_facts import OrderFacts
from processes.records.reports.sheet import Column, Result, Sheet

_AGES = (
    (1, _l("Up to 1 day")),
    (7, _l("Up to 7 days")),
    (30, _l("Up to 30 days")),
    (60, _l("Up to 60 days")),
)
_OLDER = _l("Older")
_NOBODY = _l("Nobody yet")
_UNDERWAY = _l("Underway")
_COUNTS = (
    Column(_l("In work"), "count"),
    Column(_l("Urgent"), "count"),
    Column(_l("Late"), "count"),
)


def make(session: Session, since: datetime, until: datetime, _wanted: dict[str, Any]) -> Result:
    """The orders in work now; a time in the past cannot be asked, because they have gone on since."""
    found = order_facts.in_work(session)
    today = orders.day(session, until - timedelta(microseconds=1))
    holders = _holders(session, found)

    def sheet(title: str, head: str, kind: str, of: Callable[[OrderFacts], str]) -> Sheet:
        groups: dict[str, list[OrderFacts]] = {}
        for each in found:
            groups.setdefault(of(each), []).append(each)
        rows = [[name, *_counts(some, today)] for name, some in groups.items()]
        rows.sort(key=lambda row: (-row[1], str(row[0])))
        return Sheet(title, (Column(head, kind), *_COUNTS), rows, foot=[_l("All"), *_counts(found, today)])

    return Result(
        [
            sheet(_l("By type"), _l("Type"), "words", lambda each: each.type_name),
            sheet(_l("By status"), _l("Status"), "words", lambda each: each.status or _UNDERWAY),
            sheet(
                _l("By who has it"),
                _l("Who has it"),
                "words",
                lambda each: holders.get(each.order_no, _NOBODY),
            ),
            sheet(_l("By age"), _l("Age"), "words", lambda each: _age(each, until)),
        ]
    )


def _counts(found: Sequence[OrderFacts], today: Any) -> list[int]:
    late = [each for each in found if each.promised_date < today]
    return [len(found), sum(each.urgent for each in found), len(late)]


def _age(each: OrderFacts, now: datetime) -> str:
    age = now - each.created_at
    return next((name for days, name in _AGES if age <= timedelta(days=days)), _OLDER)


def _holders(session: Session, found: Sequence[OrderFacts]) -> dict[str, str]:
    """{order number: who has most of its open steps}, by name."""
    numbers = {each.process_instance_key: each.order_no for each in found}
    held: dict[str, Counter[str]] = {}
    keys = sorted(numbers)
    for start in range(0, len(keys), 500):
        rows = session.execute(
            select(UserTask.process_instance_key, Person.name)
            .join(Person, Person.login == UserTask.assignee)
            .where(UserTask.state == "open", UserTask.process_instance_key.in_(keys[start : start + 500]))
            .order_by(UserTask.key)
        )
        for key, name in rows:
            held.setdefault(numbers[key], Counter())[name] += 1
    return {number: names.most_common(1)[0][0] for number, names in held.items()}
