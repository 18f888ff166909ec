"""The stock in a technician's van: loaded from the store, promised to an order, used on the spot, put back.

A van is a place of the kind `van` that belongs to one person. Everything else is as in the store: the oldest lot first, nothing
below 0, nothing that is promised to another order.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import errors
from engine.sentences import Sentence, _l
from engine.tables import Person
from processes.records import ledger, quantities, reservations, stock_documents, stock_ledger
from processes.records.reservations import Reservation
from processes.records.stock_documents import StockDocument
from processes.records.stock_ledger import Lot, StockBalance, StockLocation, Transfer


def place_of(session: Session, login: str) -> StockLocation:
    """The van of a person; set up when it is first asked for. Raises NotFound for somebody who does not work here."""
    found = session.get(StockLocation, f"VAN-{login}")
    if found is not None:
        return found
    person = session.get(Person, login)
    if person is None:
        raise errors.NotFound(f'There is no colleague "{login}", so there is no van of theirs.')
    row = StockLocation(location_id=f"VAN-{login}", kind="van", name=person.name)
    session.add(row)
    session.flush()
    return row


def load(session: Session, posting: ledger.Posting, login: str, parts: Mapping[str, int]) -> StockDocument:
    """Move parts from the store into a van, the oldest lots first, against a transfer note.

    parts: {sku: thousandths}. Raises Refused where the store has too little that is promised to nobody.
    """
    known = stock_documents.of_effect(session, posting, "transfer")
    if known is not None:
        return known
    stock_ledger.hold(session, parts)
    van = place_of(session, login)
    transfers = []
    for sku, wanted in sorted(parts.items()):
        rest = wanted
        for balance, lot in stock_ledger.in_store(session, sku):
            milli = min(rest, balance.free_milli)
            if milli > 0:
                store = session.get_one(StockLocation, balance.location_id)
                transfers.append(Transfer(lot, milli, store, van))
                rest -= milli
        if rest:
            raise errors.Refused(
                Sentence(
                    _l(
                        "The store lacks {missing} of {part} that is promised to nobody. Load less, or order it first."
                    ),
                    missing=quantities.plain(rest),
                    part=sku,
                )
            )
    document = stock_documents.write(session, posting, "transfer", receiver=login)
    stock_ledger.write(session, document, transfers)
    return document


def reserve(session: Session, posting: ledger.Posting, login: str) -> dict[str, int]:
    """Promise what lies free in a van to the order of `posting`, as much as it still needs.

    Returns what the van does not cover, {sku: thousandths}. Doing it again promises nothing more.
    """
    order_no = posting.order_no
    stock_ledger.hold(session, reservations.to_issue(session, order_no))
    lacking = reservations.unreserved(session, order_no)
    for sku, rest in sorted(lacking.items()):
        for balance in _in_van(session, place_of(session, login), sku):
            milli = min(rest, balance.free_milli)
            if milli > 0:
                reservations.promise(session, posting, balance, milli)
                rest -= milli
        lacking[sku] = rest
    session.flush()
    return {sku: rest for sku, rest in lacking.items() if rest > 0}


def take(session: Session, posting: ledger.Posting, login: str) -> StockDocument | None:
    """Take out of a van what is promised to the order of `posting`: van -> in work, against an issue note; None for nothing."""
    known = stock_documents.of_effect(session, posting, "issue")
    if known is not None:
        return known
    van = place_of(session, login)
    promised = _promised(session, posting.order_no, van)
    if not promised:
        return None
    stock_ledger.hold(session, {row.sku for row in promised})
    document = stock_documents.write(session, posting, "issue", receiver=login)
    in_work = stock_ledger.main_place(session, "wip")
    transfers = []
    for row in promised:
        transfers.append(Transfer(session.get_one(Lot, row.lot_key), row.quantity_milli, van, in_work))
        reservations.end(session, row, row.quantity_milli, "issued", posting.at)
    stock_ledger.write(session, document, transfers)
    return document


def put_back(
    session: Session, posting: ledger.Posting, login: str, unused: Mapping[str, int]
) -> StockDocument | None:
    """Put parts that the order of `posting` did not use into a van: in work -> van, at the cost they came at; None for nothing.

    unused: {sku: thousandths}. Raises Refused for more than is in work.
    """
    known = stock_documents.of_effect(session, posting, "return")
    if known is not None:
        return known
    unused = {sku: milli for sku, milli in unused.items() if milli > 0}
    if not unused:
        return None
    stock_ledger.hold(session, unused)
    wip, van = stock_ledger.main_place(session, "wip"), place_of(session, login)
    transfers, rest = [], dict(unused)
    for held in reversed(stock_ledger.held_by_order(session, posting.order_no, "wip")):
        milli = min(rest.get(held.lot.sku, 0), held.quantity_milli)
        if milli > 0:
            rest[held.lot.sku] -= milli
            whole = milli == held.quantity_milli
            share = quantities.cost_cents(held.lot.unit_cost_cents, milli)
            cost = held.cost_cents if whole else min(held.cost_cents, share)
            transfers.append(Transfer(held.lot, milli, wip, van, cost))
    for sku, milli in rest.items():
        if milli:
            raise errors.Refused(
                Sentence(
                    _l("The order has {more} less of {part} in work than is to be put back. Count again."),
                    more=quantities.plain(milli),
                    part=sku,
                )
            )
    document = stock_documents.write(session, posting, "return")
    stock_ledger.write(session, document, transfers)
    return document


def contents(session: Session, login: str) -> dict[str, int]:
    """What lies in a van, promised or free: {sku: thousandths}."""
    query = select(StockBalance).where(
        StockBalance.location_id == f"VAN-{login}", StockBalance.quantity_milli > 0
    )
    found: dict[str, int] = {}
    for balance in session.scalars(query.order_by(StockBalance.sku)):
        found[balance.sku] = found.get(balance.sku, 0) + balance.quantity_milli
    return found


def _in_van(session: Session, van: StockLocation, sku: str) -> list[StockBalance]:
    query = (
        select(StockBalance)
        .join(Lot, Lot.key == StockBalance.lot_key)
        .where(StockBalance.location_id == van.location_id, StockBalance.sku == sku)
        .order_by(Lot.received_at, Lot.key)
    )
    return list(session.scalars(query))


def _promised(session: Session, order_no: str, van: StockLocation) -> list[Reservation]:
    return [
        row
        for row in reservations.active(session, order_no)
        if session.get_one(StockBalance, row.balance_key).location_id == van.location_id
    ]
