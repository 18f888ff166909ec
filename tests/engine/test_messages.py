"""Messages: once per process, kept for their time, oldest first; thrown ones are published; both pools of one file meet."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import Engine

from engine import execution, instances, messages, roles, user_tasks
from engine.tables import History, Job, Message, MissedMessage, ProcessInstance
from tests.engine.diagrams import (
    catch_message,
    end,
    event,
    flow,
    message,
    on_message,
    process,
    start,
    user_task,
)
from tests.engine.house import House
from tests.processes.at_once import all_at_once

HOUR = timedelta(hours=1)
ORDERED = process(
    event("startEvent", "ordered", on_message("m")),
    user_task("pack"),
    end(),
    flow("ordered", "pack"),
    flow("pack", "done"),
    extra='<bpmn:message id="m" name="ordered"/>',
)
ANSWERED = process(
    start(),
    user_task("prepare"),
    catch_message("answer", "m"),
    user_task("read_it"),
    end(),
    flow("begin", "prepare"),
    flow("prepare", "answer"),
    flow("answer", "read_it"),
    flow("read_it", "done"),
    extra=message("m", "answer", key="=key"),
)


def _active(house: House) -> list[ProcessInstance]:
    return house.rows(ProcessInstance, ProcessInstance.state == "active")


def test_a_message_that_found_an_active_instance_of_its_key_starts_one_when_that_has_ended(
    any_database: Engine, house: House
) -> None:
    house.deploy(ORDERED)
    house.publish("ordered", "shop-1", variables={"item": "lamp"}, time_to_live=HOUR)
    house.publish("ordered", "shop-1", variables={"item": "desk"}, time_to_live=HOUR)
    house.publish("ordered", "shop-1", variables={"item": "chair"}, time_to_live=HOUR)
    house.publish("ordered", "shop-1", variables={"item": "gone at once"})
    [first] = _active(house)

    house.complete(first.key, "pack")
    house.wait(seconds=2)
    [second] = _active(house)
    house.complete(second.key, "pack")
    house.wait(seconds=2)
    [third] = _active(house)

    items = [row.detail["variables"]["item"] for row in house.rows(History, History.kind == "ended")]
    assert items == ["lamp", "desk"]
    house.complete(third.key, "pack")
    house.wait(seconds=2)
    assert _active(house) == []


def test_a_message_whose_time_is_over_starts_nothing_when_its_instance_ends(house: House) -> None:
    house.deploy(ORDERED)
    house.publish("ordered", "shop-1", time_to_live=HOUR)
    house.publish("ordered", "shop-1", time_to_live=HOUR)
    [first] = _active(house)
    house.wait(hours=2)

    house.complete(first.key, "pack")
    house.wait(seconds=2)

    assert _active(house) == []


def test_an_ended_order_by_hand_lets_the_next_message_start_one(house: House) -> None:
    house.deploy(ORDERED)
    house.publish("ordered", "shop-1", time_to_live=HOUR)
    house.publish("ordered", "shop-1", time_to_live=HOUR)
    [first] = _active(house)

    with house.write() as session:
        instances.terminate(session, first.key, actor=house.actor("mia"), now=house.now, reason="twice")
    house.wait(seconds=2)

    assert len(_active(house)) == 1


def test_a_message_id_is_refused_while_buffered_and_free_afterwards(house: House) -> None:
    for _again in range(2):
        house.publish("paid", "R-1", time_to_live=HOUR, message_id="bank-77")
        house.publish("paid", "R-2", time_to_live=HOUR, message_id="bank-77")
        with pytest.raises(messages.MessageAlreadyPublished):
            house.publish("paid", "R-1", time_to_live=HOUR, message_id="bank-77")
        house.clock.move(HOUR + timedelta(seconds=1))


def test_eight_at_once_with_one_message_id_are_one_message(any_database: Engine) -> None:
    house = House(any_database)

    def act(session, _number: int) -> str:
        messages.publish(
            session, "paid", "R-1", actor=roles.SYSTEM, now=house.now, time_to_live=HOUR, message_id="b-7"
        )
        return "published"

    answers = all_at_once(any_database, act)

    assert answers == ["MessageAlreadyPublished"] * 7 + ["published"]
    assert len(house.rows(Message)) == 1


def test_buffered_messages_are_taken_oldest_first_and_each_once_a_process(house: House) -> None:
    house.deploy(ANSWERED)
    orders = [house.start(key="A") for _ in range(3)]
    for number in (1, 2):
        house.publish("answer", "A", variables={"number": number}, time_to_live=HOUR)
        house.clock.move(timedelta(seconds=1))

    for key in orders:
        house.complete(key, "prepare")

    assert [house.open_tasks(key) for key in orders] == [["read_it"], ["read_it"], []]
    with house.read() as session:
        numbers = [execution.look(session, key).root_variables.get("number") for key in orders]
    assert numbers == [1, 2, None]


def test_one_message_goes_to_every_process_that_waits_but_to_one_order_of_each(house: House) -> None:
    other = ANSWERED.replace(b'id="flow" name="flow"', b'id="other" name="other"')
    house.deploy(ANSWERED, other)
    orders = [house.start(key="A"), house.start(key="A"), house.start("other", key="A")]
    for key in orders:
        house.complete(key, "prepare")

    published = house.publish("answer", "A")

    assert published.process_instance_keys == [orders[0], orders[2]]


def test_among_two_waits_of_one_order_the_outer_owner_takes_the_message(house: House) -> None:
    inner = process(
        start(),
        '<bpmn:subProcess id="handling">',
        start("begin_handling"),
        catch_message("inner", "m"),
        end("handled"),
        flow("begin_handling", "inner"),
        flow("inner", "handled"),
        "</bpmn:subProcess>",
        event("boundaryEvent", "outer", on_message("m"), host="handling"),
        user_task("look"),
        end(),
        flow("begin", "handling"),
        flow("handling", "done"),
        flow("outer", "look"),
        flow("look", "done"),
        extra=message("m", "answer"),
    )
    house.deploy(inner)
    key = house.start()

    house.publish("answer", house.get(key).business_key)

    assert house.open_tasks(key) == ["look"]


def test_eight_publications_at_once_start_one_instance_a_key_and_the_others_wait_their_turn(
    any_database: Engine,
) -> None:
    house = House(any_database)
    house.deploy(ORDERED)

    def act(session, number: int) -> str:
        messages.publish(
            session,
            "ordered",
            "shop-1",
            {"by": number},
            actor=roles.SYSTEM,
            now=house.now,
            time_to_live=HOUR,
        )
        return "published"

    assert all_at_once(any_database, act) == ["published"] * 8

    seen = []
    for _turn in range(8):
        [one] = _active(house)
        house.complete(one.key, "pack")
        house.wait(seconds=2)
        seen.append(one.key)
    assert len(set(seen)) == 8
    assert _active(house) == []
    by = {row.detail["variables"]["by"] for row in house.rows(History, History.kind == "ended")}
    assert by == set(range(8))


def test_a_message_published_while_the_instance_of_its_key_ends_starts_the_next(postgresql: Engine) -> None:
    house = House(postgresql)
    house.deploy(ORDERED)
    house.publish("ordered", "shop-1")
    [first] = _active(house)
    publishing = Thread(target=house.publish, args=("ordered", "shop-1"), kwargs={"time_to_live": HOUR})
    with house.write() as ending:
        task = house.task(ending, first.key, "pack")
        user_tasks.complete(ending, task.key, {}, actor=house.actor("ann"), now=house.now)
        publishing.start()
        publishing.join(timeout=0.5)
    publishing.join()
    house.wait(seconds=2)

    [second] = _active(house)
    assert second.key != first.key


def test_eight_publications_at_once_to_one_wait_are_all_accepted_and_one_is_taken(
    any_database: Engine,
) -> None:
    house = House(any_database)
    house.deploy(ANSWERED)
    key = house.start(key="A")
    house.complete(key, "prepare")

    def act(session, number: int) -> str:
        published = messages.publish(
            session, "answer", "A", {"by": number}, actor=roles.SYSTEM, now=house.now, time_to_live=HOUR
        )
        return str(published.process_instance_keys)

    answers = all_at_once(any_database, act)

    assert answers == sorted([str([key])] + ["[]"] * 7)
    assert house.open_tasks(key) == ["read_it"]


def test_a_message_and_a_wait_that_pass_each_other_at_the_same_moment_meet_soon(
    postgresql: Engine,
) -> None:
    house = House(postgresql)
    house.deploy(ANSWERED)
    key = house.start(key="A")
    # The message is published, but not committed, while the step that begins to wait for it runs and commits.
    with house.write() as publishing:
        messages.publish(
            publishing, "answer", "A", {"n": 1}, actor=roles.SYSTEM, now=house.now, time_to_live=HOUR
        )
        house.complete(key, "prepare")

    assert house.open_tasks(key) == []
    house.wait(seconds=2)

    assert house.open_tasks(key) == ["read_it"]
    assert house.rows(Job) == []


def test_a_wait_that_opens_while_the_message_is_published_is_met_too(postgresql: Engine) -> None:
    house = House(postgresql)
    house.deploy(ANSWERED)
    key = house.start(key="A")
    # The step has begun to wait, but is not committed, while the message is published and committed.
    with house.write() as stepping:
        task = house.task(stepping, key, "prepare")
        user_tasks.complete(stepping, task.key, {}, actor=house.actor("ann"), now=house.now)
        assert house.publish("answer", "A", time_to_live=HOUR).process_instance_keys == []

    house.wait(seconds=2)

    assert house.open_tasks(key) == ["read_it"]
    assert house.rows(Job) == []


def test_messages_that_met_nobody_are_remembered_for_a_week_without_what_they_carried(house: House) -> None:
    house.deploy(ANSWERED)
    key = house.start(key="A")
    house.complete(key, "prepare")
    house.publish("answer", "A", variables={"secret": "x"}, time_to_live=HOUR)
    house.publish("answer", "a ", variables={"secret": "x"})

    house.wait(hours=2)

    [missed] = house.rows(MissedMessage)
    assert (missed.name, missed.correlation_key) == ("answer", "a ")
    assert house.rows(Message) == []
    house.wait(days=8)
    assert house.rows(MissedMessage) == []
