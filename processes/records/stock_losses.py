"""Losses of stock: what broke, spoiled or cannot be found leaves the store, with a reason."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from processes.records import ledger, reservations, stock_documents, stock_ledger
from processes.records.reservations import Reservation
from processes.records.stock_documents import StockDocument
from processes.records.stock_ledger import Transfer


def write_off(
    session: Session, posting: ledger.Posting, parts: Mapping[str, int], reason: str, language: str = "en"
) -> StockDocument:
    """Write off parts that are no longer there: store -> loss, the oldest lots first.

    What is free goes first; then reservations are released, the newest first, and those orders find themselves short when
    parts are next issued to them. parts: {sku: thousandths}. Raises BusinessError STOCK_SHORT for more than the store has.
    """
    known = stock_documents.of_effect(session, posting, "loss")
    if known is not None:
        return known
    stock_ledger.hold(session, parts)
    short = {sku: milli - _on_hand(session, sku) for sku, milli in parts.items()}
    short = {sku: milli for sku, milli in short.items() if milli > 0}
    if short:
        raise reservations.stock_short(session, short, language)
    document = stock_documents.write(session, posting, "loss", reason=reason)
    loss = stock_ledger.main_place(session, "loss")
    transfers = []
    for sku, wanted in sorted(parts.items()):
        _free(session, posting, sku, wanted)
        for balance, lot in stock_ledger.in_store(session, sku):
            milli = min(wanted, balance.free_milli)
            if milli > 0:
                place = session.get_one(stock_ledger.StockLocation, balance.location_id)
                transfers.append(Transfer(lot, milli, place, loss))
                wanted -= milli
    stock_ledger.write(session, document, transfers)
    return document


def _free(session: Session, posting: ledger.Posting, sku: str, wanted_milli: int) -> None:
    """Release reservations until so much is free."""
    query = select(Reservation).where(Reservation.sku == sku, Reservation.state == "active")
    for row in session.scalars(query.order_by(Reservation.key.desc())).all():
        lacking = wanted_milli - reservations.free_milli(session, sku)
        if lacking > 0:
            reservations.end(session, row, min(lacking, row.quantity_milli), "released", posting.at)
            session.flush()


def _on_hand(session: Session, sku: str) -> int:
    return sum(balance.quantity_milli for balance, _lot in stock_ledger.in_store(session, sku))
