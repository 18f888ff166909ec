"""Production orders: pieces balance (L18, I27), plans cover the quantity, goods cost what they took, two people settle."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, exc, text, update
from sqlalchemy.orm import Session

from engine import database, errors
from processes import doctor
from processes.records import (
    documents,
    operation_log,
    production_orders,
    production_plans,
    production_progress,
    production_receipts,
    reversing,
    settlements,
    stock,
    stock_ledger,
    wages,
)
from processes.records.ledger import LedgerOnlyGrows
from processes.records.operation_log import OperationLogRow, Waiting
from processes.records.production_orders import ProductionOrder
from tests.conftest import in_memory
from tests.processes import production as shop
from tests.processes.at_once import all_at_once
from tests.processes.company import NOW


def test_an_operation_begins_with_what_the_one_before_it_has_given(session: Session) -> None:
    row = shop.begin_at_work(session)
    assert operation_log.waiting(session, "MO-0001", 1, "work") == 10_000

    shop.report(session, row, 1, good=6, scrap=1)

    order = production_orders.get(session, "MO-0001")
    assert (order.begun_milli, order.scrap_milli, order.in_work_milli) == (10_000, 1000, 9000)
    assert operation_log.waiting(session, "MO-0001", 1, "work") == 3000
    assert operation_log.waiting(session, "MO-0001", 2, "work") == 6000
    with pytest.raises(errors.BusinessError) as refused:
        shop.report(session, row, 2, good=7)
    assert refused.value.code == operation_log.QUANTITIES_WRONG


def test_what_an_inspection_sends_back_is_worked_on_again_and_paid_once(session: Session) -> None:
    row = shop.begin_at_work(session)
    shop.report(session, row, 1, good=10)
    shop.report(session, row, 2, good=10)

    shop.inspect(session, row, good=7, scrap=1)
    assert operation_log.waiting(session, "MO-0001", 2, "work") == 2000
    shop.report(session, row, 2, good=2, effect="again")
    shop.inspect(session, row, good=2, effect="again")
    shop.report(session, row, 3, good=9)
    production_receipts.receive(session, shop.of(row, "receive", "accountant"))

    order = production_orders.get(session, "MO-0001")
    assert (order.good_milli, order.scrap_milli, order.in_work_milli) == (9000, 1000, 0)
    assert operation_log.first_pass_percent(session, "MO-0001") == 70
    welding = [each for each in wages.entries(session, "MO-0001") if each.operation == "O-WELD"]
    # 12 good reports less 2 that came back: 10 pieces at 20.00.
    assert [each.amount_cents for each in welding] == [200_00]


@pytest.mark.parametrize(
    "broken",
    [
        {"good_milli": OperationLogRow.good_milli + 1},
        {"rest_milli": -1, "good_milli": OperationLogRow.good_milli + 1},
    ],
)
def test_the_database_refuses_a_row_of_the_log_that_does_not_balance(session: Session, broken) -> None:
    row = shop.begin_at_work(session)
    shop.report(session, row, 1, good=9, scrap=1)
    session.execute(text("DROP TRIGGER operation_log_no_update"))

    with pytest.raises(exc.IntegrityError, match="CHECK"):
        session.execute(update(OperationLogRow).values(broken))


def test_the_log_only_grows(session: Session) -> None:
    row = shop.begin_at_work(session)
    logged = shop.report(session, row, 1, good=9)
    logged.good_milli = 8000

    with pytest.raises(LedgerOnlyGrows):
        session.flush()


@pytest.mark.parametrize(
    "broken",
    [
        {"in_work_milli": ProductionOrder.in_work_milli - 1000},
        {"good_milli": -1000, "in_work_milli": ProductionOrder.in_work_milli + 1000},
        {"settled_at": NOW},
    ],
)
def test_the_database_refuses_sums_that_do_not_balance_and_a_settlement_with_work_left(
    session: Session, broken: dict[str, object]
) -> None:
    shop.begin_at_work(session)

    with pytest.raises(exc.IntegrityError, match="CHECK"):
        session.execute(update(ProductionOrder).values(broken))


def test_a_plan_covers_the_quantity_follows_the_route_and_names_people(company: Session) -> None:
    row = shop.received(company)
    whole = shop.wanted(10)
    refused = {
        "planned for 9": shop.wanted(9),
        "route": whole[:2],
        "Nobody": shop.wanted(10, people=()),
        "no operation": [],
    }

    for said, plan in refused.items():
        with pytest.raises(errors.BusinessError, match=said):
            production_plans.write(company, shop.of(row, said), plan, {})
    assert production_plans.newest_version(company, "MO-0001") == 0
    assert production_plans.write(company, shop.of(row, "good"), whole, {shop.TUBE: 1000}) == 1
    assert production_plans.write(company, shop.of(row, "better"), whole, {}) == 2
    assert production_plans.write(company, shop.of(row, "good"), whole, {}) == 1


def test_goods_cost_their_material_and_wages_and_nothing_is_left_in_work(session: Session) -> None:
    row = shop.begin_made(session)
    stock.return_unused(session, shop.of(row, "return", "storekeeper"), {shop.TUBE: 2000})

    document = production_receipts.receive(session, shop.of(row, "receive", "accountant"))
    again = production_receipts.receive(session, shop.of(row, "receive", "accountant"))

    # 38 m at 12.00 and 40 feet at 2.00; cutting 10 x 3.00, welding 10 x 20.00, fitting 1 h at 90.00.
    ((balance, lot),) = stock_ledger.in_store(session, shop.STAND)
    assert (balance.quantity_milli, balance.value_cents) == (10_000, 536_00 + 320_00)
    assert lot.lot_no == "MO-0001"
    assert document.key == again.key
    assert settlements.left_in_work(session, "MO-0001") == (0, 0)
    by_person = {
        each.login: each.amount_cents
        for each in wages.entries(session, "MO-0001")
        if each.operation == "O-WELD"
    }
    assert by_person["worker1"] > by_person["worker2"] > 0
    assert sum(by_person.values()) == 200_00


def test_what_is_still_in_work_cannot_be_received(session: Session) -> None:
    row = shop.begin_at_work(session)
    shop.report(session, row, 1, good=9)

    with pytest.raises(errors.BusinessError) as refused:
        production_receipts.receive(session, shop.of(row, "receive", "accountant"))

    assert refused.value.code == production_receipts.NOT_READY
    assert wages.entries(session, "MO-0001") == []


def _settle(session: Session, row, by: str = "accountant", **more: object) -> settlements.Settlement:
    facts = {
        "compared_by": "planner",
        "outcome": "reduced",
        "difference_code": "scrap",
        "resolution": "As agreed",
    }
    return settlements.settle(session, shop.of(row, "settle", by), **{**facts, **more})


def test_a_settlement_needs_a_code_for_a_difference_two_people_and_goods_in_the_store(
    company: Session,
) -> None:
    row = shop.made(company, pieces=100, scrap=3)
    with pytest.raises(errors.BusinessError, match="not in the store"):
        _settle(company, row)
    production_receipts.receive(company, shop.of(row, "receive", "accountant"))

    for more in ({"difference_code": None}, {"resolution": " "}, {"by": "planner"}):
        with pytest.raises(errors.BusinessError) as refused:
            _settle(company, row, **more)
        assert refused.value.code == settlements.NOT_READY

    settled = _settle(company, row)
    assert (settled.good_milli, settled.scrap_milli, settled.difference_milli) == (97_000, 3000, -3000)
    assert (settled.outcome, settled.difference_code) == ("within_tolerance", "scrap")
    assert settled.unit_cost_cents == (settled.material_cents + settled.labour_cents) * 1000 // 97_000
    assert _settle(company, row).key == settled.key
    papers = documents.of(company, "MO-0001")
    assert {each.kind for each in papers} == {"settlement_sheet", "operation_log"}
    assert all(documents.render(company, each).startswith(b"%PDF") for each in papers)
    assert production_orders.get(company, "MO-0001").status == "settled"
    # Orders of these tests have no token and no effect keys: E2 and I25 look at whole instances.
    broken = [each for each in doctor.findings(company, NOW) if each.invariant not in ("E1", "E2", "I25")]
    assert [f"{each.invariant}: {each.sentence}" for each in broken if each.row != "MO-0001"] == []


def test_a_cancelled_order_takes_its_log_back(session: Session) -> None:
    row = shop.begin_at_work(session)
    shop.report(session, row, 1, good=8, scrap=1)

    reversing.cancel(session, shop.of(row, "cancel", "manager"), "Not wanted")
    reversing.cancel(session, shop.of(row, "cancel", "manager"), "Not wanted")

    logged = operation_log.rows(session, "MO-0001")
    assert sum(each.input_milli for each in logged) == sum(each.scrap_milli for each in logged) == 0
    order = production_orders.get(session, "MO-0001")
    assert (order.status, order.in_work_milli, order.begun_milli) == ("cancelled", 0, 0)


def test_there_is_one_progress_check_a_working_day_and_sales_decides_once_for_a_new_day(
    session: Session,
) -> None:
    row = shop.begin_at_work(session)
    assert production_progress.open_check(session, "MO-0001", NOW) is not None
    assert production_progress.open_check(session, "MO-0001", NOW + timedelta(hours=2)) is None
    late = shop.DAY + timedelta(days=12)
    facts = {"percent": 10, "predicted_finish": late, "note": "The saw"}

    decided = production_progress.decide(
        session, shop.of(row, "decide", "planner"), decision="on_track", **facts
    )

    assert decided.decision == "late"
    assert production_progress.open_check(session, "MO-0001", NOW + timedelta(hours=3)) is None
    saturday = NOW + timedelta(days=5)
    assert production_progress.open_check(session, "MO-0001", saturday) is None
    assert production_progress.needs_sales(session, "MO-0001", late)
    production_progress.record_answer(
        session,
        shop.of(row, "answer", "seller"),
        predicted_finish=late,
        answer="expedite",
        new_date=None,
        first_milli=None,
        note="Called",
    )
    assert not production_progress.needs_sales(session, "MO-0001", late)
    assert production_progress.needs_sales(session, "MO-0001", late + timedelta(days=1))


def test_of_eight_that_report_the_same_pieces_one_counts(any_database: Engine) -> None:
    with database.transaction(any_database) as session:
        row = shop.begin_at_work(session)
        key, number = row.key, row.business_key

    def report(session: Session, at: int) -> str:
        posting = shop.of(session.get_one(type(row), key), f"report of {at}", "worker1")
        operation_log.report(
            session, posting, 1, good_milli=10_000, scrap_milli=0, hours_milli={"worker1": 1000}
        )
        return "done"

    answers = all_at_once(any_database, report)

    assert answers == [operation_log.QUANTITIES_WRONG] * 7 + ["done"]
    with database.reading(any_database) as session:
        assert operation_log.waiting(session, number, 1, "work") == 0
        assert operation_log.waiting(session, number, 2, "work") == 10_000


@pytest.fixture(scope="module")
def one_engine() -> Iterator[Engine]:
    """For all examples, each of which begins with an empty database."""
    engine = in_memory()
    yield engine
    engine.dispose()


@settings(max_examples=8, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 4), st.integers(0, 12), st.integers(0, 3)), max_size=8
    )
)
def test_whatever_is_reported_the_pieces_balance(
    one_engine: Engine, steps: list[tuple[int, int, int, int]]
) -> None:
    with Session(in_memory(into=one_engine)) as session:
        database.begin_write(session)
        row = shop.begin_at_work(session)
        for at, (good, scrap, accepted, rejected) in enumerate(steps):
            for number in (1, 2, 3):
                _try(shop.report, session, row, number, good, scrap, effect=str(at))
            _try(shop.inspect, session, row, accepted, rejected, effect=str(at))

        order = production_orders.get(session, "MO-0001")
        waiting = session.query(Waiting).with_entities(Waiting.waiting_milli).all()
        assert order.good_milli + order.scrap_milli + order.in_work_milli == 10_000
        assert sum(each for (each,) in waiting) == order.in_work_milli
        for each in operation_log.rows(session, "MO-0001"):
            assert each.input_milli == each.good_milli + each.scrap_milli + each.rest_milli > 0


def _try(verb, *arguments, **named) -> None:
    with contextlib.suppress(errors.BusinessError):
        verb(*arguments, **named)


@pytest.mark.parametrize(
    ("trigger", "statement", "said"),
    [
        (
            "operation_log_no_update",
            "UPDATE operation_log SET scrap_milli = 2000, good_milli = 8000, reason = 'x' WHERE number = 1",
            "scrap",
        ),
        (
            "settlement_no_update",
            "UPDATE operation_waiting SET waiting_milli = 1000 WHERE number = 3",
            "wait",
        ),
        (
            "journal_entry_no_delete",
            "DELETE FROM journal_entry WHERE account_debit = 'production'",
            "of value are still in work",
        ),
    ],
)
def test_the_doctor_finds_what_somebody_broke_by_hand(
    session: Session, trigger: str, statement: str, said: str
) -> None:
    row = shop.begin_made(session)
    production_receipts.receive(session, shop.of(row, "receive", "accountant"))
    _settle(session, row, difference_code=None, resolution=None)
    session.execute(text(f"DROP TRIGGER {trigger}"))

    session.execute(text(statement))
    session.expire_all()

    found = [str(each.sentence) for each in doctor.findings(session, NOW) if each.invariant == "I27"]
    assert any(said in sentence for sentence in found), found
