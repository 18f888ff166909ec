"""What the documents of service orders say: a request for prepayment, the waybill of goods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from engine.sentences import _l

# The rooms ask for each other: each is used only when a document is written.
from processes.documents import chapters
from processes.records import invoices, order_lines, orders, payment_requests, taxes, waybills
from processes.records.ledger import Posting
from processes.records.orders import CustomerOrder

if TYPE_CHECKING:
    from processes.documents.chapters import Chapter


def payment_request(session: Session, order: CustomerOrder, _posting: Posting) -> Chapter:
    """What is asked for in advance, by when, and for what it is."""
    standing = payment_requests.standing(session, order.order_no)
    if not standing:
        raise chapters.nothing(_l("Nothing is asked for in advance for order {order}."), order)
    request = standing[-1]
    return chapters.Chapter(
        {
            "due_on": orders.day(session, request.due_at).isoformat(),
            "currency": invoices.currency(session),
            "tax_rate_percent": taxes.percent(session),
            "requested_cents": request.amount_cents,
        },
        request.number,
    )


def waybill(session: Session, order: CustomerOrder, _posting: Posting) -> Chapter:
    """The goods that the customer took over, and who took them."""
    row = waybills.find(session, order.order_no)
    if row is None or row.number is None:
        raise chapters.nothing(_l("No goods were handed over for order {order} yet."), order)
    goods = [line for line in chapters.done(session, order) if line["kind"] == order_lines.PART]
    return chapters.Chapter({"recipient": row.recipient, **chapters.priced(session, goods)}, row.number)
