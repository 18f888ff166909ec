"""A signal reaches all who wait for it when it is thrown, each in a transaction of its own, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from engine import database, deliveries, execution, instances, jobs, roles, signals, worker
from engine.tables import EventSubscription, History, Job, ProcessInstance
from tests.engine.diagrams import (
    catch_message,
    end,
    event,
    flow,
    inputs,
    message,
    on_signal,
    parallel,
    process,
    signal,
    start,
    user_task,
)
from tests.engine.house import House
from tests.processes.at_once import each_on_its_own

RAISED = signal("prices_raised")
WAITING = process(
    start(),
    event("intermediateCatchEvent", "raised", on_signal("prices_raised")),
    user_task("quote_again"),
    end(),
    flow("begin", "raised"),
    flow("raised", "quote_again"),
    flow("quote_again", "done"),
    extra=RAISED,
)
LISTENING = process(
    event("startEvent", "raised", on_signal("prices_raised")),
    user_task("tell_customers"),
    end(),
    flow("raised", "tell_customers"),
    flow("tell_customers", "done"),
    process_id="listening",
    extra=RAISED,
)
THROWING = process(
    start(),
    user_task("raise_prices"),
    event(
        "intermediateThrowEvent", "thrown", on_signal("prices_raised"), more=inputs({"percent": "=amount"})
    ),
    end(),
    flow("begin", "raise_prices"),
    flow("raise_prices", "thrown"),
    flow("thrown", "done"),
    process_id="throwing",
    extra=RAISED,
)


def _broadcast(house: House, **variables: object) -> signals.Broadcast:
    with house.write() as session:
        return signals.broadcast(session, "prices_raised", variables, actor=house.actor("mia"), now=house.now)


def test_a_broadcast_reaches_every_waiting_order_and_starts_the_processes_that_begin_with_it(
    any_database: Engine, house: House
) -> None:
    house.deploy(WAITING, LISTENING)
    one, other = house.start(), house.start()

    sent = _broadcast(house, percent=5)
    before = house.open_tasks(one)
    house.work()

    assert sent.deliveries == 3
    assert before == []
    assert house.open_tasks(one) == house.open_tasks(other) == ["quote_again"]
    [started] = house.rows(ProcessInstance, ProcessInstance.process_id == "listening")
    with house.read() as session:
        assert execution.look(session, started.key).root_variables["percent"] == 5
    assert house.rows(Job) == []
    assert house.rows(EventSubscription) == []
    told = house.rows(History, History.kind == "signal")
    assert [(row.process_instance_key, row.element_id, row.actor) for row in told] == [
        (one, "raised", "mia"),
        (other, "raised", "mia"),
    ]


def test_a_thrown_signal_carries_the_locals_of_its_throw_to_other_orders(house: House) -> None:
    house.deploy(WAITING, THROWING)
    waiting, throwing = house.start(), house.start("throwing")

    house.complete(throwing, "raise_prices", amount=7)
    house.work()

    assert house.state(throwing) == "completed"
    assert house.open_tasks(waiting) == ["quote_again"]
    with house.read() as session:
        seen = execution.look(session, waiting).root_variables
    assert (seen["percent"], "amount" in seen) == (7, False)
    [thrown] = house.rows(History, History.kind == "signal_thrown")
    assert (thrown.process_instance_key, thrown.detail) == (throwing, {"name": "prices_raised"})


def test_who_begins_to_wait_after_the_throw_does_not_hear_it(house: House) -> None:
    house.deploy(WAITING)
    _broadcast(house)

    late = house.start()
    house.work()

    assert house.open_tasks(late) == []


def test_an_order_that_ends_before_the_delivery_takes_its_delivery_with_it(house: House) -> None:
    house.deploy(WAITING)
    key = house.start()
    _broadcast(house)

    with house.write() as session:
        instances.terminate(session, key, actor=house.actor("mia"), now=house.now, reason="withdrawn")

    assert house.rows(Job) == []
    assert house.work() == 0


def test_only_the_version_in_force_starts_by_a_signal(house: House) -> None:
    house.deploy(LISTENING)
    house.deploy(LISTENING.replace(b"tell_customers", b"tell_all"))

    _broadcast(house)
    house.work()

    [started] = house.rows(ProcessInstance)
    assert house.open_tasks(started.key) == ["tell_all"]


def test_a_delivery_whose_worker_died_is_made_once_by_the_next(house: House) -> None:
    house.deploy(WAITING, LISTENING)
    key = house.start()
    _broadcast(house)
    with house.write() as session:
        taken = jobs.claim(session, house.now)
    assert len(taken) == 2

    house.work()
    assert house.open_tasks(key) == []
    house.wait(seconds=90)

    assert house.open_tasks(key) == ["quote_again"]
    assert len(house.rows(ProcessInstance, ProcessInstance.process_id == "listening")) == 1
    assert house.rows(Job) == []


def test_eight_broadcasts_and_eight_workers_at_once_reach_each_order_once_a_broadcast(
    any_database: Engine,
) -> None:
    house = House(any_database)
    house.deploy(WAITING, LISTENING)
    orders = [house.start() for _ in range(4)]
    later = house.now + timedelta(seconds=1)

    def throw_and_work(engine: Engine, number: int) -> str:
        with database.transaction(engine) as session:
            signals.broadcast(session, "prices_raised", {"by": number}, actor=roles.SYSTEM, now=house.now)
        return str(worker.run_until_quiet(engine, now=lambda: later))

    each_on_its_own(any_database, throw_and_work)
    worker.run_until_quiet(any_database, now=lambda: later + timedelta(minutes=5))

    assert [house.open_tasks(key) for key in orders] == [["quote_again"]] * 4
    with house.read() as session:
        started = select(func.count()).where(ProcessInstance.process_id == "listening")
        assert session.scalar(started) == 8
    assert house.rows(Job, Job.kind.in_((deliveries.SIGNAL, deliveries.SIGNAL_START))) == []
    # An order waited for one signal; what came later met nobody there.
    told = house.rows(History, History.kind == "signal")
    assert sorted(row.process_instance_key for row in told) == sorted(orders)


@pytest.mark.parametrize("waits_beside", [False, True], ids=["alone", "beside another wait"])
def test_a_signal_thrown_before_an_order_began_its_next_wait_is_not_heard_there(
    house: House, waits_beside: bool
) -> None:
    beside = (
        event("intermediateCatchEvent", "beside", on_signal("prices_raised"))
        if waits_beside
        else user_task("beside")
    )
    house.deploy(
        process(
            start(),
            parallel("both"),
            beside,
            user_task("look_beside"),
            end("done_beside"),
            '<bpmn:eventBasedGateway id="first"/>',
            event("intermediateCatchEvent", "raised", on_signal("prices_raised")),
            catch_message("told", "m"),
            event("intermediateCatchEvent", "raised_again", on_signal("prices_raised")),
            user_task("look"),
            end("gone"),
            end(),
            flow("begin", "both"),
            flow("both", "beside"),
            flow("beside", "look_beside"),
            flow("look_beside", "done_beside"),
            flow("both", "first"),
            flow("first", "raised"),
            flow("first", "told"),
            flow("raised", "gone"),
            flow("told", "raised_again"),
            flow("raised_again", "look"),
            flow("look", "done"),
            extra=RAISED + message("m", "told"),
        )
    )
    key = house.start()
    _broadcast(house)

    house.publish("told", house.get(key).business_key)
    house.work()
    assert house.open_tasks(key) == ["look_beside" if waits_beside else "beside"]
    _broadcast(house)
    house.work()

    assert "look" in house.open_tasks(key)
