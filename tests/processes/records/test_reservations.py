"""Reservations: what an order needs and nobody else gets, all of it or nothing, until it is issued or needed no more."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import database, errors
from processes import demo
from processes.records import audit, order_lines, reservations, stock, stock_documents, stock_ledger
from tests.conftest import begin_with
from tests.processes import store
from tests.processes.company import NOW
from tests.processes.repair_shop import posting

REPAIR, OTHER = "R-0001", "R-0002"


def _reserve(session: Session, effect: str = "reserve", order_no: str = REPAIR) -> list[tuple[str, int]]:
    rows = reservations.reserve_order(session, posting(session, effect, order_no))
    return [(row.sku, row.quantity_milli) for row in rows]


def test_an_order_reserves_what_it_plans_and_others_have_the_rest(company: Session) -> None:
    store.repair(company, pump="3", wire="1.5")

    _reserve(company)

    assert [(row.sku, row.quantity_milli, row.state) for row in reservations.of(company, REPAIR)] == [
        (store.PUMP, 2000, "active"),  # the lot that came first ...
        (store.PUMP, 1000, "active"),  # ... and the next one
        ("P-WIRE", 1500, "active"),
    ]
    assert reservations.free_milli(company, store.PUMP) == 2000
    assert stock.on_hand(company, store.PUMP) == 5000


def test_what_is_promised_to_one_order_is_missing_to_another(company: Session) -> None:
    store.repair(company, fan="1")
    store.repair(company, OTHER, fan="1")
    _reserve(company)

    assert reservations.missing(company, REPAIR) == {}
    assert reservations.missing(company, OTHER) == {store.FAN: 1000}
    with pytest.raises(errors.BusinessError, match=r"Missing: Fan motor \(1\)"):
        stock.issue(company, posting(company, "issue", OTHER), {store.FAN: 1000}, "master")


def test_an_order_that_is_short_reserves_nothing_of_the_rest(company: Session) -> None:
    store.repair(company, pump="1", shock="2")

    with pytest.raises(errors.BusinessError) as refused:
        _reserve(company)

    assert refused.value.code == "STOCK_SHORT"
    assert refused.value.variables["shortages"] == [
        {"part": store.SHOCK, "name": "Shock absorbers", "missing": Decimal(2), "expected": None}
    ]
    assert reservations.of(company, REPAIR) == []


def test_reserving_again_changes_nothing(company: Session) -> None:
    store.repair(company, pump="3")
    first = _reserve(company)

    assert _reserve(company, "again") == first
    assert reservations.free_milli(company, store.PUMP) == 2000


def test_a_plan_that_has_changed_is_followed_up_and_down(company: Session) -> None:
    store.repair(company, pump="3", hose="1")
    _reserve(company)
    lines = {line.sku: line for line in order_lines.planned(company, REPAIR)}
    lines[store.PUMP].quantity_milli = 1000
    lines["P-HOSE"].state = "dropped"
    store.plan(company, belt="2")

    now = _reserve(company, "again")

    assert sorted(now) == [("P-BELT", 2000), (store.PUMP, 1000)]
    assert reservations.free_milli(company, store.PUMP) == 4000
    assert reservations.free_milli(company, "P-HOSE") == 8000


def test_an_issue_takes_the_own_reservation_and_ends_it(company: Session) -> None:
    store.repair(company, pump="3")
    _reserve(company)

    stock.issue(company, posting(company, "issue"), {store.PUMP: 1000}, "master")

    states = [(row.quantity_milli, row.state) for row in reservations.of(company, REPAIR)]
    assert sorted(states) == [(1000, "active"), (1000, "active"), (1000, "issued")]
    assert reservations.to_issue(company, REPAIR) == {store.PUMP: 2000}
    assert reservations.free_milli(company, store.PUMP) == 2000


def test_an_issue_takes_what_is_free_where_its_reservation_does_not_reach(company: Session) -> None:
    store.repair(company, pump="2")
    _reserve(company)
    store.repair(company, OTHER, pump="3")

    stock.issue(company, posting(company, "issue", OTHER), {store.PUMP: 3000}, "master")

    assert [row.state for row in reservations.of(company, REPAIR)] == ["active"]
    assert stock.on_hand(company, store.PUMP) == 2000
    assert reservations.free_milli(company, store.PUMP) == 0


def test_released_parts_are_free_for_others_and_nothing_is_left_reserved(company: Session) -> None:
    store.repair(company, pump="5")
    _reserve(company)

    ended = reservations.release_order(company, posting(company, "release"))

    assert {row.state for row in ended} == {"released"}
    assert {row.ended_at for row in ended} == {NOW}
    assert reservations.active(company, REPAIR) == []
    assert reservations.free_milli(company, store.PUMP) == 5000
    assert reservations.release_order(company, posting(company, "release again")) == []


def test_goods_that_arrive_end_a_shortage(company: Session) -> None:
    store.repair(company, shock="1")
    short = reservations.missing(company, REPAIR)

    given = stock_documents.without_order("delivery", NOW + timedelta(days=2), "storekeeper")
    stock.receive(company, given, [stock.Delivered(store.SHOCK, 1000, 90_00)])

    assert short == {store.SHOCK: 1000}
    assert _reserve(company) == [(store.SHOCK, 1000)]


def test_who_reserved_and_who_released_is_audited(company: Session) -> None:
    store.repair(company, fan="1")
    audit.acting(company, "buyer", NOW)
    _reserve(company)
    audit.acting(company, "manager", NOW)
    row = reservations.release_order(company, posting(company, "release"))[0]

    found = audit.of(company, "reservation", row.key)

    assert [(each.actor, each.action) for each in found] == [("buyer", "created"), ("manager", "changed")]


def test_what_a_step_has_looked_at_before_another_took_it_is_looked_at_again(postgresql: Engine) -> None:
    with database.transaction(postgresql) as session:
        begin_with(session, "company", demo.company)
        store.repair(session, fan="1")
        store.repair(session, OTHER, fan="1")
    with database.transaction(postgresql) as slow:
        seen = stock_ledger.in_store(slow, store.FAN)
        with database.transaction(postgresql) as quick:
            _reserve(quick, order_no=OTHER)

        with pytest.raises(errors.BusinessError, match="Fan motor"):
            _reserve(slow)

        assert [balance.reserved_milli for balance, _lot in seen] == [1000]
