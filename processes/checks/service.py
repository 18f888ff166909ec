"""Service orders: what is asked for in advance ends with the act, goods leave with a waybill, a profit is what the ledgers say (I13, I15)."""

from __future__ import annotations

from sqlalchemy import Executable, func, or_, select
from sqlalchemy.orm import aliased

from engine.sentences import _l
from engine.tables import ProcessInstance
from processes.checks.check import Check, asked
from processes.records import waybills
from processes.records.order_costs import OrderCost
from processes.records.order_profits import OrderProfit
from processes.records.orders import CustomerOrder
from processes.records.payment_requests import PaymentRequest
from processes.records.stock_ledger import StockLocation, StockMove
from processes.records.waybills import Waybill
from processes.records.work_orders import WorkOrder


@asked
def _asked_after_the_act() -> Executable:
    return (
        select(
            PaymentRequest.order_no.label("row"), func.sum(PaymentRequest.amount_cents).label("asked_cents")
        )
        .join(CustomerOrder, CustomerOrder.order_no == PaymentRequest.order_no)
        .outerjoin(WorkOrder, WorkOrder.order_no == PaymentRequest.order_no)
        .where(or_(CustomerOrder.cancelled_at.is_not(None), WorkOrder.state == "completed"))
        .group_by(PaymentRequest.order_no)
        .having(func.sum(PaymentRequest.amount_cents) != 0)
    )


@asked
def _undelivered() -> Executable:
    """Waybills that are still due although their order has ended, and posted ones without goods at the customer's."""
    at_customer = select(StockLocation.location_id).where(StockLocation.kind == "customer")
    delivered = (
        select(StockMove.key)
        .where(StockMove.order_no == Waybill.order_no, StockMove.to_location_id.in_(at_customer))
        .exists()
    )
    return (
        select(Waybill.order_no.label("row"), Waybill.state.label("state"))
        .join(ProcessInstance, ProcessInstance.key == Waybill.process_instance_key)
        .where(
            or_(
                (Waybill.state == waybills.DUE) & (ProcessInstance.state != "active"),
                (Waybill.state == waybills.POSTED) & ~delivered,
            )
        )
    )


@asked
def _profits() -> Executable:
    """Newest snapshots that have other costs than the ledger has for the order."""
    later = aliased(OrderProfit)
    newer = select(later.key).where(later.order_no == OrderProfit.order_no, later.key > OrderProfit.key)
    costs = (
        select(OrderCost.order_no, func.sum(OrderCost.amount_cents).label("cents"))
        .group_by(OrderCost.order_no)
        .subquery()
    )
    kept, booked = OrderProfit.revenue_cents - OrderProfit.profit_cents, func.coalesce(costs.c.cents, 0)
    return (
        select(OrderProfit.order_no.label("row"), kept.label("kept_cents"), booked.label("booked_cents"))
        .outerjoin(costs, costs.c.order_no == OrderProfit.order_no)
        .where(~newer.exists(), kept != booked)
    )


CHECKS = (
    Check(
        "I13",
        _l("Nothing is asked for in advance any more once an order is invoiced or cancelled."),
        _asked_after_the_act,
        _l("For {row} {asked_cents} are still asked for in advance, although it is invoiced or cancelled."),
        _l("Close the request."),
    ),
    Check(
        "I15",
        _l("Goods that an act has billed leave with a waybill, and a waybill has goods."),
        _undelivered,
        _l("The waybill of {row} is {state}, but its goods are not with the customer."),
        _l("Issue the goods and post the waybill, or take the act back."),
    ),
    Check(
        "I15",
        _l("The profit that was kept for an order has the cost that its ledger has."),
        _profits,
        _l("The profit of {row} counts {kept_cents} of cost, but {booked_cents} are booked."),
        _l("Reckon the profit again."),
    ),
)
