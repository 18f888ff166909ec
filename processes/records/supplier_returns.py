"""Goods that were refused and go back to their supplier, against a return note. They were never in the store."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors, series, settings
from engine.columns import Base
from engine.sentences import Sentence, _l
from processes.records import ledger, receipts
from processes.records.receipts import GoodsReceipt, GoodsReceiptLine

SERIES = "RN"


class SupplierReturn(ledger.LedgerRow, Base):
    """One return note; its lines are the refused ones of its receipt. handed_to: who took the goods."""

    __tablename__ = "supplier_return"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("receipt_key"),
        CheckConstraint("length(handed_to) > 0", name="handed_to"),
    )
    order_no: Mapped[str] = mapped_column(ForeignKey("purchase_order.number"), index=True)
    number: Mapped[str]
    receipt_key: Mapped[int] = mapped_column(ForeignKey("goods_receipt.key"))
    handed_to: Mapped[str]


ledger.only_grows(SupplierReturn.__table__)


def book(session: Session, posting: ledger.Posting, handed_to: str) -> SupplierReturn:
    """Send back what the last receipt of the purchase order of `posting` has refused, once.

    Raises Refused where nothing was refused, or nobody is named who took it.
    """
    receipt = _last(session, posting.order_no)
    known = session.scalar(select(SupplierReturn).where(SupplierReturn.receipt_key == receipt.key))
    if known is not None:
        return known
    if not refused(session, receipt.key):
        raise errors.Refused(
            Sentence(_l("Nothing of the last delivery on {number} was refused."), number=posting.order_no)
        )
    if not handed_to.strip():
        raise errors.Refused(_l("Say who took the goods back."))
    year = posting.at.astimezone(ZoneInfo(settings.calendar(session).time_zone)).year
    name = f"{SERIES}-{year}"
    row = SupplierReturn(
        number=f"{name}-{series.next_number(session, name):04}",
        receipt_key=receipt.key,
        handed_to=handed_to.strip(),
        **ledger.columns(posting),
    )
    session.add(row)
    session.flush()
    return row


def refused(session: Session, receipt_key: int) -> list[GoodsReceiptLine]:
    """The lines of a receipt of which something goes back."""
    return [line for line in receipts.lines(session, receipt_key) if line.rejected_milli]


def of(session: Session, po_no: str) -> list[SupplierReturn]:
    """The return notes of a purchase order, oldest first."""
    query = select(SupplierReturn).where(SupplierReturn.order_no == po_no)
    return list(session.scalars(query.order_by(SupplierReturn.at, SupplierReturn.key)))


def _last(session: Session, po_no: str) -> GoodsReceipt:
    found = receipts.of(session, po_no)
    if not found:
        raise errors.NotFound(Sentence(_l("Nothing has come on purchase order {number}."), number=po_no))
    return found[-1]
