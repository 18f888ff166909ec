"""Processes that start by a condition: asked when somebody says what is new, each true one starts, once for each request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from engine import conditions, errors, execution, publishing
from engine.tables import History, ProcessInstance, StartSubscription
from tests.engine.diagrams import end, event, flow, on_condition, on_signal, process, signal, user_task
from tests.engine.house import House


def starting(*texts: str, process_id: str = "flow") -> bytes:
    """A process with a start event for each condition."""
    starts = [event("startEvent", f"s{n}", on_condition(text)) for n, text in enumerate(texts)]
    flows = [flow(f"s{n}", "look") for n in range(len(texts))]
    return process(*starts, user_task("look"), end(), *flows, flow("look", "done"), process_id=process_id)


def evaluate(house: House, process_id: str | None = None, request_id: str | None = None, **variables: object):
    with house.write() as session:
        return conditions.evaluate(
            session, variables, process_id=process_id, request_id=request_id, actor=house.actor("ann"), now=house.now
        )  # fmt: skip


def process_ids(house: House, keys: list[int]) -> list[str]:
    return [house.get(key).process_id for key in keys]


def test_every_condition_that_is_true_starts_an_instance(any_database: Engine, house: House) -> None:
    house.deploy(
        starting("=stock < 5", "=stock < 3"),
        starting("=stock < 4", process_id="other"),
        starting("=price > 9", process_id="silent"),
    )

    found = evaluate(house, stock=3)

    assert (process_ids(house, found.process_instance_keys), found.undecided) == (["flow", "other"], [])
    [first, _other] = found.process_instance_keys
    assert house.open_tasks(first) == ["look"]
    with house.read() as session:
        assert execution.look(session, first).root_variables["stock"] == 3
    [told] = house.rows(History, History.process_instance_key == first, History.kind == "started")
    assert (told.element_id, told.actor) == ("s0", "ann")
    assert len(evaluate(house, stock=1).process_instance_keys) == 3


@pytest.mark.parametrize("variables", [{}, {"stock": None}, {"stock": "many"}, {"price": 10}])
def test_null_is_not_true(house: House, variables: dict[str, object]) -> None:
    house.deploy(starting("=stock < 5"))

    assert evaluate(house, **variables) == conditions.Evaluated()


def test_a_request_that_is_sent_twice_starts_once(house: House) -> None:
    house.deploy(starting("=stock < 5", "=stock < 4"))

    first = evaluate(house, request_id="r1", stock=1)
    again = evaluate(house, request_id="r1", stock=1)

    assert again.process_instance_keys == first.process_instance_keys
    assert len(house.rows(ProcessInstance)) == 2
    assert len(evaluate(house, request_id="r2", stock=1).process_instance_keys) == 2


def test_one_process_alone_can_be_asked(house: House) -> None:
    house.deploy(starting("=stock < 5"), starting("=stock < 5", process_id="other"))

    found = evaluate(house, "other", stock=1)

    assert process_ids(house, found.process_instance_keys) == ["other"]
    with pytest.raises(errors.NotFound):
        evaluate(house, "nobody", stock=1)


def test_only_the_version_in_force_listens(house: House) -> None:
    house.deploy(starting("=stock < 5"))
    second = house.deploy(starting("=stock < 2")).processes[0]
    assert evaluate(house, stock=3) == conditions.Evaluated()
    assert len(evaluate(house, stock=1).process_instance_keys) == 1

    with house.write() as session:
        publishing.roll_back(session, second.key, actor=house.actor("mia"), now=house.now)

    assert len(evaluate(house, stock=3).process_instance_keys) == 1


def test_one_that_asks_for_too_much_is_told_and_keeps_nobody_else_from_starting(house: House) -> None:
    endless = "=count(for a in 1..100000, b in 1..100000 return a) > size"
    house.deploy(starting(endless), starting("=size < 5", process_id="other"))

    found = evaluate(house, size=1)

    assert process_ids(house, found.process_instance_keys) == ["other"]
    assert "could not be evaluated" in found.undecided[0]


def test_a_start_event_with_several_triggers_starts_once_by_its_conditions(house: House) -> None:
    both = on_condition("=stock < 5") + on_condition("=stock < 4") + on_signal("sold_out")
    house.deploy(
        process(
            event("startEvent", "short", both), user_task("look"), end(), flow("short", "look"), flow("look", "done"),
            extra=signal("sold_out"),
        )
    )  # fmt: skip

    assert len(evaluate(house, stock=1).process_instance_keys) == 1
    assert {row.kind for row in house.rows(StartSubscription)} == {"signal", "condition"}


def test_nobody_starts_it_by_hand_and_time_does_not(house: House) -> None:
    house.deploy(starting("=true"))

    with pytest.raises(errors.Refused):
        house.start()
    house.wait(days=timedelta(days=1).days)
    assert house.rows(ProcessInstance) == []
