"""Handing a device out: only when it is ready, its work order is closed and nothing is owed, or credit was allowed (J3)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine import errors
from engine.sentences import Sentence, _l
from processes.records import documents, intake, orders, payments, warranties, work_orders
from processes.records.ledger import Posting

_STILL_OPEN = _l("The work order {number} is still open. Complete it, then hand the device out.")
_NOT_PAID = _l("Order {order_no} is not paid. Take the payment, or let somebody allow credit.")


def hand_out(
    session: Session,
    posting: Posting,
    cause: str,
    *,
    recipient: str,
    id_checked: bool,
    accessories_returned: bool,
    signature: str | None = None,
) -> intake.IntakeDocument:
    """Hand the device of an order out: the final mark, the device with its customer, warranties running, papers renewed.

    Doing it again in one effect does nothing. Raises BusinessError MARK_NOT_ALLOWED.
    """
    document = intake.get(session, posting.order_no)
    work_order = work_orders.find(session, posting.order_no)
    if document.issued_at is None and work_order is not None and work_order.state == "open":
        raise errors.BusinessError(intake.NOT_ALLOWED, Sentence(_STILL_OPEN, number=work_order.number))
    if document.issued_at is None and not payments.may_hand_out(session, posting.order_no):
        raise errors.BusinessError(intake.NOT_ALLOWED, Sentence(_NOT_PAID, order_no=posting.order_no))
    document.mark_issued(
        recipient,
        posting,
        cause,
        id_checked=id_checked,
        accessories_returned=accessories_returned,
        signature=signature,
    )
    running = warranties.start(session, posting.order_no, orders.day(session, posting.at))
    # The customer's papers with what is only known now: to whom it was handed, from when until when we answer for it.
    documents.issue(session, "intake_receipt", posting)
    if running:
        documents.issue(session, "warranty_card", posting)
    return document
