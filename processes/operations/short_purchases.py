"""Operations on purchases: the short way in for goods, until they are ordered by a process of their own."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine import errors
from engine.operations import Step, operation
from engine.sentences import Sentence, _l
from processes.records import money, quantities, stock
from processes.records.ledger import Posting

REFUSED = "RECEIPT_REFUSED"


@operation("purchases.receive", errors={REFUSED: "What was entered for the goods does not add up."})
def receive(
    session: Session, step: Step, parts: list[dict[str, Any]], supplier: str | None = None
) -> dict[str, Any]:
    """Take goods that arrived into the store: each line becomes a lot at its cost. Lines of 0 are left out.

    parts: list of part, quantity, unit_cost, and where known lot (the maker's number) or serials (one for each piece).
    RECEIPT_REFUSED says what does not add up: a price or a serial number that is missing, one that is known already.

    Result: receipt_no (null when nothing arrived).
    """
    try:
        delivered = [_delivered(row) for row in parts if row.get("quantity")]
        if not delivered:
            return {"receipt_no": None}
        return {"receipt_no": stock.receive(session, Posting.of_step(step), delivered, supplier).number}
    except errors.Refused as refused:
        # Who entered it can put it right (W4); as a technical failure it would be tried again as it is.
        raise errors.BusinessError(REFUSED, refused.sentence) from refused


def _delivered(row: dict[str, Any]) -> stock.Delivered:
    if row.get("unit_cost") is None:
        raise errors.Refused(
            Sentence(
                _l('Expected what one of "{part}" cost, but found nothing. Look at the delivery note.'),
                part=row["part"],
            )
        )
    return stock.Delivered(
        row["part"],
        quantities.milli(row["quantity"]),
        money.cents(row["unit_cost"]),
        row.get("lot"),
        tuple(row.get("serials") or ()),
    )
