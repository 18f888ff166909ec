"""The journal: both sides of every row, a set for each posted document, and the same balances as the ledgers beside it (I18)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Executable, Select, func, or_, select, union_all
from sqlalchemy.orm import Session

from engine.sentences import _l
from processes.checks.check import Check, asked
from processes.records import journal
from processes.records.cash import CashAccount
from processes.records.invoices import Invoice
from processes.records.journal import JournalEntry
from processes.records.payments import Payment
from processes.records.receivables import ReceivableEntry
from processes.records.stock_documents import StockDocument
from processes.records.stock_journal import ACCOUNTS
from processes.records.stock_ledger import StockBalance, StockLocation
from processes.records.work_orders import WorkOrder


@asked
def _one_sided() -> Executable:
    return select(
        JournalEntry.document.label("row"),
        JournalEntry.account_debit.label("debit"),
        JournalEntry.account_credit.label("credit"),
        JournalEntry.amount_cents.label("amount_cents"),
    ).where(
        or_(
            ~JournalEntry.no_value & JournalEntry.account_debit.is_(None),
            ~JournalEntry.no_value & JournalEntry.account_credit.is_(None),
            JournalEntry.account_debit.not_in(journal.ACCOUNTS),
            JournalEntry.account_credit.not_in(journal.ACCOUNTS),
            JournalEntry.no_value & (JournalEntry.amount_cents != 0),
        )
    )


@asked
def _unposted() -> Executable:
    payment = Payment.provider + " " + Payment.payment_id
    posted = union_all(
        select(Invoice.number.label("row"), Invoice.order_no.label("order_no")),
        select(payment.label("row"), Payment.order_no.label("order_no")).where(Payment.reverses.is_(None)),
        select(WorkOrder.number.label("row"), WorkOrder.order_no.label("order_no")).where(
            WorkOrder.state == "completed"
        ),
        select(StockDocument.number.label("row"), StockDocument.order_no.label("order_no")),
    ).subquery()
    entry = select(JournalEntry.key).where(JournalEntry.document == posted.c.row)
    return select(posted.c.row, posted.c.order_no.label("order_no")).where(~entry.exists())


def _ledgers(session: Session, _now: datetime) -> Iterator[dict[str, Any]]:
    """Each account that a ledger keeps too, with what both say."""
    for account, beside in session.execute(_beside()).one()._mapping.items():
        there, here = int(beside or 0), journal.balance_cents(session, account)
        if there != here:
            yield {"row": account, "journal_cents": here, "ledger_cents": there}


@cache
def _beside() -> Select[Any]:
    """What the ledgers say: one row, with a column for each account."""
    owed = select(func.sum(ReceivableEntry.amount_cents))
    held = select(func.sum(CashAccount.balance_cents))
    ledgers: dict[str, Select[Any]] = {
        journal.RECEIVABLES: owed.where(ReceivableEntry.invoice_no.is_not(None)),
        journal.ADVANCES: owed.where(ReceivableEntry.invoice_no.is_(None)),
        journal.CASH: held.where(CashAccount.kind == "cash"),
        journal.BANK: held.where(CashAccount.kind == "bank"),
        journal.STOCK: _value_at(journal.STOCK),
        journal.WORK_IN_PROGRESS: _value_at(journal.WORK_IN_PROGRESS),
    }
    return select(*(query.scalar_subquery().label(account) for account, query in ledgers.items()))


def _value_at(account: str) -> Select[Any]:
    kinds = [kind for kind, own in ACCOUNTS.items() if own == account]
    return (
        select(func.sum(StockBalance.value_cents))
        .join(StockLocation, StockLocation.location_id == StockBalance.location_id)
        .where(StockLocation.kind.in_(kinds))
    )


CHECKS = (
    Check(
        "I18",
        _l("Every row of the journal debits one account and credits another by one amount."),
        _one_sided,
        _l("A row of {row} debits {debit} and credits {credit} with {amount_cents}."),
        _l("Reverse the document and post it anew."),
    ),
    Check(
        "I18",
        _l("Every posted document is in the journal, or says there that it moves no value."),
        _unposted,
        _l("The document {row} (order {order_no}) is posted, but the journal does not have it."),
        _l("Post it to the journal, with its accounts or as a document without value."),
    ),
    Check(
        "I18",
        _l("The journal and the ledgers beside it have the same balances."),
        _ledgers,
        _l("The account {row} stands at {journal_cents} in the journal, but its ledger says {ledger_cents}."),
        _l("Look for a document that was posted to one of them only."),
    ),
)
