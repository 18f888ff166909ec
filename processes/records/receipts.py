"""Receipts of goods against a delivery note: of each line what came, what was accepted and what was refused, and why.

Only what is accepted goes into the store. The lines of the purchase order keep what came; the database refuses to accept more
than was ordered with its tolerance (I5).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.sentences import Sentence, _l
from processes.records import ledger, purchase_orders, quantities, stock, suppliers
from processes.records.purchase_orders import PurchaseOrderLine

REFUSED = "RECEIPT_REFUSED"
_NOTHING = _l("Nothing was entered as delivered. Look at the delivery note again.")
_NOTE_TWICE = _l(
    'Delivery note "{note}" was entered for purchase order {number} before. Look at its number again.'
)
_UNEVEN = _l(
    'Of "{part}" {delivered} came, but {accepted} accepted and {rejected} refused make {sum}. Count again.'
)
_NO_REASON = _l('Say why {rejected} of "{part}" was refused.')
_TOO_MUCH = _l(
    'At most {most} of "{part}" may still be accepted on purchase order {number}, but found {found}. Refuse the rest.'
)
_UNKNOWN = _l('"{part}" is not on purchase order {number}. Refuse what nobody ordered.')


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came of a line. is_replaced: what was refused comes again, so it stays open."""

    sku: str
    delivered_milli: int
    accepted_milli: int
    rejected_milli: int
    reason: str | None = None
    is_replaced: bool = False
    lot_no: str | None = None
    serials: tuple[str, ...] = ()


class GoodsReceipt(ledger.LedgerRow, Base):
    """One delivery against its note. stock_document_key: what it brought into the store; None when all was refused."""

    __tablename__ = "goods_receipt"
    __table_args__ = (
        UniqueConstraint("effect_key"),
        UniqueConstraint("order_no", "delivery_note"),
        CheckConstraint("length(delivery_note) > 0", name="delivery_note"),
    )
    order_no: Mapped[str] = mapped_column(ForeignKey("purchase_order.number"), index=True)
    delivery_note: Mapped[str]
    stock_document_key: Mapped[int | None] = mapped_column(ForeignKey("stock_document.key"))
    number: Mapped[str | None]


class GoodsReceiptLine(ledger.LedgerRow, Base):
    """One line of a receipt."""

    __tablename__ = "goods_receipt_line"
    __table_args__ = (
        UniqueConstraint("receipt_key", "line_key"),
        CheckConstraint("delivered_milli > 0", name="delivered"),
        CheckConstraint("accepted_milli >= 0 AND rejected_milli >= 0", name="parts"),
        CheckConstraint("delivered_milli = accepted_milli + rejected_milli", name="sum"),
        CheckConstraint("rejected_milli = 0 OR length(coalesce(reason, '')) > 0", name="reason"),
    )
    receipt_key: Mapped[int] = mapped_column(ForeignKey("goods_receipt.key"), index=True)
    line_key: Mapped[int] = mapped_column(ForeignKey("purchase_order_line.key"), index=True)
    sku: Mapped[str]
    delivered_milli: Mapped[int]
    accepted_milli: Mapped[int]
    rejected_milli: Mapped[int]
    reason: Mapped[str | None]
    is_replaced: Mapped[bool] = mapped_column(Boolean)
    lot_no: Mapped[str | None]


ledger.only_grows(GoodsReceipt.__table__)
ledger.only_grows(GoodsReceiptLine.__table__)


