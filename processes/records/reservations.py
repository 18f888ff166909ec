"""Reservations (L2): parts in the store that are promised to an order, so that nobody else takes them (I6, I7).

A reservation stands on one lot at one place; the quantity that is reserved there is kept beside it
(`StockBalance.reserved_milli`), where the database refuses to promise what is not there. It ends at issue, or when the
order needs it no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base, Key, key_column
from engine.sentences import Sentence, _l, in_language
from processes.records import audit, ledger, order_lines, orders, products, quantities, stock_ledger
from processes.records.stock_ledger import Lot, StockBalance, StockLocation

STOCK_SHORT = "STOCK_SHORT"


class Reservation(audit.Audited, Base):
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


#: What somebody plans to take from the store beside the lines of an order of a customer: {sku: thousandths} by its number.
Plan = Callable[[Session, str], Mapping[str, int]]
_plans: dict[str, Plan] = {}


_ACTIVE = (
    select(Reservation)
    .where(Reservation.order_no == bindparam("order_no"), Reservation.state == "active")
    .order_by(Reservation.key)
)


def plans_too(plan: Plan) -> Plan:
    """Let another kind of order reserve what this function says that it needs; usable as a decorator."""
    _plans[f"{plan.__module__}.{plan.__qualname__}"] = plan
    return plan


def planned(session: Session, order_no: str) -> dict[str, int]:
    """The parts that an order needs, on its lines or by a plan of its own: {sku: thousandths}."""
    found: dict[str, int] = {}
    for line in order_lines.planned(session, order_no):
        if line.kind == order_lines.PART:
            found[line.sku] = found.get(line.sku, 0) + line.quantity_milli
    for name in sorted(_plans):
        for sku, milli in _plans[name](session, order_no).items():
            found[sku] = found.get(sku, 0) + milli
    return found


def to_issue(session: Session, order_no: str) -> dict[str, int]:
    """What an order still needs from the store: its planned parts less what was issued."""
    issued = stock_ledger.issued(session, order_no)
    open_parts = {sku: milli - issued.get(sku, 0) for sku, milli in planned(session, order_no).items()}
    return {sku: milli for sku, milli in open_parts.items() if milli > 0}


def active(session: Session, order_no: str) -> list[Reservation]:
    """The reservations of an order that hold, oldest first."""
    return list(session.scalars(_ACTIVE, {"order_no": order_no}))


def of(session: Session, order_no: str) -> list[Reservation]:
    """All reservations of an order, ended ones included, oldest first."""
    query = select(Reservation).where(Reservation.order_no == order_no)
    return list(session.scalars(query.order_by(Reservation.key)))


def missing(session: Session, order_no: str) -> dict[str, int]:
    """What an order needs more than the store has for it now: {sku: thousandths}."""
    return short_of(session, order_no, to_issue(session, order_no))


def short_of(session: Session, order_no: str, wanted: Mapping[str, int]) -> dict[str, int]:
    """How much of what is wanted for an order the store does not have for it, reserved or free: {sku: thousandths}."""
    reserved = _by_product(active(session, order_no))
    short = {sku: milli - reserved.get(sku, 0) - free_milli(session, sku) for sku, milli in wanted.items()}
    return {sku: milli for sku, milli in short.items() if milli > 0}


def free_milli(session: Session, sku: str) -> int:
    """How much of a product lies in the stores and is promised to nobody."""
    return sum(balance.free_milli for balance, _lot in stock_ledger.in_store(session, sku))


def reserve_order(session: Session, posting: ledger.Posting, language: str = "en") -> list[Reservation]:
    """Reserve what the order of `posting` still needs, all of it or nothing, the oldest lots first.

    What is reserved beyond that (the plan has become smaller) is released. Doing it again changes nothing. Returns the
    reservations that hold now. Raises BusinessError STOCK_SHORT with shortages, their names in `language`; Refused for an
    order that is cancelled: nobody would release what it reserved (I7).
    """
    order_no = posting.order_no
    # Held before the products, as cancelling holds them: who comes second sees what the first has done.
    if orders.find(session, order_no) and orders.get(session, order_no, hold=True).cancelled_at is not None:
        raise errors.Refused(
            Sentence(_l("Order {order_no} is cancelled, so nothing is reserved for it."), order_no=order_no)
        )
    held = {row.sku for row in active(session, order_no)}
    stock_ledger.hold(session, held | planned(session, order_no).keys())
    wanted, reserved = to_issue(session, order_no), _by_product(active(session, order_no))
    short = missing(session, order_no)
    if short:
        raise stock_short(session, short, language)
    for sku in sorted(held | wanted.keys()):
        more = wanted.get(sku, 0) - reserved.get(sku, 0)
        if more > 0:
            _reserve(session, posting, sku, more, language)
        elif more < 0:
            _release(session, posting, sku, -more)
    session.flush()
    return active(session, order_no)


def reserve_what_is_there(session: Session, posting: ledger.Posting) -> dict[str, int]:
    """Reserve for the order of `posting` as much of what it still needs as lies free, the oldest lots first.

    Returns what is short of it then, {sku: thousandths}: nothing when all is reserved.
    """
    stock_ledger.hold(session, planned(session, posting.order_no))
    wanted, reserved = to_issue(session, posting.order_no), _by_product(active(session, posting.order_no))
    for sku, milli in sorted(wanted.items()):
        more = min(milli - reserved.get(sku, 0), free_milli(session, sku))
        if more > 0:
            _reserve(session, posting, sku, more, "en")
    session.flush()
    return missing(session, posting.order_no)


def release_order(session: Session, posting: ledger.Posting) -> list[Reservation]:
    """End every reservation of the order of `posting` (I7). Returns those that were ended."""
    rows = active(session, posting.order_no)
    stock_ledger.hold(session, {row.sku for row in rows})
    for row in rows:
        end(session, row, row.quantity_milli, "released", posting.at)
    session.flush()
    return rows


def take(
    session: Session, posting: ledger.Posting, sku: str, quantity_milli: int, language: str = "en"
) -> list[tuple[Lot, StockLocation, int]]:
    """Choose what an issue to the order of `posting` takes from the store, and end its reservations for that.

    Its own reservations first, then what is free, the oldest lots first: (lot, place, thousandths). The product is held.
    Raises BusinessError STOCK_SHORT rather than take less than was asked for.
    """
    # Asked before a reservation ends, which would make its quantity look free.
    free = [(balance, balance.free_milli) for balance, _lot in stock_ledger.in_store(session, sku)]
    taken = []
    for row in active(session, posting.order_no):
        milli = min(quantity_milli, row.quantity_milli) if row.sku == sku else 0
        if milli > 0:
            taken.append((session.get_one(StockBalance, row.balance_key), milli))
            end(session, row, milli, "issued", posting.at)
            quantity_milli -= milli
    for balance, here in free:
        milli = min(quantity_milli, here)
        if milli > 0:
            taken.append((balance, milli))
            quantity_milli -= milli
    if quantity_milli:
        raise stock_short(session, {sku: quantity_milli}, language)
    session.flush()
    return [
        (session.get_one(Lot, each.lot_key), session.get_one(StockLocation, each.location_id), milli)
        for each, milli in taken
    ]


def promise(
    session: Session, posting: ledger.Posting, balance: StockBalance, quantity_milli: int
) -> Reservation:
    """Keep so much of what lies at a place for the order of `posting`; the database refuses what is not free there.

    The product is held.
    """
    stock_ledger.change(session, balance, reserved_milli=quantity_milli)
    row = Reservation(
        process_instance_key=posting.process_instance_key,
        order_no=posting.order_no,
        sku=balance.sku,
        balance_key=balance.key,
        lot_key=balance.lot_key,
        quantity_milli=quantity_milli,
        state="active",
        effect_key=posting.effect_key,
        reserved_at=posting.at,
        reserved_by=posting.by,
    )
    session.add(row)
    return row


def unreserved(session: Session, order_no: str) -> dict[str, int]:
    """What an order still needs and has not reserved yet: {sku: thousandths}."""
    reserved = _by_product(active(session, order_no))
    rest = {sku: milli - reserved.get(sku, 0) for sku, milli in to_issue(session, order_no).items()}
    return {sku: milli for sku, milli in rest.items() if milli > 0}


def end(session: Session, row: Reservation, quantity_milli: int, state: str, at: datetime) -> None:
    """End a reservation for a part of its quantity or for all of it; the rest goes on. The product is held."""
    balance = session.get_one(StockBalance, row.balance_key)
    stock_ledger.change(session, balance, reserved_milli=-quantity_milli)
    if quantity_milli == row.quantity_milli:
        row.state, row.ended_at = state, at
        return
    row.quantity_milli -= quantity_milli
    session.add(
        Reservation(
            process_instance_key=row.process_instance_key,
            order_no=row.order_no,
            sku=row.sku,
            balance_key=row.balance_key,
            lot_key=row.lot_key,
            quantity_milli=quantity_milli,
            state=state,
            effect_key=row.effect_key,
            reserved_at=row.reserved_at,
            reserved_by=row.reserved_by,
            ended_at=at,
        )
    )


def stock_short(session: Session, short: Mapping[str, int], language: str) -> errors.BusinessError:
    """The error that the store has too little: its variable shortages says of what, and how much is missing."""
    rows = shortages(session, short, language)
    sentence = Sentence(
        _l("The store has too little. Missing: {parts}."),
        parts=[f"{row['name']} ({row['missing']})" for row in rows],
    )
    return errors.BusinessError(STOCK_SHORT, in_language(sentence, language), {"shortages": rows})


def shortages(session: Session, short: Mapping[str, int], language: str) -> list[dict[str, Any]]:
    """What is missing as the rows of a form: part, name, missing, expected (null: nobody has promised any)."""
    return [
        {
            "part": sku,
            "name": products.get(session, sku).name_in(language),
            "missing": quantities.plain(milli),
            "expected": None,
        }
        for sku, milli in sorted(short.items())
    ]


def _reserve(session: Session, posting: ledger.Posting, sku: str, quantity_milli: int, language: str) -> None:
    products.get(session, sku).refuse_fraction(quantity_milli)
    for balance, _lot in stock_ledger.in_store(session, sku):
        taken = min(quantity_milli, balance.free_milli)
        if taken > 0:
            promise(session, posting, balance, taken)
            quantity_milli -= taken
    if quantity_milli:
        raise stock_short(session, {sku: quantity_milli}, language)


def _release(session: Session, posting: ledger.Posting, sku: str, quantity_milli: int) -> None:
    # The newest first: the oldest lots are to leave the store first.
    for row in reversed(active(session, posting.order_no)):
        if row.sku == sku and quantity_milli > 0:
            ended = min(quantity_milli, row.quantity_milli)
            quantity_milli -= ended
            end(session, row, ended, "released", posting.at)


def _by_product(rows: Iterable[Reservation]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[row.sku] = found.get(row.sku, 0) + row.quantity_milli
    return found
