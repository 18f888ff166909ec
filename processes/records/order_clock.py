"""The clock of an order: how much of its term is left. Waiting for the customer does not count (W8).

An order waits for its customer while a user task is open that the customer answers through a link (`customer_page`), and while
its device is ready and is not fetched. Those spans, counted once where they overlap, move the end of the term.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import zip_longest

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors, outside
from engine.tables import UserTask
from processes.records import order_status, orders
from processes.records.orders import CustomerOrder

Span = tuple[datetime, datetime | None]

TERMS = ("target", "limit")
#: While the customer is awaited the end moves with the clock: looking this often in a term is often enough.
LOOKS_IN_A_TERM = 48


def time_left(session: Session, order: CustomerOrder, term: str, now: datetime) -> timedelta | None:
    """How long to wait before the term ("target" or "limit") can be over; None when it is over now.

    Raises Refused for a term that there is not.
    """
    if term not in TERMS:
        raise errors.Refused(f'Expected the term to be target or limit, but found "{term}".')
    ends_at = order.target_at if term == "target" else order.limit_at
    begins_at = order.urgent_since or order.created_at
    spans = _spans_of_questions(session, order) + _spans_at_the_counter(session, order)
    left = ends_at + waited(spans, begins_at, now) - now
    if any(closed_at is None for _opened_at, closed_at in spans):
        return max(left, (ends_at - begins_at) / LOOKS_IN_A_TERM)
    return left if left > timedelta(0) else None


def waited(spans: Iterable[Span], begins_at: datetime, now: datetime) -> timedelta:
    """How long at least one of these spans was open between two moments; an end of None is still open."""
    total, until = timedelta(0), begins_at
    for opened_at, closed_at in sorted(spans, key=lambda span: span[0]):
        opened_at, ended_at = max(opened_at, until), min(closed_at or now, now)
        if ended_at > opened_at:
            total, until = total + (ended_at - opened_at), ended_at
    return total


def promise(session: Session, order_no: str, promised_date: str) -> None:
    """Promise the customer of an order another day, "2026-11-30"."""
    orders.get(session, order_no, hold=True).promised_date = datetime.fromisoformat(promised_date).date()


def _spans_of_questions(session: Session, order: CustomerOrder) -> list[Span]:
    query = select(UserTask.created_at, UserTask.closed_at, UserTask.properties).where(
        UserTask.process_instance_key == order.process_instance_key
    )
    return [
        (opened_at, closed_at)
        for opened_at, closed_at, properties in session.execute(query)
        if (properties or {}).get(outside.PAGE)
    ]


def _spans_at_the_counter(session: Session, order: CustomerOrder) -> list[Span]:
    changes = order_status.history(session, order.order_no)
    following = [each.at for each in changes[1:]]
    return [
        (change.at, until)
        for change, until in zip_longest(changes, following)
        if change.to_status == order_status.READY
    ]
