"""Odd but legal models in the house: who takes a message, what a moment or a signal starts, what comes too late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import execution, instances
from engine.tables import Incident, Job, ProcessInstance
from tests.engine.house import House
from tests.engine.spiff.diagrams import (
    Node,
    both,
    boundary,
    call,
    catch,
    diagram,
    event_sub,
    message,
    on_message,
    on_signal,
    signal,
    start,
    starts,
    throw,
    timer,
    user,
)

M, N, S = message("M"), message("N", "=number"), signal("S")
HOUR = timedelta(hours=1)


def step(name: str) -> Node:
    """A user task that the design rules have nothing to say against."""
    ours = '<zeebe:userTask/><zeebe:formDefinition formId="answer"/><zeebe:assignmentDefinition candidateGroups="staff"/>'
    node = user(name, ours)
    node.attributes["name"] = name
    return node


WAITS = diagram(
    start(), step("a"), catch("c", on_message("M")), step("z"), flows="start -> a -> c -> z", more=M
)
ASKS = diagram(
    start(), catch("c", on_message("M")), step("inside"), flows="start -> c -> inside", more=M, id="asks"
)


def active(house: House) -> list[int]:
    return [row.key for row in house.rows(ProcessInstance, ProcessInstance.state == "active")]


def test_a_called_process_takes_a_message_beside_its_caller(house: House):
    called = call("call", "asks"), boundary("b", "call", on_message("M"), False)
    house.deploy(ASKS, diagram(start(), *called, step("z"), flows="start -> call; b -> z", more=M, id="flow"))
    order = house.start(key="A")

    assert house.publish("M", "A").process_instance_keys == [order]

    assert house.open_tasks(order) == ["inside", "z"]


@pytest.mark.parametrize("is_buffered", [False, True])
def test_two_callers_of_one_process_are_one_taker(house: House, is_buffered):
    callers = [
        diagram(start(), step("a"), call("call", "asks"), flows="start -> a -> call", id=each)
        for each in "pq"
    ]
    house.deploy(ASKS, *callers)
    orders = [house.start(each, key="A") for each in "pq"]
    if is_buffered:
        house.publish("M", "A", time_to_live=HOUR)

    for order in orders:
        house.complete(order, "a")
    if not is_buffered:
        house.publish("M", "A")

    assert [house.open_tasks(order) for order in orders] == [["inside"], []]


def test_what_starts_a_process_is_known_to_its_event_sub_processes(house: House):
    beside = event_sub(
        "esp", starts("begins", on_message("N"), False), step("changed"), flows="begins -> changed"
    )
    house.deploy(
        diagram(start("s", inner=on_message("M")), step("a"), beside, flows="s -> a", more=M + N, id="flow")
    )

    house.publish("M", "A", variables={"number": 7})
    [order] = active(house)
    house.publish("N", "7")

    assert house.rows(Incident) == []
    assert house.open_tasks(order) == ["a", "changed"]


@pytest.mark.parametrize(("lives_s", "is_met"), [(0, False), (3599, False), (3600, False), (3601, True)])
def test_a_message_waits_exactly_as_long_as_it_lives(house: House, lives_s, is_met):
    house.deploy(WAITS.replace(b'id="p"', b'id="flow"'))
    order = house.start(key="A")
    house.publish("M", "A", time_to_live=timedelta(seconds=lives_s))

    house.clock.move(HOUR)
    house.complete(order, "a")

    assert house.open_tasks(order) == (["z"] if is_met else [])


def test_a_number_and_its_digits_are_one_key_and_the_older_order_is_first(house: House):
    house.deploy(ASKS)
    orders = [house.start("asks", key=key) for key in (5, "5", 5.0)]

    for taken in range(1, 4):
        house.publish("M", "5")
        assert [house.open_tasks(order) for order in orders] == [["inside"]] * taken + [[]] * (3 - taken)


def test_each_of_two_waits_takes_a_buffered_message_of_its_own_in_their_order(house: House):
    paths = catch("c", on_message("M")), catch("d", on_message("M")), step("y"), step("z")
    house.deploy(
        diagram(
            start(),
            step("a"),
            both("f"),
            *paths,
            flows="start -> a -> f; f -> c -> y; f -> d -> z",
            more=M,
            id="flow",
        )
    )
    order = house.start(key="A")
    for number in (1, 2, 3):
        house.publish("M", "A", variables={"n": number}, time_to_live=HOUR)
        house.clock.move(timedelta(seconds=1))

    house.complete(order, "a")

    assert house.open_tasks(order) == ["y", "z"]
    with house.read() as session:
        assert execution.look(session, order).root_variables["n"] == 2


def test_what_comes_for_an_order_that_is_cancelled_meets_nobody(house: House):
    house.deploy(diagram(start(), step("a"), boundary("b", "a", on_message("M")), boundary("t", "a", timer("duration", "PT1H")), step("z"),
                         flows="start -> a; b -> z; t -> z", more=M, id="flow"))  # fmt: skip
    order = house.start(key="A")
    with house.write() as session:
        instances.terminate(session, order, actor=house.actor("mia"), now=house.now, reason="wrong")

    assert house.publish("M", "A").process_instance_keys == []
    house.wait(hours=2)

    assert (house.state(order), house.rows(Job, Job.kind == "timer")) == ("terminated", [])


def test_a_signal_starts_the_process_that_throws_it_and_reaches_who_waits(house: House):
    both_starts = diagram(start(), start("s", inner=on_signal("S")), throw("t", inner=on_signal("S")), step("a"), step("b"),
                          flows="start -> t -> a; s -> b", more=S, id="flow")  # fmt: skip
    house.deploy(
        both_starts,
        diagram(start(), catch("c", on_signal("S")), step("w"), flows="start -> c -> w", more=S, id="hears"),
    )
    hears, throws = house.start("hears"), house.start()

    house.work()

    assert [house.open_tasks(order) for order in (hears, throws)] == [["w"], ["a"]]
    assert [house.open_tasks(order) for order in active(house) if order not in (hears, throws)] == [["b"]]


def test_a_cycle_that_was_missed_fires_once_and_keeps_its_rhythm(house: House):
    house.deploy(
        diagram(
            start(),
            step("a"),
            boundary("b", "a", timer("cycle", "R/PT1H"), False),
            step("z"),
            flows="start -> a; b -> z",
            id="flow",
        )
    )
    order = house.start()

    house.wait(hours=5, minutes=30)
    assert house.open_tasks(order) == ["a", "z"]
    house.wait(minutes=30)

    assert house.open_tasks(order) == ["a", "z", "z"]
