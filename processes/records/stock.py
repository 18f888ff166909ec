"""Stock: goods come in, are issued to orders, come back, are used up; each act is one document with its moves.

The store gives the oldest lot first, at what that lot cost. Each verb is safe to run twice: the same effect gives the
first document. What may not be is refused before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from engine import errors
from engine.sentences import Sentence, _l, in_language
from processes.records import (
    ledger,
    order_lines,
    products,
    quantities,
    reservations,
    reversing,
    stock_documents,
    stock_ledger,
)
from processes.records.order_lines import OrderLine
from processes.records.stock_documents import StockDocument
from processes.records.stock_ledger import Held, Lot, StockMove, Transfer, in_work, issued

ISSUE_ABOVE_PLAN = "ISSUE_ABOVE_PLAN"
RETURN_TOO_MUCH = "RETURN_TOO_MUCH"
NOT_READY_TO_COMPLETE = "NOT_READY_TO_COMPLETE"


@dataclass(frozen=True, slots=True)
class Delivered:
    """A line of a goods receipt. lot_no: the maker's, or one of ours where it has none. serials: of each piece its own, or ours."""

    sku: str
    quantity_milli: int
    unit_cost_cents: int
    lot_no: str | None = None
    serials: tuple[str, ...] = ()


def receive(
    session: Session, posting: ledger.Posting, delivered: Iterable[Delivered], supplier: str | None = None
) -> StockDocument:
    """Take goods into the store: supplier -> store, each line a new lot at its cost.

    Raises Refused for what cannot lie in a store, and for serial numbers that are missing or known.
    """
    known = stock_documents.of_effect(session, posting, "receipt")
    if known is not None:
        return known
    delivered = list(delivered)
    held = stock_ledger.hold(session, {each.sku for each in delivered})
    document = stock_documents.write(session, posting, "receipt", supplier=supplier)
    outside, store = (stock_ledger.main_place(session, kind) for kind in ("supplier", "stock"))
    transfers = []
    for position, line in enumerate(delivered, start=1):
        for lot_no, quantity_milli in _lots(held[line.sku], line, f"{document.number}/{position}"):
            lot = stock_ledger.add_lot(session, document, line.sku, lot_no, line.unit_cost_cents)
            transfers.append(Transfer(lot, quantity_milli, outside, store))
    stock_ledger.write(session, document, transfers)
    return document


def issue(
    session: Session,
    posting: ledger.Posting,
    picks: Mapping[str, int],
    receiver: str,
    language: str = "en",
) -> StockDocument:
    """Issue parts to the order of `posting`: store -> in work, its own reservations first, then what is free.

    picks: {sku: thousandths}. Raises BusinessError ISSUE_ABOVE_PLAN with above_plan, or STOCK_SHORT with shortages.
    """
    known = stock_documents.of_effect(session, posting, "issue")
    if known is not None:
        return known
    stock_ledger.hold(session, picks)
    _refuse_above_plan(session, posting.order_no, picks, language)
    short = reservations.short_of(session, posting.order_no, picks)
    if short:
        raise reservations.stock_short(session, short, language)
    document = stock_documents.write(session, posting, "issue", receiver=receiver)
    in_work_place = stock_ledger.main_place(session, "wip")
    stock_ledger.write(
        session,
        document,
        [
            Transfer(lot, milli, place, in_work_place)
            for sku, wanted in sorted(picks.items())
            for lot, place, milli in reservations.take(session, posting, sku, wanted, language)
        ],
    )
    return document


def return_unused(
    session: Session, posting: ledger.Posting, parts: Mapping[str, int], language: str = "en"
) -> StockDocument:
    """Take back what the order of `posting` has in work and does not need: in work -> the store it came from.

    parts: {sku: thousandths}. Raises BusinessError RETURN_TOO_MUCH with returnable: what may come back.
    """
    known = stock_documents.of_effect(session, posting, "return")
    if known is not None:
        return known
    stock_ledger.hold(session, parts)
    here = in_work(session, posting.order_no)
    for sku, milli in sorted(parts.items()):
        if milli > here.get(sku, 0):
            raise errors.BusinessError(
                RETURN_TOO_MUCH,
                in_language(
                    Sentence(
                        _l(
                            "Expected at most {most} of {part} to come back, as no more of it is in work, but found "
                            "{found}. Count again."
                        ),
                        most=quantities.plain(here.get(sku, 0)),
                        part=_name(session, sku, language),
                        found=quantities.plain(milli),
                    ),
                    language,
                ),
                {"returnable": rows(session, here, language)},
            )
    # The lots that were issued last come back first: what is used up is then the oldest.
    held = reversed(stock_ledger.held_by_order(session, posting.order_no, "wip"))
    taken = _take(list(held), parts)
    document = stock_documents.write(session, posting, "return")
    stock_ledger.write(session, document, [_back(session, posting.order_no, each) for each in taken])
    return document


