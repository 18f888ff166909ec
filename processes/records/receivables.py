"""What customers owe (L5): invoices raise it; payments, settled advances, write-offs and credited invoices lower it (I12).

A row without an invoice is an advance: money of the customer that no invoice has used yet. It is settled by the next
invoice of the order, once (I13).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, bindparam, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.columns import Base
from processes.records import journal, ledger, reversing
from processes.records.journal import ADVANCES, BAD_DEBTS, RECEIVABLES, REVENUE, VAT, Line

if TYPE_CHECKING:
    from processes.records.invoices import Invoice

INVOICED = "invoiced"
PAID = "paid"
ADVANCE = "advance"
#: An advance used for an invoice: two rows, from the advance to the invoice.
SETTLED = "settled"
#: A payment of a credited invoice becomes an advance again: two rows, from the invoice to the advance.
FREED = "freed"
WRITTEN_OFF = "written_off"
CREDITED = "credited"


class ReceivableEntry(ledger.LedgerRow, Base):
    """One change of what a customer owes for an order, in cents: positive when it grows. A reversing row names its row."""

    __tablename__ = "receivable_entry"
    __table_args__ = (
        Index(
            "uq_receivable_entry_effect",
            "effect_key",
            "kind",
            func.coalesce(text("invoice_no"), text("''")),
            unique=True,
            sqlite_where=text("reverses IS NULL"),
            postgresql_where=text("reverses IS NULL"),
        ),
        # An invoice is charged once, and credited once.
        Index(
            "uq_receivable_entry_once",
            "invoice_no",
            "kind",
            unique=True,
            sqlite_where=text("reverses IS NULL AND kind IN ('invoiced', 'credited', 'settled')"),
            postgresql_where=text("reverses IS NULL AND kind IN ('invoiced', 'credited', 'settled')"),
        ),
        UniqueConstraint("reverses"),
        CheckConstraint(
            "kind IN ('invoiced', 'paid', 'advance', 'settled', 'freed', 'written_off', 'credited')",
            name="kind",
        ),
        CheckConstraint(
            "reverses IS NOT NULL"
            " OR (kind = 'invoiced' AND amount_cents > 0 AND invoice_no IS NOT NULL)"
            " OR (kind IN ('paid', 'written_off', 'credited') AND amount_cents < 0 AND invoice_no IS NOT NULL)"
            " OR (kind = 'advance' AND amount_cents < 0 AND invoice_no IS NULL)"
            " OR (kind = 'settled' AND amount_cents <> 0 AND (amount_cents > 0) = (invoice_no IS NULL))"
            " OR (kind = 'freed' AND amount_cents <> 0 AND (amount_cents < 0) = (invoice_no IS NULL))",
            name="amount",
        ),
    )
    customer_key: Mapped[int] = mapped_column(ForeignKey("customer.key"), index=True)
    invoice_no: Mapped[str | None] = mapped_column(ForeignKey("invoice.number"), index=True)
    kind: Mapped[str]
    amount_cents: Mapped[int]
    reverses: Mapped[int | None] = mapped_column(ForeignKey("receivable_entry.key"))


ledger.only_grows(ReceivableEntry.__table__)


_SUM = select(func.sum(ReceivableEntry.amount_cents)).where(ReceivableEntry.order_no == bindparam("order_no"))
_ADVANCE = _SUM.where(ReceivableEntry.invoice_no.is_(None))
_OWED = func.sum(ReceivableEntry.amount_cents)
_OPEN_INVOICES = (
    select(ReceivableEntry.invoice_no, _OWED)
    .where(ReceivableEntry.order_no == bindparam("order_no"), ReceivableEntry.invoice_no.is_not(None))
    .group_by(ReceivableEntry.invoice_no)
    .having(_OWED > 0)
    .order_by(func.min(ReceivableEntry.key))
)
_OLDEST_FIRST = select(ReceivableEntry).order_by(ReceivableEntry.key)
_OF_ORDER = _OLDEST_FIRST.where(ReceivableEntry.order_no == bindparam("order_no"))
_OF_INVOICE = _OLDEST_FIRST.where(ReceivableEntry.invoice_no == bindparam("invoice_no"))
_OF_EFFECT = _OLDEST_FIRST.where(
    ReceivableEntry.effect_key == bindparam("effect_key"),
    ReceivableEntry.kind.in_(bindparam("kinds", expanding=True)),
    ReceivableEntry.reverses.is_(None),
)


def charge(
    session: Session, posting: ledger.Posting, customer_key: int, invoice: Invoice
) -> list[ReceivableEntry]:
    """Charge a customer with an invoice: receivable, revenue and tax; an advance of the order is settled with it.

    Charging an invoice again charges nothing. Returns the rows of the invoice.
    """
    known = of_invoice(session, invoice.number)
    if known:
        return known
    advance = min(-advance_cents(session, posting.order_no), invoice.total_cents)
    row = ReceivableEntry(
        customer_key=customer_key,
        invoice_no=invoice.number,
        kind=INVOICED,
        amount_cents=invoice.total_cents,
        **ledger.columns(posting),
    )
    session.add(row)
    lines = [Line(RECEIVABLES, REVENUE, invoice.net_cents), Line(RECEIVABLES, VAT, invoice.tax_cents)]
    if advance > 0:
        _shift(session, posting, customer_key, SETTLED, invoice.number, -advance)
        lines.append(Line(ADVANCES, RECEIVABLES, advance))
    session.flush()
    journal.post(session, posting, invoice.number, lines)
    return of_invoice(session, invoice.number)


def receive(
    session: Session, posting: ledger.Posting, customer_key: int, amount_cents: int
) -> list[ReceivableEntry]:
    """Book money of a customer: on the open invoices of the order, the oldest first; what is left is an advance.

    The caller has put the money into an account and writes its side of the journal. Booking an effect again books
    nothing. Returns the rows of the effect.
    """
    known = _of_effect(session, posting.effect_key, (PAID, ADVANCE))
    if known:
        return known
    rows, rest = [], amount_cents
    for invoice_no, open_cents in open_invoices(session, posting.order_no):
        part = min(rest, open_cents)
        if part > 0:
            rows.append(_row(posting, customer_key, PAID, invoice_no, -part))
            rest -= part
    if rest:
        rows.append(_row(posting, customer_key, ADVANCE, None, -rest))
    session.add_all(rows)
    session.flush()
    return rows


def write_off(session: Session, posting: ledger.Posting, note: str) -> list[ReceivableEntry]:
    """Give up what is still owed for the order of `posting`. Doing it again does nothing. Returns the new rows."""
    known = _of_effect(session, posting.effect_key, (WRITTEN_OFF,))
    if known:
        return known
    rows = []
    for invoice_no, open_cents in open_invoices(session, posting.order_no):
        customer_key = of_invoice(session, invoice_no)[0].customer_key
        rows.append(_row(posting, customer_key, WRITTEN_OFF, invoice_no, -open_cents))
        journal.post(
            session,
            posting,
            f"{invoice_no} written off",
            [Line(BAD_DEBTS, RECEIVABLES, open_cents)],
            note,
        )
    session.add_all(rows)
    session.flush()
    return rows


def credit(session: Session, posting: ledger.Posting, invoice_no: str, note: str | None) -> None:
    """Take an invoice back (its work was re-opened): nothing is owed for it, and what was paid for it is an advance.

    Crediting an invoice again does nothing.
    """
    rows = of_invoice(session, invoice_no)
    charged = [row for row in reversing.standing(rows) if row.kind == INVOICED]
    if not charged or any(row.kind == CREDITED for row in reversing.standing(rows)):
        return
    customer_key = charged[0].customer_key
    _reverse(session, posting, [row for row in reversing.standing(rows) if row.kind == WRITTEN_OFF])
    journal.reverse_document(session, posting, f"{invoice_no} written off", note)
    paid = -sum(row.amount_cents for row in rows if row.kind in (PAID, SETTLED, FREED))
    session.add(_row(posting, customer_key, CREDITED, invoice_no, -charged[0].amount_cents))
    if paid:
        _shift(session, posting, customer_key, FREED, invoice_no, paid)
    session.flush()
    # The settlement of an advance stays as it was booked; the money that it used is an advance again by a row of its own.
    sale = [row for row in journal.of_document(session, invoice_no) if row.account_debit == RECEIVABLES]
    journal.reverse(session, posting, sale, note)
    if paid:
        journal.post(session, posting, f"{invoice_no} credited", [Line(RECEIVABLES, ADVANCES, paid)], note)


def balance(session: Session, order_no: str) -> int:
    """What is still owed for an order, in cents; below 0 when the customer has paid in advance."""
    return int(session.scalar(_SUM, {"order_no": order_no}) or 0)


def advance_cents(session: Session, order_no: str) -> int:
    """The sum of the rows of an order that belong to no invoice: 0, or minus the unused advance."""
    return int(session.scalar(_ADVANCE, {"order_no": order_no}) or 0)


def customer_balance(session: Session, customer_key: int) -> int:
    """What a customer owes for all orders together, in cents."""
    query = select(func.sum(ReceivableEntry.amount_cents)).where(ReceivableEntry.customer_key == customer_key)
    return int(session.scalar(query) or 0)


def open_invoices(session: Session, order_no: str) -> list[tuple[str, int]]:
    """The invoices of an order on which something is owed, with how much, the oldest first."""
    found = session.execute(_OPEN_INVOICES, {"order_no": order_no})
    return [(invoice_no, int(cents)) for invoice_no, cents in found]


def entries(session: Session, order_no: str) -> list[ReceivableEntry]:
    """All rows of an order, reversing ones included, oldest first."""
    return list(session.scalars(_OF_ORDER, {"order_no": order_no}))


def of_invoice(session: Session, invoice_no: str) -> list[ReceivableEntry]:
    """All rows of an invoice, reversing ones included, oldest first."""
    return list(session.scalars(_OF_INVOICE, {"invoice_no": invoice_no}))


def reverse_order(session: Session, posting: ledger.Posting) -> list[ReceivableEntry]:
    """Take back all that stands of the order of `posting`. The journal is reversed beside it. Returns the new rows."""
    return _reverse(session, posting, reversing.standing(entries(session, posting.order_no)))


def _row(
    posting: ledger.Posting, customer_key: int, kind: str, invoice_no: str | None, amount_cents: int
) -> ReceivableEntry:
    return ReceivableEntry(
        customer_key=customer_key,
        invoice_no=invoice_no,
        kind=kind,
        amount_cents=amount_cents,
        **ledger.columns(posting),
    )


def _shift(
    session: Session,
    posting: ledger.Posting,
    customer_key: int,
    kind: str,
    invoice_no: str,
    amount_cents: int,
) -> None:
    """Two rows that cancel out: `amount_cents` on the invoice, its opposite on the advance."""
    session.add(_row(posting, customer_key, kind, invoice_no, amount_cents))
    session.add(_row(posting, customer_key, kind, None, -amount_cents))


def _of_effect(session: Session, effect_key: str, kinds: Iterable[str]) -> list[ReceivableEntry]:
    return list(session.scalars(_OF_EFFECT, {"effect_key": effect_key, "kinds": tuple(kinds)}))


def _reverse(
    session: Session, posting: ledger.Posting, rows: Iterable[ReceivableEntry]
) -> list[ReceivableEntry]:
    new = []
    for row in rows:
        back = _row(posting, row.customer_key, row.kind, row.invoice_no, -row.amount_cents)
        back.reverses = row.key
        new.append(back)
    session.add_all(new)
    session.flush()
    return new
