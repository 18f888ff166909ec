"""A step is one transaction: everything it did is there, or nothing is."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from engine import errors, execution, history, instances, roles, spiff, user_tasks
from engine.tables import Effect, History, Job, OpenFlowNode, ProcessInstance, UserTask
from tests.engine.diagrams import end, exclusive, flow, process, service_task, start, user_task
from tests.engine.house import House, LedgerRow, Switch

POSTING = process(
    start(),
    user_task("count"),
    service_task("book", "test.post", {"amount": "=amount"}),
    user_task("review"),
    end(),
    flow("begin", "count"),
    flow("count", "book"),
    flow("book", "review"),
    flow("review", "done"),
)


def test_the_effect_of_an_operation_is_committed_with_the_step_that_reached_it(house: House):
    house.deploy(POSTING)
    key = house.start()

    house.complete(key, "count", amount=7)

    assert [(row.order_no, row.element_id, row.amount) for row in house.rows(LedgerRow)] == [
        (house.get(key).business_key, "book", 7)
    ]
    assert len(house.rows(Effect)) == 1
    assert house.open_tasks(key) == ["review"]


def test_a_step_that_is_rolled_back_leaves_nothing(house: House):
    house.deploy(POSTING)
    key = house.start()
    before = [(row.key, row.kind) for row in house.rows(History)]

    class Power(Exception):
        """The machine dies before the commit."""

    with pytest.raises(Power), house.write() as session:
        task = house.task(session, key, "count")
        user_tasks.complete(session, task.key, {"amount": 7}, actor=house.actor("ann"), now=house.now)
        raise Power

    assert house.rows(LedgerRow) == []
    assert [(row.key, row.kind) for row in house.rows(History)] == before
    assert house.open_tasks(key) == ["count"]


def test_rows_of_the_present_go_with_their_tokens(house: House):
    house.deploy(POSTING)
    key = house.start()
    house.complete(key, "count", amount=7)
    house.complete(key, "review")

    assert house.state(key) == "completed"
    assert house.rows(OpenFlowNode) == []
    assert house.rows(Job) == []
    assert {row.state for row in house.rows(UserTask)} == {"completed"}


def test_history_tells_each_element_and_flow_in_order(house: House):
    house.deploy(POSTING)
    key = house.start()
    house.complete(key, "count", amount=7)

    told = [(row.kind, row.element_id, row.flows, row.actor) for row in house.ask(history.of, key)]

    assert told == [
        ("started", "begin", None, "ann"),
        ("entered", "flow", None, "ann"),
        ("passed", "begin", "begin_to_count", "ann"),
        ("entered", "count", None, "ann"),
        ("completed", "count", None, "ann"),
        ("left", "count", "count_to_book", "ann"),
        ("passed", "book", "book_to_review", "ann"),
        ("entered", "review", None, "ann"),
    ]


def test_an_ended_order_takes_no_more_steps(house: House):
    house.deploy(POSTING)
    key = house.start()
    house.complete(key, "count", amount=7)
    house.complete(key, "review")

    with pytest.raises(errors.Conflict, match="has ended already"), house.write() as session:
        execution.advance(session, key, lambda instance: None, actor=roles.SYSTEM, now=house.now)


def test_a_running_instance_stays_on_its_version(house: House):
    house.deploy(POSTING)
    old = house.start()
    shorter = process(start(), user_task("count"), end(), flow("begin", "count"), flow("count", "done"))
    house.deploy(shorter)
    new = house.start()

    house.complete(old, "count", amount=1)
    house.complete(new, "count", amount=1)

    assert (house.open_tasks(old), house.state(new)) == (["review"], "completed")


def test_a_loop_costs_the_same_in_every_round(house: House):
    house.deploy(
        process(
            start(),
            user_task("count"),
            exclusive("again", default="again_to_count"),
            end(),
            flow("begin", "count"),
            flow("count", "again"),
            flow("again", "count"),
            flow("again", "done", '=answer = "stop"'),
        )
    )
    key = house.start()

    sizes = []
    for _ in range(60):
        house.complete(key, "count", answer="go")
        with house.write() as session:
            sizes.append(len(execution.lock(session, key).tokens))

    assert sizes[-1] - sizes[10] < 10  # token numbers grow by a digit, nothing else does
    assert len(house.rows(OpenFlowNode)) == 2


def test_two_steps_that_read_the_same_state_cannot_both_be_written(any_database, house: House):
    house.deploy(POSTING)
    key = house.start()

    def move(instance: spiff.Instance) -> None:
        instance.set_variables({"colour": "red"})
        _outdate(session, key)

    with pytest.raises(errors.StaleProcessInstance), house.write() as session:
        execution.advance(session, key, move, actor=roles.SYSTEM, now=house.now)


def _outdate(session, key: int) -> None:

    session.execute(
        update(ProcessInstance)
        .where(ProcessInstance.key == key)
        .values(version=ProcessInstance.version + 1)
        .execution_options(synchronize_session=False)
    )


def test_a_broken_operation_rolls_its_savepoint_back_and_the_persons_step_stays(any_database, house: House):
    house.deploy(POSTING)
    key = house.start()
    Switch.failures = [RuntimeError("the printer is on fire")]

    house.complete(key, "count", amount=7)

    assert house.rows(LedgerRow) == []
    assert house.rows(UserTask)[0].state == "completed"
    [job] = house.rows(Job, Job.kind == "operation")
    assert (job.retries, job.problem) == (2, "RuntimeError: the printer is on fire")

    house.wait(minutes=5)
    assert [row.amount for row in house.rows(LedgerRow)] == [7]
    assert house.open_tasks(key) == ["review"]


def test_an_order_that_is_ended_by_hand_leaves_nothing_open(house: House):
    house.deploy(POSTING)
    key = house.start()

    with house.write() as session:
        instances.terminate(session, key, actor=house.actor("mia"), now=house.now, reason="entered twice")

    assert house.state(key) == "terminated"
    assert house.rows(OpenFlowNode) == []
    assert [(row.state, row.closed_by) for row in house.rows(UserTask)] == [("terminated", "mia")]
    [told] = house.rows(History, History.kind == "cancelled")
    assert told.detail == {"reason": "entered twice"}