def consume(session: Session, posting: ledger.Posting) -> list[tuple[OrderLine, int, int]]:
    """Use up what the part lines of the order of `posting` say was used: in work -> with the customer.

    Returns (line, thousandths, cost in cents) of each line. Raises BusinessError NOT_READY_TO_COMPLETE where more was
    used than is in work, or where something in work is neither used nor back in the store (R-303).
    """
    if stock_documents.of_effect(session, posting, "consumption") is not None:
        return _consumed(session, posting)
    lines = [each for each in order_lines.planned(session, posting.order_no) if each.kind == order_lines.PART]
    used = [line for line in lines if line.used_milli]
    stock_ledger.hold(session, {line.sku for line in used} | in_work(session, posting.order_no).keys())
    _refuse_unsettled(session, posting.order_no, used)
    if not used:
        return []
    wip, customer = (stock_ledger.main_place(session, kind) for kind in ("wip", "customer"))
    held = stock_ledger.held_by_order(session, posting.order_no, "wip")
    transfers = []
    for line in used:
        taken = _take(held, {line.sku: line.used_milli})
        held = _less(held, taken)
        transfers += [Transfer(*each[:2], wip, customer, each.cost_cents, line.key) for each in taken]
    stock_ledger.write(session, stock_documents.write(session, posting, "consumption"), transfers)
    return _consumed(session, posting)


def reverse_consumption(session: Session, posting: ledger.Posting) -> StockDocument | None:
    """Take back what the order of `posting` has used up, as when its completion is reversed: it is in work again."""
    return _reverse(session, posting, to_store=False)


def reverse_order(session: Session, posting: ledger.Posting) -> StockDocument | None:
    """Take back everything the order of `posting` has from the store; the sum of its moves is 0 then (I30).

    What it bought stays in the store. Returns None where there is nothing to take back.
    """
    return _reverse(session, posting, to_store=True)


def pick_list(session: Session, order_no: str, language: str = "en") -> list[dict[str, Any]]:
    """What is to be issued to an order now, as the rows of a form: part, name, quantity, lots (where to take it from)."""
    lots: dict[str, list[str]] = {}
    for each in reservations.active(session, order_no):
        lot = session.get_one(Lot, each.lot_key)
        lots.setdefault(each.sku, []).append(f"{lot.lot_no}: {quantities.plain(each.quantity_milli)}")
    found = rows(session, reservations.to_issue(session, order_no), language)
    return [{**row, "lots": ", ".join(lots.get(row["part"], []))} for row in found]


def rows(session: Session, by_product: Mapping[str, int], language: str) -> list[dict[str, Any]]:
    """Quantities by product as the rows of a form: part, name, quantity."""
    return [
        {"part": sku, "name": _name(session, sku, language), "quantity": quantities.plain(milli)}
        for sku, milli in sorted(by_product.items())
    ]


def on_hand(session: Session, sku: str) -> int:
    """How much of a product lies in the stores, reserved or free, in thousandths."""
    return sum(balance.quantity_milli for balance, _lot in stock_ledger.in_store(session, sku))


def _lots(product: products.Product, line: Delivered, own_number: str) -> list[tuple[str, int]]:
    """The lots that a line of a receipt makes: (number, thousandths)."""
    if not product.is_stocked:
        raise errors.Refused(
            Sentence(
                _l('Only spare parts lie in a store, but "{part}" is none. Choose a spare part.'),
                part=product.sku,
            )
        )
    quantities.positive_milli(quantities.plain(line.quantity_milli), product.sku)
    if product.tracking != "serial":
        return [(line.lot_no or own_number, line.quantity_milli)]
    product.refuse_fraction(line.quantity_milli)
    pieces = line.quantity_milli // 1000
    serials = list(dict.fromkeys(line.serials)) or [f"{own_number}-{n}" for n in range(1, pieces + 1)]
    if len(serials) != pieces:
        raise errors.Refused(
            Sentence(
                _l(
                    'Expected a serial number for each of {quantity} of "{part}", but found {found}. Each piece has one '
                    "of its own."
                ),
                quantity=quantities.plain(line.quantity_milli),
                part=product.sku,
                found=len(serials),
            )
        )
    return [(serial, 1000) for serial in serials]


