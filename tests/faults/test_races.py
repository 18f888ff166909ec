"""FT4: many do the same at once, and two do different things in a chosen order: what comes of it is what a queue would give."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import Engine, event, exc, func, select

from engine import database, errors, execution, user_tasks
from engine.tables import History, ProcessInstance
from tests.engine.house import House, LedgerRow
from tests.faults import amount, flows, races
from tests.processes import at_once

pytestmark = pytest.mark.faults

#: User tasks that eight processes complete at once; the plan says 200.
USER_TASKS = amount.many(25, 200)
PAIRS = [
    (first, second)
    for first, second in itertools.product(races.VERBS, races.VERBS)
    if (first, second) != (races.claim, races.claim)
]


@pytest.fixture
def house(durable: Engine) -> House:
    house = House(durable)
    house.deploy(races.RACED, *flows.MODELS)
    return house


def _eight_complete(house: House, many: int) -> list[Counter[str]]:
    """Eight processes complete the same user tasks, in the same order; what each of them was told."""
    orders = [house.start("asked") for _ in range(many)]
    with house.read() as session:
        keys = [house.task(session, order, "count").key for order in orders]

    def run(engine: Engine, number: int) -> str:
        told: Counter[str] = Counter()
        actor = house.actor(["ann", "ben", "carl"][number % 3])
        for key in keys:
            try:
                with database.transaction(engine) as session:
                    user_tasks.complete(session, key, {"amount": 7}, actor=actor, now=house.now)
                told["done"] += 1
            except errors.Conflict:
                told["refused"] += 1
        return json.dumps(told)

    return [Counter(json.loads(said)) for said in at_once.each_on_its_own(house.engine, run)]


def _most_effects(house: House) -> int:
    """The largest number of effects that one order has, counted by grouping."""
    counted = select(func.count().label("n")).select_from(LedgerRow).group_by(LedgerRow.order_no).subquery()
    with house.read() as session:
        return session.scalar(select(func.max(counted.c.n))) or 0


def test_of_eight_processes_one_completes_each_user_task_and_seven_are_told(house: House) -> None:
    told = sum(_eight_complete(house, USER_TASKS), Counter())

    assert told == Counter(done=USER_TASKS, refused=7 * USER_TASKS)
    assert len(house.rows(LedgerRow)) == USER_TASKS
    assert _most_effects(house) == 1
    assert len(house.rows(History, History.kind == "completed")) == USER_TASKS


def _outcome(house: House, race: races.Race, said: tuple[str, str]) -> dict[str, Any]:
    return {"said": said, **flows.told(house, flows.FLOWS[1], race.key)}


def test_two_verbs_that_meet_end_as_if_one_had_waited_for_the_other(house: House) -> None:
    ways = [races.held_before_commit]
    if house.engine.dialect.name == "postgresql":
        ways.append(races.read_before)
    # A message that was written is locked itself: the first one could not come before it.
    possible = [
        each for each in itertools.product(PAIRS, ways) if each != ((races.message,) * 2, races.read_before)
    ]
    draw = amount.spread(possible, 15)

    for (first, second), way in draw:
        names = f"{way.__name__}: {first.__name__}, then {second.__name__}"
        queue = races.Race.on(house)
        expected = _outcome(house, queue, races.in_turn(queue, first, second))
        raced = races.Race.on(house)
        assert _outcome(house, raced, way(raced, first, second)) == expected, names
    print(f"{len(draw)} races on {house.engine.dialect.name}")


@pytest.mark.parametrize("durable", ["sqlite"], indirect=True)
def test_the_variant_that_begins_deferred_is_caught(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite: who has read before somebody else writes may not write any more, and is told so at once."""
    monkeypatch.setattr(database, "_begin_sqlite", lambda connection: connection.execute("BEGIN"))
    url = house.engine.url.render_as_string(hide_password=False)
    house.engine.dispose()
    house.engine = database.connect(url)
    race = races.Race.on(house)

    with pytest.raises(exc.OperationalError, match="locked"):
        _raced_after_reading(race)
    house.engine.dispose()


def _raced_after_reading(race: races.Race) -> None:
    with database.transaction(race.house.engine) as session:
        session.get_one(ProcessInstance, race.key)
        with database.transaction(race.house.engine) as other:
            races.complete(other, race)
        races.claim(session, race)


@pytest.mark.parametrize("durable", ["postgresql"], indirect=True)
def test_the_variant_without_lock_and_version_is_caught(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = ((races.complete, races.message), (races.message, races.timer), (races.complete, races.weigh))
    ready = [(pair, races.Race.on(house), races.Race.on(house)) for pair in pairs]
    monkeypatch.setattr(execution, "_LOCK", _without_lock())
    event.listen(house.engine, "before_cursor_execute", _without_version, retval=True)
    wrong = []
    for (first, second), queue, raced in ready:
        expected = _outcome(house, queue, races.in_turn(queue, first, second))
        try:
            found = _outcome(house, raced, races.held_before_commit(raced, first, second))
        except (exc.SQLAlchemyError, errors.OrderlaneError, LookupError):
            continue
        if found != expected:
            wrong.append((first, second))

    assert wrong


@pytest.mark.parametrize("durable", ["postgresql"], indirect=True)
def test_without_its_lock_the_version_alone_still_refuses_the_second(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "_LOCK", _without_lock())
    race = races.Race.on(house)

    assert races.held_before_commit(race, races.complete, races.weigh) == ("done", "refused")


def _without_version(
    _connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any
) -> tuple[str, Any]:
    """Let an order be written whatever version of it was read."""
    checked = " AND process_instance.version = %(process_instance_version)s::INTEGER"
    return statement.replace(checked, ""), parameters


def _without_lock() -> Any:
    unlocked = execution._LOCK._clone()
    unlocked._for_update_arg = None
    return unlocked
