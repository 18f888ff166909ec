"""Eight processes want the last piece at once: one gets it, the others are told that the store has too little (T19)."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, exc, func, select, update

from engine import database
from processes import demo
from processes.records import stock, stock_ledger
from processes.records.reservations import Reservation
from processes.records.stock import Delivered
from processes.records.stock_documents import StockDocument
from processes.records.stock_ledger import StockBalance, StockMove
from tests.processes import store


def test_of_eight_that_reserve_the_last_piece_one_gets_it(any_database: Engine) -> None:
    orders = store.set_up(any_database, fan="1")

    answers = store.all_at_once(any_database, orders, "stock.reserve")

    assert answers == ["STOCK_SHORT"] * 7 + ["done"]
    with database.reading(any_database) as session:
        assert session.scalars(select(Reservation.quantity_milli)).all() == [1000]
        assert [balance.reserved_milli for balance, _lot in stock_ledger.in_store(session, store.FAN)] == [
            1000
        ]


def test_of_eight_that_issue_the_last_piece_one_gets_it(any_database: Engine) -> None:
    orders = store.set_up(any_database, fan="1")

    answers = store.all_at_once(
        any_database, orders, "stock.issue", picks=store.picks(fan="1"), receiver="master"
    )

    assert answers == ["STOCK_SHORT"] * 7 + ["done"]
    with database.reading(any_database) as session:
        assert stock.on_hand(session, store.FAN) == 0
        assert store.at(session, store.FAN, "wip") == 1000
        issues = select(StockDocument.number).where(StockDocument.kind == "issue")
        assert session.scalars(issues).all() == ["IN-2026-0001"]


def test_eight_that_take_from_one_lot_and_one_fraction_leave_what_nobody_took(any_database: Engine) -> None:
    orders = store.set_up(any_database, wire="0.125", hose="1")

    answers = store.all_at_once(
        any_database, orders, "stock.issue", picks=store.picks(hose="1", wire="0.125"), receiver="master"
    )

    assert answers == ["done"] * 8
    with database.reading(any_database) as session:
        assert stock.on_hand(session, "P-WIRE") == 25_500 - 8 * 125
        assert stock.on_hand(session, "P-HOSE") == 0
        numbers = session.scalars(select(StockDocument.number).where(StockDocument.kind == "issue")).all()
        assert sorted(numbers) == [f"IN-2026-{number:04}" for number in range(1, 9)]


def test_eight_receipts_at_once_are_all_counted(any_database: Engine) -> None:
    orders = store.set_up(any_database)
    with database.reading(any_database) as session:
        before = set(session.scalars(select(StockDocument.number)))
        moves = session.scalar(select(func.count(StockMove.key)))
        supplied = store.at(session, store.SHOCK, "supplier")
    delivered = [Delivered(store.SHOCK, 2000, 100_00), Delivered(store.FAN, 1000, 9_00)]

    answers = store.all_at_once(any_database, orders, store.RECEIVE, delivered=delivered, supplier="Example")

    assert answers == ["done"] * 8
    with database.reading(any_database) as session:
        assert stock.on_hand(session, store.SHOCK) == 16_000
        assert stock.on_hand(session, store.FAN) == 9_000
        assert store.at(session, store.SHOCK, "supplier") == supplied - 16_000
        numbers = sorted(set(session.scalars(select(StockDocument.number))) - before)
        first = max(int(number[-4:]) for number in before if number.startswith("GR-2026")) + 1
        assert numbers == [f"GR-2026-{number:04}" for number in range(first, first + 8)]
        assert session.scalar(select(func.count(StockMove.key))) == moves + 16


@pytest.mark.parametrize(
    ("changed", "refused_by"),
    [({"quantity_milli": -1}, "never_negative"), ({"reserved_milli": 1001}, "reserved_is_there")],
)
def test_the_database_itself_refuses_what_is_not_there(
    any_database: Engine, changed: dict[str, int], refused_by: str
) -> None:
    with database.transaction(any_database) as session:
        demo.stock.add(session)

    with pytest.raises(exc.IntegrityError, match=refused_by), database.transaction(any_database) as session:
        session.execute(
            update(StockBalance)
            .where(StockBalance.sku == store.FAN, ~StockBalance.is_outside)
            .values(changed)
        )