def _refuse_above_plan(session: Session, order_no: str, picks: Mapping[str, int], language: str) -> None:
    open_parts = reservations.to_issue(session, order_no)
    for sku, milli in sorted(picks.items()):
        if milli > open_parts.get(sku, 0):
            raise errors.BusinessError(
                ISSUE_ABOVE_PLAN,
                in_language(
                    Sentence(
                        _l(
                            "Expected at most {most} of {part} to be issued, as the order plans no more, but found "
                            "{found}. Let the master plan it first."
                        ),
                        most=quantities.plain(open_parts.get(sku, 0)),
                        part=_name(session, sku, language),
                        found=quantities.plain(milli),
                    ),
                    language,
                ),
                {"above_plan": rows(session, {sku: milli}, language)},
            )


def _refuse_unsettled(session: Session, order_no: str, used: Iterable[OrderLine]) -> None:
    rest = in_work(session, order_no)
    for line in used:
        rest[line.sku] = rest.get(line.sku, 0) - line.used_milli
    for sku, milli in sorted(rest.items()):
        if milli < 0:
            raise errors.BusinessError(
                NOT_READY_TO_COMPLETE,
                Sentence(
                    _l(
                        "The order has used {more} more of {part} than it has in work. Issue that first, or correct "
                        "what was used."
                    ),
                    more=quantities.plain(-milli),
                    part=sku,
                ),
            )
        if milli > 0:
            raise errors.BusinessError(
                NOT_READY_TO_COMPLETE,
                Sentence(
                    _l(
                        "The order has {rest} of {part} in work that is neither used nor back in the store. Return it "
                        "first, or correct what was used."
                    ),
                    rest=quantities.plain(milli),
                    part=sku,
                ),
            )


def _take(held: Iterable[Held], wanted: Mapping[str, int]) -> list[Held]:
    """So much of each product out of lots, in their order, each part at its share of the cost."""
    rest, taken = dict(wanted), []
    for lot, here, cost in held:
        milli = min(rest.get(lot.sku, 0), here)
        if milli > 0:
            rest[lot.sku] -= milli
            # The last of a lot takes all of its cost that is left: what an order pays is issue less return (I15).
            share = cost if milli == here else min(cost, quantities.cost_cents(lot.unit_cost_cents, milli))
            taken.append(Held(lot, milli, share))
    return taken


def _less(held: Iterable[Held], taken: Iterable[Held]) -> list[Held]:
    """What is left of lots."""
    gone = {each.lot.key: each for each in taken}
    left = [
        Held(lot, milli - gone[lot.key].quantity_milli, cost - gone[lot.key].cost_cents)
        if lot.key in gone
        else Held(lot, milli, cost)
        for lot, milli, cost in held
    ]
    return [each for each in left if each.quantity_milli > 0]


def _back(session: Session, order_no: str, held: Held) -> Transfer:
    return Transfer(
        held.lot,
        held.quantity_milli,
        stock_ledger.main_place(session, "wip"),
        stock_ledger.store_of(session, order_no, held.lot),
        held.cost_cents,
    )


def _consumed(session: Session, posting: ledger.Posting) -> list[tuple[OrderLine, int, int]]:
    sums: dict[int, list[int]] = {}
    for move in stock_ledger.of_effect(session, posting.effect_key):
        if move.line_key is not None:
            held = sums.setdefault(move.line_key, [0, 0])
            held[0] += move.quantity_milli
            held[1] += move.cost_cents
    return [(session.get_one(OrderLine, key), milli, cents) for key, (milli, cents) in sums.items()]


def _reverse(session: Session, posting: ledger.Posting, *, to_store: bool) -> StockDocument | None:
    known = stock_documents.of_effect(session, posting, "reversal")
    if known is not None:
        return known
    order_no = posting.order_no
    stock_ledger.hold(session, issued(session, order_no))
    undone = [_undo(session, move) for move in _consumptions(session, order_no)]
    in_work_now = stock_ledger.held_by_order(session, order_no, "wip", "customer") if to_store else []
    transfers = [*undone, *(_back(session, order_no, each) for each in in_work_now)]
    if not transfers:
        return None
    document = stock_documents.write(session, posting, "reversal")
    stock_ledger.write(session, document, transfers)
    return document


def _consumptions(session: Session, order_no: str) -> list[StockMove]:
    customer = stock_ledger.main_place(session, "customer").location_id
    standing = reversing.standing(stock_ledger.moves(session, order_no))
    return [move for move in standing if move.to_location_id == customer]


def _undo(session: Session, move: StockMove) -> Transfer:
    lot = session.get_one(Lot, move.lot_key)
    wip, customer = (stock_ledger.main_place(session, kind) for kind in ("wip", "customer"))
    return Transfer(lot, move.quantity_milli, customer, wip, move.cost_cents, move.line_key, move.key)


def _name(session: Session, sku: str, language: str) -> str:
    return products.get(session, sku).name_in(language)
