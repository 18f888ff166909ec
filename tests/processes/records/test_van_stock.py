"""A technician's van: parts are loaded, promised, taken and put back as in the store."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engine import errors
from processes.records import completion, reservations, stock, stock_documents, stock_ledger, van_stock
from tests.processes import repaired
from tests.processes.company import NOW
from tests.processes.repaired import HOSE, PUMP, of

ORDER = "R-0001"


@pytest.fixture
def shop(session: Session) -> Session:
    """A shop with an order of two pumps and a hose, and a van with one pump in it."""
    repaired.shop(session)
    session.info["row"] = repaired.diagnosed(session, ORDER, "paid")
    van_stock.load(session, stock_documents.without_order("load", NOW, "anna"), "anna", {PUMP: 1000})
    return session


def test_a_van_covers_what_it_has_and_the_store_the_rest(shop: Session) -> None:
    row = shop.info["row"]

    lacking = van_stock.reserve(shop, of(row, "look"), "anna")

    assert lacking == {PUMP: 1000, HOSE: 1000}
    assert van_stock.reserve(shop, of(row, "look again"), "anna") == lacking
    note = van_stock.take(shop, of(row, "take"), "anna")
    assert van_stock.take(shop, of(row, "take"), "anna") is note
    assert stock_ledger.in_work(shop, ORDER) == {PUMP: 1000}
    assert van_stock.contents(shop, "anna") == {}
    reservations.reserve_order(shop, of(row, "reserve"))
    assert sorted(each.sku for each in reservations.active(shop, ORDER)) == [HOSE, PUMP]


def test_what_one_order_has_been_promised_no_other_gets(shop: Session) -> None:
    van_stock.reserve(shop, of(shop.info["row"], "look"), "anna")
    other = repaired.diagnosed(shop, "R-0002", "paid")

    assert van_stock.reserve(shop, of(other, "look"), "anna") == {PUMP: 2000, HOSE: 1000}
    assert van_stock.take(shop, of(other, "take"), "anna") is None


def test_what_is_not_used_lies_in_the_van_again_at_its_cost(shop: Session) -> None:
    row = shop.info["row"]
    van_stock.reserve(shop, of(row, "look"), "anna")
    van_stock.take(shop, of(row, "take"), "anna")

    with pytest.raises(errors.Refused, match="Count again"):
        van_stock.put_back(shop, of(row, "too much"), "anna", {PUMP: 2000})
    van_stock.put_back(shop, of(row, "back"), "anna", {PUMP: 1000})

    assert van_stock.contents(shop, "anna") == {PUMP: 1000}
    assert sum(move.cost_cents for move in stock_ledger.moves(shop, ORDER)) == 2 * 20_00
    assert stock_ledger.in_work(shop, ORDER) == {}


def test_a_cancelled_order_puts_its_parts_back_where_they_were(shop: Session) -> None:
    row = shop.info["row"]
    van_stock.reserve(shop, of(row, "look"), "anna")
    van_stock.take(shop, of(row, "take"), "anna")

    completion.reverse_order(shop, of(row, "undo"), "Sold")

    assert van_stock.contents(shop, "anna") == {PUMP: 1000}
    assert stock.on_hand(shop, PUMP) == 9000


def test_a_van_takes_no_more_than_lies_free_in_the_store(shop: Session) -> None:
    with pytest.raises(errors.Refused, match="promised to nobody"):
        van_stock.load(shop, stock_documents.without_order("more", NOW, "anna"), "anna", {HOSE: 11_000})
    with pytest.raises(errors.NotFound):
        van_stock.place_of(shop, "nobody")
