"""Versions of a quote: lines and prices frozen when sent, answered once, and only the newest can be answered (I33)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.columns import Base, PlainJson
from engine.keys import new_key
from processes.records import frozen

SUPERSEDED = "QUOTE_SUPERSEDED"
CLOSED = "QUOTE_CLOSED"
#: What the customer can answer, and the state that the version has then.
DECISIONS = {"approved": "approved", "declined": "declined", "change": "changed", "expired": "expired"}
#: How the answer came: through the customer's link, by telephone, in person at the counter.
WAYS = ("link", "phone", "office")


class QuoteVersion(Base):
    """What a customer was offered: the order's lines as they were, a total and a time to answer.

    lines: [{key, kind, sku, description, quantity_milli, unit, price_cents, payer, amount_cents}].
    state: draft (the client pays nothing, so nobody is asked), sent, approved, declined, changed, expired, superseded.
    """

    __tablename__ = "quote_version"
    __table_args__ = (
        UniqueConstraint("order_no", "version"),
        # Two versions never wait for an answer side by side.
        Index(
            "uq_quote_version_sent",
            "order_no",
            unique=True,
            sqlite_where=text("state = 'sent'"),
            postgresql_where=text("state = 'sent'"),
        ),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("total_cents >= 0", name="total"),
        CheckConstraint(
            "state IN ('draft', 'sent', 'approved', 'declined', 'changed', 'expired', 'superseded')",
            name="state",
        ),
        CheckConstraint("answered_through IN ('link', 'phone', 'office')", name="answered_through"),
        CheckConstraint(
            "state IN ('draft', 'sent', 'superseded') OR (decided_at IS NOT NULL AND decided_by IS NOT NULL)",
            name="decided",
        ),
        # A consent that did not come through the customer's own link needs something to show for it.
        CheckConstraint(
            "state <> 'approved' OR answered_through = 'link' OR evidence IS NOT NULL", name="evidence"
        ),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    order_no: Mapped[str]
    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"), index=True)
    effect_key: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(Integer)
    lines: Mapped[list[Any]] = mapped_column(PlainJson)
    total_cents: Mapped[int]
    state: Mapped[str]
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[str]
    sent_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    answered_through: Mapped[str | None]
    evidence: Mapped[str | None]
    reason: Mapped[str | None]


frozen.keep(
    QuoteVersion.__table__,
    "order_no",
    "version",
    "lines",
    "total_cents",
    "frozen_at",
    "sent_at",
    "expires_at",
)


def versions(session: Session, order_no: str) -> list[QuoteVersion]:
    """All versions of an order's quote, oldest first."""
    query = select(QuoteVersion).where(QuoteVersion.order_no == order_no)
    return list(session.scalars(query.order_by(QuoteVersion.version)))


def newest(session: Session, order_no: str) -> QuoteVersion | None:
    """The version made last, whatever became of it."""
    query = select(QuoteVersion).where(QuoteVersion.order_no == order_no)
    return session.scalar(query.order_by(QuoteVersion.version.desc()).limit(1))


def in_force(session: Session, order_no: str) -> QuoteVersion | None:
    """The version the customer has agreed to: the newest approved one."""
    query = select(QuoteVersion).where(QuoteVersion.order_no == order_no, QuoteVersion.state == "approved")
    return session.scalar(query.order_by(QuoteVersion.version.desc()).limit(1))
