"""Eight processes at one order at the same moment, some to undo it: what is left keeps every promise (I7, I10, I28, I29, I30)."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import database
from engine.tables import ProcessInstance
from processes import doctor
from processes.records import completion, intake, order_status, orders, places, quotes, reservations
from tests.processes import repair_shop, repaired
from tests.processes.at_once import all_at_once
from tests.processes.company import NOW

#: Broken by nature here: the orders of these tests have no process that goes on with them.
_OF_THE_ENGINE = ("E1", "E2", "E5")


def _row(session: Session) -> ProcessInstance:
    order = orders.get(session, "R-0001")
    return session.get_one(ProcessInstance, order.process_instance_key)


def _cancel(session: Session, number: int) -> str:
    completion.reverse_order(session, repaired.of(_row(session), f"undo {number}"), "Withdrawn")
    return "cancelled"


def _broken_promises(engine: Engine) -> list[str]:
    with database.reading(engine) as session:
        found = doctor.findings(session, NOW)
        return [str(each.sentence) for each in found if each.invariant not in _OF_THE_ENGINE]


@pytest.fixture
def ready(any_database: Engine) -> Engine:
    """A database with an order that can be completed."""
    with database.transaction(any_database) as session:
        repaired.shop(session)
        repaired.ready(session)
    return any_database


def test_of_an_order_that_some_complete_and_some_cancel_nothing_is_left(ready: Engine) -> None:
    def act(session: Session, number: int) -> str:
        if number % 2:
            return _cancel(session, number)
        completion.complete(session, repaired.of(_row(session), f"completion {number}"), "repaired")
        return "completed"

    answers = all_at_once(ready, act)

    assert answers.count("cancelled") == 4
    assert answers.count("completed") <= 1
    assert _broken_promises(ready) == []


def test_of_an_order_that_some_reserve_for_and_some_cancel_nothing_stays_reserved(
    any_database: Engine,
) -> None:
    with database.transaction(any_database) as session:
        repaired.shop(session)
        row = repaired.diagnosed(session)
        repaired.quoted(session, row)
        repaired.agreed(session, row)

    def act(session: Session, number: int) -> str:
        if number % 2:
            return _cancel(session, number)
        reservations.reserve_order(session, repaired.of(_row(session), f"reserve {number}"))
        return "reserved"

    answers = all_at_once(any_database, act)

    assert answers.count("cancelled") == 4
    with database.reading(any_database) as session:
        assert [each.state for each in reservations.of(session, "R-0001") if each.state == "active"] == []
        assert quotes.newest(session, "R-0001").state != "sent"
    assert _broken_promises(any_database) == []


def test_of_eight_that_mark_a_repair_as_done_one_does(any_database: Engine) -> None:
    with database.transaction(any_database) as session:
        repair_shop.open_shop(session)
        document = repair_shop.taken_in(session)
        document.set_variant("own", repair_shop.posting(session, "variant"), "choose_variant")

    def act(session: Session, number: int) -> str:
        posting = repair_shop.posting(session, f"done {number}")
        intake.get(session, "R-0001").mark_repair_done("repaired", posting, "mark_done")
        return "marked"

    answers = all_at_once(any_database, act)

    assert answers == ["MARK_NOT_ALLOWED"] * 7 + ["marked"]
    with database.reading(any_database) as session:
        history = [each.to_status for each in order_status.history(session, "R-0001")]
        assert history == ["accepted", "in_work", "ready"]


def test_eight_orders_of_one_device_that_are_handed_out_at_once_let_it_leave(any_database: Engine) -> None:
    with database.transaction(any_database) as session:
        repair_shop.open_shop(session)
        for number in range(1, 9):
            repair_shop.ready(session, f"R-{number:04}")

    def act(session: Session, number: int) -> str:
        order_no = f"R-{number + 1:04}"
        posting = repair_shop.posting(session, "out", order_no)
        document = intake.get(session, order_no)
        document.mark_issued("А. К.", posting, "hand_out", id_checked=True, accessories_returned=True)
        return "handed out"

    answers = all_at_once(any_database, act)

    with database.reading(any_database) as session:
        marks = session.scalars(select(intake.IntakeDocument.issued_at)).all()
        key = repair_shop.device(session).key
        assert answers == ["handed out"] * 8
        assert None not in marks
        assert [each.to_place for each in places.movements(session, key)][-1] == "customer"
