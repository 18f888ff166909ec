"""Credit notes: what a customer is given back or need not pay of an invoice, because a complaint was right (E19).

What is still owed is lowered first; only what was paid already leaves the till or the bank.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.sentences import Sentence, _l
from processes.records import (
    cash,
    documents,
    invoices,
    journal,
    ledger,
    money,
    orders,
    receivables,
    reversing,
    taxes,
)
from processes.records.ledger import Posting
from processes.records.receivables import ReceivableEntry

ABOVE_INVOICE = "CREDIT_ABOVE_INVOICE"


class CreditNote(ledger.LedgerRow, Base):
    """An amount off an invoice. order_no: the order that was invoiced; complaint_no: the complaint that was right.

    lowered_cents: what need not be paid any more; refunded_cents: what was given back through `method`. A reversing row
    (the complaint was withdrawn) repeats them below 0.
    """

    __tablename__ = "credit_note"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("complaint_no", "effect_key"),
        UniqueConstraint("reverses"),
        CheckConstraint(
            "(reverses IS NULL AND amount_cents > 0 AND lowered_cents >= 0 AND refunded_cents >= 0)"
            " OR (reverses IS NOT NULL AND amount_cents < 0 AND lowered_cents <= 0 AND refunded_cents <= 0)",
            name="parts",
        ),
        CheckConstraint("amount_cents = lowered_cents + refunded_cents", name="amount"),
        CheckConstraint("refunded_cents = 0 OR method IS NOT NULL", name="method"),
    )
    number: Mapped[str]
    complaint_no: Mapped[str] = mapped_column(ForeignKey("complaint.complaint_no"), index=True)
    invoice_no: Mapped[str] = mapped_column(ForeignKey("invoice.number"), index=True)
    amount_cents: Mapped[int]
    lowered_cents: Mapped[int]
    refunded_cents: Mapped[int]
    method: Mapped[str | None]
    reason: Mapped[str]
    reverses: Mapped[int | None] = mapped_column(ForeignKey("credit_note.key"))


ledger.only_grows(CreditNote.__table__)


def give(
    session: Session,
    posting: Posting,
    complaint_no: str,
    amount_cents: int,
    reason: str,
    method: str = "cash",
) -> CreditNote:
    """Credit an amount on the newest invoice of the order of `posting`, once an effect.

    Raises BusinessError CREDIT_ABOVE_INVOICE without an invoice, or for more than is left of it after earlier credit notes;
    Refused when a till holds less than is to be given back.
    """
    known = session.scalar(select(CreditNote).where(CreditNote.effect_key == posting.effect_key))
    if known is not None:
        return known
    orders.get(session, posting.order_no, hold=True)
    invoice = invoices.latest(session, posting.order_no)
    given = sum(each.amount_cents for each in of_order(session, posting.order_no))
    most = invoice.total_cents - given if invoice and _stands(session, invoice) else 0
    if invoice is None or amount_cents <= 0 or amount_cents > most:
        raise errors.BusinessError(
            ABOVE_INVOICE,
            Sentence(
                _l(
                    "Expected an amount above 0 and at most {most}, what is left of the invoice, but found {found}."
                ),
                most=money.units(most),
                found=money.units(amount_cents),
            ),
        )
    owed = dict(receivables.open_invoices(session, posting.order_no)).get(invoice.number, 0)
    lowered = min(owed, amount_cents)
    row = CreditNote(
        number=documents.next_number(session, "credit_note", posting.at),
        complaint_no=complaint_no,
        invoice_no=invoice.number,
        amount_cents=amount_cents,
        lowered_cents=lowered,
        refunded_cents=amount_cents - lowered,
        method=method if amount_cents > lowered else None,
        reason=reason,
        **ledger.columns(posting),
    )
    session.add(row)
    session.flush()
    _book(session, posting, row, invoice)
    return row


def take_back(session: Session, posting: Posting, reason: str | None) -> int:
    """Take back what the complaint of `posting` has credited: it is owed again, or back in the till. Returns how many notes.

    Doing it again does nothing; an order that is no complaint has nothing here.
    """
    rows = reversing.standing(of_complaint(session, posting.order_no))
    for row in rows:
        order = orders.get(session, row.order_no, hold=True)
        own = Posting(order.process_instance_key, row.order_no, posting.effect_key, posting.at, posting.by)
        session.add(
            CreditNote(
                number=f"{row.number} back",
                complaint_no=row.complaint_no,
                invoice_no=row.invoice_no,
                amount_cents=-row.amount_cents,
                lowered_cents=-row.lowered_cents,
                refunded_cents=-row.refunded_cents,
                method=row.method,
                reason=reason or row.reason,
                reverses=row.key,
                **ledger.columns(own),
            )
        )
        _unbook(session, own, row)
        journal.reverse_document(session, own, row.number, reason)
    session.flush()
    return len(rows)


reversing.on_cancel(take_back)


def of_order(session: Session, order_no: str) -> list[CreditNote]:
    """The credit notes of an order, reversing ones included, oldest first."""
    query = select(CreditNote).where(CreditNote.order_no == order_no)
    return list(session.scalars(query.order_by(CreditNote.key)))


def of_complaint(session: Session, complaint_no: str) -> list[CreditNote]:
    """The credit notes that a complaint led to, reversing ones included, oldest first."""
    query = select(CreditNote).where(CreditNote.complaint_no == complaint_no)
    return list(session.scalars(query.order_by(CreditNote.key)))


def _stands(session: Session, invoice: invoices.Invoice) -> bool:
    return invoices.status(session, invoice) != invoices.CREDITED


def _book(session: Session, posting: Posting, row: CreditNote, invoice: invoices.Invoice) -> None:
    """The debt, the money and the journal: revenue and tax are lowered, on the other side stands who had to pay."""
    tax = taxes.included_cents(row.amount_cents, invoice.tax_percent)
    lines = []
    if row.lowered_cents:
        session.add(
            ReceivableEntry(
                customer_key=invoice.customer_key,
                invoice_no=invoice.number,
                kind=receivables.WRITTEN_OFF,
                amount_cents=-row.lowered_cents,
                **ledger.columns(posting),
            )
        )
        session.flush()
    if row.refunded_cents:
        account = cash.for_method(session, row.method)
        cash.move(session, posting, account, -row.refunded_cents, row.method, None)
    for account_name, cents in _sides(session, row):
        # The tax goes with the larger side first; a row carries one debit and one credit.
        part_of_tax = min(tax, cents)
        tax -= part_of_tax
        lines.append(journal.Line(journal.ALLOWANCES, account_name, cents - part_of_tax))
        lines.append(journal.Line(journal.VAT, account_name, part_of_tax))
    journal.post(session, posting, row.number, lines, row.reason)


def _unbook(session: Session, posting: Posting, row: CreditNote) -> None:
    """The debt and the money of a note, reversed."""
    for entry in reversing.standing(receivables.entries(session, row.order_no)):
        if entry.effect_key == row.effect_key:
            session.add(
                ReceivableEntry(
                    customer_key=entry.customer_key,
                    invoice_no=entry.invoice_no,
                    kind=entry.kind,
                    amount_cents=-entry.amount_cents,
                    reverses=entry.key,
                    **ledger.columns(posting),
                )
            )
    for paid in reversing.standing(cash.entries(session, row.order_no)):
        if paid.effect_key == row.effect_key:
            account = cash.get(session, paid.account_id)
            cash.move(session, posting, account, -paid.amount_cents, paid.method, None, paid.key)


def _sides(session: Session, row: CreditNote) -> list[tuple[str, int]]:
    sides = [(journal.RECEIVABLES, row.lowered_cents)]
    if row.refunded_cents:
        sides.append((cash.for_method(session, row.method).journal_account, row.refunded_cents))
    return [side for side in sides if side[1]]
