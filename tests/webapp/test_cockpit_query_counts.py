"""No page of the cockpit asks more questions of the database, or counts further, because more orders run."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select

import engine.database
from engine import clock
from engine.keys import new_key
from engine.tables import (
    Incident,
    Mail,
    OpenFlowNode,
    Person,
    ProcessDefinition,
    ProcessInstance,
    UserTask,
    UserTaskCandidate,
)

TABLES = (Mail, Incident, UserTaskCandidate, UserTask, OpenFlowNode, ProcessInstance)


def _fill(database, number_of_rows: int, is_silent: bool = True) -> dict[str, int]:
    """So many orders, each late, stopped, and offered to a role that nobody has; and so many mails. Keys for addresses.

    is_silent: they are noted as stuck, too, so that pages look for the cause in their states.
    """
    now = clock.now()
    rows: dict[type, list[dict]] = {table: [] for table in TABLES}
    with engine.database.transaction(database) as session:
        for table in TABLES:
            session.execute(delete(table))
        definition = session.scalars(
            select(ProcessDefinition.key).where(ProcessDefinition.process_id == "internal_request")
        ).one()
        place = {"process_definition_key": definition, "process_id": "internal_request"}
        node = {"element_id": "take_the_request", "token_id": 1}
        for number in range(number_of_rows):
            order, task = new_key(), new_key()
            here = {"process_instance_key": order}
            state = {"state": "active", "version": 1}
            rows[ProcessInstance].append(
                {
                    **place,
                    **state,
                    "key": order,
                    "business_key": f"IR-{number:05}",
                    "subject": f"Screen {number}",
                    "tokens": b"",
                    "started_at": now + timedelta(seconds=number),
                    "started_by": "sales",
                    "silent_since": now if is_silent else None,
                }
            )
            rows[OpenFlowNode].append(
                {
                    **here,
                    **node,
                    "element_type": "userTask",
                    "process_definition_key": definition,
                    "entered_at": now,
                }
            )
            rows[UserTask].append(
                {
                    **place,
                    **here,
                    **node,
                    **state,
                    "key": task,
                    "state": "open",
                    "name": "Take the request",
                    "lane": "Service department",
                    "priority": 50,
                    "urgent": False,
                    "created_at": now - timedelta(hours=2),
                    "due_at": now - timedelta(hours=1),
                    "escalation_level": 0,
                    "properties": {},
                }
            )
            rows[UserTaskCandidate].append(
                {"user_task_key": task, "kind": "role", "name": "IT", "free": True, "urgent": False}
            )
            rows[Incident].append(
                {
                    **here,
                    **node,
                    "key": new_key(),
                    "kind": "JOB_NO_RETRIES",
                    "sentence": "The oven is cold.",
                    "raised_at": now,
                }
            )
            rows[Mail].append(
                {
                    "key": new_key(),
                    "recipient": "somebody@demo.example",
                    "subject": f"Late {number}",
                    "body": "It is late.",
                    "state": "kept",
                    "written_at": now,
                }
            )
        session.get_one(Person, "it").active = False
        for table in reversed(TABLES):
            # Through the table itself: the mapper would look at each row.
            session.execute(insert(table.__table__), rows[table])
    return {"definition": definition, "order": order, "task": task}


ADDRESSES = [
    "/cockpit/",
    "/cockpit/orders",
    "/cockpit/orders?q=screen&process=internal_request",
    "/cockpit/orders?state=ended",
    "/cockpit/orders/{order}",
    "/cockpit/processes",
    "/cockpit/processes/{definition}?node=take_the_request",
    "/cockpit/processes/{definition}/nodes/take_the_request",
    "/cockpit/user-tasks/{task}/assign",
    "/cockpit/mails",
]


@pytest.mark.parametrize("is_silent", [False, True], ids=["calm", "noted as stuck"])
def test_a_page_asks_as_many_questions_for_one_row_as_for_2000(visitor, database, statements, is_silent):
    manager = visitor("manager")
    counted: dict[str, set[int]] = {address: set() for address in ADDRESSES}
    for address in ADDRESSES:  # the first view fills the caches of this process
        assert manager.get(address.format(**_fill(database, 1, is_silent))).status_code == 200

    for number_of_rows in (1, 50, 2000):
        keys = _fill(database, number_of_rows, is_silent)
        for address in ADDRESSES:
            statements.clear()
            assert manager.get(address.format(**keys)).status_code == 200, address
            asked = [each for each in statements if not each.startswith("BEGIN")]
            counted[address].add(len(asked))
            unlimited = [each for each in asked if "count(" in each.lower() and "limit" not in each.lower()]
            assert unlimited == [], address

    assert {address: len(numbers) for address, numbers in counted.items()} == dict.fromkeys(ADDRESSES, 1)
    assert max(max(numbers) for numbers in counted.values()) <= 20


def test_beyond_999_nothing_is_counted(visitor, database):
    keys = _fill(database, 1200)
    manager = visitor("manager")

    overview = manager.text("/cockpit/")
    assert "999+ late" in overview
    assert "Open orders: 999+. Stopped: 999+." in overview
    assert "Internal service request 1 999+ 999+" in manager.text("/cockpit/processes")
    dock = manager.text(f"/cockpit/processes/{keys['definition']}/nodes/take_the_request")
    assert "open: 999+ · late: 999+ · stopped: 999+" in dock
    assert "The 50 that wait longest are shown." in dock


def test_the_orders_are_shown_by_fifty_and_none_twice(visitor, database):
    _fill(database, 120)
    manager = visitor("manager")
    seen: list[str] = []
    address = "/cockpit/orders"
    for _page in range(3):
        page = manager.get(address).text
        seen += [each.split(" ")[0] for each in page.split("IR-")[1:]]
        if 'id="more_orders"' in page:
            address = page.split('id="more_orders"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")

    assert len(seen) == 120
    assert sorted(seen) == [f"{number:05}" for number in range(120)]
