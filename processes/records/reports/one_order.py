"""The report of one order (R-332): what it is, who has it, what happened, what went in, what was paid, and until when."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.sentences import _l
from engine.tables import History, Person, UserTask
from processes.records import customers, orders
from processes.records.invoices import Invoice
from processes.records.order_lines import OrderLine
from processes.records.orders import CustomerOrder
from processes.records.payments import Payment
from processes.records.reports import profit
from processes.records.reports.sheet import Column, Result, Sheet

_MOST_EVENTS = 500
_EVENTS = {
    "started": _l("Opened"),
    "completed": _l("Done"),
    "claimed": _l("Taken"),
    "assigned": _l("Given"),
    "escalated": _l("Late"),
    "cancelled": _l("Cancelled"),
    "ended": _l("Ended"),
}
_COSTS = {
    "revenue": _l("Revenue without tax"),
    "parts": _l("Parts"),
    "labour": _l("Labour"),
    "third_party": _l("Third party"),
    "overhead": _l("Overhead"),
    "margin": _l("Margin"),
}


def make(session: Session, order_no: str) -> Result:
    """Everything about one order of a customer. Raises NotFound."""
    order = orders.get(session, order_no)
    return Result(
        [
            _card(session, order),
            _deadlines(order),
            _responsible(session, order),
            _materials(session, order),
            _money(session, order),
            _profit(session, order),
            _history(session, order),
        ]
    )


def _card(session: Session, order: CustomerOrder) -> Sheet:
    customer = customers.get(session, order.customer_key)
    rows = [
        [_l("Order"), order.order_no],
        [_l("Customer"), f"{customer.name} ({customer.customer_no})"],
        [_l("What is wanted"), order.complaint],
        [_l("Urgent"), _l("yes") if order.urgent else _l("no")],
        [_l("Cause"), order.cause],
        [_l("Cancelled because"), order.cancelled_reason],
    ]
    columns = (Column(_l("About the order"), "words"), Column(_l("Fact"), "words"))
    return Sheet(_l("The order"), columns, [row for row in rows if row[1] is not None])


def _deadlines(order: CustomerOrder) -> Sheet:
    rows = [
        [_l("Opened"), order.created_at.isoformat()],
        [_l("Promised for"), order.promised_date.isoformat()],
        [_l("Wanted within its term"), order.target_at.isoformat()],
        [_l("At the latest"), order.limit_at.isoformat()],
    ]
    return Sheet(_l("Deadlines"), (Column(_l("What"), "words"), Column(_l("When"), "day")), rows)


def _responsible(session: Session, order: CustomerOrder) -> Sheet:
    rows = session.execute(
        select(UserTask, Person.name)
        .outerjoin(Person, Person.login == UserTask.assignee)
        .where(UserTask.process_instance_key == order.process_instance_key, UserTask.state == "open")
        .order_by(UserTask.key)
    )
    shown = [
        [task.name, task.lane, name, task.due_at.isoformat() if task.due_at else None] for task, name in rows
    ]
    columns = (
        Column(_l("Step"), "words"),
        Column(_l("Role"), "words"),
        Column(_l("Who has it"), "text"),
        Column(_l("Due"), "day"),
    )
    return Sheet(_l("Who is responsible now"), columns, shown)


def _materials(session: Session, order: CustomerOrder) -> Sheet:
    query = select(OrderLine).where(OrderLine.order_no == order.order_no, OrderLine.state == "planned")
    rows = [
        [line.description, line.quantity_milli / 1000, line.used_milli / 1000, line.price_cents]
        for line in session.scalars(query.order_by(OrderLine.key))
    ]
    columns = (
        Column(_l("What"), "text"),
        Column(_l("Planned"), "decimal"),
        Column(_l("Used"), "decimal"),
        Column(_l("Price"), "money"),
    )
    return Sheet(_l("Works and materials"), columns, rows)


def _money(session: Session, order: CustomerOrder) -> Sheet:
    rows: list[list[Any]] = [
        [_l("Invoice"), row.number, row.at.isoformat(), row.total_cents]
        for row in session.scalars(
            select(Invoice).where(Invoice.order_no == order.order_no).order_by(Invoice.key)
        )
    ]
    rows += [
        [_l("Payment"), row.payment_id, row.at.isoformat(), -row.amount_cents]
        for row in session.scalars(
            select(Payment).where(Payment.order_no == order.order_no).order_by(Payment.key)
        )
    ]
    columns = (
        Column(_l("What"), "words"),
        Column(_l("Number"), "code"),
        Column(_l("When"), "day"),
        Column(_l("Amount"), "money"),
    )
    return Sheet(_l("Invoices and payments"), columns, rows)


def _profit(session: Session, order: CustomerOrder) -> Sheet:
    found = profit.of_order(session, order.order_no)
    columns = (Column(_l("What"), "words"), Column(_l("Amount"), "money"))
    return Sheet(_l("What it brought"), columns, [[_COSTS[kind], cents] for kind, cents in found.items()])


def _history(session: Session, order: CustomerOrder) -> Sheet:
    query = (
        select(History, Person.name)
        .outerjoin(Person, Person.login == History.actor)
        .where(History.process_instance_key == order.process_instance_key, History.kind.in_(sorted(_EVENTS)))
        .order_by(History.key)
        .limit(_MOST_EVENTS)
    )
    rows = [
        [row.at.isoformat(), _EVENTS[row.kind], (row.detail or {}).get("name"), name or row.actor]
        for row, name in session.execute(query)
    ]
    columns = (
        Column(_l("When"), "day"),
        Column(_l("What happened"), "words"),
        Column(_l("Step"), "words"),
        Column(_l("Who"), "text"),
    )
    return Sheet(_l("History"), columns, rows)
