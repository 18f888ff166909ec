"""Eight workers that look for work at the same moment: each timer fires once (I24)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, select

from engine import worker
from engine.tables import UserTask
from tests.engine import diagrams
from tests.engine.house import House
from tests.processes.at_once import each_on_its_own

ORDERS = 5
LATER = diagrams.process(
    diagrams.start(),
    diagrams.catch_timer("later", "PT1H"),
    diagrams.user_task("look"),
    diagrams.end(),
    diagrams.flow("begin", "later"),
    diagrams.flow("later", "look"),
    diagrams.flow("look", "done"),
)


def test_a_timer_that_eight_workers_find_due_fires_once(any_database: Engine) -> None:
    house = House(any_database)
    house.deploy(LATER)
    orders = [house.start() for _ in range(ORDERS)]
    house.clock.move(timedelta(hours=2))

    def work(engine: Engine, _number: int) -> str:
        return str(worker.run_until_quiet(engine, now=house.clock))

    answers = each_on_its_own(any_database, work)

    assert sum(map(int, answers)) == ORDERS
    with house.read() as session:
        opened = select(UserTask.process_instance_key).where(UserTask.element_id == "look")
        assert sorted(session.scalars(opened)) == sorted(orders)
