"""FT8: a job that always fails, kills its worker or returns 100 MB: three tries, then an incident; others go on.

What hangs: test_hanging_jobs.py.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from engine import jobs, mail, worker
from engine.operations import Step, operation
from engine.tables import Incident, Job, Mail
from tests.engine import diagrams as d
from tests.engine.house import House, LedgerRow
from tests.faults.flows import AFTER_THE_LEASE
from tests.faults.struck import begin, killed

pytestmark = pytest.mark.faults

OTHERS = 12
#: What the poisoned operation of these tests does when it is tried.
POISON: dict[str, Callable[[], Any]] = {}


@operation("test.poison")
def poison(session: Session, step: Step, kind: str) -> dict[str, Any]:
    """Do what the test has put into the bottle. Result: eaten."""
    session.add(LedgerRow(order_no=step.business_key, element_id=step.element_id, amount=0))
    session.flush()
    return {"eaten": POISON[kind]()}


def _fail() -> None:
    raise RuntimeError("the store is locked")


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _much() -> str:
    return "x" * 100_000_000


def _timed(process_id: str, drawing: str) -> bytes:
    """A timer before the operation: a worker does it, not a person's request."""
    return d.process(
        d.start(),
        d.catch_timer("rest", "PT1H"),
        drawing,
        d.user_task("look"),
        d.end(),
        d.flow("begin", "rest"),
        d.flow("rest", "work"),
        d.flow("work", "look"),
        d.flow("look", "done"),
        process_id=process_id,
    )


@pytest.fixture
def house(durable: Engine) -> House:
    house = House(durable)
    house.deploy(
        _timed("poisoned", d.service_task("work", "test.poison", {"kind": "=kind"})),
        _timed("healthy", d.service_task("work", "test.post", {"amount": "=1"})),
    )
    POISON.update(fails=_fail, kills=_kill, much=_much)
    return house


def _orders(house: House, kind: str) -> tuple[int, list[int]]:
    """A poisoned order among healthy ones, all due at one moment."""
    before = [house.start("healthy") for _ in range(OTHERS // 2)]
    key = house.start("poisoned", kind=kind)
    others = before + [house.start("healthy") for _ in range(OTHERS // 2)]
    house.clock.move(timedelta(hours=2))
    return key, others


def _live(house: House) -> bool:
    """One life of a worker, whom each mail kills, in a process of its own; whether it was killed."""

    def work() -> None:
        worker.run_until_quiet(house.engine, now=house.clock, sender=lambda _mail: _kill())

    house.engine.dispose()
    return killed(begin(work))


def _deaths(house: House) -> int:
    """How many of at most twelve lives, each a lease later, were killed; nobody is born when all work is done."""
    deaths = 0
    for _life in range(12):
        if not house.has_work(days=1):
            break
        deaths += _live(house)
        house.clock.move(AFTER_THE_LEASE)
    return deaths


def _done(house: House, orders: list[int]) -> int:
    """How many of the orders have their effect, each exactly once, counted by grouping."""
    numbers = [house.get(key).business_key for key in orders]
    with house.read() as session:
        counted = session.execute(
            select(LedgerRow.order_no, func.count())
            .where(LedgerRow.order_no.in_(numbers))
            .group_by(LedgerRow.order_no)
        ).all()
    assert all(times == 1 for _number, times in counted)
    return len(counted)


def test_a_job_that_kills_its_worker_becomes_an_incident_and_the_others_are_done(house: House) -> None:
    key, others = _orders(house, "kills")

    assert _deaths(house) == 3
    assert _done(house, others) == OTHERS
    [incident] = house.rows(Incident, Incident.process_instance_key == key)
    assert "did not come back" in incident.sentence
    assert _done(house, [key]) == 0
    assert not house.has_work(days=1)


def test_the_variant_that_counts_a_try_when_it_has_ended_is_caught(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim_lost = jobs.claim_lost

    def uncounted(session: Session, now: Any, **options: Any) -> jobs.Claimed | None:
        found = claim_lost(session, now, **options)
        if found:
            job = session.get_one(Job, found[0])
            job.attempts, job.retries = job.attempts - 1, job.retries + 1
        return found

    monkeypatch.setattr(jobs, "claim_lost", uncounted)
    _orders(house, "kills")

    deaths = 0
    for _life in range(6):
        deaths += _live(house)
        house.clock.move(AFTER_THE_LEASE)

    assert deaths == 6


def test_the_variant_that_takes_lost_jobs_in_a_batch_is_caught(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was claimed together with the poison dies with it, again and again, although nothing is wrong with it."""

    def together(engine: Engine, now: Any, sender: Any, limit: int, _guard: Any) -> int:
        with house.write() as session:
            found = [each for _ in range(limit) if (each := jobs.claim_lost(session, now()))]
        for each in found:
            worker._run(engine, each, now, sender)
        return len(found)

    monkeypatch.setattr(worker, "_do_the_lost", together)
    _key, others = _orders(house, "kills")

    for _life in range(3):
        _live(house)

    assert _done(house, others) < OTHERS


def test_a_job_that_always_fails_is_tried_three_times_with_longer_and_longer_pauses(house: House) -> None:
    key, others = _orders(house, "fails")

    tries, due = 0, []
    for _round in range(6):
        tries += house.work() > 0
        due += [
            job.due_at - house.now for job in house.rows(Job, Job.kind == "operation", Job.state == "ready")
        ]
        house.clock.move(timedelta(hours=2))

    assert _done(house, others) == OTHERS
    assert due == sorted(due)
    assert len(due) == 2
    assert due[0] < due[1]
    [incident] = house.rows(Incident, Incident.process_instance_key == key)
    assert "the store is locked" in incident.sentence
    assert _done(house, [key]) == 0


def test_a_result_of_a_hundred_megabytes_is_refused_and_becomes_an_incident(house: House) -> None:
    key, others = _orders(house, "much")

    for _round in range(4):
        house.work()
        house.clock.move(timedelta(hours=2))

    assert _done(house, others) == OTHERS
    [incident] = house.rows(Incident, Incident.process_instance_key == key)
    assert "returned 100.0 MB" in incident.sentence
    assert _done(house, [key]) == 0


def test_a_mail_whose_sending_kills_the_worker_is_a_dead_letter_in_the_end(house: House) -> None:
    with house.write() as session:
        mail.write(
            session, to="a@example.org", subject="x", body="y", process_instance_key=None, now=house.now
        )

    assert _deaths(house) == 8
    [row] = house.rows(Mail)
    assert (row.state, bool(row.problem)) == ("failed", True)
