"""Invoices of suppliers and service centres: compared with what was ordered and what was accepted before they count (3-way match).

One that agrees is booked at once. One that differs waits for a decision; whatever is decided, nothing is paid that was not
accepted: the database refuses it on the line of the purchase order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base, Key, PlainJson, key_column
from engine.sentences import Label, Sentence, _l
from processes.records import audit, journal, ledger, purchase_orders, quantities, suppliers
from processes.records.purchase_orders import PurchaseOrderLine

REFUSED = "INVOICE_REFUSED"
MATCHED, DIFFERS, ACCEPTED, SENT_BACK = STATES = ("matched", "differs", "accepted", "sent_back")
STATE_LABELS = {
    MATCHED: _l("Agrees"),
    DIFFERS: _l("Differs"),
    ACCEPTED: _l("Accepted as received"),
    SENT_BACK: _l("Sent back"),
}
_TWICE = _l('Invoice "{invoice}" of {supplier} was entered before. Look at its number again.')
_EMPTY = _l("An invoice has lines. Enter what it asks for.")
_UNKNOWN = _l('"{part}" is not on purchase order {number}. Send the invoice back.')
_DECIDED = _l('Invoice "{invoice}" is "{state}", so nothing is left to decide.')
_WHY = _l("Say why the invoice is accepted or sent back.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A line of an invoice."""

    sku: str
    quantity_milli: int
    unit_cost_cents: int


class SupplierInvoice(audit.Audited, Base):
    """One invoice. Of a purchase order (po_no), or of a service centre for one repair (order_no).

    lines: [{sku, quantity_milli, unit_cost_cents, accepted_milli, ordered_cents}] as compared when it was entered.
    """

    __tablename__ = "supplier_invoice"
    __table_args__ = (
        UniqueConstraint("supplier_id", "invoice_no"),
        UniqueConstraint("effect_key"),
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        CheckConstraint("total_cents >= 0", name="total"),
        CheckConstraint("(po_no IS NULL) <> (order_no IS NULL)", name="of_what"),
        CheckConstraint("state NOT IN ('accepted', 'sent_back') OR decided_by IS NOT NULL", name="decided"),
    )
    key: Key = key_column()
    supplier_id: Mapped[str] = mapped_column(ForeignKey("supplier.supplier_id"))
    invoice_no: Mapped[str]
    dated: Mapped[date]
    po_no: Mapped[str | None] = mapped_column(ForeignKey("purchase_order.number"), index=True)
    order_no: Mapped[str | None] = mapped_column(index=True)
    lines: Mapped[list[Any]] = mapped_column(PlainJson)
    total_cents: Mapped[int]
    state: Mapped[str]
    effect_key: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    reason: Mapped[str | None]

    @property
    def differences(self) -> list[dict[str, Any]]:
        """The lines that ask for more than was accepted, or for another price than was ordered."""
        return [
            line
            for line in self.lines
            if line["quantity_milli"] > line["accepted_milli"]
            or line["unit_cost_cents"] != line["ordered_cents"]
        ]


def enter(
    session: Session, posting: ledger.Posting, invoice_no: str, dated: date, asked: Iterable[Asked]
) -> SupplierInvoice:
    """Enter an invoice for the purchase order of `posting` and compare it; one that agrees is booked.

    Raises BusinessError INVOICE_REFUSED for a number that is known, no lines, or a product that was not ordered.
    """
    known = session.scalar(select(SupplierInvoice).where(SupplierInvoice.effect_key == posting.effect_key))
    if known is not None:
        return known
    order = purchase_orders.get(session, posting.order_no, hold=True)
    _refuse_known(session, order.supplier_id, invoice_no)
    by_sku = {line.sku: line for line in purchase_orders.lines(session, order.number, anew=True)}
    asked = [each for each in asked if each.quantity_milli]
    if not asked:
        raise errors.BusinessError(REFUSED, _EMPTY)
    for each in asked:
        if each.sku not in by_sku:
            raise errors.BusinessError(REFUSED, Sentence(_UNKNOWN, part=each.sku, number=order.number))
    row = _row(posting, order.supplier_id, invoice_no, dated)
    row.po_no = order.number
    row.lines = [_compared(by_sku[each.sku], each) for each in asked]
    row.total_cents = sum(quantities.cost_cents(each.unit_cost_cents, each.quantity_milli) for each in asked)
    row.state = DIFFERS if row.differences else MATCHED
    session.add(row)
    session.flush()
    if row.state == MATCHED:
        _book(session, posting, row)
    return row


