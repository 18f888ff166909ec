"""What stock documents do to the accounts: a receipt owes a supplier, an issue moves parts from the store into work (I18).

What an order uses up is booked by its work order, and a reversal by taking the rows back that it reverses; their own
documents say that they move no value.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from processes.records import journal, ledger
from processes.records.journal import (
    GOODS_ISSUED,
    PRODUCTION,
    STOCK,
    STOCK_LOSSES,
    SUPPLIERS,
    WORK_IN_PROGRESS,
    JournalEntry,
)
from processes.records.stock_documents import StockDocument

#: {kind of a place: the account that holds what lies there}
ACCOUNTS = {
    "stock": STOCK,
    "quarantine": STOCK,
    "wip": WORK_IN_PROGRESS,
    "supplier": SUPPLIERS,
    "loss": STOCK_LOSSES,
    # What a request takes out of the house; what a repair uses up is booked by its work order.
    "customer": GOODS_ISSUED,
    # What travels or lies at a partner's is ours as if it lay in the store.
    "van": STOCK,
    "partner": STOCK,
    "transit": STOCK,
    "production": PRODUCTION,
}
#: Documents whose value other documents book.
_BOOKED_ELSEWHERE = {"consumption", "reversal"}


def post(
    session: Session, document: StockDocument, moves: Iterable[tuple[str, str, int]]
) -> list[JournalEntry]:
    """Post a stock document, once. moves: (kind of the place left, kind of the place reached, cost in cents).

    A receipt is nobody's order in the journal: what an order bought stays in the store when the order is taken back.
    """
    is_receipt = document.kind == "receipt"
    posting = ledger.Posting(
        None if is_receipt else document.process_instance_key,
        None if is_receipt else document.order_no,
        document.effect_key,
        document.at,
        document.by,
    )
    lines = []
    if document.kind not in _BOOKED_ELSEWHERE:
        for left, reached, cost_cents in moves:
            if ACCOUNTS[left] != ACCOUNTS[reached]:
                lines.append(journal.Line(ACCOUNTS[reached], ACCOUNTS[left], cost_cents))
    return journal.post(session, posting, document.number, lines)
