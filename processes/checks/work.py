"""The work on an order: posted as a whole or not at all, taken back as a whole, at the price agreed (I15 to I17, I21, I29, I30, I33)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Executable, and_, case, exists, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from engine.sentences import Label, _l
from processes.checks.check import Check, asked
from processes.records.cash import CashMove
from processes.records.documents import IssuedDocument
from processes.records.invoices import Invoice
from processes.records.journal import JournalEntry
from processes.records.order_costs import OrderCost
from processes.records.order_lines import OrderLine
from processes.records.orders import CustomerOrder
from processes.records.payments import Payment
from processes.records.quotes import QuoteVersion
from processes.records.receivables import CREDITED, INVOICED, ReceivableEntry
from processes.records.reservations import Reservation
from processes.records.stock_ledger import StockLocation, StockMove
from processes.records.stock_requests import StockRequest
from processes.records.wages import WageAccrual, WagePeriod
from processes.records.warranties import PartWarranty, PartWarrantyTerm
from processes.records.waybills import Waybill
from processes.records.work_orders import WorkOrder


def _used_value() -> Any:
    """What an order's parts that are with the customer have cost: {order_no, cents}."""
    places = select(StockLocation.location_id).where(StockLocation.kind == "customer")
    sign = case((StockMove.to_location_id.in_(places), 1), else_=0) - case(
        (StockMove.from_location_id.in_(places), 1), else_=0
    )
    return (
        select(StockMove.order_no, func.sum(sign * StockMove.cost_cents).label("cents"))
        .where(StockMove.order_no.is_not(None))
        .group_by(StockMove.order_no)
        .subquery()
    )


@asked
def _cost_of_parts() -> Executable:
    booked = (
        select(OrderCost.order_no, func.sum(OrderCost.amount_cents).label("cents"))
        .where(OrderCost.kind == "parts")
        .group_by(OrderCost.order_no)
        .subquery()
    )
    used = _used_value()
    here, there = func.coalesce(booked.c.cents, 0), func.coalesce(used.c.cents, 0)
    return (
        select(
            func.coalesce(booked.c.order_no, used.c.order_no).label("row"),
            here.label("booked_cents"),
            there.label("used_cents"),
        )
        .select_from(booked)
        .join(used, used.c.order_no == booked.c.order_no, full=True)
        # Goods that left the store on request are the cost of whom they were asked for: a cost centre, or another order.
        .where(here != there, ~exists().where(StockRequest.number == used.c.order_no))
    )


@asked
def _late_cost() -> Executable:
    return (
        select(
            OrderCost.order_no.label("row"),
            OrderCost.source.label("source"),
            OrderCost.amount_cents.label("amount_cents"),
        )
        .join(WorkOrder, WorkOrder.order_no == OrderCost.order_no)
        .where(
            _standing(OrderCost),
            # Of an open one only what a partner or somebody else was paid stands already.
            or_(
                and_(WorkOrder.state != "completed", OrderCost.kind.in_(("parts", "labour"))),
                and_(
                    OrderCost.effect_key != WorkOrder.completion_key,
                    OrderCost.at > WorkOrder.completed_at,
                    OrderCost.effect_key.not_in(
                        select(Waybill.effect_key).where(Waybill.effect_key.is_not(None))
                    ),
                ),
            ),
        )
    )


@asked
def _double_wages() -> Executable:
    return (
        select(
            WageAccrual.order_no.label("row"),
            WageAccrual.login.label("login"),
            WageAccrual.operation.label("operation"),
            func.count().label("times"),
        )
        .where(_standing(WageAccrual))
        .group_by(WageAccrual.order_no, WageAccrual.login, WageAccrual.operation)
        .having(func.count() > 1)
    )


@asked
def _wages_after_payout() -> Executable:
    return (
        select(
            WageAccrual.order_no.label("row"),
            WageAccrual.login.label("login"),
            WageAccrual.period.label("period"),
        )
        .join(WagePeriod, WagePeriod.period == WageAccrual.period)
        .where(WagePeriod.locked_at < WageAccrual.at)
    )


