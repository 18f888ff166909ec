"""What stories find and change in the money of an order: journal, receivables, cash, invoice, payments."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import roles
from processes.records import cash, invoices, money
from processes.records import journal as entries_of_accounts
from processes.records import payments as records_of_payments
from processes.records import receivables as records_of_receivables


def receivables(session: Session, order_no: str) -> list[dict[str, Any]]:
    """What changed the debt of an order: kind, amount, invoice_no, reverses (true for a reversing row)."""
    return [
        {
            "kind": row.kind,
            "amount": money.units(row.amount_cents),
            "invoice_no": row.invoice_no,
            "reverses": row.reverses is not None,
        }
        for row in records_of_receivables.entries(session, order_no)
    ]


def payments(session: Session, order_no: str) -> list[dict[str, Any]]:
    """What was paid for an order: method, amount, payment_id, invoice_no, reverses (true for money given back)."""
    return [
        {
            "method": row.method,
            "amount": money.units(row.amount_cents),
            "payment_id": row.payment_id,
            "invoice_no": row.invoice_no,
            "reverses": row.reverses is not None,
        }
        for row in records_of_payments.entries(session, order_no)
    ]


def credit_permissions(session: Session, order_no: str) -> list[dict[str, Any]]:
    """Who allowed the hand-out of an order on credit: by, amount, reason."""
    return [
        {"by": row.by, "amount": money.units(row.amount_cents), "reason": row.reason}
        for row in records_of_payments.credits(session, order_no)
    ]


def journal(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The journal of an order: document, debit, credit, amount, no_value, reverses."""
    return [
        {
            "document": row.document,
            "debit": row.account_debit,
            "credit": row.account_credit,
            "amount": money.units(row.amount_cents),
            "no_value": row.no_value,
            "reverses": row.reverses is not None,
        }
        for row in entries_of_accounts.entries(session, order_no)
    ]


def invoice(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The invoices of an order: number, status, total, tax, open (still owed), lines (sku, amount)."""
    found = invoices.of_order(session, order_no)
    statuses = invoices.statuses(session, [row.number for row in found])
    owed = dict(records_of_receivables.open_invoices(session, order_no))
    return [
        {
            "number": row.number,
            "status": statuses[row.number],
            "total": money.units(row.total_cents),
            "tax": money.units(row.tax_cents),
            "open": money.units(owed.get(row.number, 0)),
            "lines": [{"sku": line["sku"], "amount": money.units(line["total_cents"])} for line in row.lines],
        }
        for row in found
    ]


def cash_balance(session: Session, order_no: str) -> list[dict[str, Any]]:
    """What lies in the accounts (of_order: how much of it from this order): account, kind, balance, of_order."""
    moves = cash.entries(session, order_no)
    return [
        {
            "account": row.account_id,
            "kind": row.kind,
            "balance": money.units(row.balance_cents),
            "of_order": money.units(
                sum(each.amount_cents for each in moves if each.account_id == row.account_id)
            ),
        }
        for row in session.scalars(select(cash.CashAccount).order_by(cash.CashAccount.account_id))
    ]


def payment_arrives(
    session: Session, now: datetime, order_no: str, amount: Decimal, payment_id: str, method: str = "bank"
) -> None:
    """A payment arrives from outside; the order that waits for it is told."""
    records_of_payments.take(
        session, order_no, money.cents(amount), method, payment_id, actor=roles.SYSTEM, now=now
    )


FINDERS = (receivables, payments, credit_permissions, journal, invoice, cash_balance)
CHANGES = (payment_arrives,)
