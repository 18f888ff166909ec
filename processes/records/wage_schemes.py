"""What work earns (wage schemes): for whom, for what, from when until when; the one that says most wins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, bindparam, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.columns import Base
from engine.keys import new_key
from engine.tables import Membership
from processes.records import audit, billing, employees, quantities


class WageScheme(audit.Audited, Base):
    """How much an operation earns, for whom, from when until when.

    basis: hour (rate_cents for an hour worked), norm_hour (rate_cents for an hour of the norm), piece (rate_cents for the
    operation), share (share_milli thousandths of the operation's price). login, role_id, position, min_years (worked here), sku,
    order_type, repair_kind: whom and what it is for; empty means everybody, everything.
    """

    __tablename__ = "wage_scheme"
    __table_args__ = (
        CheckConstraint("basis IN ('hour', 'norm_hour', 'piece', 'share')", name="basis"),
        CheckConstraint("rate_cents >= 0 AND share_milli BETWEEN 0 AND 1000", name="rate"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="valid"),
        CheckConstraint("min_years >= 0", name="min_years"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    name: Mapped[str]
    basis: Mapped[str]
    rate_cents: Mapped[int] = mapped_column(default=0)
    share_milli: Mapped[int] = mapped_column(Integer, default=0)
    login: Mapped[str | None] = mapped_column(ForeignKey("person.login"))
    role_id: Mapped[str | None] = mapped_column(ForeignKey("role.role_id"))
    sku: Mapped[str | None]
    position: Mapped[str | None]
    min_years: Mapped[int] = mapped_column(Integer, default=0)
    order_type: Mapped[str | None]
    repair_kind: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


@dataclass(frozen=True, slots=True)
class Work:
    """An operation that somebody did.

    hours_milli: {login: thousandths of an hour worked}. norm_milli: the hours that the norm gives it. payers_cents: {payer:
    what it comes to by the price list}.
    """

    operation: str
    hours_milli: dict[str, int]
    norm_milli: int
    payers_cents: dict[str, int]

    @property
    def list_cents(self) -> int:
        """What it comes to by the price list, whoever pays."""
        return sum(self.payers_cents.values())


@dataclass(frozen=True, slots=True)
class Earning:
    """What one person earns with one operation; without a scheme nothing says how much."""

    login: str
    operation: str
    scheme: WageScheme | None
    base_milli: int = 0
    amount_cents: int = 0


_IN_FORCE = select(WageScheme).where(
    WageScheme.valid_from <= bindparam("day"),
    or_(WageScheme.valid_to.is_(None), WageScheme.valid_to >= bindparam("day")),
)


def reckon(
    session: Session, works: Iterable[Work], repair_kind: str, on: date, order_type: str | None = None
) -> list[Earning]:
    """What everybody earns with these works by the schemes in force on a day; writes nothing.

    Works of several people are shared out by their hours. A company without any scheme on that day pays no wages by work:
    then nobody earns anything here.
    """
    schemes = _in_force(session, on)
    if not schemes:
        return []
    earnings = []
    for work in works:
        for login in sorted(work.hours_milli):
            scheme = _scheme_for(session, schemes, login, work.operation, (order_type, repair_kind), on)
            if scheme is None:
                earnings.append(Earning(login, work.operation, None))
                continue
            base = _base_milli(scheme, work, login)
            earnings.append(Earning(login, work.operation, scheme, base, _amount_cents(scheme, work, login)))
    return earnings


def _in_force(session: Session, on: date) -> list[WageScheme]:
    """The schemes of a day, those that say most about whom and what they are for first, then the newest."""

    def says(scheme: WageScheme) -> tuple[bool, bool, bool, bool, bool, bool, int, date, int]:
        return (
            scheme.login is not None,
            scheme.sku is not None,
            scheme.position is not None,
            scheme.role_id is not None,
            scheme.order_type is not None,
            scheme.repair_kind is not None,
            scheme.min_years,
            scheme.valid_from,
            scheme.key,
        )

    return sorted(session.scalars(_IN_FORCE, {"day": on}), key=says, reverse=True)


def _scheme_for(
    session: Session,
    schemes: Sequence[WageScheme],
    login: str,
    operation: str,
    order: tuple[str | None, str],
    on: date,
) -> WageScheme | None:
    """The first scheme that fits the person, the operation and the order (its type and its kind)."""
    card = employees.find(session, login)
    roles = set(session.scalars(select(Membership.role_id).where(Membership.login == login)))
    return next(
        (
            scheme
            for scheme in schemes
            if scheme.login in (None, login)
            and scheme.sku in (None, operation)
            and scheme.order_type in (None, order[0])
            and scheme.repair_kind in (None, order[1])
            and scheme.position in (None, card.position)
            and scheme.min_years <= card.years(on)
            and (scheme.role_id is None or scheme.role_id in roles)
        ),
        None,
    )


def _base_milli(scheme: WageScheme, work: Work, login: str) -> int:
    if scheme.basis == "hour":
        return work.hours_milli[login]
    whole = {"norm_hour": work.norm_milli, "piece": 1000, "share": work.list_cents * 10}[scheme.basis]
    return billing.split(whole, work.hours_milli)[login]


def _amount_cents(scheme: WageScheme, work: Work, login: str) -> int:
    """To the cent: what several people share adds up to what one alone would earn by the same scheme."""
    if scheme.basis == "hour":
        return quantities.cost_cents(scheme.rate_cents, work.hours_milli[login])
    if scheme.basis == "share":
        whole = quantities.cost_cents(work.list_cents, scheme.share_milli)
    else:
        units_milli = work.norm_milli if scheme.basis == "norm_hour" else 1000
        whole = quantities.cost_cents(scheme.rate_cents, units_milli)
    return billing.split(whole, work.hours_milli)[login]
