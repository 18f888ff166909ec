"""The clock of the embedded worker."""

from __future__ import annotations

from sqlalchemy import Engine

from engine import clock
from tests.engine import diagrams as d
from tests.engine.house import House
from webapp import scheduler


def test_one_round_does_what_it_makes_due_itself(engine: Engine) -> None:
    house = House(engine, at=clock.now())
    house.deploy(_two_clocks("PT0S"))
    key = house.start()

    ran = scheduler.Clock(engine).tick()

    assert (ran, house.state(key)) == (2, "completed")


def test_a_round_leaves_to_the_next_one_what_is_due_later(engine: Engine) -> None:
    house = House(engine, at=clock.now())
    house.deploy(_two_clocks("PT1H"))
    key = house.start()

    ran = scheduler.Clock(engine).tick()

    assert (ran, house.state(key)) == (1, "active")


def _two_clocks(second: str) -> bytes:
    return d.process(
        d.start(),
        d.catch_timer("first", "PT0S"),
        d.flow("begin", "first"),
        d.catch_timer("second", second),
        d.flow("first", "second"),
        d.end(),
        d.flow("second", "done"),
    )
