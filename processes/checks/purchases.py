"""Purchases and service centres: nothing is accepted that was not ordered, nothing paid that was not accepted, nothing waits for nobody (I5, I9)."""

from __future__ import annotations

from sqlalchemy import Executable, func, or_, select

from engine.sentences import _l
from engine.tables import ProcessInstance
from processes.checks.check import Check, asked
from processes.records import partner_jobs, parts_requests, places
from processes.records.order_costs import OrderCost
from processes.records.orders import CustomerOrder
from processes.records.partner_jobs import PartnerJob
from processes.records.parts_requests import PartsRequest
from processes.records.places import ItemMovement
from processes.records.purchase_orders import PurchaseOrderLine
from processes.records.receipts import GoodsReceiptLine


@asked
def _too_much() -> Executable:
    line = PurchaseOrderLine
    most = line.quantity_milli * (100 + line.tolerance_percent)
    return select(
        line.po_no.label("row"),
        line.sku.label("sku"),
        line.quantity_milli.label("ordered_milli"),
        line.accepted_milli.label("accepted_milli"),
        line.invoiced_milli.label("paid_milli"),
    ).where(or_(line.accepted_milli * 100 > most, line.invoiced_milli > line.accepted_milli))


@asked
def _not_the_receipts() -> Executable:
    line = PurchaseOrderLine
    accepted = func.coalesce(func.sum(GoodsReceiptLine.accepted_milli), 0)
    return (
        select(
            line.po_no.label("row"),
            line.sku.label("sku"),
            line.accepted_milli.label("accepted_milli"),
            accepted.label("received_milli"),
        )
        .outerjoin(GoodsReceiptLine, GoodsReceiptLine.line_key == line.key)
        .group_by(line.key, line.po_no, line.sku, line.accepted_milli)
        .having(accepted != line.accepted_milli)
    )


@asked
def _waits_for_nobody() -> Executable:
    return (
        select(
            PartsRequest.order_no.label("row"),
            PartsRequest.sku.label("sku"),
            PartsRequest.missing_milli.label("missing_milli"),
        )
        .join(ProcessInstance, ProcessInstance.key == PartsRequest.process_instance_key)
        .where(PartsRequest.state == parts_requests.WAITING, ProcessInstance.state != "active")
    )


@asked
def _elsewhere() -> Executable:
    """Jobs that say that the device is at the service centre while its movements say something else."""
    last = (
        select(ItemMovement.to_place)
        .where(ItemMovement.device_key == CustomerOrder.device_key)
        .order_by(ItemMovement.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(PartnerJob.order_no.label("row"), last.label("place"))
        .join(CustomerOrder, CustomerOrder.order_no == PartnerJob.order_no)
        .where(PartnerJob.state == partner_jobs.SENT, func.coalesce(last, "") != places.PARTNER)
    )


@asked
def _not_charged_once() -> Executable:
    """Service centres whose charge is not what stands once in the cost of their order (a cancelled order's is taken back)."""
    booked = (
        select(func.coalesce(func.sum(OrderCost.amount_cents), 0))
        .where(OrderCost.order_no == PartnerJob.order_no, OrderCost.kind == "third_party")
        .correlate(PartnerJob)
        .scalar_subquery()
    )
    charged = func.coalesce(func.sum(PartnerJob.cost_cents), 0)
    return (
        select(PartnerJob.order_no.label("row"), charged.label("charged_cents"), booked.label("booked_cents"))
        .join(CustomerOrder, CustomerOrder.order_no == PartnerJob.order_no)
        .where(CustomerOrder.cancelled_at.is_(None))
        .group_by(PartnerJob.order_no)
        .having(charged != booked)
    )


_COUNT = _l("Compare the receipts with the delivery notes and correct the line.")

CHECKS = (
    Check(
        "I5",
        _l("No more is accepted than was ordered with its tolerance, and no more is paid than was accepted."),
        _too_much,
        _l("Of {sku} on {row} {ordered_milli} was ordered, {accepted_milli} accepted and {paid_milli} paid."),
        _COUNT,
    ),
    Check(
        "I5",
        _l("What a purchase order has accepted is the sum of its receipts."),
        _not_the_receipts,
        _l("Of {sku} on {row} {accepted_milli} is accepted, but its receipts add up to {received_milli}."),
        _COUNT,
    ),
    Check(
        "I7",
        _l("Nobody waits for parts for an order that has ended."),
        _waits_for_nobody,
        _l("{row} has ended and still waits for {missing_milli} of {sku}."),
        _l("End the request."),
    ),
    Check(
        "I9",
        _l("What was sent to a service centre and is not back is there."),
        _elsewhere,
        _l("The device of {row} was sent to a service centre, but is at: {place}."),
        _l("Find the device, and write the movement that is missing."),
    ),
    Check(
        "I15",
        _l("What a service centre charges stands once in the cost of the order."),
        _not_charged_once,
        _l("Service centres charge {charged_cents} for {row}, but {booked_cents} is booked as its cost."),
        _l("Book or reverse the difference."),
    ),
)
