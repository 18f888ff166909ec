"""What is asked again and again is prepared once: on the way to the database nothing is thrown away that is needed soon."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from engine import accountability
from engine.tables import Job, Person, UserTask
from tests.engine import diagrams
from tests.engine.house import House


def test_a_word_that_an_index_speaks_of_stands_in_the_statement() -> None:
    ready = select(Job.key).where(Job.state == "ready")
    not_open = select(UserTask.key).where(UserTask.state != "open")

    assert str(ready).endswith("job.state = 'ready'")
    assert str(not_open).endswith("user_task.state != 'open'")


@pytest.mark.parametrize("text", ["o'clock", "' or '1'='1", "ready ", "", "Ready"])
def test_what_is_no_word_stays_a_parameter(text: str) -> None:
    found = select(Job.key).where(Job.state == text).compile()

    assert str(found).endswith("job.state = :state_1")
    assert found.params == {"state_1": text}


def test_a_round_and_the_list_of_what_is_stuck_are_prepared_once(house: House) -> None:
    house.deploy(diagrams.WITHOUT_CHECK)
    key = house.start("flow")
    with house.write() as session:  # on a calm day there is one question only
        house.task(session, key, "repair").assignee = "ann"
        session.get_one(Person, "ann").active = False
    house.publish("answer", "nobody waits")
    for _ in range(2):
        _look(house)  # tables put in place anew let every statement be prepared once more
    with house.engine.connect() as connection:
        before = _prepared(connection)

    for _ in range(5):
        _look(house)

    with house.engine.connect() as connection:
        after = _prepared(connection)
    asked = {sql: runs - before[sql][1] for sql, (_times, runs) in after.items() if sql in before}
    again = {sql for sql, (times, _runs) in after.items() if sql in before and times > before[sql][0]}
    assert sum(runs >= 5 for runs in asked.values()) > 5
    assert again == set()


def test_a_statement_is_kept_while_hundreds_of_others_are_asked(house: House) -> None:
    with house.engine.connect() as connection:
        for number in range(300):
            connection.exec_driver_sql(f"SELECT {number}")

        kept = _prepared(connection)

    assert "SELECT 0" in kept


def _look(house: House) -> None:
    house.work()
    house.ask(accountability.stuck, house.now)


def _prepared(connection: Connection) -> dict[str, tuple[int, int]]:
    """How often each statement that SQLite keeps was prepared again, and how often it ran."""
    try:
        rows = connection.exec_driver_sql("SELECT sql, reprep, run FROM sqlite_stmt").all()
    except OperationalError:
        pytest.skip(f"SQLite {sqlite3.sqlite_version} was built without sqlite_stmt.")
    return {sql: (times, runs) for sql, times, runs in rows}
