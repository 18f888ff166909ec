"""Products: the parts, works, services and fees that an order can have on its lines (E6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.sentences import Sentence, _l
from processes.records import audit, quantities

#: What a product can be, each with its name for people.
KINDS = {"part": _l("Spare part"), "service": _l("Service"), "work": _l("Work"), "fee": _l("Fee")}
#: How its pieces are told apart in the store: not at all, by lot, each by its serial number.
TRACKING = {"none": _l("By quantity"), "lot": _l("By lot"), "serial": _l("By serial number")}
UNITS = {"pc": _l("pc"), "set": _l("set"), "h": _l("h"), "m": _l("m"), "l": _l("l"), "kg": _l("kg")}


class Product(audit.Audited, Base):
    """Something that an order can have on its lines.

    names: {language: name}; English is always there. norm_milli: the hours that a work takes as a rule.
    warranty_months: how long a part is warranted after hand-out. A withdrawn product stays on the orders that have it.
    """

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("kind IN ('part', 'service', 'work', 'fee')", name="kind"),
        CheckConstraint("unit IN ('pc', 'set', 'h', 'm', 'l', 'kg')", name="unit"),
        CheckConstraint("tracking IN ('none', 'lot', 'serial')", name="tracking"),
        CheckConstraint("min_stock_milli >= 0", name="min_stock"),
        CheckConstraint("norm_milli >= 0", name="norm"),
        CheckConstraint("warranty_months >= 0", name="warranty"),
    )
    sku: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, Any]]
    kind: Mapped[str] = mapped_column(index=True)
    unit: Mapped[str] = mapped_column(default="pc")
    tracking: Mapped[str] = mapped_column(default="none")
    min_stock_milli: Mapped[int] = mapped_column(default=0)
    norm_milli: Mapped[int] = mapped_column(default=0)
    warranty_months: Mapped[int] = mapped_column(default=0)
    is_offered: Mapped[bool] = mapped_column(Boolean, default=True)
    #: What a search looks through: the number and all names, in small letters.
    search_text: Mapped[str]

    @property
    def is_stocked(self) -> bool:
        """Whether it lies in the store: parts do, works, services and fees do not."""
        return self.kind == "part"

    def name_in(self, language: str) -> str:
        """The name in a language, in English where it has none."""
        return self.names.get(language) or self.names["en"]

    def rename(self, names: Mapping[str, str]) -> None:
        """Give it other names. Raises Refused without an English one."""
        if not names.get("en"):
            raise errors.Refused(
                Sentence(
                    _l('The product "{product}" needs an English name. Other languages may follow.'),
                    product=self.sku,
                )
            )
        self.names = dict(names)
        self.search_text = " ".join([self.sku, *names.values()]).casefold()

    def refuse_fraction(self, quantity_milli: int) -> None:
        """Raise Refused where pieces with serial numbers are to be divided: each is whole, at one place (I4)."""
        if self.tracking == "serial" and quantity_milli % 1000:
            raise errors.Refused(
                Sentence(
                    _l(
                        'Expected whole pieces of "{product}", as each has a serial number, but found {quantity}.'
                    ),
                    product=self.sku,
                    quantity=quantities.plain(quantity_milli),
                )
            )

    def withdraw(self) -> None:
        """Offer it no more; orders that have it go on."""
        self.is_offered = False


# In the order of their numbers, so that two steps never wait for each other. FOR NO KEY UPDATE: lines that merely
# name the product may be written meanwhile.
_HELD = (
    select(Product)
    .where(Product.sku.in_(bindparam("skus", expanding=True)))
    .order_by(Product.sku)
    .with_for_update(key_share=True)
)


def add(
    session: Session,
    sku: str,
    names: Mapping[str, str],
    *,
    kind: str,
    unit: str = "pc",
    tracking: str = "none",
    min_stock_milli: int = 0,
    norm_milli: int = 0,
    warranty_months: int = 0,
) -> Product:
    """Add a product. Raises Refused without an English name, and where the number is taken."""
    if session.get(Product, sku) is not None:
        raise errors.Refused(
            Sentence(
                _l('There is a product "{product}" already. Give the new one another number.'), product=sku
            )
        )
    product = Product(
        sku=sku,
        kind=kind,
        unit=unit,
        tracking=tracking,
        min_stock_milli=min_stock_milli,
        norm_milli=norm_milli,
        warranty_months=warranty_months,
        is_offered=True,
    )
    product.rename(names)
    session.add(product)
    session.flush()
    return product


def get(session: Session, sku: str) -> Product:
    """The product of that number, offered or not. Raises NotFound."""
    found = session.get(Product, sku)
    if found is None:
        raise errors.NotFound(Sentence(_l('There is no product "{product}".'), product=sku))
    return found


def hold(session: Session, skus: Iterable[str]) -> dict[str, Product]:
    """These products by number, held until the transaction ends: whoever holds one of them next waits.

    Raises NotFound for a number that is none. On SQLite a write unit holds the whole database already.
    """
    wanted = sorted(set(skus))
    found = {each.sku: each for each in session.scalars(_HELD, {"skus": wanted})}
    for sku in wanted:
        if sku not in found:
            raise errors.NotFound(Sentence(_l('There is no product "{product}".'), product=sku))
    return found


def search(session: Session, text: str, *, kind: str | None = None, limit: int = 20) -> list[Product]:
    """Offered products whose number or name, in any language, has every word of the text; by number."""
    query = select(Product).where(Product.is_offered)
    if kind is not None:
        query = query.where(Product.kind == kind)
    for word in text.casefold().split():
        query = query.where(Product.search_text.contains(word, autoescape=True))
    return list(session.scalars(query.order_by(Product.sku).limit(limit)))


def choices(session: Session, kind: str, language: str) -> list[dict[str, str]]:
    """The offered products of a kind as the options of a form, by name."""
    found = session.scalars(select(Product).where(Product.kind == kind, Product.is_offered))
    options = [{"value": each.sku, "label": f"{each.name_in(language)} · {each.sku}"} for each in found]
    return sorted(options, key=lambda option: option["label"])
