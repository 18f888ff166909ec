"""What stories find in purchases, requests to the store and work of service centres, and what happens beside them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from processes.records import (
    audit,
    money,
    partner_jobs,
    purchase_orders,
    quantities,
    receipts,
    stock_requests,
    supplier_invoices,
    supplier_returns,
    suppliers,
)
from processes.records import parts_requests as requests

_STOREKEEPER = "storekeeper"


def purchase(session: Session, order_no: str) -> dict[str, Any] | None:
    """A purchase order: state, supplier, expected_on, approved_by, reason, total, lines (part, quantity, accepted, refused, open, invoiced)."""
    row = purchase_orders.find(session, order_no)
    if row is None:
        return None
    lines = purchase_orders.lines(session, order_no)
    return {
        "state": row.state,
        "supplier": row.supplier_id,
        "expected_on": row.expected_on.isoformat(),
        "approved_by": row.approved_by,
        "reason": row.end_reason,
        "total": money.units(purchase_orders.total_cents(lines)),
        "lines": [
            {
                "part": line.sku,
                "quantity": quantities.plain(line.quantity_milli),
                "accepted": quantities.plain(line.accepted_milli),
                "refused": quantities.plain(line.refused_milli),
                "open": quantities.plain(line.open_milli),
                "invoiced": quantities.plain(line.invoiced_milli),
            }
            for line in lines
        ],
    }


def deliveries(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The receipts of a purchase order: number, delivery_note, lines (part, delivered, accepted, rejected, reason)."""
    return [
        {
            "number": row.number,
            "delivery_note": row.delivery_note,
            "lines": [
                {
                    "part": line.sku,
                    "delivered": quantities.plain(line.delivered_milli),
                    "accepted": quantities.plain(line.accepted_milli),
                    "rejected": quantities.plain(line.rejected_milli),
                    "reason": line.reason,
                }
                for line in receipts.lines(session, row.key)
            ],
        }
        for row in receipts.of(session, order_no)
    ]


def return_notes(session: Session, order_no: str) -> list[str]:
    """The numbers of the return notes of a purchase order."""
    return [row.number for row in supplier_returns.of(session, order_no)]


def supplier_bills(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The invoices of suppliers and service centres for an order or purchase: number, state, total, reason."""
    found = [*supplier_invoices.of(session, order_no), *supplier_invoices.of_repair(session, order_no)]
    return [
        {
            "number": row.invoice_no,
            "state": row.state,
            "total": money.units(row.total_cents),
            "reason": row.reason,
        }
        for row in found
    ]


def waits_for(session: Session, order_no: str) -> list[dict[str, Any]]:
    """What an order waits for or has waited for: part, missing, purchase (its number), state."""
    return [
        {
            "part": row.sku,
            "missing": quantities.plain(row.missing_milli),
            "purchase": row.po_no,
            "state": row.state,
        }
        for row in requests.of(session, order_no)
    ]


def stock_request(session: Session, order_no: str) -> dict[str, Any] | None:
    """A request to the store: state, charged_to, reason, lines (part, asked, quantity)."""
    row = stock_requests.find(session, order_no)
    return row and {
        "state": row.state,
        "charged_to": row.cost_centre_id or row.for_order_no,
        "reason": row.less_reason,
        "lines": [
            {
                "part": line.sku,
                "asked": quantities.plain(line.asked_milli),
                "quantity": quantities.plain(line.quantity_milli),
            }
            for line in stock_requests.lines(session, order_no)
        ],
    }


def service_centre_jobs(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The stays of an order's device at service centres: partner, state, cost, is_claim."""
    return [
        {
            "partner": row.supplier_id,
            "state": row.state,
            "cost": None if row.cost_cents is None else money.units(row.cost_cents),
            "is_claim": row.claim_of is not None,
        }
        for row in partner_jobs.of(session, order_no)
    ]


def supplier_closes(session: Session, now: datetime, supplier: str) -> None:
    """A supplier or service centre takes no orders any more."""
    audit.acting(session, _STOREKEEPER, now)
    suppliers.get(session, supplier).withdraw()


def supplier_is_taken_up_again(session: Session, now: datetime, supplier: str) -> None:
    """A supplier or service centre takes orders again."""
    audit.acting(session, _STOREKEEPER, now)
    suppliers.get(session, supplier).offer()


FINDERS = (
    purchase,
    deliveries,
    return_notes,
    supplier_bills,
    waits_for,
    stock_request,
    service_centre_jobs,
)
CHANGES = (supplier_closes, supplier_is_taken_up_again)
