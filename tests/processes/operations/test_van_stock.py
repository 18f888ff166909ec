"""A van is loaded from the store against a transfer note, once."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from engine import operations
from processes.records import stock, stock_ledger
from tests.processes.company import order, step


def test_parts_move_from_the_store_into_the_van_once(company: Session) -> None:
    given = step(order(company), about="load")
    before = stock.on_hand(company, "P-PUMP")
    load = operations.find("van_stock.load")
    parts = [{"part": "P-PUMP", "quantity": Decimal(1)}]

    first = load.run(company, given, login="technician", parts=parts)
    again = load.run(company, given, login="technician", parts=parts)

    assert first == again
    assert first["transfer_no"]
    assert stock.on_hand(company, "P-PUMP") == before - 1000
    moved = stock_ledger.of_effect(company, given.effect_key)
    assert [each.quantity_milli for each in moved] == [1000]
