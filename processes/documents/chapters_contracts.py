"""What the documents of contracts say: the completion act of a period, with the lines of its invoice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from engine.sentences import _l

# The rooms ask for each other: each is used only when a document is written.
from processes.documents import chapters
from processes.records import contract_periods, invoices, order_lines
from processes.records.ledger import Posting
from processes.records.orders import CustomerOrder

if TYPE_CHECKING:
    from processes.documents.chapters import Chapter


def act(session: Session, order: CustomerOrder, _posting: Posting) -> Chapter:
    """What was served in a period of a contract: the same lines as on its invoice, linked by its number."""
    period = contract_periods.find(session, order.order_no)
    standing = period and contract_periods.standing(session, period)
    if standing is None or standing.act_no is None:
        raise chapters.nothing(_l("Order {order} has billed no period of a contract yet."), order)
    lines = invoices.get(session, standing.invoice_no).lines if standing.invoice_no else []
    shown = [
        {
            **{name: line[name] for name in ("kind", "sku", "description", "unit", "price_cents")},
            "payer": order_lines.CLIENT,
            "quantity_milli": line["quantity_milli"],
            "amount_cents": line["total_cents"],
            "is_charged": True,
        }
        for line in lines
    ]
    return chapters.Chapter(
        {
            "contract_no": period.contract_no,
            "invoice_no": standing.invoice_no,
            "from_on": period.first.isoformat(),
            "until_on": period.last.isoformat(),
            **chapters.priced(session, shown),
        },
        standing.act_no,
    )
