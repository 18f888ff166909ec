"""FT3: the commit has succeeded and the caller was told that it failed, once in a hundred times and every time.

A client repeats its request under the same Idempotency-Key and gets the first answer; a worker finds its job gone.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, exc, func, select

from engine import jobs, worker
from engine.tables import Incident, Job
from tests.engine.house import House, LedgerRow
from tests.faults import amount, flows
from tests.faults.broken_commits import committed_but_told_otherwise
from tests.faults.installed import Installed, said
from webapp import repeated

pytestmark = pytest.mark.faults

#: One commit of so many, and how many steps are done with it: 1 % and 100 %.
STEPS = {100: amount.many(30, 600), 1: amount.many(10, 60)}


@pytest.fixture
def installed(durable: Engine, tmp_path: Path) -> Iterator[Installed]:
    installed = Installed.on(durable, tmp_path / "instance")
    yield installed
    installed.let_go()


def _effects(house: House) -> dict[int, int]:
    """{amount: how often it was posted}, counted by grouping."""
    with house.read() as session:
        counted = select(LedgerRow.amount, func.count()).group_by(LedgerRow.amount)
        return dict(session.execute(counted).all())


def _complete_all(installed: Installed, steps: int, every: int) -> tuple[int, int]:
    """Complete so many user tasks, each until the client hears an answer; returns lies told and repeats."""
    orders = [installed.house.start("asked") for _ in range(steps)]
    repeats = 0
    with committed_but_told_otherwise(installed.engine, every, amount.chance("commits", every)) as lies:
        for number, order in enumerate(orders):
            key, header = installed.task(order), installed.key()
            answer = installed.complete(key, number, **header)
            while answer.status_code == 503:
                assert answer.headers["Retry-After"]
                repeats += 1
                assert repeats <= lies.told
                answer = installed.complete(key, number, **header)
            assert answer.status_code == 200, answer.text
            assert said(installed.complete(key, number, **header)) == said(answer)
    return lies.told, repeats


@pytest.mark.parametrize("every", STEPS)
def test_a_client_that_repeats_gets_the_first_answer_and_nothing_is_done_twice(
    installed: Installed, every: int
) -> None:
    told, repeats = _complete_all(installed, STEPS[every], every)

    assert _effects(installed.house) == dict.fromkeys(range(STEPS[every]), 1)
    assert told == repeats
    assert told == STEPS[every] if every == 1 else told >= 1
    print(f"{told} of {STEPS[every]} commits reported as failed, {repeats} repeats")


def test_the_variant_that_keeps_no_answers_is_caught(
    installed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeated, "HEADER", "X-Nobody-Sends-This")

    with pytest.raises(AssertionError, match="completed"):
        _complete_all(installed, 1, 1)


def test_something_else_under_the_same_key_is_refused(installed: Installed) -> None:
    [order] = [installed.house.start("asked")]
    key, header = installed.task(order), installed.key()
    assert installed.complete(key, 1, **header).status_code == 200

    assert installed.complete(key, 2, **header).status_code == 422
    assert _effects(installed.house) == {1: 1}


def test_a_refusal_is_not_kept(installed: Installed) -> None:
    header = installed.key()
    [order] = [installed.house.start("asked")]
    key = installed.task(order)
    assert installed.complete(key + 1, 1, **header).status_code == 404

    assert installed.complete(key, 1, **header).status_code == 200


def _due(house: House, many: int) -> list[int]:
    orders = [house.start("later", amount=number) for number in range(many)]
    house.clock.move(2 * jobs.LEASE * 60)
    return orders


def _rounds(house: House, rounds: int) -> None:
    for _ in range(rounds):
        # A round that breaks is over, as for the clock of the web; its jobs wait for the end of their lease.
        with contextlib.suppress(exc.OperationalError):
            worker.run_due(house.engine, now=house.clock)
        house.clock.move(flows.AFTER_THE_LEASE)


def test_a_worker_that_is_told_so_of_any_commit_does_each_job_once(durable: Engine) -> None:
    house = flows.house_on(durable)
    orders = _due(house, amount.many(20, 300))

    with committed_but_told_otherwise(house.engine, 100, amount.chance("worker")) as lies:
        _rounds(house, 6)

    assert lies.told >= 1
    _assert_done_once(house, orders)


def test_a_worker_that_is_told_so_of_every_job_does_each_job_once(
    durable: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = flows.house_on(durable)
    orders = _due(house, amount.many(10, 100))
    do, told = worker._do, []

    def lied_to(engine: Engine, *given: Any) -> None:
        with committed_but_told_otherwise(engine, 1, amount.chance("each")) as lies:
            told.append(lies)
            do(engine, *given)

    monkeypatch.setattr(worker, "_do", lied_to)
    _rounds(house, 4)

    assert sum(each.told for each in told) == len(told) == len(orders)
    _assert_done_once(house, orders)


def _assert_done_once(house: House, orders: list[int]) -> None:
    assert _effects(house) == dict.fromkeys(range(len(orders)), 1)
    assert [house.open_tasks(key) for key in orders] == [["look"]] * len(orders)
    assert (house.rows(Incident), house.rows(Job)) == ([], [])
