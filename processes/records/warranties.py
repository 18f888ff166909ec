"""Warranties on fitted parts (L12): a row at completion, its term from the day of hand-out; a claim keeps the end it had (I21)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.columns import Base
from processes.records import audit, ledger, products, reversing
from processes.records.billing import Billed
from processes.records.devices import Device


class PartWarranty(ledger.LedgerRow, Base):
    """A part that was fitted with a warranty, or the row that takes one back. Its term is a `PartWarrantyTerm`.

    source: the order line and the work order's version it comes from. kept_until: for a part replaced under a warranty, the
    day on which that one ended anyhow; claims: that warranty, when it was one on a part.
    """

    __tablename__ = "part_warranty"
    __table_args__ = (
        Index(
            "uq_part_warranty_source",
            "source",
            unique=True,
            sqlite_where=text("reverses IS NULL"),
            postgresql_where=text("reverses IS NULL"),
        ),
        UniqueConstraint("reverses"),
        CheckConstraint("months > 0", name="months"),
        CheckConstraint(
            "(reverses IS NULL AND quantity_milli > 0) OR (reverses IS NOT NULL AND quantity_milli < 0)",
            name="quantity",
        ),
        CheckConstraint("claims IS NULL OR kept_until IS NOT NULL", name="claims"),
    )
    device_key: Mapped[int] = mapped_column(ForeignKey("device.key"), index=True)
    sku: Mapped[str] = mapped_column(ForeignKey("product.sku"))
    description: Mapped[str]
    source: Mapped[str]
    quantity_milli: Mapped[int]
    months: Mapped[int] = mapped_column(Integer)
    kept_until: Mapped[date | None]
    claims: Mapped[int | None] = mapped_column(ForeignKey("part_warranty.key"))
    reverses: Mapped[int | None] = mapped_column(ForeignKey("part_warranty.key"))


class PartWarrantyTerm(audit.Audited, Base):
    """From when until when a part's warranty runs: set once, at hand-out, both days included.

    kept: the part replaced one under warranty, so it ends when that one would have ended, were it even before today.
    """

    __tablename__ = "part_warranty_term"
    __table_args__ = (CheckConstraint("ends_on >= starts_on OR kept", name="term"),)
    warranty_key: Mapped[int] = mapped_column(
        ForeignKey("part_warranty.key"), primary_key=True, autoincrement=False
    )
    starts_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(index=True)
    kept: Mapped[bool] = mapped_column(Boolean)


ledger.only_grows(PartWarranty.__table__)
ledger.only_grows(PartWarrantyTerm.__table__)


def record(
    session: Session,
    posting: ledger.Posting,
    device: Device,
    work_order_version: int,
    parts: Iterable[Billed],
    claimed_on: date,
) -> list[PartWarranty]:
    """Write down the warranties on the parts fitted in the order of `posting`; their terms begin at hand-out.

    claimed_on: the day on which the order came; a part that the warranty pays for keeps the end of the warranty that ran
    then (I21). Parts without warranty months make no row. Recording an order line again gives its first row.
    """
    rows = []
    for part in parts:
        source = f"order_line:{part.line.key}:v{work_order_version}"
        known = session.scalar(
            select(PartWarranty).where(PartWarranty.source == source, PartWarranty.reverses.is_(None))
        )
        months = products.get(session, part.line.sku).warranty_months
        if known is None and months:
            claimed, kept_until = None, None
            if part.line.payer == "warranty":
                claimed, kept_until = _claim(session, device, part.line.sku, claimed_on)
            known = PartWarranty(
                device_key=device.key,
                sku=part.line.sku,
                description=part.line.description,
                source=source,
                quantity_milli=part.quantity_milli,
                months=months,
                kept_until=kept_until,
                claims=claimed.key if claimed else None,
                **ledger.columns(posting),
            )
            session.add(known)
        if known is not None:
            rows.append(known)
    session.flush()
    return rows


def start(session: Session, order_no: str, on: date) -> list[PartWarrantyTerm]:
    """Let the warranties of an order run from the day of hand-out; those that run already keep their term."""
    terms = []
    for row in reversing.standing(entries(session, order_no)):
        term = session.get(PartWarrantyTerm, row.key)
        if term is None:
            term = PartWarrantyTerm(
                warranty_key=row.key,
                starts_on=on,
                ends_on=row.kept_until or months_after(on, row.months),
                kept=row.kept_until is not None,
            )
            session.add(term)
        terms.append(term)
    session.flush()
    return terms


def covering(session: Session, device_key: int, on: date) -> list[tuple[PartWarranty, PartWarrantyTerm]]:
    """The part warranties of a device that run on a day, the one that ends last first."""
    taken_back = select(PartWarranty.reverses).where(PartWarranty.reverses.is_not(None))
    query = (
        select(PartWarranty, PartWarrantyTerm)
        .join(PartWarrantyTerm, PartWarrantyTerm.warranty_key == PartWarranty.key)
        .where(
            PartWarranty.device_key == device_key,
            PartWarrantyTerm.starts_on <= on,
            PartWarrantyTerm.ends_on >= on,
            PartWarranty.key.not_in(taken_back),
        )
        .order_by(PartWarrantyTerm.ends_on.desc(), PartWarranty.key.desc())
    )
    return [(warranty, term) for warranty, term in session.execute(query)]


def term_of(session: Session, warranty: PartWarranty) -> PartWarrantyTerm | None:
    """When a warranty runs; None before hand-out."""
    return session.get(PartWarrantyTerm, warranty.key)


def reverse_order(session: Session, posting: ledger.Posting) -> list[PartWarranty]:
    """Take back the warranties of the order of `posting`; what is reversed already stays so. Returns the new rows."""
    rows = [
        PartWarranty(
            device_key=row.device_key,
            sku=row.sku,
            description=row.description,
            source=row.source,
            quantity_milli=-row.quantity_milli,
            months=row.months,
            kept_until=row.kept_until,
            claims=row.claims,
            reverses=row.key,
            **ledger.columns(posting),
        )
        for row in reversing.standing(entries(session, posting.order_no))
    ]
    session.add_all(rows)
    session.flush()
    return rows


def months_after(day: date, months: int) -> date:
    """The day of that number so many months later, or the last of its month: 31 January and a month is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def entries(session: Session, order_no: str) -> list[PartWarranty]:
    """All warranty rows of an order, reversing ones included, oldest first."""
    query = select(PartWarranty).where(PartWarranty.order_no == order_no)
    return list(session.scalars(query.order_by(PartWarranty.key)))


def _claim(session: Session, device: Device, sku: str, on: date) -> tuple[PartWarranty | None, date | None]:
    """The warranty that a replaced part is claimed under, and the day on which it ends anyhow: of the part, or of the sale."""
    for warranty, term in covering(session, device.key, on):
        if warranty.sku == sku:
            return warranty, term.ends_on
    return None, device.warranty_until if device.under_sale_warranty(on) else None
