"""No list page asks more questions of the database because it has more rows."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert

import engine.database
from engine import clock
from engine.keys import new_key
from engine.tables import ProcessDefinition, ProcessInstance, UserTask, UserTaskCandidate


def _fill(database, rows: int) -> int:
    """`rows` open user tasks of IT, each of an order that sales has started; returns the key of one."""
    now = clock.now()
    with engine.database.transaction(database) as session:
        definition = session.query(ProcessDefinition).filter_by(process_id="internal_request").one().key
        orders, tasks, candidates = [], [], []
        for number in range(rows):
            order, task, due = new_key(), new_key(), now + timedelta(minutes=number - 100)
            orders.append(
                {
                    "key": order,
                    "process_definition_key": definition,
                    "process_id": "internal_request",
                    "business_key": f"IR-{number:05}",
                    "subject": f"Screen {number}",
                    "state": "active",
                    "version": 1,
                    "tokens": b"",
                    "started_at": now,
                    "started_by": "sales",
                }
            )
            tasks.append(
                {
                    "key": task,
                    "process_instance_key": order,
                    "process_definition_key": definition,
                    "process_id": "internal_request",
                    "token_id": 1,
                    "element_id": "take_the_request",
                    "name": "Take the request",
                    "lane": "Service department",
                    "state": "open",
                    "version": 1,
                    "assignee": "it" if number % 3 == 0 else None,
                    "priority": 50,
                    "urgent": number % 7 == 0,
                    "created_at": now,
                    "due_at": due,
                    "escalation_level": 0,
                    "properties": {},
                }
            )
            candidates.append(
                {
                    "user_task_key": task,
                    "kind": "role",
                    "name": "IT",
                    "free": number % 3 != 0,
                    "urgent": number % 7 == 0,
                    "due_at": due,
                }
            )
        for table, values in ((ProcessInstance, orders), (UserTask, tasks), (UserTaskCandidate, candidates)):
            # Through the table itself: the mapper would look at each row.
            session.execute(insert(table.__table__), values)
    return tasks[0]["key"]


LISTS = (
    ("it", "/inbox"),
    ("it", "/inbox?chip=urgent"),
    ("it", "/inbox?q=screen"),
    ("it", "/inbox/news?shown=1"),
    ("sales", "/orders"),
)


def test_a_list_page_asks_as_many_questions_for_one_row_as_for_5000(visitor, database, statements):
    people = {login: visitor(login) for login, _ in LISTS}
    counted = {address: {} for _, address in LISTS}

    for rows in (1, 50, 5000):
        with engine.database.transaction(database) as session:
            for table in (UserTaskCandidate, UserTask, ProcessInstance):
                session.query(table).delete()
        _fill(database, rows)
        for login, address in LISTS:
            people[login].get(address)  # the first view fills the caches of this process
            statements.clear()
            assert people[login].get(address).status_code == 200
            counted[address][rows] = len([each for each in statements if not each.startswith("BEGIN")])
            assert not any("count(*)" in each.lower() and "limit" not in each.lower() for each in statements)

    assert [(address, each) for address, each in counted.items() if len(set(each.values())) != 1] == []
    assert [(address, each) for address, each in counted.items() if each[1] > 14] == []


def test_counts_beyond_99_are_not_counted(visitor, database):
    _fill(database, 400)

    page = visitor("it").text("/inbox")

    assert "Mine and free 99+" in page
    assert "Late 99+" in page
