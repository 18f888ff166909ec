"""The three numbers that service is appraised by: in time, without mistakes, and satisfied, over a time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from engine.sentences import _l
from processes.records.complaints import Complaint
from processes.records.quotes import QuoteVersion
from processes.records.reports import numbers, order_facts, times
from processes.records.reports.order_facts import SUCCESS
from processes.records.reports.sheet import Column, Result, Sheet
from processes.records.surveys import SurveyAnswer
from processes.records.work_orders import WorkOrder

#: A complaint of this kind says that the wrong thing came.
WRONG_ITEM = "delivery"
#: From this score on a customer counts as satisfied.
SATISFIED = 4
_COLUMNS = (
    Column(_l("Number"), "words"),
    Column(_l("Good"), "count"),
    Column(_l("Of"), "count"),
    Column(_l("Rate"), "percent"),
    Column(_l("How it is counted"), "words"),
)


def make(session: Session, since: datetime, until: datetime, _wanted: dict[str, Any]) -> Result:
    """The three rates over the orders delivered, and the answers given, in the time."""
    delivered = [each for each in order_facts.finished(session, since, until) if each.outcome == SUCCESS]
    in_time = sum(times.is_in_time(session, each) for each in delivered)
    wrong = _mistaken(session, {each.order_no for each in delivered})
    scores = session.scalars(
        select(SurveyAnswer.score).where(SurveyAnswer.answered_at >= since, SurveyAnswer.answered_at < until)
    ).all()
    satisfied = sum(score >= SATISFIED for score in scores)
    rows = [
        _rate(
            _l("In time"),
            in_time,
            len(delivered),
            _l("Delivered on the promised day at the latest, urgent orders before their limit."),
        ),
        _rate(
            _l("Without mistakes"),
            len(delivered) - len(wrong),
            len(delivered),
            _l(
                "Delivered without a correction after the customer's consent and without a complaint about a wrong item."
            ),
        ),
        _rate(_l("Satisfied"), satisfied, len(scores), _l("Answers with 4 or 5 of 5.")),
    ]
    return Result([Sheet(_l("The three numbers"), _COLUMNS, rows)])


def _rate(name: str, good: int, whole: int, how: str) -> list[Any]:
    return [name, good, whole, numbers.percent(good, whole), how]


def _mistaken(session: Session, delivered: Collection[str]) -> set[str]:
    """Those that were corrected after the customer had agreed, whose completion was taken back, or that brought the wrong item."""
    complaints = select(Complaint.about_order_no).where(Complaint.kind == WRONG_ITEM)
    reopened = select(WorkOrder.order_no).where(WorkOrder.version > 1)
    found = {number for query in (complaints, reopened) for number in session.scalars(query)}
    found |= _changed_later(session)
    return found & set(delivered)


def _changed_later(session: Session) -> set[str]:
    """Orders with another version of the quote after one that the customer had agreed to."""
    later = aliased(QuoteVersion)
    query = (
        select(QuoteVersion.order_no)
        .join(later, (later.order_no == QuoteVersion.order_no) & (later.version > QuoteVersion.version))
        .where(QuoteVersion.state == "approved")
    )
    return set(session.scalars(query))
