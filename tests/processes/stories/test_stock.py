"""What stories see of the store, and what they can let happen there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from processes.records import price_lists
from processes.stories import stock as stories
from tests.processes import store
from tests.processes.company import NOW
from tests.processes.repair_shop import posting, run


def test_a_story_sees_moves_reservations_and_documents_of_its_order(company: Session) -> None:
    store.repair(company, pump="1")
    store.repair(company, "R-0002", pump="1")
    run(company, "stock.reserve")
    run(company, "stock.issue", picks=store.picks(pump="1"), receiver="master")

    assert stories.stock_moves(company, "R-0001") == [
        {
            "document": "issue",
            "part": store.PUMP,
            "lot": "DP-2411",
            "quantity": Decimal(1),
            "from": "stock",
            "to": "wip",
            "cost": Decimal("210.00"),
            "reverses": False,
        }
    ]
    assert [row["state"] for row in stories.reservations(company, "R-0001")] == ["issued"]
    assert [row["number"] for row in stories.stock_documents_of(company, "R-0001")] == ["IN-2026-0001"]
    assert stories.parts_at_work(company, "R-0001") == 1
    assert stories.stock_moves(company, "R-0002") == []


def test_a_reversed_use_is_seen_as_such(company: Session) -> None:
    store.repair(company, pump="1")
    run(company, "stock.issue", picks=store.picks(pump="1"), receiver="master")
    store.use(company, pump="1")
    stories.stock.consume(company, posting(company, "complete"))

    stories.stock.reverse_order(company, posting(company, "cancel"))

    seen = [(row["to"], row["reverses"]) for row in stories.stock_moves(company, "R-0001")]
    assert seen == [("wip", False), ("customer", False), ("wip", True), ("stock", False)]
    assert stories.parts_at_work(company, "R-0001") == 0


def test_goods_arrive_and_are_lost_as_often_as_a_story_says(company: Session) -> None:
    for _time in range(2):
        stories.goods_arrive(
            company, NOW, store.SHOCK, Decimal(2), Decimal("90.00"), supplier="Example Parts"
        )
    stories.goods_are_lost(company, NOW, store.SHOCK, Decimal(1), "Broken on the shelf")

    assert stories.on_hand(company, store.SHOCK) == 3
    assert stories.free_stock(company, store.SHOCK) == 3


def test_prices_change_from_a_day_on(company: Session) -> None:
    stories.prices_change(company, NOW, "2026-12-01", {"W-PUMP": Decimal("310.50")})

    assert price_lists.price_of(company, "W-PUMP", date(2026, 11, 30)).price_cents == 280_00
    assert price_lists.price_of(company, "W-PUMP", date(2026, 12, 1)).price_cents == 310_50