def post(
    session: Session, posting: ledger.Posting, delivery_note: str, arrived: Iterable[Arrived]
) -> GoodsReceipt:
    """Take a delivery on the purchase order of `posting`, once: what is accepted goes into the store.

    Raises BusinessError RECEIPT_REFUSED for what does not add up, is too much, or was entered before.
    """
    known = session.scalar(select(GoodsReceipt).where(GoodsReceipt.effect_key == posting.effect_key))
    if known is not None:
        return known
    order = purchase_orders.get(session, posting.order_no, hold=True)
    by_sku = {line.sku: line for line in purchase_orders.lines(session, order.number, anew=True)}
    arrived = [each for each in arrived if each.delivered_milli or each.accepted_milli or each.rejected_milli]
    _refuse_wrong(session, order.number, delivery_note.strip(), by_sku, arrived)
    document = None
    goods = [_delivered(by_sku[each.sku], each) for each in arrived if each.accepted_milli]
    if goods:
        try:
            document = stock.receive(session, posting, goods, suppliers.get(session, order.supplier_id).name)
        except errors.Refused as refused:
            # Who entered it can put it right (W4); as a technical failure it would be tried again as it is.
            raise errors.BusinessError(REFUSED, refused.sentence) from refused
    receipt = GoodsReceipt(
        delivery_note=delivery_note.strip(),
        stock_document_key=document.key if document else None,
        number=document.number if document else None,
        **ledger.columns(posting),
    )
    session.add(receipt)
    session.flush()
    for each in arrived:
        _write(session, posting, receipt, by_sku[each.sku], each)
    session.flush()
    return receipt


def of(session: Session, po_no: str) -> list[GoodsReceipt]:
    """The receipts of a purchase order, oldest first."""
    query = select(GoodsReceipt).where(GoodsReceipt.order_no == po_no)
    return list(session.scalars(query.order_by(GoodsReceipt.at, GoodsReceipt.key)))


def lines(session: Session, receipt_key: int) -> list[GoodsReceiptLine]:
    """The lines of a receipt."""
    query = select(GoodsReceiptLine).where(GoodsReceiptLine.receipt_key == receipt_key)
    return list(session.scalars(query.order_by(GoodsReceiptLine.key)))


def _refuse_wrong(
    session: Session,
    po_no: str,
    delivery_note: str,
    by_sku: dict[str, PurchaseOrderLine],
    arrived: list[Arrived],
) -> None:
    if not arrived:
        raise errors.BusinessError(REFUSED, _NOTHING)
    if any(each.delivery_note == delivery_note for each in of(session, po_no)):
        raise _refusal(_NOTE_TWICE, note=delivery_note, number=po_no)
    for each in arrived:
        line = by_sku.get(each.sku)
        if line is None:
            raise _refusal(_UNKNOWN, part=each.sku, number=po_no)
        shown = {
            name: quantities.plain(getattr(each, f"{name}_milli"))
            for name in ("delivered", "accepted", "rejected")
        }
        if min(shown.values()) < 0 or each.delivered_milli != each.accepted_milli + each.rejected_milli:
            raise _refusal(_UNEVEN, part=each.sku, sum=shown["accepted"] + shown["rejected"], **shown)
        if each.rejected_milli and not (each.reason or "").strip():
            raise _refusal(_NO_REASON, part=each.sku, rejected=shown["rejected"])
        if each.accepted_milli > line.most_milli:
            most = quantities.plain(max(0, line.most_milli))
            raise _refusal(_TOO_MUCH, most=most, part=each.sku, number=po_no, found=shown["accepted"])


def _refusal(pattern: str, **places: Any) -> errors.BusinessError:
    return errors.BusinessError(REFUSED, Sentence(pattern, **places))


def _delivered(line: PurchaseOrderLine, each: Arrived) -> stock.Delivered:
    return stock.Delivered(
        line.sku, each.accepted_milli, line.unit_cost_cents, each.lot_no or None, each.serials
    )


def _write(
    session: Session,
    posting: ledger.Posting,
    receipt: GoodsReceipt,
    line: PurchaseOrderLine,
    each: Arrived,
) -> None:
    session.add(
        GoodsReceiptLine(
            receipt_key=receipt.key,
            line_key=line.key,
            sku=line.sku,
            delivered_milli=each.delivered_milli,
            accepted_milli=each.accepted_milli,
            rejected_milli=each.rejected_milli,
            reason=(each.reason or "").strip() or None,
            is_replaced=each.is_replaced,
            lot_no=each.lot_no,
            **ledger.columns(posting),
        )
    )
    # The database adds, not we: its constraint judges what is really there.
    line.accepted_milli = PurchaseOrderLine.accepted_milli + each.accepted_milli
    if not each.is_replaced:
        line.refused_milli = PurchaseOrderLine.refused_milli + each.rejected_milli
