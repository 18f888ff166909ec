"""Stock documents: what stands behind each move of stock, numbered, and never changed once it is there (E18, I31, I32)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import series, settings
from engine.columns import Base
from engine.sentences import _l
from processes.records import ledger

#: What a stock document can be, with its name for people.
KINDS = {
    "receipt": _l("Goods receipt"),
    "issue": _l("Issue note"),
    "return": _l("Return to the store"),
    "consumption": _l("Use in a repair"),
    "reversal": _l("Reversal"),
    "loss": _l("Write-off"),
    "transfer": _l("Transfer note"),
    "production": _l("Receipt from production"),
}
#: {kind: letters of its series}: "GR-2026-0001" is the first goods receipt of that year.
SERIES = {
    "receipt": "GR",
    "issue": "IN",
    "return": "RT",
    "consumption": "CS",
    "reversal": "SR",
    "loss": "WF",
    "transfer": "TR",
    "production": "FG",
}


class StockDocument(ledger.LedgerRow, Base):
    """A document of the store. Without an order: opening stock, purchases for the store.

    receiver: who took the goods of an issue or transfer; supplier: who brought those of a receipt; reason: why they were written off.
    """

    __tablename__ = "stock_document"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("effect_key", "kind"),
        CheckConstraint(f"kind IN {tuple(KINDS)!r}", name="kind"),
        CheckConstraint("kind <> 'issue' OR receiver IS NOT NULL", name="receiver"),
        CheckConstraint("kind <> 'loss' OR reason IS NOT NULL", name="reason"),
    )
    order_no: Mapped[str | None] = mapped_column(index=True)
    process_instance_key: Mapped[int | None] = mapped_column(ForeignKey("process_instance.key"), index=True)
    kind: Mapped[str]
    number: Mapped[str]
    receiver: Mapped[str | None]
    supplier: Mapped[str | None]
    reason: Mapped[str | None]


ledger.only_grows(StockDocument.__table__)


_OF_EFFECT = select(StockDocument).where(
    StockDocument.effect_key == bindparam("effect_key"), StockDocument.kind == bindparam("kind")
)


def without_order(effect_key: str, at: datetime, by: str) -> ledger.Posting:
    """A posting on nobody's order: opening stock, goods bought for the store."""
    return ledger.Posting(None, None, effect_key, at, by)


def of_effect(session: Session, posting: ledger.Posting, kind: str) -> StockDocument | None:
    """The document of that kind that an effect has written already, or None."""
    return session.scalar(_OF_EFFECT, {"effect_key": posting.effect_key, "kind": kind})


def write(
    session: Session,
    posting: ledger.Posting,
    kind: str,
    *,
    receiver: str | None = None,
    supplier: str | None = None,
    reason: str | None = None,
) -> StockDocument:
    """Write a document with the next number of its kind. Its moves follow (`stock_ledger.write`)."""
    row = StockDocument(
        kind=kind,
        number=_next_number(session, kind, posting.at),
        receiver=receiver,
        supplier=supplier,
        reason=reason,
        **ledger.columns(posting),
    )
    session.add(row)
    session.flush()
    return row


def of(session: Session, order_no: str) -> list[StockDocument]:
    """The stock documents of an order, oldest first."""
    query = select(StockDocument).where(StockDocument.order_no == order_no)
    return list(session.scalars(query.order_by(StockDocument.at, StockDocument.key)))


def _next_number(session: Session, kind: str, at: datetime) -> str:
    year = at.astimezone(ZoneInfo(settings.calendar(session).time_zone)).year
    name = f"{SERIES[kind]}-{year}"
    return f"{name}-{series.next_number(session, name):04}"
