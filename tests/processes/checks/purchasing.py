"""A purchase and a service centre in the healthy shop, and how each promise of them is broken by hand."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine.tables import ProcessInstance
from processes.records import partner_jobs, parts_requests, purchase_orders, receipts, suppliers
from processes.records.ledger import Posting
from processes.records.purchase_orders import Ordered
from processes.records.receipts import Arrived
from tests.processes.company import NOW
from tests.processes.repaired import PUMP, of


def build(session: Session, row: ProcessInstance, elsewhere: ProcessInstance) -> None:
    """An order waits for pumps of which eight of ten have come; the devices of two others are, or were, at a service centre."""
    suppliers.add(session, "PARTS", "Parts")
    suppliers.add(session, "CENTRE", "Centre", kind=suppliers.SERVICE_CENTRE)
    parts_requests.ask(session, of(row, "ask"), {PUMP: 2000})
    bought(session, of(row, "plan"), ten=10)
    receipts.post(session, of(row, "receipt"), "DN-1", [Arrived(PUMP, 9000, 8000, 1000, "Broken")])
    for number, cost_cents in ((1, 40_00), (2, None)):
        partner_jobs.choose(session, of(elsewhere, f"choose {number}"), "CENTRE", NOW.date())
        partner_jobs.send(session, of(elsewhere, f"send {number}"), "The device", None)
        if cost_cents:
            partner_jobs.take_back(session, of(elsewhere, f"back {number}"))
            partner_jobs.charge(session, of(elsewhere, f"charge {number}"), cost_cents, "SC-1")


def bought(session: Session, posting: Posting, ten: int) -> purchase_orders.PurchaseOrder:
    """A purchase order of so many pumps, ordered."""
    order = purchase_orders.plan(session, posting, "PARTS", NOW.date(), [Ordered(PUMP, ten * 1000, 20_00)])
    order.issue(NOW)
    session.flush()
    return order


PURCHASES = {
    "_too_much": (
        ["UPDATE purchase_order_line SET invoiced_milli = 9000"],
        "R-",
    ),
    "_not_the_receipts": (["UPDATE purchase_order_line SET accepted_milli = 7000"], "R-"),
    "_waits_for_nobody": (
        [
            "UPDATE process_instance SET state = 'completed' WHERE key IN (SELECT process_instance_key FROM parts_request)"
        ],
        "R-",
    ),
    "_elsewhere": (["DELETE FROM item_movement WHERE effect_key LIKE '%send 2'"], "R-"),
    "_not_charged_once": (["UPDATE partner_job SET cost_cents = 5000 WHERE cost_cents IS NOT NULL"], "R-"),
}
