"""Finished goods come from production into the store, at what their material and labour cost (I17, I29, L1).

All at once: the material that is in work is used up, wages are accrued, the goods are a new lot. Nothing is in work then, and
the account of production has nothing left of the order.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from engine import errors
from engine.sentences import Sentence, _l, in_language
from processes.records import (
    billing,
    journal,
    languages,
    ledger,
    operation_log,
    orders,
    production_orders,
    production_plans,
    products,
    quantities,
    reservations,
    reversing,
    stock_documents,
    stock_ledger,
    wage_schemes,
    wages,
)
from processes.records.stock_documents import StockDocument
from processes.records.stock_ledger import Transfer
from processes.records.wage_schemes import Earning, Work

NOT_READY = "NOT_READY_TO_RECEIVE"
#: A production order has no work order that could be opened again: its wages are accrued once.
_VERSION = 1


def receive(session: Session, posting: ledger.Posting) -> StockDocument:
    """Take the goods of the order of `posting` into the store, once; returns the document with its moves.

    Raises BusinessError NOT_READY_TO_RECEIVE with reasons while pieces are in work, or where nothing says what somebody earns.
    """
    known = stock_documents.of_effect(session, posting, "production")
    if known is not None:
        return known
    orders.get(session, posting.order_no, hold=True)
    order = production_orders.get(session, posting.order_no, hold=True)
    earnings = _earnings(session, order, posting)
    _refuse_unless_ready(session, posting, order, earnings)
    stock_ledger.hold(session, {order.sku, *stock_ledger.in_work(session, order.order_no)})

    held = stock_ledger.held_by_order(session, order.order_no, "wip")
    labour = wages.accrue(session, posting, _VERSION, earnings)
    labour_cents = sum(row.amount_cents for row in labour)
    cost_cents = labour_cents + sum(each.cost_cents for each in held)
    in_work, production, store = (
        stock_ledger.main_place(session, kind) for kind in ("wip", "production", "stock")
    )
    document = stock_documents.write(session, posting, "production")
    transfers = [Transfer(*each[:2], in_work, production, each.cost_cents) for each in held]
    for lot_no, milli, cents in _pieces(session, order, cost_cents):
        lot = stock_ledger.add_lot(session, document, order.sku, lot_no, cents * 1000 // milli)
        transfers.append(Transfer(lot, milli, production, store, cents))
    stock_ledger.write(session, document, transfers)
    lost = cost_cents if order.good_milli == 0 else 0
    lines = [
        journal.Line(journal.PRODUCTION, journal.WAGES_PAYABLE, labour_cents),
        journal.Line(journal.STOCK_LOSSES, journal.PRODUCTION, lost),
    ]
    journal.post(session, posting, order.order_no, lines)
    reservations.release_order(session, posting)
    order.finished_at = order.finished_at or posting.at
    order.received_at, order.percent_done = posting.at, 100
    session.flush()
    return document


def goods(session: Session, order_no: str) -> dict[str, int]:
    """What came into the store from an order: {sku: thousandths}."""
    production = stock_ledger.main_place(session, "production").location_id
    found: dict[str, int] = {}
    for move in reversing.standing(stock_ledger.moves(session, order_no)):
        if move.from_location_id == production:
            found[move.sku] = found.get(move.sku, 0) + move.quantity_milli
    return found


def _pieces(
    session: Session, order: production_orders.ProductionOrder, cost_cents: int
) -> list[tuple[str, int, int]]:
    """The lots that the goods make: (number, thousandths, cost). Pieces with serial numbers are a lot each."""
    if order.good_milli == 0:
        return []
    if products.get(session, order.sku).tracking != "serial":
        return [(order.order_no, order.good_milli, cost_cents)]
    numbers = {f"{order.order_no}-{number}": 1 for number in range(1, order.good_milli // 1000 + 1)}
    shares = billing.split(cost_cents, numbers)
    return [(lot_no, 1000, shares[lot_no]) for lot_no in numbers]


def _earnings(
    session: Session, order: production_orders.ProductionOrder, posting: ledger.Posting
) -> list[Earning]:
    """What everybody earns with an order: by the hour, by the norm of the good pieces, or for each good piece."""
    hours: dict[str, dict[str, int]] = {}
    pieces: dict[str, dict[str, int]] = {}
    numbers = {row.key: row.work_sku for row in operation_log.rows(session, order.order_no)}
    for row in operation_log.hours(session, order.order_no):
        work = numbers[row.log_key]
        hours.setdefault(work, {})[row.login] = hours.get(work, {}).get(row.login, 0) + row.hours_milli
        pieces.setdefault(work, {})[row.login] = pieces.get(work, {}).get(row.login, 0) + row.pieces_milli
    norms = _norms_milli(session, order.order_no)
    paid = _paid_pieces_milli(session, order.order_no)
    works = [
        Work(work, by_login, norms[work] * paid[work] // 1000, {"company": 0})
        for work, by_login in hours.items()
    ]
    on = orders.day(session, posting.at)
    found = wage_schemes.reckon(session, works, orders.AT_OWN_COST, on, "production_order")
    # A piece rate pays for good pieces here; on a repair the operation itself is the piece.
    return [
        _by_piece(each, billing.split(paid[each.operation], pieces[each.operation]))
        if each.scheme is not None and each.scheme.basis == "piece"
        else each
        for each in found
    ]


def _by_piece(earning: Earning, pieces_milli: dict[str, int]) -> Earning:
    milli = pieces_milli[earning.login]
    return replace(
        earning,
        base_milli=milli,
        amount_cents=quantities.cost_cents(earning.scheme.rate_cents, milli),
    )


def _norms_milli(session: Session, order_no: str) -> dict[str, int]:
    return {each.work_sku: each.norm_milli for each in production_plans.operations(session, order_no)}


def _paid_pieces_milli(session: Session, order_no: str) -> dict[str, int]:
    """How many pieces of each operation are paid for: a piece that was sent back is paid for once."""
    found: dict[str, int] = {}
    for row in reversing.standing(operation_log.rows(session, order_no)):
        given = row.good_milli if row.stage == operation_log.WORK else -row.rest_milli
        found[row.work_sku] = found.get(row.work_sku, 0) + given
    return found


def _refuse_unless_ready(
    session: Session,
    posting: ledger.Posting,
    order: production_orders.ProductionOrder,
    earnings: list[Earning],
) -> None:
    found = []
    if order.started_at is None or order.in_work_milli:
        found.append(
            Sentence(
                _l("{rest} pieces are still in work. Report them as good or as scrap first."),
                rest=quantities.plain(order.in_work_milli),
            )
        )
    found += [
        Sentence(
            _l('No wage scheme says what {login} earns with "{operation}". Add one.'),
            login=each.login,
            operation=each.operation,
        )
        for each in earnings
        if each.scheme is None
    ]
    if found:
        language = languages.of_person(session, posting.by)
        reasons = [in_language(each, language) for each in found]
        raise errors.BusinessError(NOT_READY, " ".join(reasons), {"reasons": reasons})
