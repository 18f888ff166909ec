"""Compensation and transactions in the house: handlers book back, each time once, in the same step or by people."""

from __future__ import annotations

from sqlalchemy import select

from engine.tables import History, OpenFlowNode
from tests.engine.diagrams import (
    end,
    event,
    exclusive,
    flow,
    process,
    service_task,
    start,
    user_task,
)
from tests.engine.house import House, LedgerRow, Switch

COMPENSATE = "<bpmn:compensateEventDefinition/>"


def undone(element_id: str, handler: str) -> str:
    """The step `handler` undoes the element; drawn beside the flow."""
    marked = handler.replace("<bpmn:serviceTask ", '<bpmn:serviceTask isForCompensation="true" ').replace(
        "<bpmn:userTask ", '<bpmn:userTask isForCompensation="true" '
    )
    event_id = f"{element_id}_undone"
    return (
        event("boundaryEvent", event_id, COMPENSATE, host=element_id)
        + marked
        + f'<bpmn:association id="{event_id}_by" sourceRef="{event_id}" targetRef="undo_{element_id}"/>'
    )


def posting(element_id: str, amount: str) -> str:
    return service_task(element_id, "test.post", {"amount": amount})


def ledger(house: House) -> list[tuple[str, int]]:
    return [(row.element_id, row.amount) for row in house.rows(LedgerRow)]


ROUNDS = process(
    start(),
    exclusive("again"),
    user_task("order"),
    posting("book", "=amount"),
    undone("book", posting("undo_book", "=-1 * 5")),
    exclusive("enough", default="enough_to_call_off"),
    event("intermediateThrowEvent", "call_off", COMPENSATE),
    end(),
    flow("begin", "again"),
    flow("again", "order"),
    flow("order", "book"),
    flow("book", "enough"),
    flow("enough", "again", '=answer = "more"'),
    flow("enough", "call_off"),
    flow("call_off", "done"),
)


TWO = process(
    start(),
    posting("first", "=1"),
    undone("first", posting("undo_first", "=-1")),
    posting("second", "=2"),
    undone("second", posting("undo_second", "=-2")),
    user_task("decide"),
    event("endEvent", "call_off", COMPENSATE),
    flow("begin", "first"),
    flow("first", "second"),
    flow("second", "decide"),
    flow("decide", "call_off"),
)


def test_each_booking_is_booked_back_once(house: House):
    house.deploy(ROUNDS)
    key = house.start()
    for answer in ("more", "more", "enough"):
        house.complete(key, "order", amount=5, answer=answer)

    assert sorted(ledger(house)) == [("book", 5)] * 3 + [("undo_book", -5)] * 3
    assert house.state(key) == "completed"


def test_a_handler_that_breaks_is_a_job_and_the_others_wait_for_it(house: House):
    house.deploy(TWO)
    key = house.start()
    Switch.failures = [RuntimeError("The network is down.")]
    house.complete(key, "decide")
    assert ledger(house) == [("first", 1), ("second", 2)]

    house.wait(hours=1)

    assert ledger(house) == [("first", 1), ("second", 2), ("undo_second", -2), ("undo_first", -1)]
    assert house.state(key) == "completed"


TRANSACTION = process(
    start(),
    '<bpmn:transaction id="sale" name="Sale">'
    + start("sale_begins")
    + posting("charge", "=20")
    + undone("charge", user_task("undo_charge"))
    + posting("book", "=30")
    + undone("book", posting("undo_book", "=-30"))
    + user_task("decide")
    + exclusive("is_sold", default="is_sold_to_sold")
    + event("endEvent", "given_up", "<bpmn:cancelEventDefinition/>")
    + end("sold")
    + flow("sale_begins", "charge")
    + flow("charge", "book")
    + flow("book", "decide")
    + flow("decide", "is_sold")
    + flow("is_sold", "given_up", '=answer = "no"')
    + flow("is_sold", "sold")
    + "</bpmn:transaction>",
    event("boundaryEvent", "not_sold", "<bpmn:cancelEventDefinition/>", host="sale"),
    user_task("tell"),
    end(),
    flow("begin", "sale"),
    flow("sale", "done"),
    flow("not_sold", "tell"),
    flow("tell", "done"),
)


def test_a_cancelled_transaction_is_undone_by_operations_and_people(house: House):
    house.deploy(TRANSACTION)
    key = house.start()
    house.complete(key, "decide", answer="no")
    assert ledger(house) == [("charge", 20), ("book", 30), ("undo_book", -30)]
    assert house.open_tasks(key) == ["undo_charge"]

    house.complete(key, "undo_charge")
    assert house.open_tasks(key) == ["tell"]

    with house.read() as session:
        kinds = session.execute(
            select(History.kind, History.element_id)
            .where(History.element_id.in_(["undo_book", "undo_charge", "sale"]))
            .order_by(History.key)
        ).all()
        open_nodes = set(session.scalars(select(OpenFlowNode.element_id)))
    assert [tuple(each) for each in kinds if each[0] in ("passed", "left", "completed", "terminated")] == [
        ("passed", "undo_book"),
        ("completed", "undo_charge"),
        ("left", "undo_charge"),
        ("terminated", "sale"),
    ]
    assert "sale" not in open_nodes


def test_a_sold_transaction_keeps_its_bookings(house: House):
    house.deploy(TRANSACTION)
    key = house.start()

    house.complete(key, "decide", answer="yes")

    assert ledger(house) == [("charge", 20), ("book", 30)]
    assert house.state(key) == "completed"
