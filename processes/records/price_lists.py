"""Price lists: what a product costs the customer, by the version that is valid on a day (E7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, bindparam, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base, Key, key_column
from engine.sentences import Sentence, _l
from processes.records import audit

#: The list that orders are priced from.
STANDARD = "standard"


class PriceList(audit.Audited, Base):
    """A list of prices; its versions follow each other without overlapping."""

    __tablename__ = "price_list"
    price_list_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    currency: Mapped[str]


class PriceListVersion(audit.Audited, Base):
    """The prices of a list from one day to another, both included; without a last day until a newer version begins."""

    __tablename__ = "price_list_version"
    __table_args__ = (
        UniqueConstraint("price_list_id", "number"),
        UniqueConstraint("price_list_id", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="days"),
    )
    key: Key = key_column()
    price_list_id: Mapped[str] = mapped_column(ForeignKey("price_list.price_list_id"))
    number: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    currency: Mapped[str]


class PriceLine(audit.Audited, Base):
    """The price of one unit of a product, tax included, and the least that it may be sold for."""

    __tablename__ = "price_line"
    __table_args__ = (
        UniqueConstraint("version_key", "sku"),
        CheckConstraint("price_cents >= 0", name="price"),
        CheckConstraint("min_price_cents BETWEEN 0 AND price_cents", name="min_price"),
    )
    key: Key = key_column()
    version_key: Mapped[int] = mapped_column(ForeignKey("price_list_version.key"))
    sku: Mapped[str] = mapped_column(ForeignKey("product.sku"), index=True)
    price_cents: Mapped[int]
    min_price_cents: Mapped[int]


def add(session: Session, price_list_id: str, name: str, currency: str) -> PriceList:
    """Add a list without prices; `publish` gives it some."""
    row = PriceList(price_list_id=price_list_id, name=name, currency=currency)
    session.add(row)
    session.flush()
    return row


def publish(
    session: Session,
    price_list_id: str,
    valid_from: date,
    prices_cents: Mapping[str, int | tuple[int, int]],
    valid_to: date | None = None,
) -> PriceListVersion:
    """Add the next version of a list; the version before it ends on the day before.

    prices_cents: {sku: price or (price, least price)}; what is not named keeps the price of the version before.
    Raises Refused where the day lies not after the newest version's first day: prices that were valid stay as they were.
    """
    price_list = _held(session, price_list_id)
    newest = session.scalar(_versions(price_list_id).limit(1))
    if newest is not None and valid_from <= newest.valid_from:
        raise errors.Refused(
            Sentence(
                _l(
                    'Expected a first day after {first_day}, when version {number} of the price list "{price_list}" '
                    "begins, but found {found}. Choose a later day."
                ),
                first_day=newest.valid_from,
                number=newest.number,
                price_list=price_list.name,
                found=valid_from,
            )
        )
    kept = (
        {}
        if newest is None
        else {row.sku: (row.price_cents, row.min_price_cents) for row in lines(session, newest)}
    )
    if newest is not None and (newest.valid_to is None or newest.valid_to >= valid_from):
        newest.valid_to = valid_from - timedelta(days=1)
    version = PriceListVersion(
        price_list_id=price_list_id,
        number=1 if newest is None else newest.number + 1,
        valid_from=valid_from,
        valid_to=valid_to,
        currency=price_list.currency,
    )
    session.add(version)
    session.flush()
    for sku, given in {**kept, **prices_cents}.items():
        price, least = given if isinstance(given, tuple) else (given, 0)
        session.add(PriceLine(version_key=version.key, sku=sku, price_cents=price, min_price_cents=least))
    session.flush()
    return version


#: Built once, because building a statement costs more than running it.
_LINE = select(PriceLine).where(
    PriceLine.version_key == bindparam("version"), PriceLine.sku == bindparam("product")
)


def price_of(session: Session, sku: str, on: date, price_list_id: str = STANDARD) -> PriceLine:
    """The price of a product on a day. Raises Refused where no version of the list is valid then, or has none."""
    version = version_on(session, on, price_list_id)
    if version is None:
        raise errors.Refused(
            Sentence(_l("No version of the price list is valid on {day}. Publish one that is."), day=on)
        )
    line = session.scalar(_LINE, {"version": version.key, "product": sku})
    if line is None:
        raise errors.Refused(
            Sentence(
                _l(
                    'Version {number} of the price list, valid on {day}, has no price for "{product}". Publish one '
                    "with it."
                ),
                number=version.number,
                day=on,
                product=sku,
            )
        )
    return line


def version_on(session: Session, on: date, price_list_id: str = STANDARD) -> PriceListVersion | None:
    """The version of a list that is valid on a day, or None."""
    valid = or_(PriceListVersion.valid_to.is_(None), PriceListVersion.valid_to >= on)
    return session.scalar(_versions(price_list_id).where(PriceListVersion.valid_from <= on, valid).limit(1))


def versions(session: Session, price_list_id: str = STANDARD) -> list[PriceListVersion]:
    """All versions of a list, the newest first."""
    return list(session.scalars(_versions(price_list_id)))


def lines(session: Session, version: PriceListVersion) -> list[PriceLine]:
    """The prices of a version, by product number."""
    return list(
        session.scalars(select(PriceLine).where(PriceLine.version_key == version.key).order_by(PriceLine.sku))
    )


def _versions(price_list_id: str):
    of_list = select(PriceListVersion).where(PriceListVersion.price_list_id == price_list_id)
    return of_list.order_by(PriceListVersion.valid_from.desc())


def _held(session: Session, price_list_id: str) -> PriceList:
    query = select(PriceList).where(PriceList.price_list_id == price_list_id)
    found = session.scalar(query.with_for_update())
    if found is None:
        raise errors.NotFound(
            Sentence(_l('There is no price list "{price_list}".'), price_list=price_list_id)
        )
    return found
