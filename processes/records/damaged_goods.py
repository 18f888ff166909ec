"""Goods that came damaged to a customer: they leave the order for quarantine, and the order needs others."""

from __future__ import annotations

from collections.abc import Container

from sqlalchemy.orm import Session

from processes.records import ledger, stock_documents, stock_ledger
from processes.records.stock_documents import StockDocument
from processes.records.stock_ledger import Transfer


def take_back(
    session: Session, posting: ledger.Posting, skus: Container[str] | None = None
) -> StockDocument | None:
    """Take damaged goods of the order of `posting` back: in work -> quarantine, at what they cost the order.

    skus: only these products, else everything that it has in work. What it still wants is then to be issued again.
    Returns None where it has nothing of them.
    """
    known = stock_documents.of_effect(session, posting, "return")
    if known is not None:
        return known
    here = stock_ledger.in_work(session, posting.order_no)
    stock_ledger.hold(session, here)
    wip, quarantine = (stock_ledger.main_place(session, kind) for kind in ("wip", "quarantine"))
    transfers = [
        Transfer(each.lot, each.quantity_milli, wip, quarantine, each.cost_cents)
        for each in stock_ledger.held_by_order(session, posting.order_no, "wip")
        if skus is None or each.lot.sku in skus
    ]
    if not transfers:
        return None
    document = stock_documents.write(session, posting, "return")
    stock_ledger.write(session, document, transfers)
    return document
