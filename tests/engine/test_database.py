"""What is asked again and again is prepared once: on the way to the database nothing is thrown away that is needed soon."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from engine import accountability
from engine.tables import Job, UserTask
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
    for _ in range(5):
        house.work()
        house.ask(accountability.stuck, house.now)

    with house.engine.connect() as connection:
        prepared = _prepared(connection)
    # Once more after the tables were put in place.
    again = {sql: times for sql, times, _runs in prepared if times > 1}
    assert again == {}
    assert sum(runs >= 5 for _sql, _times, runs in prepared) > 5


def test_a_statement_is_kept_while_hundreds_of_others_are_asked(house: House) -> None:
    with house.engine.connect() as connection:
        for number in range(300):
            connection.exec_driver_sql(f"SELECT {number}")

        kept = {sql for sql, _times, _runs in _prepared(connection)}

    assert "SELECT 0" in kept


def _prepared(connection: Connection) -> list[tuple[str, int, int]]:
    """(text, how often it was prepared again, how often it ran) of each statement that SQLite keeps."""
    try:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT sql, reprep, run FROM sqlite_stmt")]
    except OperationalError:
        pytest.skip(f"SQLite {sqlite3.sqlite_version} was built without sqlite_stmt.")
