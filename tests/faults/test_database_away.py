"""FT5: PostgreSQL crashes and restarts under load, connections are cut, SQLite is held by somebody for long.

Nothing acknowledged is lost, nothing is done twice, work goes on within 10 s, and the web says 503 and when to come back.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, exc, func, select, text

from engine import clock, database, errors, user_tasks
from engine.tables import UserTask
from tests import emptied, postgres
from tests.conftest import all_tables
from tests.engine.house import House, LedgerRow, TestTables
from tests.faults import amount, flows, struck
from tests.faults.installed import Installed
from webapp import errors as web_errors
from webapp import scheduler

pytestmark = pytest.mark.faults

RECOVERY_S = 10
RESTARTS = amount.many(2, 12)
#: Each clerk posts amounts of its own; the operation takes none above 1000.
CLERKS, MARKS = 3, 330
only_postgresql = pytest.mark.parametrize("durable", ["postgresql"], indirect=True)
only_sqlite = pytest.mark.parametrize("durable", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def durable_cluster(founded_cluster: Path) -> Iterator[postgres.Cluster]:
    """One of its own: a cluster in which a hundred tests have made databases takes a minute to recover on a slow disk."""
    with postgres.start(like=founded_cluster) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def crashing_lender(durable_cluster: postgres.Cluster) -> emptied.Lender:
    return emptied.Lender(durable_cluster, all_tables(), TestTables.metadata)


@pytest.fixture
def lender(crashing_lender: emptied.Lender) -> emptied.Lender:
    """The databases of the server that may crash."""
    return crashing_lender


@pytest.fixture
def installed(durable: Engine, tmp_path: Path) -> Iterator[Installed]:
    installed = Installed.on(durable, tmp_path / "instance")
    yield installed
    installed.let_go()


def _effects(house: House) -> dict[int, int]:
    """{amount: how often it was posted}, counted by grouping, over a new connection."""
    house.engine.dispose()
    with house.read() as session:
        counted = select(LedgerRow.amount, func.count()).group_by(LedgerRow.amount)
        return dict(session.execute(counted).all())


class Clerk:
    """A process that completes user tasks and writes down each that was acknowledged, whatever the database does."""

    def __init__(self, house: House, number: int, folder: Path):
        self.acknowledged = folder / f"clerk{number}"
        self.acknowledged.touch()
        self._house, self._number = house, number
        self._url = house.engine.url.render_as_string(hide_password=False)
        self.process = struck.begin(self._work)

    def said(self) -> list[int]:
        return [int(line) for line in self.acknowledged.read_text().split()]

    def _work(self) -> None:
        engine = database.connect(self._url)
        with self.acknowledged.open("a") as said:
            for mark in range(self._number * MARKS, (self._number + 1) * MARKS):
                while not (self.acknowledged.parent / "stop").exists():
                    try:
                        self._one(engine, mark)
                    except (exc.OperationalError, exc.InterfaceError):
                        time.sleep(0.02)
                        continue
                    said.write(f"{mark}\n")
                    said.flush()
                    break
                else:
                    return

    def _one(self, engine: Engine, mark: int) -> None:
        """Start an order under a number of its own and complete its user task; both may have been done before."""
        house = self._house
        with database.transaction(engine) as session:
            flows.instances.start(
                session,
                "asked",
                business_key=f"C-{mark}",
                request_id=f"C-{mark}",
                actor=house.actor("ann"),
                now=house.now,
            )
        with database.transaction(engine) as session:
            key = session.scalar(
                select(UserTask.key)
                .join(flows.ProcessInstance, flows.ProcessInstance.key == UserTask.process_instance_key)
                .where(flows.ProcessInstance.business_key == f"C-{mark}", UserTask.element_id == "count")
            )
            try:
                user_tasks.complete(session, key, {"amount": mark}, actor=house.actor("ann"), now=house.now)
            except errors.UserTaskClosed:
                return


def _wait_for_more(clerks: list[Clerk], least: int, within_s: float) -> float:
    """Until each clerk has had so many more answers; returns how long that took."""
    begun, before = time.monotonic(), [len(each.said()) for each in clerks]
    while any(len(each.said()) < had + least for each, had in zip(clerks, before, strict=True)):
        assert time.monotonic() - begun < within_s, "Nobody gets any further."
        time.sleep(0.02)
    return time.monotonic() - begun


@only_postgresql
def test_postgresql_that_crashes_under_load_loses_nothing_and_work_goes_on(
    durable: Engine, durable_cluster: postgres.Cluster, tmp_path: Path
) -> None:
    house = flows.house_on(durable)
    durable.dispose()
    clerks = [Clerk(house, number, tmp_path) for number in range(CLERKS)]
    pauses = []
    try:
        _wait_for_more(clerks, 3, within_s=60)
        for _restart in range(RESTARTS):
            durable_cluster.crash()
            durable_cluster.begin()
            pauses.append(_wait_for_more(clerks, 1, within_s=60))
            _wait_for_more(clerks, 3, within_s=60)
    finally:
        (tmp_path / "stop").touch()
        deaths = [struck.killed(each.process) for each in clerks]
    assert not any(deaths)

    acknowledged = [mark for each in clerks for mark in each.said()]
    effects = _effects(house)
    assert set(acknowledged) <= set(effects)
    assert len(effects) - len(acknowledged) <= CLERKS  # the last of each may be done and not said
    assert set(effects.values()) == {1}
    assert max(pauses) < RECOVERY_S * (os.getloadavg()[0] / (os.cpu_count() or 1) + 1)
    print(f"{RESTARTS} crashes, {len(acknowledged)} acknowledged, recovery {max(pauses):.2f} s at most")


@only_postgresql
def test_while_postgresql_is_away_the_web_says_when_to_come_back(
    installed: Installed, durable_cluster: postgres.Cluster
) -> None:
    orders = [installed.house.start("asked") for _ in range(2)]
    keys = [installed.task(order) for order in orders]
    assert installed.complete(keys[0], 1).status_code == 200
    durable_cluster.crash()

    try:
        for answer in (
            installed.complete(keys[1], 2),
            installed.ann.get("/inbox"),
            installed.complete(keys[1], 2),
        ):
            assert answer.status_code == 503
            assert int(answer.headers["Retry-After"]) > 0
            assert "Traceback" not in answer.text
    finally:
        durable_cluster.begin()

    assert installed.complete(keys[1], 2).status_code == 200
    assert _effects(installed.house) == {1: 1, 2: 1}


@only_postgresql
def test_a_connection_that_is_cut_anywhere_in_a_step_costs_a_repetition_and_nothing_else(
    installed: Installed,
) -> None:
    order = installed.house.start("asked")
    key = installed.task(order)
    with struck.heard(installed.engine) as talk:
        assert installed.complete(key, 0, **installed.key()).status_code == 200

    statuses = []
    cuts = amount.spread(range(1, talk.count + 1), 12)
    for number in cuts:
        key, header = installed.task(installed.house.start("asked")), installed.key()
        with struck.heard(installed.engine, _cut(installed, number)):
            answer = installed.complete(key, number, **header)
        statuses.append(answer.status_code)
        if answer.status_code != 200:
            assert int(answer.headers["Retry-After"]) > 0
            answer = installed.complete(key, number, **header)
        assert answer.status_code == 200

    assert set(statuses) <= {200, 503}
    assert 503 in statuses
    assert _effects(installed.house) == {0: 1} | dict.fromkeys(cuts, 1)
    print(f"{statuses.count(503)} of {len(cuts)} cuts were noticed")


def _cut(installed: Installed, at: int):
    """End all connections of the web before its n-th statement or COMMIT."""
    others = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    def strike(number: int, is_after: bool) -> None:
        if number == at and not is_after:
            with installed.house.engine.connect() as connection:
                connection.execute(others)

    installed.house.engine.dispose()
    return strike


@contextmanager
def _held(engine: Engine) -> Iterator[threading.Event]:
    """Somebody has SQLite's one write lock, until the event is set or the block ends."""
    taken, over = threading.Event(), threading.Event()

    def hold() -> None:
        with database.transaction(engine):
            taken.set()
            over.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    assert taken.wait(10)
    try:
        yield over
    finally:
        over.set()
        thread.join()


