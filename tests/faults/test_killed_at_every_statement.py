"""FT2: the process dies before or after the n-th statement or COMMIT of what it does: in the end all is as without a fault.

All points of all reference flows in `make faults`, a spread of them in `make test`.
"""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from engine import jobs
from tests.engine.house import House
from tests.faults import amount, broken, flows
from tests.faults.flows import FLOWS, Flow
from tests.faults.struck import Point, dies, points

pytestmark = pytest.mark.faults

#: Points of each flow in `make test`: of the variant with the effect outside the transaction a third of them tells.
FEW = 3


@pytest.fixture
def house(durable: Engine) -> House:
    return flows.house_on(durable)


def _without_fault(house: House, flow: Flow) -> tuple[dict, list[Point]]:
    flow.do(house, flow.prepare(house))  # what is read once in the life of a process is there from then on
    key = flow.prepare(house)
    found = points(house.engine, lambda: flow.do(house, key))
    flow.recover(house, key)
    return flows.told(house, flow, key), found


def _after_death_at(house: House, flow: Flow, point: Point) -> dict:
    key = flow.prepare(house)
    assert dies(house.engine, lambda: flow.do(house, key), point), (
        f"{flow.name} came to its end before {point}."
    )
    flow.recover(house, key)
    return flows.told(house, flow, key)


def test_whatever_is_killed_wherever_in_the_end_all_is_as_without_a_fault(house: House) -> None:
    struck = 0
    for flow in FLOWS:
        expected, found = _without_fault(house, flow)
        assert expected["state"] == "active" or flow.name == "an order is stopped"
        for point in amount.spread(found, FEW):
            assert _after_death_at(house, flow, point) == expected, f"{flow.name}, killed at {point}"
            struck += 1
    print(f"{struck} deaths on {house.engine.dialect.name}, nothing lost, nothing doubled")


def test_the_variant_with_the_effect_outside_the_transaction_is_caught(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = next(each for each in FLOWS if each.name == "a user task is completed")
    broken.commit_effects_alone(monkeypatch.setattr)
    expected, found = _without_fault(house, flow)

    wrong = [
        point
        for point in found[len(found) // 2 :: 3]
        if _after_death_at(house, flow, point)["effects"] != expected["effects"]
    ]

    assert wrong


def test_the_variant_that_sweeps_no_leases_is_caught(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    flow = next(each for each in FLOWS if each.name == "a timer is due")
    expected, found = _without_fault(house, flow)
    monkeypatch.setattr(jobs, "claim_lost", lambda *_given, **_options: None)

    told = _after_death_at(house, flow, found[len(found) // 2])

    assert told["effects"] != expected["effects"]
    assert ("timer", "rest", "running", 3) in told["job"]
