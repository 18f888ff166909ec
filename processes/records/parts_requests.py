"""Orders that wait for parts (R-303): what each lacks, which purchase brings it, and in which order they are served.

Urgent orders come first, then those that are older. What arrives is reserved in that order: an urgent order that lacks more
than has come keeps what there is of it, so that it is not overtaken by smaller ones for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, case, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.columns import Base, Key, Word, key_column
from processes.records import audit, ledger, quantities, reservations, reversing
from processes.records.orders import CustomerOrder

WAITING, SERVED, ENDED = STATES = ("waiting", "served", "ended")


class PartsRequest(audit.Audited, Base):
    """A part that an order lacks. po_no: the purchase order that is to bring it; None while nobody has ordered it."""

    __tablename__ = "parts_request"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        CheckConstraint("missing_milli > 0", name="missing"),
        CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ended"),
        Index(
            "uq_parts_request_waiting",
            "order_no",
            "sku",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )
    key: Key = key_column()
    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"), index=True)
    order_no: Mapped[str] = mapped_column(index=True)
    sku: Mapped[str] = mapped_column(ForeignKey("product.sku"), index=True)
    missing_milli: Mapped[int]
    po_no: Mapped[str | None] = mapped_column(ForeignKey("purchase_order.number"), index=True)
    state: Mapped[str] = mapped_column(Word)
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    ended_at: Mapped[datetime | None]


def ask(session: Session, posting: ledger.Posting, missing: Mapping[str, int]) -> list[PartsRequest]:
    """Let the order of `posting` wait for parts; asked again it waits for these. missing: {sku: thousandths}."""
    known = {row.sku: row for row in of(session, posting.order_no) if row.state == WAITING}
    for sku, row in known.items():
        if sku not in missing:
            row.state, row.ended_at = ENDED, posting.at
    for sku, milli in sorted(missing.items()):
        if sku in known:
            known[sku].missing_milli = milli
            continue
        known[sku] = PartsRequest(
            process_instance_key=posting.process_instance_key,
            order_no=posting.order_no,
            sku=sku,
            missing_milli=milli,
            state=WAITING,
            asked_at=posting.at,
            asked_by=posting.by,
        )
        session.add(known[sku])
    session.flush()
    return [known[sku] for sku in sorted(missing)]


def of(session: Session, order_no: str) -> list[PartsRequest]:
    """What an order has waited for, oldest first."""
    query = select(PartsRequest).where(PartsRequest.order_no == order_no)
    return list(session.scalars(query.order_by(PartsRequest.key)))


def waiting(session: Session, skus: Iterable[str] | None = None) -> list[PartsRequest]:
    """The requests that wait, of some products or of all: those of urgent orders first, then by age of the order."""
    query = (
        select(PartsRequest)
        .outerjoin(CustomerOrder, CustomerOrder.order_no == PartsRequest.order_no)
        .where(PartsRequest.state == WAITING)
        .order_by(
            case((CustomerOrder.urgent.is_(True), 0), else_=1),
            func.coalesce(CustomerOrder.created_at, PartsRequest.asked_at),
            PartsRequest.key,
        )
    )
    if skus is not None:
        query = query.where(PartsRequest.sku.in_(list(skus)))
    return list(session.scalars(query))


def unordered_milli(session: Session) -> dict[str, int]:
    """What orders wait for and nobody has ordered yet: {sku: thousandths}."""
    query = (
        select(PartsRequest.sku, func.sum(PartsRequest.missing_milli))
        .where(PartsRequest.state == WAITING, PartsRequest.po_no.is_(None))
        .group_by(PartsRequest.sku)
    )
    return {sku: int(milli) for sku, milli in session.execute(query)}


def bring(session: Session, po_no: str, by_sku: Mapping[str, int]) -> None:
    """Note that a purchase order brings what orders wait for, in their order, as far as it reaches. {sku: thousandths}"""
    left = dict(by_sku)
    for row in waiting(session, left):
        if row.po_no is None and left[row.sku] > 0:
            row.po_no = po_no
            left[row.sku] -= row.missing_milli
    session.flush()


def leave(session: Session, po_no: str) -> list[str]:
    """A purchase order brings no more: who still waits for it waits for another one. Returns their orders, in their order."""
    found = [row for row in waiting(session) if row.po_no == po_no]
    for row in found:
        row.po_no = None
    session.flush()
    return list(dict.fromkeys(row.order_no for row in found))


def serve(session: Session, posting: ledger.Posting, skus: Iterable[str]) -> list[str]:
    """Reserve what has come of some products for the orders that wait, in their order; returns those that lack nothing now.

    posting: the purchase's. Each order is reserved for on its own account.
    """
    ready = []
    for order_no, process_instance_key in dict.fromkeys(
        (row.order_no, row.process_instance_key) for row in waiting(session, skus)
    ):
        own = ledger.Posting(process_instance_key, order_no, posting.effect_key, posting.at, posting.by)
        short = reservations.reserve_what_is_there(session, own)
        for row in of(session, order_no):
            if row.state != WAITING:
                continue
            if short.get(row.sku):
                row.missing_milli = short[row.sku]
            else:
                row.state, row.ended_at = SERVED, posting.at
        if not short:
            ready.append(order_no)
    session.flush()
    return ready


def end(session: Session, posting: ledger.Posting, state: str = ENDED) -> int:
    """The order of `posting` waits no more; returns for how many parts it did."""
    found = [row for row in of(session, posting.order_no) if row.state == WAITING]
    for row in found:
        row.state, row.ended_at = state, posting.at
    session.flush()
    return len(found)


def missing_of(rows: Iterable[Mapping[str, object]]) -> dict[str, int]:
    """The rows of a form (part, missing) as {sku: thousandths}."""
    found: dict[str, int] = {}
    for row in rows:
        milli = quantities.milli(row.get("missing"))
        if milli > 0:
            found[row["part"]] = found.get(row["part"], 0) + milli
    return found


@reversing.on_cancel
def _cancelled(session: Session, posting: ledger.Posting, _reason: str | None) -> int:
    return end(session, posting)
