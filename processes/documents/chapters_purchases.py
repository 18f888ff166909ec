"""What the papers of purchase, issue and service centres say: orders to suppliers, receipts, return notes, transfer notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors
from engine.sentences import Sentence, _l
from engine.tables import Person

# The rooms ask for each other: each is used only when a document is written.
from processes.documents import chapters
from processes.records import (
    invoices,
    partner_jobs,
    products,
    purchase_orders,
    quantities,
    receipts,
    stock_documents,
    stock_requests,
    supplier_returns,
    suppliers,
)
from processes.records.ledger import Posting
from processes.records.orders import CustomerOrder
from processes.records.stock_ledger import Lot, StockMove

if TYPE_CHECKING:
    from processes.documents.chapters import Chapter


def purchase_order(session: Session, posting: Posting) -> Chapter:
    """An order to a supplier."""
    order = purchase_orders.get(session, posting.order_no)
    lines = purchase_orders.lines(session, order.number)
    rows = [
        _line(session, each.sku, each.quantity_milli)
        | {
            "price_cents": each.unit_cost_cents,
            "amount_cents": quantities.cost_cents(each.unit_cost_cents, each.quantity_milli),
        }
        for each in lines
    ]
    return chapters.Chapter(
        {
            "supplier": _supplier(session, order.supplier_id),
            "expected_on": order.expected_on.isoformat(),
            "lines": rows,
            "currency": invoices.currency(session),
            "total_cents": purchase_orders.total_cents(lines),
        }
    )


def goods_receipt(session: Session, posting: Posting) -> Chapter:
    """What a delivery brought, what of it was accepted and what was refused."""
    order = purchase_orders.get(session, posting.order_no)
    receipt = _last_receipt(session, posting)
    return chapters.Chapter(
        {
            "supplier": _supplier(session, order.supplier_id),
            "delivery_note": receipt.delivery_note,
            "lines": [
                _line(session, each.sku, each.delivered_milli)
                | {
                    "accepted_milli": each.accepted_milli,
                    "rejected_milli": each.rejected_milli,
                    "reason": each.reason,
                    "lot": each.lot_no,
                }
                for each in receipts.lines(session, receipt.key)
            ],
        },
        receipt.number,
    )


def return_note(session: Session, posting: Posting) -> Chapter:
    """What goes back to a supplier."""
    order = purchase_orders.get(session, posting.order_no)
    row = supplier_returns.of(session, order.number)[-1]
    receipt = next(each for each in receipts.of(session, order.number) if each.key == row.receipt_key)
    return chapters.Chapter(
        {
            "supplier": _supplier(session, order.supplier_id),
            "delivery_note": receipt.delivery_note,
            "recipient": row.handed_to,
            "lines": [
                _line(session, each.sku, each.rejected_milli) | {"reason": each.reason}
                for each in supplier_returns.refused(session, receipt.key)
            ],
        },
        row.number,
    )


def request_note(session: Session, posting: Posting) -> Chapter:
    """What left the store on a request."""
    note = stock_documents.of_effect(session, posting, "issue")
    request = stock_requests.find(session, posting.order_no)
    if note is None or request is None:
        raise errors.NotFound(
            Sentence(_l("Nothing was issued for request {order} in this step."), order=posting.order_no)
        )
    rows = session.execute(
        select(StockMove, Lot)
        .join(Lot, Lot.key == StockMove.lot_key)
        .where(StockMove.document_key == note.key)
        .order_by(StockMove.position)
    )
    receiver = session.get(Person, note.receiver)
    return chapters.Chapter(
        {
            "purpose": request.purpose,
            "charged_to": request.cost_centre_id or request.for_order_no,
            "receiver": receiver.name if receiver else note.receiver,
            "lines": [
                _line(session, move.sku, move.quantity_milli) | {"lot": lot.lot_no} for move, lot in rows
            ],
        },
        note.number,
    )


def transfer_note(session: Session, order: CustomerOrder, _posting: Posting) -> Chapter:
    """The device of an order that goes to a service centre."""
    job = partner_jobs.latest(session, order.order_no)
    if job is None or job.sent_at is None:
        raise errors.NotFound(
            Sentence(_l("The device of order {order} was not sent anywhere."), order=order.order_no)
        )
    return chapters.Chapter(
        {
            "supplier": _supplier(session, job.supplier_id),
            "packing_list": job.packing_list,
            "tracking": job.tracking,
            "expected_on": job.expected_back_on.isoformat(),
        }
    )


def _line(session: Session, sku: str, quantity_milli: int) -> dict[str, Any]:
    product = products.get(session, sku)
    return {
        "sku": sku,
        "description": product.name_in("en"),
        "quantity_milli": quantity_milli,
        "unit": product.unit,
    }


def _supplier(session: Session, supplier_id: str) -> dict[str, Any]:
    found = suppliers.get(session, supplier_id)
    return {
        name: getattr(found, name) for name in ("name", "tax_id", "phone", "email", "contract_no", "language")
    }


def _last_receipt(session: Session, posting: Posting) -> receipts.GoodsReceipt:
    found = receipts.of(session, posting.order_no)
    if not found:
        raise errors.NotFound(
            Sentence(_l("Nothing has come on purchase order {number}."), number=posting.order_no)
        )
    return next((each for each in found if each.effect_key == posting.effect_key), found[-1])
