"""Reservations (L2): parts in the store that are promised to an order, so that nobody else takes them (I6, I7).

A reservation stands on one lot at one place; the quantity that is reserved there is kept beside it
(`StockBalance.reserved_milli`), where the database refuses to promise what is not there. It ends at issue, or when the
order needs it no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base, Key, key_column
from processes.records import ledger, products, quantities, stock_ledger
from processes.records.stock_ledger import Lot, StockBalance

STOCK_SHORT = "STOCK_SHORT"


class Reservation(Base):
    """A quantity of a lot that is kept for an order. One that is issued in part goes on with the rest."""

    __tablename__ = "reservation"
    __table_args__ = (
        CheckConstraint("quantity_milli > 0", name="quantity"),
        CheckConstraint("state IN ('active', 'issued', 'released')", name="state"),
        CheckConstraint("(state = 'active') = (ended_at IS NULL)", name="ended"),
    )
    key: Key = key_column()
    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"), index=True)
    order_no: Mapped[str] = mapped_column(index=True)
    sku: Mapped[str] = mapped_column(ForeignKey("product.sku"), index=True)
    balance_key: Mapped[int] = mapped_column(ForeignKey("stock_balance.key"), index=True)
    lot_key: Mapped[int] = mapped_column(ForeignKey("lot.key"))
    quantity_milli: Mapped[int]
    state: Mapped[str]
    effect_key: Mapped[str]
    reserved_at: Mapped[datetime]
    reserved_by: Mapped[str]
    ended_at: Mapped[datetime | None]
