"""Requests for goods from the store (出货申请): what a department or an order asks for, and what left against a signature (F19).

Goods for a department are charged to its cost centre, goods for an order to that order. They leave the house of the store for
good; what a repair takes into work goes another way (`stock`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base, Key, key_column
from engine.sentences import Sentence, _l
from processes.records import (
    audit,
    cost_centres,
    journal,
    ledger,
    order_costs,
    order_lines,
    orders,
    products,
    quantities,
    reservations,
    reversing,
    stock,
    stock_documents,
    stock_ledger,
    work_orders,
)

REFUSED = "REQUEST_REFUSED"
OPEN, ISSUED, GIVEN_UP = STATES = ("open", "issued", "given_up")
STATE_LABELS = {OPEN: _l("Open"), ISSUED: _l("Issued"), GIVEN_UP: _l("Given up")}
_PAYER = {
    orders.WARRANTY: order_lines.WARRANTY,
    orders.AT_OWN_COST: order_lines.COMPANY,
    orders.CONTRACT: order_lines.CONTRACT,
}
_NO_LINES = _l("A request needs at least one line. Say what is wanted.")
_NOT_STOCKED = _l('Only spare parts lie in the store, but "{part}" is none. Choose a spare part.')
_FOR_WHOM = _l("Say who pays for the goods: one cost centre, or one order.")
_NO_ORDER = _l("There is no open order {order_no}. Look at its number again.")
_OVER = _l("Request {number} is closed, so it stays as it is.")
_LESS = _l('Expected less than {wanted} of "{part}", but found {found}. Leave the line as it is instead.')
_NOTHING = _l("Nothing would be left of request {number}. Give it up instead.")


class StockRequest(audit.Audited, Base):
    """Goods that somebody asks the store for; `number` is the business key of its process instance."""

    __tablename__ = "stock_request"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        CheckConstraint("(cost_centre_id IS NULL) <> (for_order_no IS NULL)", name="charged_once"),
        CheckConstraint("length(purpose) > 0", name="purpose"),
    )
    number: Mapped[str] = mapped_column(primary_key=True)
    process_instance_key: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("process_instance.key"), unique=True
    )
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    purpose: Mapped[str]
    wanted_on: Mapped[date | None]
    cost_centre_id: Mapped[str | None] = mapped_column(ForeignKey("cost_centre.cost_centre_id"))
    for_order_no: Mapped[str | None] = mapped_column(ForeignKey("customer_order.order_no"), index=True)
    state: Mapped[str]
    less_reason: Mapped[str | None]


class StockRequestLine(audit.Audited, Base):
    """A product of a request. asked_milli: what was asked for; quantity_milli: what it is to get, less where less is agreed."""

    __tablename__ = "stock_request_line"
    __table_args__ = (
        UniqueConstraint("number", "sku"),
        CheckConstraint("asked_milli > 0 AND quantity_milli >= 0", name="quantity"),
        CheckConstraint("quantity_milli <= asked_milli", name="not_more"),
    )
    key: Key = key_column()
    number: Mapped[str] = mapped_column(ForeignKey("stock_request.number"))
    sku: Mapped[str] = mapped_column(ForeignKey("product.sku"))
    asked_milli: Mapped[int]
    quantity_milli: Mapped[int]


@dataclass(frozen=True, slots=True)
class Charged:
    """Who pays: one of both."""

    cost_centre_id: str | None = None
    for_order_no: str | None = None


def open_request(
    session: Session,
    posting: ledger.Posting,
    wanted: Mapping[str, int],
    charged: Charged,
    purpose: str,
    wanted_on: date | None = None,
) -> StockRequest:
    """Open the request of `posting`; one that is open is given back. wanted: {sku: thousandths}.

    Raises BusinessError REQUEST_REFUSED.
    """
    known = session.get(StockRequest, posting.order_no)
    if known is not None:
        return known
    if not wanted:
        raise errors.BusinessError(REFUSED, _NO_LINES)
    if (charged.cost_centre_id is None) == (charged.for_order_no is None):
        raise errors.BusinessError(REFUSED, _FOR_WHOM)
    for sku in wanted:
        if not products.get(session, sku).is_stocked:
            raise errors.BusinessError(REFUSED, Sentence(_NOT_STOCKED, part=sku))
    _refuse_closed_order(session, charged.for_order_no)
    row = StockRequest(
        number=posting.order_no,
        process_instance_key=posting.process_instance_key,
        asked_by=posting.by,
        asked_at=posting.at,
        purpose=purpose.strip(),
        wanted_on=wanted_on,
        cost_centre_id=charged.cost_centre_id,
        for_order_no=charged.for_order_no,
        state=OPEN,
    )
    session.add(row)
    session.flush()
    for sku, milli in sorted(wanted.items()):
        session.add(StockRequestLine(number=row.number, sku=sku, asked_milli=milli, quantity_milli=milli))
    session.flush()
    return row


def reduce(session: Session, posting: ledger.Posting, wanted: Mapping[str, int], reason: str) -> None:
    """Let the request of `posting` have less of some products, with a reason. wanted: {sku: thousandths}.

    Raises BusinessError REQUEST_REFUSED for more than it has, and where nothing would be left.
    """
    row = get(session, posting.order_no)
    by_sku = {line.sku: line for line in lines(session, row.number)}
    for sku, milli in wanted.items():
        line = by_sku.get(sku)
        if line is None or milli > line.quantity_milli or milli < 0:
            most = quantities.plain(line.quantity_milli if line else 0)
            found = quantities.plain(milli)
            raise errors.BusinessError(REFUSED, Sentence(_LESS, wanted=most, part=sku, found=found))
    if not any(wanted.get(sku, line.quantity_milli) for sku, line in by_sku.items()):
        raise errors.BusinessError(REFUSED, Sentence(_NOTHING, number=row.number))
    for sku, milli in wanted.items():
        by_sku[sku].quantity_milli = milli
    row.less_reason = reason.strip()
    session.flush()


def issue(
    session: Session, posting: ledger.Posting, receiver: str, language: str = "en"
) -> stock_documents.StockDocument:
    """Hand the goods of the request of `posting` out, once: store -> receiver, charged to whom it is for.

    Raises BusinessError STOCK_SHORT with shortages.
    """
    known = stock_documents.of_effect(session, posting, "issue")
    if known is not None:
        return known
    row = get(session, posting.order_no)
    _refuse_closed_order(session, row.for_order_no)
    picks = _planned(session, row.number)
    stock_ledger.hold(session, picks)
    short = reservations.short_of(session, row.number, picks)
    if short:
        raise reservations.stock_short(session, short, language)
    document = stock_documents.write(session, posting, "issue", receiver=receiver)
    outside = stock_ledger.main_place(session, "customer")
    moves = stock_ledger.write(
        session,
        document,
        [
            stock_ledger.Transfer(lot, milli, place, outside)
            for sku, wanted in sorted(picks.items())
            for lot, place, milli in reservations.take(session, posting, sku, wanted, language)
        ],
    )
    _charge(session, posting, row, sum(move.cost_cents for move in moves))
    reservations.release_order(session, posting)
    row.state = ISSUED
    session.flush()
    return document


def give_up(session: Session, posting: ledger.Posting) -> None:
    """The goods are not handed out; nothing stays reserved for them."""
    reservations.release_order(session, posting)
    get(session, posting.order_no).state = GIVEN_UP
    session.flush()


def find(session: Session, number: str) -> StockRequest | None:
    """The request of that number, or None."""
    return session.get(StockRequest, number)


def get(session: Session, number: str) -> StockRequest:
    """The open request of that number, held. Raises NotFound, BusinessError REQUEST_REFUSED for one that is closed."""
    found = session.get(StockRequest, number, populate_existing=True, with_for_update=True)
    if found is None:
        raise errors.NotFound(Sentence(_l("There is no request {number} to the store."), number=number))
    if found.state != OPEN:
        raise errors.BusinessError(REFUSED, Sentence(_OVER, number=number))
    return found


#: Built once, because building a statement costs more than running it.
_LINES = (
    select(StockRequestLine)
    .where(StockRequestLine.number == bindparam("request"))
    .order_by(StockRequestLine.sku)
)


def lines(session: Session, number: str) -> list[StockRequestLine]:
    """The lines of a request, by product."""
    return list(session.scalars(_LINES, {"request": number}))


@reservations.plans_too
def _planned(session: Session, number: str) -> dict[str, int]:
    return {line.sku: line.quantity_milli for line in lines(session, number) if line.quantity_milli}


def _refuse_closed_order(session: Session, order_no: str | None) -> None:
    if order_no is None:
        return
    order, work_order = orders.find(session, order_no), work_orders.find(session, order_no)
    is_settled = work_order is not None and work_order.state == "completed"
    if order is None or order.cancelled_at is not None or is_settled:
        raise errors.BusinessError(REFUSED, Sentence(_NO_ORDER, order_no=order_no))


def _charge(session: Session, posting: ledger.Posting, row: StockRequest, cost_cents: int) -> None:
    if not cost_cents:
        return
    if row.cost_centre_id is not None:
        cost_centres.get(session, row.cost_centre_id).book({"material": cost_cents}, posting)
        return
    order = orders.get(session, row.for_order_no)
    own = ledger.Posting(
        order.process_instance_key, order.order_no, posting.effect_key, posting.at, posting.by
    )
    payer = _PAYER.get(order.repair_kind, order_lines.CLIENT)
    # No part of the order's own plan: what a request brings is used up on the way, like rags and oil.
    order_costs.book(session, own, "overhead", f"stock_request:{row.number}", {payer: cost_cents})


@reversing.on_cancel
def _cancelled(session: Session, posting: ledger.Posting, reason: str | None) -> int:
    """Take back what a cancelled request has booked: its goods are in the store again and cost nobody anything."""
    row = session.get(StockRequest, posting.order_no)
    if row is None or row.state == GIVEN_UP:
        return 0
    reservations.release_order(session, posting)
    stock.reverse_order(session, posting)
    journal.reverse_order(session, posting, reason)
    if row.for_order_no is not None:
        order = orders.get(session, row.for_order_no)
        own = ledger.Posting(
            order.process_instance_key, order.order_no, posting.effect_key, posting.at, posting.by
        )
        source = f"stock_request:{row.number}"
        for effect in {
            each.effect_key for each in order_costs.entries(session, own.order_no) if each.source == source
        }:
            order_costs.reverse_order(session, own, effect)
    row.state = GIVEN_UP
    session.flush()
    return 1
