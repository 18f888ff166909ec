"""FT7: the clock jumps by an hour, is set back, goes through summer time, a leap day and the year 2038.

No timer fires twice and none is lost, and a lease that a dead worker has left ends although the clock was set back.
"""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, func, select

from engine import feel, jobs, spiff, worker
from engine.tables import History, Job, ProcessInstance
from tests.engine import diagrams as d
from tests.engine.house import MONDAY, House, LedgerRow
from tests.faults import amount
from tests.faults.flows import AFTER_THE_LEASE
from tests.faults.jumping import JumpingClock

pytestmark = pytest.mark.faults

HOUR = timedelta(hours=1)
ONCE = d.process(
    d.start(),
    d.catch_timer("rest", "PT2H"),
    d.service_task("book", "test.post", {"amount": "=amount"}),
    d.user_task("look"),
    d.end(),
    d.flow("begin", "rest"),
    d.flow("rest", "book"),
    d.flow("book", "look"),
    d.flow("look", "done"),
    process_id="once",
)
THRICE = d.process(
    d.start(),
    d.user_task("work"),
    d.boundary_timer("remind", "work", "R3/PT1H", cancel=False, kind="timeCycle"),
    d.service_task("book", "test.post", {"amount": "=amount"}),
    d.end("reminded"),
    d.end(),
    d.flow("begin", "work"),
    d.flow("work", "done"),
    d.flow("remind", "book"),
    d.flow("book", "reminded"),
    process_id="thrice",
)


def _every(process_id: str, cycle: str) -> bytes:
    """A process that the clock starts."""
    return d.process(
        d.start("begin", d.timer("timeCycle", cycle)),
        d.user_task("look"),
        d.end(),
        d.flow("begin", "look"),
        d.flow("look", "done"),
        process_id=process_id,
    )


@pytest.fixture
def house(durable: Engine) -> House:
    house = House(durable)
    house.clock = JumpingClock(MONDAY)
    return house


def _effects(house: House) -> Counter[str]:
    """{order number: effects}, counted by grouping."""
    with house.read() as session:
        counted = select(LedgerRow.order_no, func.count()).group_by(LedgerRow.order_no)
        return Counter(dict(session.execute(counted).all()))


def _numbers(house: House, keys: list[int]) -> list[str]:
    return [house.get(key).business_key for key in keys]


def _starts(house: House, process_id: str) -> list[datetime]:
    """When the orders of a process were started, oldest first."""
    rows = house.rows(ProcessInstance, ProcessInstance.process_id == process_id)
    return sorted(each.started_at for each in rows)


def test_whatever_the_clock_does_each_timer_fires_once_and_a_cycle_three_times(house: House) -> None:
    house.deploy(ONCE, THRICE)
    once = _numbers(house, [house.start("once", amount=1) for _ in range(5)])
    thrice = _numbers(house, [house.start("thrice", amount=1) for _ in range(5)])
    draw = amount.chance("clock")
    jumps = [HOUR, -HOUR, timedelta(seconds=-2), timedelta(minutes=25), timedelta(minutes=-7)]

    for _ in range(amount.many(15, 300)):
        house.clock.move(draw.choice(jumps))
        house.work()
        found = _effects(house)
        assert max((found[each] for each in once), default=0) <= 1
        assert max((found[each] for each in thrice), default=0) <= 3
    house.clock.at = MONDAY + timedelta(days=30)
    for _ in range(4):
        house.clock.move(HOUR)
        house.work()

    found = _effects(house)
    assert [found[each] for each in once] == [1] * 5
    assert [found[each] for each in thrice] == [3] * 5
    assert house.rows(Job) == []


def test_a_lease_ends_in_time_although_the_clock_was_set_back_by_an_hour(house: House) -> None:
    house.deploy(ONCE)
    [number] = _numbers(house, [house.start("once", amount=1)])
    house.clock.move(3 * HOUR)
    with house.write() as session:
        assert len(jobs.claim(session, house.now)) == 1  # and dies

    house.clock.move(-HOUR)
    house.work()
    house.clock.move(AFTER_THE_LEASE)
    house.work()

    assert _effects(house)[number] == 1


