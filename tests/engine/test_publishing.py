"""Versions of a process: from when one is in force, how it is taken back, and that what runs keeps its own (T21, R-019)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import definitions, errors, publishing, roles, versions
from engine.tables import Job, ProcessDefinition, StartSubscription
from tests.engine.diagrams import (
    WITH_CHECK,
    WITHOUT_CHECK,
    end,
    flow,
    process,
    start,
    user_task,
)
from tests.engine.house import House


def _publish(house: House, model: bytes, **when: float) -> ProcessDefinition:
    with house.write() as session:
        effective_from = house.now + timedelta(**when) if when else None
        deployed = definitions.deploy(
            session,
            {"m0.bpmn": model},
            actor=roles.SYSTEM,
            now=house.now,
            effective_from=effective_from,
        )
        return deployed.processes[0]


def _roll_back(house: House, row: ProcessDefinition) -> ProcessDefinition:
    with house.write() as session:
        return publishing.roll_back(session, row.key, actor=house.actor("mia"), now=house.now)


def test_an_old_order_still_has_the_removed_step_and_a_new_one_never_gets_it(house: House):
    house.deploy(WITH_CHECK)
    old = house.start()

    _publish(house, WITHOUT_CHECK)
    new = house.start()

    assert (house.open_tasks(old), house.open_tasks(new)) == (["inspect"], ["repair"])
    house.complete(old, "inspect")
    assert house.open_tasks(old) == ["repair"]


def test_a_version_with_a_day_to_begin_starts_nothing_before_it(house: House):
    house.deploy(WITH_CHECK)
    row = _publish(house, WITHOUT_CHECK, days=2)

    before = house.start()
    house.wait(days=1, hours=23)
    still_before = house.start()
    house.wait(hours=1)
    after = house.start()

    assert row.state == versions.WAITING
    assert [house.open_tasks(key) for key in (before, still_before, after)] == [
        ["inspect"],
        ["inspect"],
        ["repair"],
    ]
    assert house.rows(Job) == []


def test_after_a_roll_back_new_orders_start_on_the_version_before_and_running_ones_go_on(house: House):
    house.deploy(WITH_CHECK)
    row = _publish(house, WITHOUT_CHECK)
    on_two = house.start()

    in_force = _roll_back(house, row)
    on_one = house.start()

    assert (in_force.version, house.open_tasks(on_one), house.open_tasks(on_two)) == (
        1,
        ["inspect"],
        ["repair"],
    )
    house.complete(on_two, "repair")
    assert house.state(on_two) == "completed"


def test_a_version_that_is_taken_back_before_its_day_never_comes(house: House):
    house.deploy(WITH_CHECK)
    row = _publish(house, WITHOUT_CHECK, days=2)

    _roll_back(house, row)
    house.wait(days=3)

    assert house.open_tasks(house.start()) == ["inspect"]
    assert house.rows(Job) == []


def test_a_roll_back_is_refused_twice_and_where_nothing_was_before(house: House):
    first = house.deploy(WITH_CHECK).processes[0]
    second = _publish(house, WITHOUT_CHECK)
    _roll_back(house, second)

    with pytest.raises(errors.Refused, match="taken back already"):
        _roll_back(house, second)
    with pytest.raises(errors.Refused, match="nothing to go back to"):
        _roll_back(house, first)


def test_a_folder_that_is_deployed_at_each_start_undoes_neither_a_new_version_nor_a_roll_back(house: House):
    house.deploy(WITH_CHECK)
    two = _publish(house, WITHOUT_CHECK)

    _start_up(house, WITH_CHECK)
    assert house.ask(versions.latest, "flow").version == 2

    _roll_back(house, two)
    _start_up(house, WITHOUT_CHECK)
    assert house.ask(versions.latest, "flow").version == 1


def test_what_somebody_deploys_again_after_a_roll_back_is_a_new_version(house: House):
    house.deploy(WITH_CHECK)
    _roll_back(house, _publish(house, WITHOUT_CHECK))

    assert _publish(house, WITHOUT_CHECK).version == 3
    assert house.open_tasks(house.start()) == ["repair"]


def test_start_messages_and_clocks_listen_for_the_version_in_force(house: House):
    house.deploy(_clocked("pack"))
    row = _publish(house, _clocked("wrap"), days=2)
    heard = house.rows(StartSubscription)[0].process_definition_key
    house.wait(days=1)

    with house.read() as session:
        assert heard != row.key
        assert len(list(session.query(ProcessDefinition))) == 2
    house.wait(days=2)
    assert house.rows(StartSubscription)[0].process_definition_key == row.key
    _roll_back(house, row)

    house.wait(days=1)
    assert {each.process_definition_key for each in house.rows(StartSubscription)} == {heard}
    assert len(house.rows(Job, Job.kind == "start_timer")) == 1


def _start_up(house: House, model: bytes) -> None:
    with house.write() as session:
        definitions.deploy(session, {"m0.bpmn": model}, actor=roles.SYSTEM, now=house.now, is_news=False)


def _clocked(name: str) -> bytes:
    return process(
        start(
            "daily",
            '<bpmn:timerEventDefinition><bpmn:timeCycle xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xsi:type="bpmn:tFormalExpression">R/P1D</bpmn:timeCycle></bpmn:timerEventDefinition>',
        ),
        user_task(name),
        end(),
        flow("daily", name),
        flow(name, "done"),
    )