@only_sqlite
def test_while_somebody_holds_sqlite_for_long_the_web_reads_and_says_when_to_come_back(
    durable: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WAIT_S", 0.2)
    installed = Installed.on(durable, tmp_path / "instance")
    key = installed.task(installed.house.start("asked"))
    ticking = scheduler.Clock(installed.engine)
    with installed.house.write() as session:
        flows.mail.write(
            session, to="a@example.org", subject="x", body="y", process_instance_key=None, now=clock.now()
        )

    with _held(installed.house.engine):
        refused = installed.complete(key, 1)
        read = installed.ann.get("/inbox")
        assert ticking.tick() == 0

    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert "busy" in refused.json["detail"]
    assert "Traceback" not in refused.text
    assert read.status_code == 200
    assert installed.complete(key, 1).status_code == 200
    assert ticking.tick() == 1
    assert _effects(installed.house) == {1: 1}
    installed.let_go()


@only_sqlite
def test_who_waits_for_sqlite_less_than_its_patience_gets_through(installed: Installed) -> None:
    key = installed.task(installed.house.start("asked"))

    with _held(installed.house.engine) as over:
        threading.Timer(0.5, over.set).start()
        assert installed.complete(key, 1).status_code == 200

    assert database.WAIT_S == 30


@only_sqlite
def test_the_variant_that_takes_a_busy_database_for_a_fault_of_ours_is_caught(
    durable: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "WAIT_S", 0.1)
    monkeypatch.setattr(web_errors, "_is_of_the_database", lambda _error: False)
    installed = Installed.on(durable, tmp_path / "instance")
    key = installed.task(installed.house.start("asked"))

    with _held(installed.house.engine):
        assert installed.complete(key, 1).status_code == 500
    installed.let_go()