def settle(
    session: Session, posting: ledger.Posting, invoice_no: str, *, accept: bool, reason: str
) -> SupplierInvoice:
    """Decide about an invoice that differs: what was accepted is paid at its price, or it is sent back and another one comes.

    Raises BusinessError INVOICE_REFUSED where nothing is left to decide, or without a reason.
    """
    order = purchase_orders.get(session, posting.order_no, hold=True)
    row = find(session, order.supplier_id, invoice_no)
    if row is None or row.state != DIFFERS:
        state = Label(STATE_LABELS[row.state]) if row else "-"
        raise errors.BusinessError(REFUSED, Sentence(_DECIDED, invoice=invoice_no, state=state))
    if not reason.strip():
        raise errors.BusinessError(REFUSED, _WHY)
    row.state = ACCEPTED if accept else SENT_BACK
    row.decided_at, row.decided_by, row.reason = posting.at, posting.by, reason.strip()
    session.flush()
    if accept:
        _book(session, posting, row)
    return row


def of_partner(
    session: Session,
    posting: ledger.Posting,
    supplier_id: str,
    invoice_no: str,
    dated: date,
    cost_cents: int,
    description: str,
) -> SupplierInvoice:
    """Keep what a service centre charges for the repair of `posting`; its cost is booked by `partner_jobs`, once."""
    known = session.scalar(select(SupplierInvoice).where(SupplierInvoice.effect_key == posting.effect_key))
    if known is not None:
        return known
    _refuse_known(session, supplier_id, invoice_no)
    row = _row(posting, supplier_id, invoice_no, dated)
    row.order_no, row.total_cents, row.state = posting.order_no, cost_cents, MATCHED
    row.lines = [
        {
            "sku": description,
            "quantity_milli": 1000,
            "unit_cost_cents": cost_cents,
            "accepted_milli": 1000,
            "ordered_cents": cost_cents,
        }
    ]
    session.add(row)
    session.flush()
    return row


def find(session: Session, supplier_id: str, invoice_no: str) -> SupplierInvoice | None:
    """The invoice of a supplier with that number, or None."""
    return session.scalar(
        select(SupplierInvoice).where(
            SupplierInvoice.supplier_id == supplier_id, SupplierInvoice.invoice_no == invoice_no.strip()
        )
    )


def of(session: Session, po_no: str) -> list[SupplierInvoice]:
    """The invoices of a purchase order, oldest first."""
    query = select(SupplierInvoice).where(SupplierInvoice.po_no == po_no)
    return list(session.scalars(query.order_by(SupplierInvoice.entered_at, SupplierInvoice.key)))


def of_repair(session: Session, order_no: str) -> list[SupplierInvoice]:
    """What service centres have charged for an order, oldest first."""
    query = select(SupplierInvoice).where(SupplierInvoice.order_no == order_no)
    return list(session.scalars(query.order_by(SupplierInvoice.entered_at, SupplierInvoice.key)))


def _refuse_known(session: Session, supplier_id: str, invoice_no: str) -> None:
    if find(session, supplier_id, invoice_no) is not None:
        name = suppliers.get(session, supplier_id).name
        raise errors.BusinessError(REFUSED, Sentence(_TWICE, invoice=invoice_no.strip(), supplier=name))


def _row(posting: ledger.Posting, supplier_id: str, invoice_no: str, dated: date) -> SupplierInvoice:
    return SupplierInvoice(
        supplier_id=supplier_id,
        invoice_no=invoice_no.strip(),
        dated=dated,
        effect_key=posting.effect_key,
        entered_at=posting.at,
        entered_by=posting.by,
    )


def _compared(line: PurchaseOrderLine, each: Asked) -> dict[str, Any]:
    return {
        "sku": each.sku,
        "quantity_milli": each.quantity_milli,
        "unit_cost_cents": each.unit_cost_cents,
        "accepted_milli": line.accepted_milli - line.invoiced_milli,
        "ordered_cents": line.unit_cost_cents,
    }


def _book(session: Session, posting: ledger.Posting, row: SupplierInvoice) -> None:
    """Count the lines as invoiced; what their prices differ from the receipt is a difference of its own in the journal."""
    by_sku = {line.sku: line for line in purchase_orders.lines(session, row.po_no, anew=True)}
    more = 0
    for asked in row.lines:
        line = by_sku[asked["sku"]]
        counted = min(asked["quantity_milli"], line.accepted_milli - line.invoiced_milli)
        line.invoiced_milli = PurchaseOrderLine.invoiced_milli + counted
        more += quantities.cost_cents(asked["unit_cost_cents"], counted)
        more -= quantities.cost_cents(asked["ordered_cents"], counted)
    sides = (
        (journal.PURCHASE_DIFFERENCES, journal.SUPPLIERS)
        if more > 0
        else (journal.SUPPLIERS, journal.PURCHASE_DIFFERENCES)
    )
    journal.post(session, posting, row.invoice_no, [journal.Line(*sides, abs(more))])
    session.flush()