@asked
def _longer_claims() -> Executable:
    first, first_term = aliased(PartWarranty), aliased(PartWarrantyTerm)
    return (
        select(
            PartWarranty.order_no.label("row"),
            PartWarranty.sku.label("sku"),
            PartWarrantyTerm.ends_on.label("ends_on"),
            func.coalesce(first_term.ends_on, PartWarranty.kept_until).label("kept_until"),
        )
        .join(PartWarrantyTerm, PartWarrantyTerm.warranty_key == PartWarranty.key)
        .outerjoin(first, first.key == PartWarranty.claims)
        .outerjoin(first_term, first_term.warranty_key == first.key)
        .where(
            PartWarranty.kept_until.is_not(None),
            PartWarrantyTerm.ends_on != func.coalesce(first_term.ends_on, PartWarranty.kept_until),
        )
    )


def _half_posted(session: Session, _now: datetime) -> Iterator[dict[str, Any]]:
    """Completed work orders that lack what belongs to one, and open ones that have it."""
    for query, what in _half():
        for row in session.execute(query):
            yield {"row": row.row, "state": row.state, "what": Label(what)}


@cache
def _half() -> list[tuple[Executable, str]]:
    act = exists().where(
        IssuedDocument.kind == "completion_act", IssuedDocument.effect_key == WorkOrder.completion_key
    )
    posted = exists().where(
        JournalEntry.document == WorkOrder.number, JournalEntry.effect_key == WorkOrder.completion_key
    )
    charged = aliased(ReceivableEntry)
    invoice_charged = exists().where(charged.invoice_no == Invoice.number, charged.kind == INVOICED)
    uncharged = exists().where(Invoice.effect_key == WorkOrder.completion_key, ~invoice_charged)
    lacking = (
        (and_(WorkOrder.state == "completed", ~act), _l("no completion act")),
        (and_(WorkOrder.state == "completed", ~posted), _l("no rows in the journal")),
        (and_(WorkOrder.state == "completed", uncharged), _l("an invoice that is not charged")),
        (and_(WorkOrder.state != "completed", _has_standing(WageAccrual)), _l("wage rows")),
        (and_(WorkOrder.state != "completed", _has_standing(PartWarranty)), _l("warranty rows")),
        (and_(WorkOrder.state != "completed", _has_charge()), _l("an invoice that is charged")),
    )
    query = select(WorkOrder.number.label("row"), WorkOrder.state.label("state"))
    return [(query.where(condition), what) for condition, what in lacking]


@asked
def _left_of_cancelled() -> Executable:
    """Cancelled orders of which something is still booked, by ledger."""
    cancelled = select(CustomerOrder.order_no).where(CustomerOrder.cancelled_at.is_not(None))
    used = _used_value()
    sums = [
        *(
            select(table.order_no.label("row"), func.sum(table.amount_cents).label("cents"))
            .where(table.order_no.in_(cancelled))
            .group_by(table.order_no)
            .having(func.sum(table.amount_cents) != 0)
            for table in (ReceivableEntry, Payment, CashMove, OrderCost, WageAccrual, JournalEntry)
        ),
        select(used.c.order_no.label("row"), used.c.cents).where(
            used.c.order_no.in_(cancelled), used.c.cents != 0
        ),
        _in_work(cancelled),
        select(Reservation.order_no.label("row"), func.sum(Reservation.quantity_milli))
        .where(Reservation.order_no.in_(cancelled), Reservation.state == "active")
        .group_by(Reservation.order_no),
    ]
    found = union_all(*sums).subquery()
    return select(found.c.row, func.count().label("ledgers")).group_by(found.c.row)


def _in_work(orders: Any) -> Any:
    places = select(StockLocation.location_id).where(StockLocation.kind == "wip")
    sign = case((StockMove.to_location_id.in_(places), 1), else_=0) - case(
        (StockMove.from_location_id.in_(places), 1), else_=0
    )
    rest = func.sum(sign * StockMove.quantity_milli)
    return (
        select(StockMove.order_no.label("row"), rest.label("cents"))
        .where(StockMove.order_no.in_(orders))
        .group_by(StockMove.order_no)
        .having(rest != 0)
    )


def _changed_prices(session: Session, _now: datetime) -> Iterator[dict[str, Any]]:
    """Lines that have another price than the version of the quote that the customer agreed to."""
    agreed = select(QuoteVersion.order_no, QuoteVersion.version, QuoteVersion.lines).where(
        QuoteVersion.state == "approved"
    )
    for order_no, version, lines in session.execute(agreed.execution_options(yield_per=500)).all():
        prices = {int(line["key"]): line["price_cents"] for line in lines}
        now = select(OrderLine.key, OrderLine.sku, OrderLine.price_cents).where(OrderLine.key.in_(prices))
        for key, sku, price_cents in session.execute(now):
            if price_cents != prices[key]:
                yield {
                    "row": order_no,
                    "sku": sku,
                    "version": version,
                    "price_cents": price_cents,
                    "agreed_cents": prices[key],
                }