def test_the_variant_that_believes_every_lease_is_caught(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LONGEST_LEASE", timedelta(days=365))
    house.deploy(ONCE)
    house.start("once", amount=1)
    house.clock.move(3 * HOUR)
    with house.write() as session:
        jobs.claim(session, house.now)

    house.clock.move(-HOUR)
    house.work()
    house.clock.move(AFTER_THE_LEASE)
    house.work()

    assert not _effects(house)


def test_a_worker_that_still_works_keeps_its_job_when_the_clock_steps_back_a_little(house: House) -> None:
    house.deploy(ONCE)
    house.start("once", amount=1)
    house.clock.move(3 * HOUR)
    with house.write() as session:
        [(key, fence, _kind)] = jobs.claim(session, house.now)

    for step in (-2, -20, 5, -30):
        house.clock.move(timedelta(seconds=step))
        assert worker.run_due(house.engine, now=house.clock) == 0

    with house.read() as session:
        assert jobs.held(session, key, fence) is not None


def test_a_start_every_hour_happens_once_an_hour_although_the_clock_jumps(house: House) -> None:
    house.deploy(_every("hourly", "0 0 * * * *"))

    house.clock.move(timedelta(minutes=61))
    house.work()
    for step in (HOUR, -HOUR, -HOUR, HOUR, HOUR, timedelta(minutes=59)):
        house.clock.move(step)
        house.work()
        house.work()

    assert [each.hour for each in _starts(house, "hourly")] == [9, 10, 11]


def test_a_start_every_day_happens_once_a_day_through_both_changes_of_the_clock(house: House) -> None:
    """Cycles run in UTC: on the wall the hour changes in spring and autumn, but none is left out or done twice."""
    wall = ZoneInfo("Europe/Chisinau")
    for process_id, first in (
        ("spring", datetime(2027, 3, 26, 0, 0, tzinfo=UTC)),
        ("autumn", datetime(2027, 10, 29, 0, 0, tzinfo=UTC)),
    ):
        house.clock.at = first
        house.deploy(_every(process_id, "0 30 0 * * *"))
        for _ in range(4 * 24):
            house.clock.move(HOUR)
            house.work()
        with house.write() as session:
            worker.timers.forget_starts(session, process_id)

        starts = _starts(house, process_id)
        assert [(b - a) for a, b in itertools.pairwise(starts)] == [timedelta(days=1)] * 3
        assert len({each.astimezone(wall).date() for each in starts}) == 4


@pytest.mark.parametrize(
    ("kind", "text", "at", "due"),
    [
        ("date", "2027-03-28T03:30:00[Europe/Chisinau]", "2027-03-01T00:00Z", "2027-03-28T00:30Z"),
        ("date", "2038-01-19T03:14:08Z", "2026-11-23T08:00Z", "2038-01-19T03:14:08Z"),
        ("duration", "P1M", "2028-01-31T09:00Z", "2028-02-29T09:00Z"),
        ("duration", "P1Y", "2028-02-29T09:00Z", "2029-02-28T09:00Z"),
        ("duration", "P1D", "2028-02-28T12:00Z", "2028-02-29T12:00Z"),
        ("duration", "P12Y", "2026-11-23T08:00Z", "2038-11-23T08:00Z"),
    ],
)
def test_a_timer_is_due_at_the_right_moment_and_fires_then_once(
    house: House, kind: str, text: str, at: str, due: str
) -> None:
    tag = {"date": "timeDate", "duration": "timeDuration"}[kind]
    event = f'<bpmn:intermediateCatchEvent id="rest">{d.timer(tag, text)}</bpmn:intermediateCatchEvent>'
    drawn = (d.start(), event, d.user_task("look"), d.end())
    flows = (d.flow("begin", "rest"), d.flow("rest", "look"), d.flow("look", "done"))
    house.clock.at = datetime.fromisoformat(at)
    house.deploy(d.process(*drawn, *flows))
    key = house.start()

    moment = datetime.fromisoformat(due)
    [job] = house.rows(Job)
    assert job.due_at == moment
    house.clock.at = moment - timedelta(seconds=1)
    assert house.work() == 0
    house.clock.at = moment
    assert house.work() == 1
    house.clock.at = moment - HOUR
    assert house.work() == 0
    assert house.open_tasks(key) == ["look"]
    assert len(house.rows(History, History.kind == "left", History.element_id == "rest")) == 1


def test_a_start_on_the_leap_day_waits_four_years(house: House) -> None:
    house.clock.at = datetime(2028, 1, 1, tzinfo=UTC)
    house.deploy(_every("leap", "0 0 9 29 2 *"))

    for year in range(2028, 2034):
        for day in (28, 31):
            house.clock.at = datetime(year, 3 if day == 31 else 2, day, tzinfo=UTC)
            house.work()

    assert [each.year for each in _starts(house, "leap")] == [2028, 2032]


def test_time_is_never_taken_from_the_machine_by_what_has_a_clock_of_its_own() -> None:
    late = datetime(2038, 1, 19, 4, 0, tzinfo=UTC)

    assert feel.to_json(feel.compile("now()").evaluate({}, now=late).value).startswith("2038-01-19T04:00")
    assert spiff.read_schedule("duration", "PT1H").first(late) == late + HOUR
