"""The general journal (L9): what every posted document did to the accounts, each row one debit and one credit (I18).

A row carries both sides and one amount, so debit equals credit by construction. A document that moves no value says so in a
row of its own, so that a forgotten journal set and an empty one cannot be confused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    UniqueConstraint,
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.sentences import _l
from processes.records import ledger, reversing

CASH = "cash"
BANK = "bank"
RECEIVABLES = "receivables"
ADVANCES = "advances"
REVENUE = "revenue"
VAT = "vat"
BAD_DEBTS = "bad_debts"
STOCK = "stock"
WORK_IN_PROGRESS = "work_in_progress"
SUPPLIERS = "suppliers"
STOCK_LOSSES = "stock_losses"
COST_OF_REPAIRS = "cost_of_repairs"
WARRANTY_COST = "warranty_cost"
COST_OF_CONTRACTS = "cost_of_contracts"
WAGE_COST = "wage_cost"
WAGES_PAYABLE = "wages_payable"
PARTNERS = "partners"
PRODUCTION = "production"
GOODS_ISSUED = "goods_issued"
PURCHASE_DIFFERENCES = "purchase_differences"
ALLOWANCES = "allowances"

#: The chart of accounts: what people read for each.
ACCOUNTS: dict[str, str] = {
    CASH: _l("Cash"),
    BANK: _l("Bank"),
    RECEIVABLES: _l("Receivables from customers"),
    ADVANCES: _l("Advances from customers"),
    REVENUE: _l("Revenue from repairs"),
    VAT: _l("Value added tax"),
    BAD_DEBTS: _l("Written-off receivables"),
    STOCK: _l("Parts in stock"),
    WORK_IN_PROGRESS: _l("Parts in work"),
    SUPPLIERS: _l("Suppliers"),
    STOCK_LOSSES: _l("Losses of stock"),
    COST_OF_REPAIRS: _l("Cost of repairs"),
    WARRANTY_COST: _l("Cost of warranty repairs"),
    COST_OF_CONTRACTS: _l("Cost of contracts"),
    WAGE_COST: _l("Wages"),
    WAGES_PAYABLE: _l("Wages to be paid"),
    PARTNERS: _l("Service partners"),
    PRODUCTION: _l("Own production"),
    GOODS_ISSUED: _l("Goods issued for own use"),
    PURCHASE_DIFFERENCES: _l("Price differences of purchases"),
    ALLOWANCES: _l("Allowances to customers"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One debit and its credit. An amount of 0 makes no row."""

    debit: str
    credit: str
    amount_cents: int


class JournalEntry(ledger.LedgerRow, Base):
    """One row of the journal. A reversing row repeats the accounts with the amount negative (storno).

    `document`: the number of the document that was posted ("IN-2026-0001"). `no_value`: it moves nothing, knowingly.
    """

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index(
            "uq_journal_entry_effect",
            "effect_key",
            "document",
            "line_no",
            unique=True,
            sqlite_where=text("reverses IS NULL"),
            postgresql_where=text("reverses IS NULL"),
        ),
        UniqueConstraint("reverses"),
        CheckConstraint(
            "(no_value AND amount_cents = 0 AND account_debit IS NULL AND account_credit IS NULL)"
            " OR (NOT no_value AND account_debit IS NOT NULL AND account_credit IS NOT NULL"
            " AND account_debit <> account_credit"
            " AND ((reverses IS NULL AND amount_cents > 0) OR (reverses IS NOT NULL AND amount_cents < 0)))",
            name="sides",
        ),
    )
    # A purchase or a count of the store belongs to no order.
    order_no: Mapped[str | None] = mapped_column(index=True)
    process_instance_key: Mapped[int | None] = mapped_column(ForeignKey("process_instance.key"), index=True)
    document: Mapped[str] = mapped_column(index=True)
    line_no: Mapped[int] = mapped_column(Integer)
    account_debit: Mapped[str | None] = mapped_column(index=True)
    account_credit: Mapped[str | None] = mapped_column(index=True)
    amount_cents: Mapped[int]
    no_value: Mapped[bool] = mapped_column(Boolean, default=False)
    note: Mapped[str | None]
    reverses: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.key"))


ledger.only_grows(JournalEntry.__table__)

