"""The stock ledger (L1): where each lot is, and every move of it from one place to another.

A move has a place it comes from and one it goes to, so the sum over all places is 0 (I1). What lies where is kept beside
the ledger, in the same transaction (I3); there the database itself refuses to hand out what is not there (I2) or what is
promised to somebody else (I6). Whoever writes here holds the products first (`hold`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    UniqueConstraint,
    bindparam,
    case,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base, Key, key_column
from engine.sentences import Sentence, _l
from processes.records import ledger, products, quantities, stock_journal
from processes.records.stock_documents import StockDocument

#: What a place can be, with its name for people.
PLACE_KINDS = {
    "stock": _l("Store"),
    "wip": _l("In work"),
    "customer": _l("With the customer"),
    "quarantine": _l("Quarantine"),
    "supplier": _l("Supplier"),
    "loss": _l("Loss"),
    "van": _l("Van"),
    "partner": _l("Service centre"),
    "transit": _l("On the way"),
    "production": _l("Own production"),
}
#: Places that give without having: goods come from there.
_OUTSIDE = {"supplier", "loss", "production"}
_MAIN = {kind: kind.upper() for kind in PLACE_KINDS} | {"stock": "MAIN"}


class StockLocation(Base):
    """A place where stock can be."""

    __tablename__ = "stock_location"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('stock', 'wip', 'customer', 'quarantine', 'supplier', 'loss', 'van', 'partner', 'transit', "
            "'production')",
            name="kind",
        ),
    )
    location_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]


class Lot(Base):
    """Pieces of one product that came together, at one cost. Of a product with serial numbers each piece is a lot."""

    __tablename__ = "lot"
    __table_args__ = (
        UniqueConstraint("sku", "lot_no"),
        CheckConstraint("unit_cost_cents >= 0", name="unit_cost"),
    )
    key: Key = key_column()
    sku: Mapped[str] = mapped_column(ForeignKey("product.sku"))
    lot_no: Mapped[str]
    unit_cost_cents: Mapped[int]
    supplier: Mapped[str | None]
    received_at: Mapped[datetime]


class StockBalance(Base):
    """How much of a lot lies at a place, how much of that is reserved, and what it cost."""

    __tablename__ = "stock_balance"
    __table_args__ = (
        UniqueConstraint("lot_key", "location_id"),
        CheckConstraint("is_outside OR quantity_milli >= 0", name="never_negative"),
        CheckConstraint("reserved_milli >= 0", name="reserved"),
        CheckConstraint("reserved_milli = 0 OR reserved_milli <= quantity_milli", name="reserved_is_there"),
    )
    key: Key = key_column()
    sku: Mapped[str] = mapped_column(ForeignKey("product.sku"), index=True)
    lot_key: Mapped[int] = mapped_column(ForeignKey("lot.key"))
    location_id: Mapped[str] = mapped_column(ForeignKey("stock_location.location_id"), index=True)
    is_outside: Mapped[bool] = mapped_column(Boolean)
    quantity_milli: Mapped[int] = mapped_column(default=0)
    reserved_milli: Mapped[int] = mapped_column(default=0)
    value_cents: Mapped[int] = mapped_column(default=0)

    @property
    def free_milli(self) -> int:
        """What is here and promised to nobody."""
        return self.quantity_milli - self.reserved_milli


class StockMove(ledger.LedgerRow, Base):
    """A quantity of a lot that went from one place to another, at what it cost. Without an order: opening stock, purchases.

    line_key: the order line that used it up. A reversing move names the move that it takes back.
    """

    __tablename__ = "stock_move"
    __table_args__ = (
        UniqueConstraint("document_key", "position"),
        UniqueConstraint("reverses"),
        CheckConstraint("quantity_milli > 0", name="quantity"),
        CheckConstraint("cost_cents >= 0", name="cost"),
        CheckConstraint("from_location_id <> to_location_id", name="places"),
    )
    order_no: Mapped[str | None] = mapped_column(index=True)
    process_instance_key: Mapped[int | None] = mapped_column(ForeignKey("process_instance.key"), index=True)
    document_key: Mapped[int] = mapped_column(ForeignKey("stock_document.key"))
    position: Mapped[int]
    sku: Mapped[str] = mapped_column(ForeignKey("product.sku"), index=True)
    lot_key: Mapped[int] = mapped_column(ForeignKey("lot.key"), index=True)
    quantity_milli: Mapped[int]
    from_location_id: Mapped[str] = mapped_column(ForeignKey("stock_location.location_id"))
    to_location_id: Mapped[str] = mapped_column(ForeignKey("stock_location.location_id"))
    cost_cents: Mapped[int]
    line_key: Mapped[int | None] = mapped_column(ForeignKey("order_line.key"))
    reverses: Mapped[int | None] = mapped_column(ForeignKey("stock_move.key"))


ledger.only_grows(StockMove.__table__)

# Questions that every move asks: built once.
_OF_ORDER = (
    select(StockMove)
    .where(StockMove.order_no == bindparam("order_no"))
    .order_by(StockMove.at, StockMove.document_key, StockMove.position)
)
_OF_EFFECT = (
    select(StockMove)
    .where(StockMove.effect_key == bindparam("effect_key"))
    .order_by(StockMove.document_key, StockMove.position)
)
_PLACES = select(StockLocation.location_id).where(StockLocation.kind.in_(bindparam("kinds", expanding=True)))
_SIGN = case((StockMove.to_location_id.in_(_PLACES), 1), else_=0) - case(
    (StockMove.from_location_id.in_(_PLACES), 1), else_=0
)
_RESULT = func.sum(_SIGN * StockMove.quantity_milli)
_HELD_BY_ORDER = (
    select(Lot, _RESULT, func.sum(_SIGN * StockMove.cost_cents))
    .join(StockMove, StockMove.lot_key == Lot.key)
    .where(StockMove.order_no == bindparam("order_no"))
    .group_by(Lot)
    .having(_RESULT > 0)
    .order_by(Lot.received_at, Lot.key)
)
_IN_STORE = (
    select(StockBalance, Lot)
    .join(Lot, Lot.key == StockBalance.lot_key)
    .join(StockLocation, StockLocation.location_id == StockBalance.location_id)
    .where(
        StockBalance.sku == bindparam("sku"), StockLocation.kind == "stock", StockBalance.quantity_milli > 0
    )
    .order_by(Lot.received_at, Lot.key, StockBalance.location_id)
)
_STORE_OF = (
    select(StockLocation)
    .join(StockMove, StockMove.from_location_id == StockLocation.location_id)
    .where(
        StockMove.order_no == bindparam("order_no"),
        StockMove.lot_key == bindparam("lot_key"),
        StockLocation.kind.in_(("stock", "van")),
    )
    .order_by(StockMove.at.desc(), StockMove.key.desc())
    .limit(1)
)
_SEEN = (
    select(StockBalance)
    .where(StockBalance.sku.in_(bindparam("skus", expanding=True)))
    .execution_options(populate_existing=True)
)
_BALANCE = select(StockBalance).where(
    StockBalance.lot_key == bindparam("lot_key"), StockBalance.location_id == bindparam("location_id")
)
_BALANCES = StockBalance.__table__.c
_ADD = (
    update(StockBalance.__table__)
    .where(_BALANCES.key == bindparam("balance_key"))
    .values(
        quantity_milli=_BALANCES.quantity_milli + bindparam("quantity"),
        reserved_milli=_BALANCES.reserved_milli + bindparam("reserved"),
        value_cents=_BALANCES.value_cents + bindparam("value"),
    )
)


@dataclass(frozen=True, slots=True)
class Transfer:
    """A move that is about to be written. cost_cents: where it is known better than from the cost of the lot."""

    lot: Lot
    quantity_milli: int
    from_place: StockLocation
    to_place: StockLocation
    cost_cents: int | None = None
    line_key: int | None = None
    reverses: int | None = None


class Held(NamedTuple):
    """What an order has of a lot at the places of a kind."""

    lot: Lot
    quantity_milli: int
    cost_cents: int


def main_place(session: Session, kind: str) -> StockLocation:
    """The place of a kind that moves use when no other is named; set up when it is first asked for."""
    found = session.get(StockLocation, _MAIN[kind])
    if found is not None:
        return found
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = insert(StockLocation).values(location_id=_MAIN[kind], kind=kind, name=PLACE_KINDS[kind])
    session.execute(row.on_conflict_do_nothing())
    return session.get_one(StockLocation, _MAIN[kind])


def hold(session: Session, skus: Iterable[str]) -> dict[str, products.Product]:
    """These products by number, held until the transaction ends: whoever moves or reserves them next waits.

    What this session has read of them before is read again, as others may have moved it meanwhile.
    """
    held = products.hold(session, skus)
    session.scalars(_SEEN, {"skus": list(held)}).all()
    return held


def add_lot(session: Session, document: StockDocument, sku: str, lot_no: str, unit_cost_cents: int) -> Lot:
    """Add the lot that a line of a goods receipt makes.

    A maker's lot that came before is another lot of ours, as it may have cost something else; a serial number is there once.
    """
    known = session.scalar(select(Lot.key).where(Lot.sku == sku, Lot.lot_no == lot_no))
    if known is not None and products.get(session, sku).tracking == "serial":
        raise errors.Refused(
            Sentence(
                _l(
                    'The piece "{piece}" of "{part}" came in before, and each piece comes in once. Look at its number '
                    "again."
                ),
                piece=lot_no,
                part=sku,
            )
        )
    lot = Lot(
        sku=sku,
        lot_no=lot_no if known is None else f"{lot_no} · {document.number}",
        unit_cost_cents=unit_cost_cents,
        supplier=document.supplier,
        received_at=document.at,
    )
    session.add(lot)
    session.flush()
    return lot


def write(session: Session, document: StockDocument, transfers: Iterable[Transfer]) -> list[StockMove]:
    """Write the moves of a new document, what lies where then, and what that is in the journal. The products are held."""
    transfers = list(transfers)
    rows = [_write(session, document, position, each) for position, each in enumerate(transfers, start=1)]
    moved = zip(transfers, rows, strict=True)
    stock_journal.post(
        session,
        document,
        [(each.from_place.kind, each.to_place.kind, row.cost_cents) for each, row in moved],
    )
    return rows


def change(
    session: Session,
    balance: StockBalance,
    *,
    quantity_milli: int = 0,
    reserved_milli: int = 0,
    value_cents: int = 0,
) -> None:
    """Add to what lies at a place, to what of it is reserved, or to its value; less than 0 takes away.

    The database adds, not we: whatever somebody has forgotten to hold, its constraints judge what is really there.
    """
    session.flush()
    more = {"quantity": quantity_milli, "reserved": reserved_milli, "value": value_cents}
    session.execute(_ADD, {"balance_key": balance.key, **more})
    session.expire(balance, ["quantity_milli", "reserved_milli", "value_cents"])


def in_store(session: Session, sku: str) -> list[tuple[StockBalance, Lot]]:
    """What lies in the stores of a product, the lot that came first first (FIFO)."""
    return [(balance, lot) for balance, lot in session.execute(_IN_STORE, {"sku": sku})]


def held_by_order(session: Session, order_no: str, *kinds: str) -> list[Held]:
    """What an order has at the places of some kinds, by lot, the lot that came first first, at what it cost the order."""
    found = session.execute(_HELD_BY_ORDER, {"order_no": order_no, "kinds": kinds})
    return [Held(lot, int(milli), int(cents)) for lot, milli, cents in found]


def issued(session: Session, order_no: str) -> dict[str, int]:
    """What was issued to an order less what came back, used up or not: {sku: thousandths}."""
    return _by_product(held_by_order(session, order_no, "wip", "customer"))


def in_work(session: Session, order_no: str) -> dict[str, int]:
    """What an order has in work now, issued and neither used up nor back: {sku: thousandths}."""
    return _by_product(held_by_order(session, order_no, "wip"))


def store_of(session: Session, order_no: str, lot: Lot) -> StockLocation:
    """The store or van that an order got a lot from, the last one where it were several."""
    return session.scalars(_STORE_OF, {"order_no": order_no, "lot_key": lot.key}).one()


def moves(session: Session, order_no: str) -> list[StockMove]:
    """All moves of an order, reversing ones included, oldest first."""
    return list(session.scalars(_OF_ORDER, {"order_no": order_no}))


def of_effect(session: Session, effect_key: str) -> list[StockMove]:
    """The moves that one effect has written, in their order."""
    return list(session.scalars(_OF_EFFECT, {"effect_key": effect_key}))


def _by_product(held: Iterable[Held]) -> dict[str, int]:
    found: dict[str, int] = {}
    for lot, quantity_milli, _cost in held:
        found[lot.sku] = found.get(lot.sku, 0) + quantity_milli
    return found


def _write(session: Session, document: StockDocument, position: int, given: Transfer) -> StockMove:
    products.get(session, given.lot.sku).refuse_fraction(given.quantity_milli)
    source = _balance(session, given.lot, given.from_place)
    target = _balance(session, given.lot, given.to_place)
    cost_cents = _cost_cents(source, given) if given.cost_cents is None else given.cost_cents
    row = StockMove(
        document_key=document.key,
        position=position,
        process_instance_key=document.process_instance_key,
        order_no=document.order_no,
        effect_key=document.effect_key,
        at=document.at,
        by=document.by,
        sku=given.lot.sku,
        lot_key=given.lot.key,
        quantity_milli=given.quantity_milli,
        from_location_id=given.from_place.location_id,
        to_location_id=given.to_place.location_id,
        cost_cents=cost_cents,
        line_key=given.line_key,
        reverses=given.reverses,
    )
    session.add(row)
    for each, sign in ((source, -1), (target, 1)):
        change(session, each, quantity_milli=sign * given.quantity_milli, value_cents=sign * cost_cents)
    return row


def _cost_cents(source: StockBalance, given: Transfer) -> int:
    # The last piece takes what is left of the value, so that parts of a cent never stay behind in an empty place.
    if given.quantity_milli == source.quantity_milli and not source.is_outside:
        return source.value_cents
    return quantities.cost_cents(given.lot.unit_cost_cents, given.quantity_milli)


def _balance(session: Session, lot: Lot, place: StockLocation) -> StockBalance:
    found = session.scalar(_BALANCE, {"lot_key": lot.key, "location_id": place.location_id})
    if found is not None:
        return found
    # Nobody else makes the same row now: the product is held.
    row = StockBalance(
        sku=lot.sku,
        lot_key=lot.key,
        location_id=place.location_id,
        is_outside=place.kind in _OUTSIDE,
        quantity_milli=0,
        reserved_milli=0,
        value_cents=0,
    )
    session.add(row)
    session.flush()
    return row
