"""FT16: a thousand rounds, a thousand iterations, two hundred open branches: the right end, and round 1,000 costs what round 10 costs.

Cost is what goes to the database, counted in statements and bytes; time is measured in bench/ only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from engine import spiff
from engine.tables import UserTask
from tests.engine import diagrams as d
from tests.engine.house import House, LedgerRow
from tests.faults import amount
from tests.faults.installation import BOOKING

pytestmark = pytest.mark.faults

EARLY, LATE = 10, 1000
MOST_GROWTH = 1.2
BRANCHES = 200


@dataclass
class Cost:
    """What went to the database."""

    statements: int = 0
    characters: int = 0


@contextmanager
def _counted(engine: Engine) -> Iterator[Cost]:
    cost = Cost()

    def count(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        cost.statements += 1
        cost.characters += len(statement) + _size(parameters)

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield cost
    finally:
        event.remove(engine, "before_cursor_execute", count)


def _size(value: Any) -> int:
    """Characters and bytes; a state goes to SQLite as a view of memory, to PostgreSQL as a wrapper around bytes."""
    if isinstance(value, dict):
        return sum(_size(each) for each in value.values())
    if isinstance(value, list | tuple):
        return sum(_size(each) for each in value)
    if isinstance(value, memoryview):
        return value.nbytes
    return (
        len(getattr(value, "obj", value))
        if isinstance(getattr(value, "obj", value), bytes)
        else len(str(value))
    )


def _round(house: House, key: int, number: int, answer: str = "go") -> None:
    house.complete(key, "count", amount=number % 1000, answer=answer)


def _cost(house: House, key: int, number: int) -> Cost:
    """What a round costs that is done now."""
    with _counted(house.engine) as cost:
        _round(house, key, number)
    return cost


def _rounds_cost(house: House, rounds: int) -> tuple[Cost, Cost]:
    """What round 10 and the last round of one order cost, which then comes to its end."""
    house.deploy(BOOKING)
    key = house.start()
    for number in range(1, EARLY):
        _round(house, key, number)
    early = _cost(house, key, EARLY)
    for number in range(EARLY + 1, rounds):
        _round(house, key, number)
    late = _cost(house, key, rounds)
    _round(house, key, 1, answer="stop")
    assert house.state(key) == "completed"
    assert house.rows(LedgerRow)[-1].amount == 1
    with house.read() as session:
        assert session.scalar(select(func.count()).select_from(LedgerRow)) == rounds + 1
    return early, late


def _has_grown(early: Cost, late: Cost) -> bool:
    return (
        late.statements > MOST_GROWTH * early.statements or late.characters > MOST_GROWTH * early.characters
    )


def test_round_a_thousand_costs_what_round_ten_costs_and_the_end_is_reached(durable: Engine) -> None:
    # PostgreSQL gets the same statements as SQLite; it is asked for all thousand rounds in `make faults`.
    rounds = LATE if durable.dialect.name == "sqlite" else amount.many(LATE // 10, LATE)
    early, late = _rounds_cost(House(durable), rounds)

    assert not _has_grown(early, late), f"round {EARLY}: {early}, round {rounds}: {late}"
    print(f"round {EARLY}: {early}, round {rounds}: {late}")


def test_the_variant_whose_state_keeps_what_is_finished_is_caught(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump, finished = spiff.dump, []

    def with_the_past(instance: spiff.Instance) -> bytes:
        finished.append("count")
        return dump(instance) + b" " * 20 * len(finished)

    monkeypatch.setattr(spiff, "dump", with_the_past)
    house = House(engine)
    house.deploy(BOOKING)
    key = house.start()
    costs = [_cost(house, key, number) for number in range(100)]

    assert _has_grown(costs[EARLY], costs[-1])


def _multi_instance(sequential: bool) -> bytes:
    body = d.service_task("book", "test.post", {"amount": "=piece"}).replace(
        "</bpmn:serviceTask>",
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}"><bpmn:extensionElements>'
        '<zeebe:loopCharacteristics inputCollection="=for i in 1..1000 return modulo(i, 1000)" inputElement="piece"'
        ' outputCollection="posted_all" outputElement="=posted"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics></bpmn:serviceTask>",
    )
    return d.process(
        d.start(),
        body,
        d.user_task("look"),
        d.end(),
        d.flow("begin", "book"),
        d.flow("book", "look"),
        d.flow("look", "done"),
    )


@pytest.mark.parametrize("sequential", [True, False])
def test_a_thousand_iterations_have_a_thousand_effects_and_one_result(
    engine: Engine, sequential: bool
) -> None:
    house = House(engine)
    house.deploy(_multi_instance(sequential))

    key = house.start()

    assert house.open_tasks(key) == ["look"]
    assert len(house.rows(LedgerRow)) == 1000
    house.complete(key, "look")
    assert house.state(key) == "completed"


def test_two_hundred_open_branches_are_all_done_and_meet(durable: Engine) -> None:
    names = [f"work{n}" for n in range(BRANCHES)]
    elements = [d.start(), d.parallel("split"), d.parallel("join"), d.end()]
    elements += [d.user_task(name) for name in names]
    flows = [d.flow("begin", "split"), d.flow("join", "done")]
    flows += [d.flow("split", name) for name in names] + [d.flow(name, "join") for name in names]
    house = House(durable)
    house.deploy(d.process(*elements, *flows))
    key = house.start()
    assert house.open_tasks(key) == sorted(names)

    costs = []
    for name in names:
        with _counted(house.engine) as cost:
            house.complete(key, name)
        costs.append(cost)

    assert house.state(key) == "completed"
    assert {each.state for each in house.rows(UserTask)} == {"completed"}
    assert max(each.statements for each in costs[:-1]) <= MOST_GROWTH * costs[EARLY].statements
