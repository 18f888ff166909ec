"""Operations on the money of an order: what is owed, a payment, a write-off, credit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine import errors
from engine.operations import Step, operation
from processes.records import invoices, money, payment_requests
from processes.records import payments as records
from processes.records.ledger import Posting


@operation("payments.balance")
def balance(session: Session, step: Step) -> dict[str, Any]:
    """Look up what is owed for the order, or asked for in advance. Changes nothing.

    Result: balance, invoice_no (of the invoice, or of the request for prepayment), invoice_total, due_at (null without
    either).
    """
    order_no = step.business_key
    asked = payment_requests.standing(session, order_no)
    invoice = invoices.latest(session, order_no)
    paper, total = (asked[0], asked[0].amount_cents) if asked else (invoice, invoice and invoice.total_cents)
    return {
        "balance": money.units(payment_requests.owed(session, order_no)),
        "invoice_no": paper.number if paper else None,
        "invoice_total": money.units(total or 0),
        "due_at": paper.due_at.isoformat() if paper else None,
    }


@operation(
    "payments.record",
    errors={
        records.KNOWN: "The payment is booked already.",
        records.ABOVE_BALANCE: "More was given than is owed.",
        records.NOTHING_DUE: "Nothing is owed for the order.",
    },
)
def record(
    session: Session, step: Step, amount: Decimal, method: str, payment_id: str | None = None
) -> dict[str, Any]:
    """Book a payment of the order, once: cash, card or bank. What a bank transfer brings too much waits as an advance.

    Result: balance (still owed), change (kept as an advance, 0 at the counter).
    """
    with _as_bpmn_error():
        taken = records.book(session, Posting.of_step(step), money.cents(amount), method, payment_id)
    return {"balance": money.units(taken.balance_cents), "change": money.units(taken.surplus_cents)}


@operation("payments.write_off", errors={records.NOTHING_DUE: "Nothing is owed for the order."})
def write_off(session: Session, step: Step, reason: str) -> dict[str, Any]:
    """Give up what is still owed for the order, with a reason.

    Result: written_off, balance.
    """
    with _as_bpmn_error():
        cents = records.write_off(session, Posting.of_step(step), reason)
    return {"written_off": money.units(cents), "balance": money.units(0)}


@operation("payments.allow_credit", errors={records.NOTHING_DUE: "Nothing is owed for the order."})
def allow_credit(session: Session, step: Step, reason: str) -> dict[str, Any]:
    """Allow the hand-out although something is still owed, with a reason.

    Result: credit_allowed (true), credit_amount.
    """
    with _as_bpmn_error():
        permission = records.allow_credit(session, Posting.of_step(step), reason)
    return {"credit_allowed": True, "credit_amount": money.units(permission.amount_cents)}


@contextmanager
def _as_bpmn_error() -> Iterator[None]:
    """A refused payment is something that the process handles."""
    try:
        yield
    except records.PaymentRefused as refused:
        raise errors.BusinessError(refused.code, str(refused.sentence)) from refused
