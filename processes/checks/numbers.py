"""Numbers of orders and documents: each once, none left out, none beyond the last that was given (I31, I32)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Executable, Select, bindparam, func, literal, or_, select, union, union_all
from sqlalchemy.orm import Session, aliased

from engine.sentences import _l
from engine.tables import ProcessInstance, Series
from processes.checks.check import Check, asked
from processes.records.customers import Customer
from processes.records.documents import IssuedDocument
from processes.records.intake import IntakeDocument
from processes.records.invoices import Invoice
from processes.records.stock_documents import StockDocument
from processes.records.work_orders import WorkOrder

#: Where numbers of a series are used. A document that prints a record carries the number of that record.
_USED = (
    (ProcessInstance, ProcessInstance.business_key),
    (Customer, Customer.customer_no),
    (Invoice, Invoice.number),
    (IntakeDocument, IntakeDocument.number),
    (WorkOrder, WorkOrder.number),
    (StockDocument, StockDocument.number),
    (IssuedDocument, IssuedDocument.number),
)


def _gaps(session: Session, _now: datetime) -> Iterator[dict[str, Any]]:
    for name, last in session.execute(select(Series.name, Series.last).order_by(Series.name)).all():
        numbers = session.scalars(_used(), {"like": f"{name}-%"})
        matches = (re.fullmatch(rf"{re.escape(name)}-(\d+)", number) for number in numbers)
        used = {int(match[1]) for match in matches if match}
        if not used:
            # The numbers of a series that no record of ours carries, such as a test's own.
            continue
        missing = sorted(set(range(1, last + 1)) - used)
        beyond = sorted(number for number in used if number > last)
        if missing or beyond:
            numbers = [f"{name}-{number:04}" for number in (missing + beyond)[:5]]
            yield {"row": name, "last": last, "numbers": ", ".join(numbers)}


@cache
def _used() -> Executable:
    """The numbers that look like :like, wherever they are used."""
    return union(*(select(column).where(column.like(bindparam("like"))) for _table, column in _USED))


@asked
def _twice() -> Executable:
    # The number of an order is checked with its repair order, whose key it is.
    return union_all(*(_used_twice(*used) for used in _USED if used[0] is not ProcessInstance))


def _used_twice(table: Any, column: Any) -> Select[Any]:
    one = (column, IssuedDocument.version) if table is IssuedDocument else (column,)
    times = func.count()
    query = select(column.label("row"), times.label("times"), literal(table.__tablename__).label("table"))
    return query.group_by(*one).having(times > 1)


@asked
def _printed_otherwise() -> Executable:
    """Invoices that were printed with another order than they were issued for."""
    printed = aliased(IssuedDocument)
    return (
        select(
            printed.number.label("row"),
            printed.order_no.label("printed_for"),
            Invoice.order_no.label("order_no"),
        )
        .outerjoin(Invoice, Invoice.number == printed.number)
        .where(
            printed.kind == "invoice",
            or_(Invoice.number.is_(None), Invoice.order_no != printed.order_no),
        )
    )


CHECKS = (
    Check(
        "I31",
        _l("The numbers of a series have no gap."),
        _gaps,
        _l("The series {row} has given {last} numbers; these are missing or beyond it: {numbers}."),
        _l("Find out what became of them; a document is never deleted."),
    ),
    Check(
        "I31",
        _l("A number stands for one document."),
        _twice,
        _l("The number {row} is used {times} times in {table}."),
        _l("Issue one of them anew, with a number of its own."),
    ),
    Check(
        "I32",
        _l("A printed invoice is one that was issued, for the same order."),
        _printed_otherwise,
        _l("The printed invoice {row} is for {printed_for}, but it was issued for {order_no}."),
        _l("Credit the invoice and issue it anew."),
    ),
)
