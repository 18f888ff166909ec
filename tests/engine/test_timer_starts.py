"""Timer start events are schedules: each occurrence starts once, missed ones are made up for by the rule that was chosen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from engine import database, definitions, errors, publishing, roles, worker
from engine.tables import Job, ProcessDefinition, ProcessInstance, StartSubscription
from tests.engine.diagrams import (
    scheduled,
)
from tests.engine.house import House
from tests.processes.at_once import each_on_its_own


def _started(house: House) -> list[datetime]:
    return [row.started_at for row in house.rows(ProcessInstance)]


def _next(house: House) -> list[datetime]:
    return [row.due_at for row in house.rows(Job, Job.kind == "start_timer")]


@pytest.mark.parametrize(
    ("kind", "text", "starts"),
    [
        ("timeDate", "2026-11-24T09:00:00Z", ["24 09:00"]),
        ("timeDate", '=date and time("2026-11-24T09:00:00Z") + duration("PT1H")', ["24 10:00"]),
        ("timeCycle", "R2/P1D", ["24 08:00", "25 08:00"]),
        ("timeCycle", "R2/2026-11-24T06:30:00Z/P1D", ["24 06:30", "25 06:30"]),
        ("timeCycle", '="R1/PT" + string(3) + "H"', ["23 11:00"]),
        ("timeCycle", "0 0 12 * * *", ["23 12:00", "24 12:00", "25 12:00"]),
        ("timeDate", "2020-01-01T00:00:00Z", ["23 08:00"]),
        ("timeCycle", "R3/2026-11-20T06:00:00Z/P1D", ["23 08:00", "24 06:00", "25 06:00"]),
    ],
    ids=["date", "FEEL date", "cycle", "cycle with a start", "FEEL cycle", "cron", "past date", "past start"],
)
def test_it_starts_at_its_times(house: House, kind: str, text: str, starts: list[str]) -> None:
    house.deploy(scheduled(kind, text))

    house.work()
    while (due := _next(house)) and due[0] < datetime(2026, 11, 25, 20, tzinfo=UTC):
        house.clock.move(due[0] - house.now)
        house.work()

    assert [f"{each:%d %H:%M}" for each in _started(house)] == starts


def test_occurrences_missed_while_nothing_ran_are_made_up_for_by_one_start(house: House) -> None:
    house.deploy(scheduled("timeCycle", "R/PT1H"))

    house.wait(hours=5, minutes=20)

    assert len(_started(house)) == 1
    assert _next(house) == [datetime(2026, 11, 23, 14, tzinfo=UTC)], "it goes on in its own rhythm"


def test_each_missed_occurrence_starts_when_the_event_asks_for_that(house: House) -> None:
    house.deploy(scheduled("timeCycle", "R/PT1H", missed="each"))

    house.wait(hours=5, minutes=20)

    assert len(_started(house)) == 5
    assert _next(house) == [datetime(2026, 11, 23, 14, tzinfo=UTC)]


def test_a_bounded_cycle_starts_as_often_as_it_says_however_much_was_missed(house: House) -> None:
    house.deploy(scheduled("timeCycle", "R3/PT1H", missed="each"))

    house.wait(hours=9)

    assert (len(_started(house)), _next(house)) == (3, [])


@pytest.mark.parametrize(
    ("kind", "text", "missed", "reason"),
    [
        ("timeCycle", "R/PT1H", "sometimes", 'to be "once" or "each", but it is "sometimes"'),
        ("timeDate", "=null", None, "=null is null"),
    ],
)
def test_what_is_no_time_is_refused_with_its_reason(
    house: House, kind: str, text: str, missed: str | None, reason: str
) -> None:
    with pytest.raises(errors.Refused) as refused:
        house.deploy(scheduled(kind, text, missed))

    assert reason in str(refused.value.sentence)
    assert house.rows(ProcessDefinition) == []


def test_a_new_version_closes_the_clocks_of_the_old_and_going_back_opens_them_again(house: House) -> None:
    house.deploy(scheduled("timeCycle", "R/PT1H"))
    house.deploy(scheduled("timeCycle", "R/P1D", step="check_all"))
    assert _next(house) == [datetime(2026, 11, 24, 8, tzinfo=UTC)]
    newest = house.rows(ProcessDefinition)[-1]

    with house.write() as session:
        publishing.roll_back(session, newest.key, actor=roles.SYSTEM, now=house.now)

    assert _next(house) == [datetime(2026, 11, 23, 9, tzinfo=UTC)]
    assert len(house.rows(StartSubscription)) == 1


def test_a_clock_of_a_version_that_is_no_longer_in_force_starts_nothing(house: House) -> None:
    house.deploy(scheduled("timeCycle", "R/PT1H"))
    [old] = house.rows(Job, Job.kind == "start_timer")
    house.deploy(scheduled("timeCycle", "R/P1D", step="check_all"))
    # It was just being done by a worker when the new version came into force, and was written on.
    with house.write() as session:
        session.add(
            Job(kind="start_timer", name="flow", element_id="clock", due_at=old.due_at, detail=old.detail)
        )

    house.wait(hours=2)

    assert _started(house) == []
    assert _next(house) == [datetime(2026, 11, 24, 8, tzinfo=UTC)]


def test_eight_workers_start_each_occurrence_once_while_versions_change(any_database: Engine) -> None:
    house = House(any_database)
    house.deploy(scheduled("timeCycle", "R/PT1H", missed="each"))
    house.clock.move(timedelta(hours=6))

    def work(engine: Engine, number: int) -> str:
        if number == 0:
            with database.transaction(engine) as session:
                definitions.deploy(
                    session,
                    {"m0.bpmn": scheduled("timeDate", "2027-01-01T00:00:00Z", step="check_all")},
                    actor=roles.SYSTEM,
                    now=house.now,
                )
        return str(worker.run_until_quiet(engine, now=house.clock))

    each_on_its_own(any_database, work)
    worker.run_until_quiet(any_database, now=house.clock)

    # However far the old version came: nothing twice, and nothing of it is left.
    assert len(_started(house)) <= 6
    assert _next(house) == [datetime(2027, 1, 1, tzinfo=UTC)]


def test_eight_workers_start_each_missed_occurrence_once(any_database: Engine) -> None:
    house = House(any_database)
    house.deploy(scheduled("timeCycle", "R/PT1H", missed="each"))
    house.clock.move(timedelta(hours=6))

    each_on_its_own(
        any_database, lambda engine, _number: str(worker.run_until_quiet(engine, now=house.clock))
    )

    assert len(_started(house)) == 6
    assert _next(house) == [datetime(2026, 11, 23, 15, tzinfo=UTC)]
