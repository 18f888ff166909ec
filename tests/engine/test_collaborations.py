"""Two pools of one file: each has instances of its own, and what one throws the other begins with or waits for."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from engine import execution, worker
from engine.tables import History, Job, ProcessInstance
from tests.engine.diagrams import (
    HEAD,
    catch_message,
    end,
    event,
    flow,
    message,
    on_message,
    start,
    user_task,
)
from tests.engine.house import House
from tests.processes.at_once import each_on_its_own


def collaboration(is_send_task: bool = False) -> bytes:
    """A shop orders from a supplier by one message and waits for the answer; the supplier begins with it."""
    ask = (
        '<bpmn:sendTask id="ask" messageRef="m_ask"/>'
        if is_send_task
        else event("intermediateThrowEvent", "ask", on_message("m_ask"))
    )
    shop = "".join(
        (
            start(),
            user_task("choose"),
            ask,
            catch_message("answered", "m_answer"),
            user_task("unpack"),
            end(),
            flow("begin", "choose"),
            flow("choose", "ask"),
            flow("ask", "answered"),
            flow("answered", "unpack"),
            flow("unpack", "done"),
        )
    )
    supplier = "".join(
        (
            event("startEvent", "asked", on_message("m_ask")),
            user_task("deliver"),
            event("endEvent", "answer", on_message("m_answer")),
            flow("asked", "deliver"),
            flow("deliver", "answer"),
        )
    )
    flows = (
        '<bpmn:messageFlow id="asks" sourceRef="ask" targetRef="asked"/>'
        '<bpmn:messageFlow id="answers" sourceRef="answer" targetRef="answered"/>'
    )
    return (
        f"{HEAD}{message('m_ask', 'ask', key='=key')}{message('m_answer', 'answer', key='=key')}"
        '<bpmn:collaboration id="both"><bpmn:participant id="p1" name="Shop" processRef="shop"/>'
        f'<bpmn:participant id="p2" name="Supplier" processRef="supplier"/>{flows}</bpmn:collaboration>'
        f'<bpmn:process id="shop" name="Shop" isExecutable="true">{shop}</bpmn:process>'
        f'<bpmn:process id="supplier" name="Supplier" isExecutable="true">{supplier}</bpmn:process>'
        "</bpmn:definitions>"
    ).encode()


def _of(house: House, process_id: str) -> ProcessInstance:
    [found] = house.rows(ProcessInstance, ProcessInstance.process_id == process_id)
    return found


@pytest.mark.parametrize("is_send_task", [False, True], ids=["throw event", "send task"])
def test_what_one_pool_throws_the_other_begins_with_and_answers(house: House, is_send_task: bool) -> None:
    house.deploy(collaboration(is_send_task))
    shop = house.start("shop", key="P-7")

    house.complete(shop, "choose", amount=3)
    house.work()
    supplier = _of(house, "supplier")
    with house.read() as session:
        assert execution.look(session, supplier.key).root_variables["amount"] == 3
    assert (supplier.correlation_key, supplier.started_by) == ("P-7", "orderlane")
    house.complete(supplier.key, "deliver", amount=2)
    house.work()

    assert house.state(supplier.key) == "completed"
    assert house.open_tasks(shop) == ["unpack"]
    thrown = house.rows(History, History.kind == "message_thrown")
    assert [(row.process_instance_key, row.detail) for row in thrown] == [
        (shop, {"name": "ask", "correlation_key": "P-7"}),
        (supplier.key, {"name": "answer", "correlation_key": "P-7"}),
    ]
    assert house.rows(Job) == []


def test_pairs_of_the_same_pools_do_not_mix_their_messages(house: House) -> None:
    house.deploy(collaboration())
    shops = {number: house.start("shop", key=number) for number in ("P-1", "P-2", "P-3")}
    for key in shops.values():
        house.complete(key, "choose")
    house.work()
    suppliers = {
        row.correlation_key: row.key
        for row in house.rows(ProcessInstance, ProcessInstance.process_id == "supplier")
    }

    house.complete(suppliers["P-2"], "deliver")
    house.work()

    assert {number: house.open_tasks(key) for number, key in shops.items()} == {
        "P-1": [],
        "P-2": ["unpack"],
        "P-3": [],
    }


def test_a_thrown_message_is_published_once_by_eight_workers(any_database: Engine) -> None:
    house = House(any_database)
    house.deploy(collaboration())
    for number in range(4):
        house.complete(house.start("shop", key=f"P-{number}"), "choose")

    each_on_its_own(
        any_database, lambda engine, _number: str(worker.run_until_quiet(engine, now=house.clock))
    )

    keys = [
        row.correlation_key for row in house.rows(ProcessInstance, ProcessInstance.process_id == "supplier")
    ]
    assert sorted(keys) == ["P-0", "P-1", "P-2", "P-3"]
    assert house.rows(Job) == []
