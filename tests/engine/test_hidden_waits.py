"""A manager who looks for a silent wait finds none: what the verbs can bring an order into says its cause within a minute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from engine import accountability
from engine.tables import ProcessInstance
from processes.checks import engine as promises
from tests.conftest import in_memory
from tests.engine.hidden_waits import FAULTS, Fault, mail_server_that_is_down
from tests.engine.house import House


@dataclass
class Found:
    """All that is said of each order: by itself, by the list, and by the doctor under its number."""

    house: House
    orders: dict[Fault, int]
    listed: list[accountability.Stuck]
    told: list[tuple[str, str]]

    def said(self, fault: Fault) -> list[accountability.Reason]:
        return self.house.ask(accountability.why_waiting, self.orders[fault], self.house.now)


@pytest.fixture(scope="module")
def found() -> Iterator[Found]:
    engine = in_memory()
    house = House(engine)
    begun = {fault: fault(house) for fault in FAULTS}
    orders = {fault: next(each) for fault, each in begun.items()}
    house.clock.move(timedelta(minutes=2))
    for each in begun.values():
        assert next(each, None) is None
    accountability.Watch(engine).look(house.now)
    with house.read() as session:
        listed = accountability.stuck(session, house.now)
        told = [
            (finding.row, str(finding.sentence))
            for check in promises.CHECKS
            for finding in check.run(session, house.now)
        ]
    yield Found(house, orders, listed, told)
    engine.dispose()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_it_says_its_cause_and_what_would_free_it(found: Found, fault: Fault) -> None:
    sentence, _is_stuck = FAULTS[fault]
    before, _, after = sentence.partition("  ")

    first = str(found.said(fault)[0].sentence)

    assert first.startswith(before), first
    assert first.endswith(after), first


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_what_is_stuck_is_listed_once_and_the_doctor_names_it_once(found: Found, fault: Fault) -> None:
    sentence, is_stuck = FAULTS[fault]
    key = found.orders[fault]
    number = found.house.get(key).business_key

    listed = [str(each.sentence) for each in found.listed if each.process_instance_key == key]
    told = [said for row, said in found.told if row == number]

    assert listed == [sentence] * is_stuck
    assert told == [f"{number}: {sentence}"] * is_stuck


def test_a_mail_that_has_not_left_is_said_beside_what_the_order_waits_for(found: Found) -> None:
    assert str(found.said(mail_server_that_is_down)[1].sentence) == (
        'The mail "Offer" to x@example.org has not left yet; it is tried again. Cause: OSError: no route'
    )


def test_a_clock_that_was_set_back_is_said_for_the_house(found: Found) -> None:
    a_day_before = found.house.now - timedelta(days=1)

    said = [str(each.sentence) for each in found.house.ask(accountability.stuck, a_day_before)]

    assert any(
        each.startswith("The clock says 2026-11-22 08:02 UTC, but something was done at") for each in said
    )
    assert not any("The clock says" in str(each.sentence) for each in found.listed)


def test_nothing_else_is_called_stuck(found: Found) -> None:
    known = {found.orders[fault] for fault, (_sentence, is_stuck) in FAULTS.items() if is_stuck}

    assert {each.process_instance_key for each in found.listed} == {*known, None}
    assert {row.state for row in found.house.rows(ProcessInstance)} == {"active"}
