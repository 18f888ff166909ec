"""Stock: goods come in, are issued, come back, are used up and taken back; every move is double and costs what it cost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import errors
from processes.records import reservations, stock, stock_documents, stock_ledger, stock_losses
from processes.records.stock_ledger import Lot, StockBalance, StockMove
from tests.processes import store
from tests.processes.company import NOW
from tests.processes.repair_shop import posting

REPAIR = "R-0001"


def _issue(session: Session, effect: str = "issue", /, **parts: int) -> None:
    stock.issue(
        session, posting(session, effect), {f"P-{name.upper()}": n for name, n in parts.items()}, "master"
    )


def test_goods_that_come_in_are_a_lot_at_their_cost_and_come_from_outside(company: Session) -> None:
    before = stock.on_hand(company, store.SHOCK)

    receipt = stock.receive(
        company,
        stock_documents.without_order("delivery 1", NOW, "storekeeper"),
        [stock.Delivered(store.SHOCK, 3000, 90_00), stock.Delivered(store.PUMP, 1000, 240_00, "DP-2700")],
        "Example Parts",
    )

    assert (before, stock.on_hand(company, store.SHOCK)) == (0, 3000)
    assert store.at(company, store.SHOCK, "supplier") == -3000
    lots = company.scalars(select(Lot).where(Lot.supplier == "Example Parts").order_by(Lot.key)).all()
    assert [(lot.lot_no, lot.unit_cost_cents) for lot in lots] == [
        (f"{receipt.number}/1", 90_00),
        ("DP-2700", 240_00),
    ]


def test_a_receipt_that_is_repeated_receives_nothing(company: Session) -> None:
    given = stock_documents.without_order("delivery 1", NOW, "storekeeper")
    first = stock.receive(company, given, [stock.Delivered(store.SHOCK, 3000, 90_00)])

    again = stock.receive(company, given, [stock.Delivered(store.SHOCK, 3000, 90_00)])

    assert again is first
    assert stock.on_hand(company, store.SHOCK) == 3000


def test_pieces_with_serial_numbers_come_in_one_by_one_and_only_once(company: Session) -> None:
    def receive(effect: str, quantity: int, *serials: str) -> str:
        given = stock_documents.without_order(effect, NOW, "storekeeper")
        delivered = [stock.Delivered(store.DISPLAY, quantity, 400_00, serials=serials)]
        return stock.receive(company, given, delivered).number

    receive("a", 2000, "DM-0200", "DM-0201")
    ours = receive("b", 2000)

    with pytest.raises(errors.Refused, match="each piece comes in once"):
        receive("c", 1000, "DM-0200")
    with pytest.raises(errors.Refused, match="Expected a serial number for each of 2 "):
        receive("d", 2000, "DM-0300", "DM-0300")
    with pytest.raises(errors.Refused, match="Expected whole pieces"):
        receive("e", 1500)
    display = [lot.lot_no for balance, lot in stock_ledger.in_store(company, store.DISPLAY)]
    assert display == ["DM-0091", "DM-0200", "DM-0201", f"{ours}/1-1", f"{ours}/1-2"]


@pytest.mark.parametrize(("sku", "quantity"), [("W-PUMP", 1000), (store.PUMP, 0), ("P-MOON", 1000)])
def test_what_cannot_lie_in_a_store_is_not_received(company: Session, sku: str, quantity: int) -> None:
    given = stock_documents.without_order("delivery", NOW, "storekeeper")

    with pytest.raises(errors.Refused):
        stock.receive(company, given, [stock.Delivered(sku, quantity, 1)])


def test_an_issue_takes_the_oldest_lot_first_at_what_that_lot_cost(company: Session) -> None:
    store.repair(company, pump="3")

    _issue(company, pump=3000)

    moves = stock_ledger.moves(company, REPAIR)
    assert [(move.quantity_milli, move.cost_cents) for move in moves] == [(2000, 420_00), (1000, 235_00)]
    assert {(move.from_location_id, move.to_location_id) for move in moves} == {("MAIN", "WIP")}
    assert stock.on_hand(company, store.PUMP) == 2000


def test_nothing_is_issued_beyond_the_plan(company: Session) -> None:
    store.repair(company, pump="3")
    _issue(company, pump=2000)

    with pytest.raises(
        errors.BusinessError, match="Expected at most 1 of Drain pump to be issued"
    ) as refused:
        _issue(company, "again", pump=2000)

    assert refused.value.code == "ISSUE_ABOVE_PLAN"
    assert refused.value.variables["above_plan"] == [
        {"part": store.PUMP, "name": "Drain pump", "quantity": Decimal(2)}
    ]


def test_a_piece_with_a_serial_number_is_not_divided(company: Session) -> None:
    store.repair(company, display="0.5")

    with pytest.raises(errors.Refused, match="Expected whole pieces"):
        _issue(company, display=500)
    with pytest.raises(errors.Refused, match="Expected whole pieces"):
        reservations.reserve_order(company, posting(company, "reserve"))


def test_nothing_is_issued_that_the_store_does_not_have(company: Session) -> None:
    store.repair(company, fan="2", pump="1")

    with pytest.raises(errors.BusinessError) as refused:
        _issue(company, fan=2000, pump=1000)

    assert refused.value.code == "STOCK_SHORT"
    assert refused.value.variables["shortages"] == [
        {"part": store.FAN, "name": "Fan motor", "missing": Decimal(1), "expected": None}
    ]
    assert stock_ledger.moves(company, REPAIR) == []


def test_what_is_not_used_comes_back_at_its_cost_and_the_order_keeps_issue_less_return(
    company: Session,
) -> None:
    store.repair(company, pump="3", wire="0.777")
    _issue(company, pump=3000, wire=777)

    returned = stock.return_unused(company, posting(company, "back"), {store.PUMP: 2000, "P-WIRE": 333})

    assert returned.number == "RT-2026-0001"
    assert stock_ledger.in_work(company, REPAIR) == {store.PUMP: 1000, "P-WIRE": 444}
    held = {each.lot.sku: each.cost_cents for each in stock_ledger.held_by_order(company, REPAIR, "wip")}
    assert held == {store.PUMP: 210_00, "P-WIRE": 350 - 150}  # 0.777 m and 0.333 m at 4.50
    assert stock.on_hand(company, store.PUMP) == 4000


def test_parts_of_a_cent_do_not_stay_behind_when_the_last_piece_comes_back(company: Session) -> None:
    store.repair(company, wire="0.003")
    _issue(company, wire=3)  # 1.35 cents: one cent

    for number in range(3):  # 0.45 cents each: nothing, nothing, and the cent that is left
        stock.return_unused(company, posting(company, f"back {number}"), {"P-WIRE": 1})

    assert [move.cost_cents for move in stock_ledger.moves(company, REPAIR)] == [1, 0, 0, 1]
    assert {row.value_cents for row in company.scalars(select(StockBalance)) if not row.quantity_milli} == {0}


def test_more_than_is_in_work_does_not_come_back(company: Session) -> None:
    store.repair(company, pump="2")
    _issue(company, pump=2000)
    stock.return_unused(company, posting(company, "back"), {store.PUMP: 1000})

    with pytest.raises(
        errors.BusinessError, match="Expected at most 1 of Drain pump to come back"
    ) as refused:
        stock.return_unused(company, posting(company, "back again"), {store.PUMP: 2000})

    assert refused.value.code == "RETURN_TOO_MUCH"
    assert [row["quantity"] for row in refused.value.variables["returnable"]] == [Decimal(1)]


def test_parts_of_another_order_do_not_come_back_for_this_one(company: Session) -> None:
    store.repair(company, pump="2")
    store.repair(company, "R-0002", pump="2")
    _issue(company, pump=2000)

    with pytest.raises(errors.BusinessError, match="at most 0"):
        stock.return_unused(company, posting(company, "back", "R-0002"), {store.PUMP: 1000})


def test_what_was_used_goes_to_the_customer_line_by_line(company: Session) -> None:
    store.repair(company, pump="2")
    store.plan(company, payer="warranty", pump="1")
    _issue(company, pump=3000)
    store.use(company, pump="1")
    stock.return_unused(company, posting(company, "back"), {store.PUMP: 1000})

    used = stock.consume(company, posting(company, "complete"))

    assert [(line.payer, milli, cost) for line, milli, cost in used] == [
        ("client", 1000, 210_00),
        ("warranty", 1000, 210_00),
    ]
    assert store.at(company, store.PUMP, "customer") == 2000
    assert stock_ledger.in_work(company, REPAIR) == {}
    assert stock.consume(company, posting(company, "complete")) == used


@pytest.mark.parametrize(("used", "sentence"), [("1", "neither used nor back"), ("3", "has used 1 more")])
def test_an_order_is_not_completed_while_issued_is_not_used_and_returned(
    company: Session, used: str, sentence: str
) -> None:
    store.repair(company, pump="3")
    _issue(company, pump=2000)
    store.use(company, pump=used)

    with pytest.raises(errors.BusinessError, match=sentence) as refused:
        stock.consume(company, posting(company, "complete"))

    assert refused.value.code == "NOT_READY_TO_COMPLETE"
    assert store.at(company, store.PUMP, "customer") == 0


def test_an_order_without_parts_uses_nothing(company: Session) -> None:
    store.repair(company, pump="1")

    assert stock.consume(company, posting(company, "complete")) == []
    assert stock_documents.of(company, REPAIR) == []


def test_a_reversed_completion_puts_the_parts_back_to_work_and_can_be_completed_again(
    company: Session,
) -> None:
    store.repair(company, pump="3")
    _issue(company, pump=3000)
    store.use(company, pump="3")
    first = stock.consume(company, posting(company, "complete"))

    stock.reverse_consumption(company, posting(company, "reverse"))
    in_between = stock_ledger.in_work(company, REPAIR)
    again = stock.consume(company, posting(company, "complete again"))

    assert in_between == {store.PUMP: 3000}
    assert again == first
    assert stock.reverse_consumption(company, posting(company, "reverse")).number == "SR-2026-0001"


@pytest.mark.parametrize("completed", [False, True])
def test_a_cancelled_order_leaves_a_sum_of_zero_everywhere_and_the_lots_as_they_were(
    company: Session, completed: bool
) -> None:
    before = _balances(company)
    store.repair(company, pump="4", wire="0.5")
    _issue(company, pump=3000, wire=500)
    stock.return_unused(company, posting(company, "back"), {store.PUMP: 1000})
    if completed:
        store.use(company, pump="2", wire="0.5")
        stock.consume(company, posting(company, "complete"))

    stock.reverse_order(company, posting(company, "cancel"))

    assert stock_ledger.issued(company, REPAIR) == {}
    assert {place: found for place, found in _balances(company).items() if found != (0, 0)} == before
    assert stock.reverse_order(company, posting(company, "cancel again")) is None


def test_every_lot_lies_where_its_moves_say_at_what_they_cost(company: Session) -> None:
    store.repair(company, pump="3", gas="1.333", hose="2")
    _issue(company, pump=3000, gas=1333, hose=2000)
    stock.return_unused(company, posting(company, "back"), {"P-GAS": 1000, store.PUMP: 1000})
    store.use(company, pump="2", gas="0.333", hose="2")
    stock.consume(company, posting(company, "complete"))

    for row in company.scalars(select(StockBalance)):
        moved = [
            company.execute(
                select(
                    func.coalesce(func.sum(StockMove.quantity_milli), 0), func.sum(StockMove.cost_cents)
                ).where(StockMove.lot_key == row.lot_key, column == row.location_id)
            ).one()
            for column in (StockMove.to_location_id, StockMove.from_location_id)
        ]
        assert row.quantity_milli == moved[0][0] - moved[1][0]
        assert row.value_cents == (moved[0][1] or 0) - (moved[1][1] or 0)
    assert company.scalar(select(func.sum(StockBalance.quantity_milli))) == 0
    assert company.scalar(select(func.sum(StockBalance.value_cents))) == 0


def test_what_is_lost_leaves_the_store_free_pieces_first_then_those_promised_last(company: Session) -> None:
    store.repair(company, pump="2")
    store.repair(company, "R-0002", pump="2")
    for order_no in (REPAIR, "R-0002"):
        reservations.reserve_order(company, posting(company, "reserve", order_no))
    given = stock_documents.without_order("flood", NOW, "storekeeper")

    stock_losses.write_off(company, given, {store.PUMP: 2000}, "Water in the cellar")

    assert stock.on_hand(company, store.PUMP) == 3000
    assert reservations.free_milli(company, store.PUMP) == 0
    assert [row.quantity_milli for row in reservations.active(company, REPAIR)] == [2000]
    assert [row.quantity_milli for row in reservations.active(company, "R-0002")] == [1000]
    with pytest.raises(errors.BusinessError, match="Drain pump"):
        stock_losses.write_off(
            company, stock_documents.without_order("fire", NOW, "storekeeper"), {store.PUMP: 3001}, "Fire"
        )


def _balances(session: Session) -> dict[tuple[int, str], tuple[int, int]]:
    rows = session.scalars(select(StockBalance))
    return {(row.lot_key, row.location_id): (row.quantity_milli, row.value_cents) for row in rows}
