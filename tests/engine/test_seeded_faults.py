"""Nothing waits silently: each fault put in by hand shows within a minute with its cause, and no healthy order does.

The house of this test has 1,000 orders that are in order, of every kind, and one order for each fault. The clock's round
looks at a portion of the open orders; after at most 60 rounds (a minute) it has looked at all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from engine import accountability, roles
from engine.tables import (
    ProcessInstance,
)
from processes.checks import engine as promises
from tests.conftest import in_memory
from tests.engine import healthy_house
from tests.engine.house import House
from tests.engine.seeded_faults import FAULTS, MODELS, Seeded

HEALTHY = 1000
ROUNDS_A_MINUTE = 60


@dataclass
class Found:
    """What the list says after a minute: {order: sentence}."""

    seeded: Seeded
    healthy: list[int]
    rounds: int
    sentences: dict[int, str]


@pytest.fixture(scope="module")
def found() -> Iterator[Found]:
    engine = in_memory()
    house = House(engine)
    with house.write() as session:
        roles.add_person(session, "yan", "Yan", ["staff"])
        roles.add_person(session, "zoe", "Zoe", ["staff"])
        roles.add_person(session, "nina", "Nina", ["night_shift"])
    healthy = healthy_house.build(house, HEALTHY)
    healthy_house.deploy(house, MODELS)
    seeded = Seeded(house)
    for fault in FAULTS:
        seeded.orders[fault.__name__] = fault(seeded)
    watch = accountability.Watch(engine)
    looked = rounds = 0
    while looked < HEALTHY + len(FAULTS):
        looked += watch.look(house.now)
        rounds += 1
    listed = house.ask(accountability.stuck, house.now)
    sentences = {each.process_instance_key: str(each.sentence) for each in listed}
    assert len(listed) == len(sentences), "each order once, and the house itself once"
    yield Found(seeded, healthy, rounds, sentences)
    engine.dispose()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_shows_within_a_minute_with_its_cause(found: Found, fault: Callable[[Seeded], int]) -> None:
    key = found.seeded.orders[fault.__name__]
    number = found.seeded.house.get(key).business_key

    said = found.sentences.get(key, "nothing")

    assert said.startswith(FAULTS[fault].format(number=number)), said


def test_no_healthy_order_is_called_stuck(found: Found) -> None:
    listed = set(found.sentences) - set(found.seeded.orders.values()) - {None}

    assert len(found.healthy) == HEALTHY
    assert [found.sentences[key] for key in listed] == []


def test_all_open_orders_are_looked_at_within_a_minute(found: Found) -> None:
    assert found.rounds <= ROUNDS_A_MINUTE


@pytest.fixture(scope="module")
def told_by_the_doctor(found: Found) -> dict[str, list[str]]:
    """{row: sentences} of the engine's own promises."""
    told: dict[str, list[str]] = {}
    with found.seeded.house.read() as session:
        for check in promises.CHECKS:
            for finding in check.run(session, found.seeded.house.now):
                told.setdefault(finding.row, []).append(str(finding.sentence))
    return told


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_the_doctor_names_it_too(
    found: Found, told_by_the_doctor: dict[str, list[str]], fault: Callable[[Seeded], int]
) -> None:
    number = found.seeded.house.get(found.seeded.orders[fault.__name__]).business_key

    said = told_by_the_doctor.get(number, [])

    assert len([each for each in said if FAULTS[fault].format(number=number) in each]) == 1, said


def test_the_doctor_calls_no_healthy_order(found: Found, told_by_the_doctor: dict[str, list[str]]) -> None:
    with found.seeded.house.read() as session:
        healthy = {session.get_one(ProcessInstance, key).business_key for key in found.healthy}

    assert healthy & told_by_the_doctor.keys() == set()
