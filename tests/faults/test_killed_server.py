"""FT1: the server dies without a word, again and again: nothing that was acknowledged is lost, nothing happens twice.

Every second time only the process that serves dies and its master begins another one. Every second pair of deaths is aimed:
it comes when something new can be seen in the database, which is when the step has not been answered yet; the others come at
any moment. I25 and I29 of the requirements; the variant with the effect outside the step's transaction fails the same test.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.faults import amount, broken
from tests.faults.conftest import Install
from tests.faults.installation import PEOPLE, Installation
from tests.http_client import Answer, Client

pytestmark = pytest.mark.faults

ORDERS = 8
STEPS = amount.many(64, 3000)
KILLS = amount.many(4, 80)


@dataclass
class Workload:
    """People who complete the user tasks of their orders, amount 1, 2, 3 ..., whatever the server does meanwhile."""

    installation: Installation
    orders: list[int]
    rounds: int
    acknowledged: dict[int, set[int]] = field(default_factory=dict)
    stopped: threading.Event = field(default_factory=threading.Event)
    people: list[Future[None]] = field(default_factory=list)

    def begin(self) -> None:
        """One thread an order, when all are signed in."""
        clients = [self.installation.client(login) for login in PEOPLE]
        pool = ThreadPoolExecutor(len(self.orders))
        for client, order in zip(clients, self.orders, strict=True):
            self.acknowledged[order] = set()
            self.people.append(pool.submit(self._work, client, order))
        pool.shutdown(wait=False)

    @property
    def is_done(self) -> bool:
        return all(person.done() for person in self.people)

    @property
    def steps(self) -> int:
        return sum(len(each) for each in self.acknowledged.values())

    def _work(self, client: Client, order: int) -> None:
        key = self.installation.open_user_task(order)
        for number in range(1, self.rounds + 1):
            key = self._complete(client, order, key, number)
            if self.stopped.is_set():
                return

    def _complete(self, client: Client, order: int, key: int, number: int) -> int:
        """Send until it is acknowledged, or until the order stands at another user task; returns that one's key."""
        while not self.stopped.is_set():
            try:
                answer = client.complete(key, {"amount": number, "answer": "go"})
            except (OSError, http.client.HTTPException):
                # The server is dead. Was the step committed before it died?
                self.installation.server.there.wait(1)
            else:
                assert answer.status in {200, 409}, f"{answer.status}: {answer.text[:500]}"
                if answer.status == 200:
                    self.acknowledged[order].add(number)
            following = self.installation.open_user_task(order)
            if following != key:
                return following
        return key


def _play(installation: Installation, *, until_wrong: bool = False) -> tuple[Workload, int]:
    """Run the workload while the server is killed KILLS times; returns it with the number of kills."""
    chance = amount.chance("kills")
    workload = Workload(installation, installation.start_orders(ORDERS), STEPS // ORDERS)
    installation.server.start()
    workload.begin()
    killed = 0
    with installation.bookings() as visible:
        while killed < KILLS and not workload.is_done:
            # Kills are spread over the work: the next one comes after its share of the steps.
            share = STEPS * killed / (KILLS + 1)
            while workload.steps < share and not workload.is_done:
                time.sleep(0.005)
            if killed % 4 < 2:
                _wait_for_more(visible, workload)
            else:
                time.sleep(chance.uniform(0.0, 0.12))
            if killed % 2:
                installation.server.kill_a_worker()
            else:
                installation.server.kill()
            killed += 1
            if until_wrong and _wrong(installation, workload):
                workload.stopped.set()
                break
            if killed % 2:
                installation.server.start()
    for person in workload.people:
        person.result(60)
    return workload, killed


def _wait_for_more(visible: Callable[[], int], workload: Workload) -> None:
    """Return as soon as one more booking can be seen than now."""
    before = visible()
    while visible() == before and not workload.is_done:
        time.sleep(0.0005)


def _wrong(installation: Installation, workload: Workload) -> list[str]:
    """What was lost or doubled, a sentence an order."""
    found = []
    for order, acknowledged in workload.acknowledged.items():
        amounts = installation.amounts(order)
        doubled = len(amounts) - len(set(amounts))
        lost = acknowledged - set(amounts)
        if doubled or lost:
            found.append(f"{doubled} doubled and {len(lost)} lost of {len(amounts)} bookings")
    return found


def test_steps_survive_kills_of_server_and_worker_with_nothing_lost_and_nothing_doubled(install: Install):
    installation = install()

    workload, killed = _play(installation)

    assert killed == KILLS
    for order in workload.orders:
        assert installation.amounts(order) == list(range(1, STEPS // ORDERS + 1))
    assert installation.is_whole()
    print(f"{killed} kills in {workload.steps} acknowledged steps")


def test_the_variant_with_the_effect_outside_the_transaction_is_caught(install: Install):
    installation = install(broken.commit_effects_alone)

    workload, killed = _play(installation, until_wrong=True)

    assert _wrong(installation, workload)
    print(f"caught at kill {killed} of {KILLS}")


def test_of_eight_people_who_complete_the_same_user_task_one_wins_and_seven_are_told(install: Install):
    installation = install()
    installation.server.start()
    clients = [installation.client(login) for login in PEOPLE]
    [order] = installation.start_orders(1)

    for round_ in range(1, 6):
        key = installation.open_user_task(order)
        barrier = threading.Barrier(len(clients))

        def complete(client: Client, key: int = key, number: int = round_, barrier: Any = barrier) -> Answer:
            barrier.wait()
            return client.complete(key, {"amount": number, "answer": "go"})

        with ThreadPoolExecutor(len(clients)) as pool:
            answers = list(pool.map(complete, clients))

        assert sorted(answer.status for answer in answers) == [200, *([409] * 7)]
        told = next(answer for answer in answers if answer.status == 409).json()
        winner = list(PEOPLE.values())[[answer.status for answer in answers].index(200)]
        assert told["title"].startswith(f"{winner[0]}.\N{NO-BREAK SPACE}P. completed this at ")
        assert installation.amounts(order) == list(range(1, round_ + 1))