_OF_ORDER = (
    select(JournalEntry).where(JournalEntry.order_no == bindparam("order_no")).order_by(JournalEntry.key)
)
_OF_DOCUMENT = (
    select(JournalEntry).where(JournalEntry.document == bindparam("document")).order_by(JournalEntry.key)
)
_OF_EFFECT = (
    select(JournalEntry)
    .where(
        JournalEntry.effect_key == bindparam("effect_key"),
        JournalEntry.document == bindparam("document"),
        JournalEntry.reverses.is_(None),
    )
    .order_by(JournalEntry.line_no)
)
_AMOUNT = select(func.sum(JournalEntry.amount_cents))
_BOTH_SIDES = select(
    _AMOUNT.where(JournalEntry.account_debit == bindparam("account")).scalar_subquery(),
    _AMOUNT.where(JournalEntry.account_credit == bindparam("account")).scalar_subquery(),
)


def post(
    session: Session, posting: ledger.Posting, document: str, lines: Iterable[Line], note: str | None = None
) -> list[JournalEntry]:
    """Post a document; lines of 0 make no row, and a document without any other line is posted as one of no value.

    Posting a document again in the same effect posts nothing and gives the first rows. Raises Refused for an account
    that is not in the chart, a negative amount, or a line whose two sides are the same.
    """
    posted = _of_effect(session, posting.effect_key, document)
    if posted:
        return posted
    lines = list(lines)
    for line in lines:
        _check(line)
    moving = [line for line in lines if line.amount_cents]
    rows = [
        JournalEntry(
            document=document,
            line_no=number,
            account_debit=line.debit,
            account_credit=line.credit,
            amount_cents=line.amount_cents,
            note=note,
            **ledger.columns(posting),
        )
        for number, line in enumerate(moving, 1)
    ]
    if not rows:
        rows = [
            JournalEntry(
                document=document,
                line_no=1,
                amount_cents=0,
                no_value=True,
                note=note,
                **ledger.columns(posting),
            )
        ]
    session.add_all(rows)
    session.flush()
    return rows


def entries(session: Session, order_no: str) -> list[JournalEntry]:
    """All rows of an order, reversing ones included, oldest first."""
    return list(session.scalars(_OF_ORDER, {"order_no": order_no}))


def of_document(session: Session, document: str) -> list[JournalEntry]:
    """All rows of a document, reversing ones included, oldest first."""
    return list(session.scalars(_OF_DOCUMENT, {"document": document}))


def balance_cents(session: Session, account: str) -> int:
    """What is on an account: its debits less its credits."""
    debit, credit = session.execute(_BOTH_SIDES, {"account": account}).one()
    return int(debit or 0) - int(credit or 0)


def reverse_document(
    session: Session, posting: ledger.Posting, document: str, note: str | None
) -> list[JournalEntry]:
    """Take back what stands of a document; what is reversed already stays so. Returns the new rows."""
    return reverse(session, posting, of_document(session, document), note)


def reverse_order(session: Session, posting: ledger.Posting, note: str | None) -> list[JournalEntry]:
    """Take back all that stands of the order of `posting`. Returns the new rows."""
    return reverse(session, posting, entries(session, posting.order_no), note)


def reverse(
    session: Session, posting: ledger.Posting, rows: Sequence[JournalEntry], note: str | None
) -> list[JournalEntry]:
    """Take back those of `rows` that stand; `rows` hold the reversing ones too. Returns the new rows."""
    new = [
        JournalEntry(
            document=row.document,
            line_no=row.line_no,
            account_debit=row.account_debit,
            account_credit=row.account_credit,
            amount_cents=-row.amount_cents,
            note=note,
            reverses=row.key,
            **ledger.columns(posting),
        )
        for row in reversing.standing(rows)
        if not row.no_value
    ]
    session.add_all(new)
    session.flush()
    return new


def _check(line: Line) -> None:
    for account in (line.debit, line.credit):
        if account not in ACCOUNTS:
            raise errors.Refused(
                f'Expected an account of the chart ({", ".join(ACCOUNTS)}), but found "{account}". '
                "Add it to the chart, or post to another one."
            )
    if line.amount_cents < 0 or line.debit == line.credit:
        raise errors.Refused(
            f"Expected an amount of zero or more from one account to another, but found {line.amount_cents} from "
            f"{line.credit} to {line.debit}. To take a posting back, reverse its document."
        )


def _of_effect(session: Session, effect_key: str, document: str) -> list[JournalEntry]:
    return list(session.scalars(_OF_EFFECT, {"effect_key": effect_key, "document": document}))
