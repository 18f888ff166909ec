"""The till, the bank account and the money settings of the demo company."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine import settings
from processes.records import cash, invoices, taxes
from processes.records.cash import CashAccount

CURRENCY = "MDL"
VAT_PERCENT = 20

# id, kind, name
ACCOUNTS: list[tuple[str, str, str]] = [
    ("TILL", "cash", "Касса мастерской"),
    ("BANK", "bank", "Cont curent"),
]


def add(session: Session) -> None:
    """Add them to an empty database."""
    for account_id, kind, name in ACCOUNTS:
        session.add(CashAccount(account_id=account_id, kind=kind, name=name, currency=CURRENCY))
    session.flush()
    settings.put(session, invoices.CURRENCY, CURRENCY)
    settings.put(session, taxes.SETTING, VAT_PERCENT)
    settings.put(session, cash.SETTING, {"cash": "TILL", "card": "BANK", "bank": "BANK"})
