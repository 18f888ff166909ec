"""FT8: a job that hangs is ended with its process, by the process itself; it shows as stuck, and ends as an incident.

Nothing else can let go of what it holds: a thread cannot be ended, and on SQLite it has the one write lock. The limit of
these tests is a second.
"""

from __future__ import annotations

import functools
import os
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine import accountability, clock, database, definitions, instances, jobs, roles, worker
from engine.operations import Step, operation
from engine.tables import Incident, ProcessInstance
from processes.checks import engine as promises
from tests.engine import diagrams as d
from tests.engine.house import House, LedgerRow
from tests.faults.conftest import Install
from tests.faults.installation import Installation
from tests.faults.struck import begin

pytestmark = pytest.mark.faults

OTHERS = 6
#: What `faulthandler` ends a process with.
ENDED_ITSELF = 1
A_SECOND = functools.partial(worker.ended_when_it_hangs, timedelta(seconds=1))


def _sleep() -> None:
    time.sleep(300)


def _match_for_ever() -> None:
    """Inside one call of Python's own code: no other thread of the process runs."""
    re.fullmatch("(a+)+b", "a" * 60)


HANGS: dict[str, Callable[[], None]] = {"sleeps": _sleep, "matches": _match_for_ever}


@operation("test.hang")
def hang(session: Session, step: Step, how: str) -> dict[str, Any]:
    """Write something and do not come back. Result: nothing."""
    session.add(LedgerRow(order_no=step.business_key, element_id=step.element_id, amount=0))
    session.flush()
    HANGS[how]()
    return {}


def _rested(process_id: str, operation_: str, inputs: dict[str, str], rest: str) -> bytes:
    """A timer before the operation: a worker does it, not a person's request."""
    return d.process(
        d.start(),
        d.catch_timer("rest", rest),
        d.service_task("work", operation_, inputs),
        d.end(),
        d.flow("begin", "rest"),
        d.flow("rest", "work"),
        d.flow("work", "done"),
        process_id=process_id,
    )


def _models(rest: str) -> dict[str, bytes]:
    return {
        "hanging.bpmn": _rested("hanging", "test.hang", {"how": "=how"}, rest),
        "healthy.bpmn": _rested("healthy", "test.post", {"amount": "=1"}, rest),
    }


def _deploy(house: House) -> None:
    house.deploy(*_models("PT1H").values())


def _life(house: House) -> int:
    """One life of a worker in a process of its own; its exit code."""
    house.engine.dispose()
    child = begin(lambda: worker.run_until_quiet(house.engine, now=house.clock, guard=A_SECOND))
    _child, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _said(house: House, key: int) -> set[str]:
    """What the order itself, the list of what is stuck and the doctor say of it, as far as they call it stuck."""
    with house.read() as session:
        number = session.get_one(ProcessInstance, key).business_key
        waits = {
            str(each.sentence) for each in accountability.why_waiting(session, key, house.now) if each.stuck
        }
        listed = {
            str(each.sentence)
            for each in accountability.stuck(session, house.now)
            if each.process_instance_key == key
        }
        told = {
            str(finding.sentence).removeprefix(f"{number}: ")
            for check in promises.CHECKS
            for finding in check.run(session, house.now)
            if finding.row == number
        }
    assert waits == listed == told, (waits, listed, told)
    return waits


def _done(house: House) -> int:
    return len(house.rows(ProcessInstance, ProcessInstance.state == "completed"))


def test_it_is_stuck_within_a_minute_and_the_others_go_on(durable: Engine) -> None:
    house = House(durable)
    _deploy(house)
    before = [house.start("healthy") for _ in range(OTHERS // 2)]
    key = house.start("hanging", how="sleeps")
    others = before + [house.start("healthy") for _ in range(OTHERS // 2)]
    house.clock.move(timedelta(hours=2))

    assert _life(house) == ENDED_ITSELF
    assert _done(house) == len(before), "those behind it wait"
    house.clock.move(timedelta(seconds=59))
    assert _said(house, key) == set(), "its lease still runs"
    house.clock.move(timedelta(seconds=50))
    [first] = _said(house, key)
    assert first.startswith(
        'Stuck: the worker that took "rest" has not come back since 2026-11-23 10:01 UTC: it was'
    )

    others.append(house.start("healthy"))
    house.clock.move(timedelta(hours=1))
    assert _life(house) == ENDED_ITSELF
    assert _done(house) == len(before) + 1, "what has become due since is done before it"
    house.clock.move(timedelta(seconds=30))
    [second] = _said(house, key)
    assert second.startswith(
        'Stuck: "rest" is tried again since 2026-11-23 11:01 UTC, because the worker that tried'
    )

    lives = 0
    while not house.rows(Incident):
        house.clock.move(jobs.LEASE + timedelta(seconds=5))
        lives += _life(house) == ENDED_ITSELF
    assert lives == 1, "three tries in all"
    assert _done(house) == len(others)
    [incident] = house.rows(Incident)
    assert "did not come back: it was killed, or the step takes too long" in incident.sentence
    assert [each.amount for each in house.rows(LedgerRow)] == [1] * len(others)


def test_what_hangs_inside_of_python_is_ended_too(durable: Engine) -> None:
    house = House(durable)
    _deploy(house)
    house.start("hanging", how="matches")
    house.clock.move(timedelta(hours=2))

    assert _life(house) == ENDED_ITSELF


def test_without_the_guard_it_hangs_for_ever(durable: Engine) -> None:
    house = House(durable)
    _deploy(house)
    house.start("hanging", how="sleeps")
    house.clock.move(timedelta(hours=2))
    house.engine.dispose()

    child = begin(lambda: worker.run_until_quiet(house.engine, now=house.clock))
    time.sleep(2)

    assert os.waitpid(child, os.WNOHANG) == (0, 0)
    os.kill(child, 9)
    os.waitpid(child, 0)


def _started(installation: Installation, process_id: str) -> int:
    with database.transaction(installation.engine) as session:
        given = {"variables": {"how": "sleeps"}, "actor": roles.SYSTEM, "now": clock.now()}
        return instances.start(session, process_id, **given).key


def _until(is_so: Callable[[], bool], within_s: float = 40) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, f"It did not come in {within_s} s."
        time.sleep(0.05)


@pytest.mark.parametrize("install", ["sqlite"], indirect=True)
def test_the_server_goes_on_when_one_of_its_jobs_hangs(install: Install) -> None:
    installation = install(lambda: setattr(worker, "ended_when_it_hangs", A_SECOND))
    with database.transaction(installation.engine) as session:
        definitions.deploy(session, _models("PT0S"), actor=roles.SYSTEM, now=clock.now())
    hanging = _started(installation, "hanging")
    installation.engine.dispose()

    installation.server.start()
    _until(lambda: "Timeout (0:00:01)!" in installation.server.log.read_text())
    healthy = _started(installation, "healthy")

    def state(key: int) -> str:
        with database.reading(installation.engine) as session:
            return session.get_one(ProcessInstance, key).state

    _until(lambda: state(healthy) == "completed")
    assert state(hanging) == "active"
    assert installation.amounts(hanging) == []
    assert "_sleep" in installation.server.log.read_text(), "the log says where it hung"
