"""Tariff plans (E8): what a contract is billed with each period, and what it includes; each change is a version of its own.

A version and its lines never change once they are there, so documents that were issued by one stay explained by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.keys import new_key
from engine.sentences import Sentence, _l
from processes.records import audit, ledger, products, quantities

GOODS, SERVICE, WORK = KINDS = ("goods", "service", "work")
KIND_LABELS = {GOODS: _l("Goods"), SERVICE: _l("Service"), WORK: _l("Work")}
#: {months of a period: what people read}
PERIODS = {1: _l("Month"), 3: _l("Quarter"), 6: _l("Half a year"), 12: _l("Year")}
_NO_VERSION = _l("The tariff plan {plan} has no version that holds on {day}. Add one with an earlier day.")
_NO_LINES = _l("A version of a tariff plan needs at least one line. Say what is billed each period.")
_TAKEN = _l("The tariff plan {plan} has a version from {day} already. Choose another day.")


class TariffPlan(audit.Audited, Base):
    """A tariff plan. months: how long its period is; a plan that is not active is offered to nobody new."""

    __tablename__ = "tariff_plan"
    __table_args__ = (
        CheckConstraint("length(plan_id) > 0 AND length(name) > 0", name="named"),
        CheckConstraint("months IN (1, 3, 6, 12)", name="months"),
    )
    plan_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    months: Mapped[int] = mapped_column(Integer)
    currency: Mapped[str]
    active: Mapped[bool] = mapped_column(Boolean)


class TariffVersion(Base):
    """What a plan holds from a day on, until its next version."""

    __tablename__ = "tariff_version"
    __table_args__ = (
        UniqueConstraint("plan_id", "valid_from"),
        CheckConstraint("version > 0", name="version"),
    )
    plan_id: Mapped[str] = mapped_column(ForeignKey("tariff_plan.plan_id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    valid_from: Mapped[date]
    created_at: Mapped[datetime]
    created_by: Mapped[str]


class TariffLine(Base):
    """What one version bills each period. included_milli: hours of this work that each period includes without charge.

    description: None: the name of the product, in the language of whoever is billed. A line with included hours and a price of 0
    is a quota only: it is not billed.
    """

    __tablename__ = "tariff_line"
    __table_args__ = (
        ForeignKeyConstraint(["plan_id", "version"], ["tariff_version.plan_id", "tariff_version.version"]),
        UniqueConstraint("plan_id", "version", "position"),
        UniqueConstraint("plan_id", "version", "sku"),
        CheckConstraint(f"kind IN {KINDS!r}", name="kind"),
        CheckConstraint("quantity_milli > 0", name="quantity"),
        CheckConstraint("price_cents >= 0", name="price"),
        CheckConstraint("included_milli >= 0 AND (included_milli = 0 OR kind = 'work')", name="included"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    plan_id: Mapped[str]
    version: Mapped[int] = mapped_column(Integer)
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str]
    sku: Mapped[str] = mapped_column(ForeignKey("product.sku"))
    description: Mapped[str | None]
    quantity_milli: Mapped[int]
    unit: Mapped[str]
    price_cents: Mapped[int]
    included_milli: Mapped[int]


ledger.only_grows(TariffVersion.__table__)
ledger.only_grows(TariffLine.__table__)


@dataclass(frozen=True, slots=True)
class Billable:
    """A line as a period bills it: the price of one unit after index and proration."""

    kind: str
    sku: str
    description: str
    quantity_milli: int
    unit: str
    price_cents: int

    @property
    def total_cents(self) -> int:
        """What it comes to, rounded by itself as it is printed."""
        return quantities.cost_cents(self.price_cents, self.quantity_milli)


def add(session: Session, plan_id: str, name: str, *, months: int, currency: str) -> TariffPlan:
    """Add a tariff plan without a version. Raises Refused for a period that there is not."""
    if months not in PERIODS:
        raise errors.Refused(f"Expected a period of 1, 3, 6 or 12 months, but found {months}.")
    plan = TariffPlan(
        plan_id=plan_id.strip(), name=name.strip(), months=months, currency=currency, active=True
    )
    session.add(plan)
    session.flush()
    return plan


def get(session: Session, plan_id: str) -> TariffPlan:
    """The plan of that id. Raises NotFound."""
    found = session.get(TariffPlan, plan_id)
    if found is None:
        raise errors.NotFound(f'There is no tariff plan "{plan_id}".')
    return found


def offered(session: Session) -> list[TariffPlan]:
    """The plans that new contracts may have, by name."""
    query = select(TariffPlan).where(TariffPlan.active.is_(True))
    return list(session.scalars(query.order_by(TariffPlan.name)))


def publish(
    session: Session,
    plan_id: str,
    valid_from: date,
    lines: Iterable[Mapping[str, Any]],
    *,
    by: str,
    at: datetime,
) -> TariffVersion:
    """Let a plan hold these lines from a day on; earlier versions stay as they are. Returns the new version.

    lines: [{sku, quantity, price, included (hours), description}]; price and quantity in units. The kind follows from the product.
    Raises Refused without lines, for a day that has a version, NotFound for a product that there is not.
    """
    get(session, plan_id)
    lines = list(lines)
    if not lines:
        raise errors.Refused(_NO_LINES)
    known = versions(session, plan_id)
    if any(each.valid_from == valid_from for each in known):
        raise errors.Refused(Sentence(_TAKEN, plan=plan_id, day=valid_from.isoformat()))
    number = max((each.version for each in known), default=0) + 1
    version = TariffVersion(
        plan_id=plan_id, version=number, valid_from=valid_from, created_at=at, created_by=by
    )
    session.add(version)
    session.flush()
    for position, row in enumerate(lines, start=1):
        session.add(_line(session, plan_id, number, position, row))
    session.flush()
    return version


def versions(session: Session, plan_id: str) -> list[TariffVersion]:
    """All versions of a plan, the first one first."""
    query = select(TariffVersion).where(TariffVersion.plan_id == plan_id)
    return list(session.scalars(query.order_by(TariffVersion.version)))


def version_on(session: Session, plan_id: str, day: date) -> TariffVersion:
    """The version that holds on a day. Raises Refused when none does."""
    query = select(TariffVersion).where(TariffVersion.plan_id == plan_id, TariffVersion.valid_from <= day)
    found = session.scalar(query.order_by(TariffVersion.valid_from.desc()).limit(1))
    if found is None:
        raise errors.Refused(Sentence(_NO_VERSION, plan=plan_id, day=day.isoformat()))
    return found


def lines_of(session: Session, version: TariffVersion) -> list[TariffLine]:
    """The lines of a version, in their order."""
    query = select(TariffLine).where(
        TariffLine.plan_id == version.plan_id, TariffLine.version == version.version
    )
    return list(session.scalars(query.order_by(TariffLine.position)))


def billed(
    session: Session,
    version: TariffVersion,
    language: str,
    *,
    index_percent: Decimal,
    days: int,
    of_days: int,
) -> list[Billable]:
    """What a period of `days` out of `of_days` bills: each price first indexed, then shared by days, then rounded.

    The price of one unit is rounded, not the sum, so that the printed price times the quantity is the printed amount.
    Lines that come to nothing are left out.
    """
    found = []
    for line in lines_of(session, version):
        exact = Decimal(line.price_cents) * (100 + index_percent) / 100 * days / of_days
        price = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
        name = line.description or products.get(session, line.sku).name_in(language)
        one = Billable(line.kind, line.sku, name, line.quantity_milli, line.unit, price)
        if one.total_cents:
            found.append(one)
    return found


def _line(session: Session, plan_id: str, version: int, position: int, row: Mapping[str, Any]) -> TariffLine:
    product = products.get(session, row["sku"])
    return TariffLine(
        plan_id=plan_id,
        version=version,
        position=position,
        kind={"work": WORK, "part": GOODS}.get(product.kind, SERVICE),
        sku=product.sku,
        description=(row.get("description") or "").strip() or None,
        quantity_milli=quantities.positive_milli(row.get("quantity", 1), product.sku),
        unit=product.unit,
        price_cents=int((Decimal(row.get("price") or 0) * 100).quantize(Decimal(1), ROUND_HALF_UP)),
        included_milli=quantities.milli(row.get("included")),
    )
