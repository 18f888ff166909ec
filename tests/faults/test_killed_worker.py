"""FT1: workers, which also send the mail, are killed at random moments: timers, operations and letters happen once.

Each life of a worker is a fork of the test. Time moves on by a lease and five seconds from one generation to the next, so
what is still there after the last one would be stuck.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from engine import incidents, jobs, worker
from engine.tables import Incident, Job, Mail
from tests.engine import diagrams as d
from tests.engine.house import House, LedgerRow
from tests.faults import amount, flows
from tests.faults.sink import Sink, sender_to
from tests.faults.struck import begin, killed

pytestmark = pytest.mark.faults

ORDERS = amount.many(60, 600)
KILLS = amount.many(14, 200)
AT_ONCE = 2
#: A worker takes so many jobs at a time.
BATCH = 5
TOLD = d.process(
    d.start(),
    d.catch_timer("rest", "PT1H"),
    d.service_task("book", "test.post", {"amount": "=1"}),
    d.service_task("tell", "test.tell"),
    d.user_task("look"),
    d.end(),
    d.flow("begin", "rest"),
    d.flow("rest", "book"),
    d.flow("book", "tell"),
    d.flow("tell", "look"),
    d.flow("look", "done"),
    process_id="told_later",
)


@pytest.fixture
def house(durable: Engine) -> House:
    house = House(durable)
    house.deploy(TOLD)
    return house


@pytest.fixture
def sink() -> Iterator[Sink]:
    sink = Sink()
    yield sink
    sink.stop()


def _generations(house: House, sender: object, kills: int) -> int:
    """Workers side by side, each killed after a moment, until so many were killed; returns how many."""
    draw, deaths = amount.chance("workers"), 0

    def work() -> None:
        while worker.run_due(house.engine, now=house.clock, sender=sender, limit=BATCH):
            pass

    for _generation in range(20 * kills):
        if deaths >= kills or not house.has_work():
            break
        house.engine.dispose()
        children = [begin(work) for _ in range(AT_ONCE)]
        for child in children:
            time.sleep(draw.uniform(0.01, 0.15))
            os.kill(child, signal.SIGKILL)
        deaths += sum(killed(child) for child in children)
        house.clock.move(flows.AFTER_THE_LEASE)
    return deaths


def _effects(house: House) -> Counter[int]:
    """{number of effects: how many orders have so many}, counted by grouping."""
    counted = select(func.count()).select_from(LedgerRow).group_by(LedgerRow.order_no)
    with house.read() as session:
        return Counter(session.scalars(counted))


def test_workers_that_are_killed_at_any_moment_lose_nothing_double_nothing_and_leave_nothing_stuck(
    house: House, sink: Sink, tmp_path: Path
) -> None:
    orders = [house.start("told_later") for _ in range(ORDERS)]
    house.clock.move(timedelta(hours=2))
    sender = sender_to(sink, tmp_path)

    deaths = _generations(house, sender, KILLS)
    for _ in range(4):
        worker.run_until_quiet(house.engine, now=house.clock, sender=sender)
        house.clock.move(flows.AFTER_THE_LEASE)
    stopped = _resolve_all(house)
    worker.run_until_quiet(house.engine, now=house.clock, sender=sender)

    assert _effects(house) == Counter({1: ORDERS})
    assert [house.open_tasks(key) for key in orders] == [["look"]] * ORDERS
    assert house.rows(Job) == []
    assert {each.state for each in house.rows(Mail)} == {"sent"}
    assert sorted(order for _key, order, _body in sink.accepted) == sorted(
        house.get(key).business_key for key in orders
    )
    assert len(sink.came) - ORDERS <= deaths
    if house.engine.dialect.name == "sqlite":
        with house.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    print(
        f"{deaths} deaths, {ORDERS} orders, {len(sink.came)} mails came for {ORDERS}, {stopped} stopped and resumed"
    )


def _resolve_all(house: House) -> int:
    """Whoever was killed three times with the same job in hand stopped its order: a manager lets it go on."""
    found = house.rows(Incident, Incident.resolved_at.is_(None))
    for each in found:
        with house.write() as session:
            incidents.resolve(session, each.key, actor=house.actor("mia"), now=house.now)
    return len(found)


def test_the_variant_that_never_takes_over_from_the_dead_is_caught(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "claim_lost", lambda *_given, **_options: None)
    for _ in range(BATCH):
        house.start("told_later")
    house.clock.move(timedelta(hours=2))
    with house.write() as session:
        jobs.claim(session, house.now)  # and dies

    for _ in range(3):
        house.clock.move(flows.AFTER_THE_LEASE)
        worker.run_until_quiet(house.engine, now=house.clock)

    assert _effects(house) == Counter()