def _quote_totals(session: Session, _now: datetime) -> Iterator[dict[str, Any]]:
    query = select(QuoteVersion.order_no, QuoteVersion.version, QuoteVersion.lines, QuoteVersion.total_cents)
    for order_no, version, lines, total in session.execute(query.execution_options(yield_per=500)):
        of_lines = sum(line["amount_cents"] for line in lines if line["payer"] == "client")
        if of_lines != total:
            yield {"row": order_no, "version": version, "total_cents": total, "lines_cents": of_lines}


def _standing(table: Any) -> Any:
    """A row that reverses nothing and that nothing reverses."""
    reversing = aliased(table)
    return and_(table.reverses.is_(None), ~exists().where(reversing.reverses == table.key))


def _has_standing(table: Any) -> Any:
    row, reversing = aliased(table), aliased(table)
    return exists().where(
        row.order_no == WorkOrder.order_no,
        row.reverses.is_(None),
        ~exists().where(reversing.reverses == row.key).correlate(row),
    )


def _has_charge() -> Any:
    """A charged invoice of the order that is neither credited nor taken back."""
    row, credit, back = (aliased(ReceivableEntry) for _each in range(3))
    return exists().where(
        row.order_no == WorkOrder.order_no,
        row.kind == INVOICED,
        row.reverses.is_(None),
        ~exists().where(back.reverses == row.key).correlate(row),
        ~exists()
        .where(credit.invoice_no == row.invoice_no, credit.kind == CREDITED, credit.reverses.is_(None))
        .correlate(row),
    )


_AGAIN = _l("Reverse the work order and complete it again.")
_TAKE_BACK = _l("Take it back with reversing rows.")

CHECKS = (
    Check(
        "I15",
        _l("The parts of an order cost what their issue cost, less what came back."),
        _cost_of_parts,
        _l("The parts of {row} are booked at {booked_cents}, but what it used cost {used_cents}."),
        _AGAIN,
    ),
    Check(
        "I16",
        _l("The completion of a work order ends its cost: parts and labour with it, nothing after it."),
        _late_cost,
        _l("{row} has {amount_cents} of cost from {source}, written without its completion or after it."),
        _TAKE_BACK,
    ),
    Check(
        "I17",
        _l("A person earns an operation of an order once."),
        _double_wages,
        _l("{login} earned {operation} of {row} {times} times."),
        _TAKE_BACK,
    ),
    Check(
        "I17",
        _l("A month whose wages are paid out takes no more rows."),
        _wages_after_payout,
        _l("{login} earned with {row} in {period} after that month was paid out."),
        _l("Reverse the row; it belongs into the month that is open."),
    ),
    Check(
        "I21",
        _l("A part replaced under warranty keeps the end of the warranty that it had."),
        _longer_claims,
        _l(
            "The warranty on {sku} of {row} ends on {ends_on}, but the one it was claimed under on {kept_until}."
        ),
        _TAKE_BACK,
    ),
    Check(
        "I29",
        _l("A work order is posted as a whole or not at all."),
        _half_posted,
        _l("The work order {row} is {state} and has {what}."),
        _AGAIN,
    ),
    Check(
        "I30",
        _l("Nothing is left of a cancelled order: no money, no parts, no wages, no reservation."),
        _left_of_cancelled,
        _l("{row} is cancelled, but in {ledgers} ledgers something of it is left."),
        _TAKE_BACK,
    ),
    Check(
        "I33",
        _l("A price stays as the customer agreed to it."),
        _changed_prices,
        _l(
            "{sku} of {row} costs {price_cents}, but the customer agreed to {agreed_cents} (version {version})."
        ),
        _l("Put the price back, or send a new version of the quote."),
    ),
    Check(
        "I33",
        _l("The total of a quote is the sum of the client's lines as they were shown."),
        _quote_totals,
        _l(
            "Version {version} of the quote of {row} says {total_cents}, but its lines come to {lines_cents}."
        ),
        _l("Send a new version of the quote."),
    ),
)
