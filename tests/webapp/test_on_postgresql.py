"""The web on PostgreSQL: the same pages, the same statements, two people at the same moment."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import func, select

import engine.database
from engine.tables import History
from tests import founded
from tests.webapp import stories
from webapp import config, live


@pytest.fixture(scope="module")
def company_on_postgresql(postgresql_server, tmp_path_factory):
    """The demo company on a migrated PostgreSQL database: each test gets a copy."""
    settings = config.load(tmp_path_factory.mktemp("postgresql"), environ={})
    url = postgresql_server.create_database()
    founded.found(replace(settings, database_url=url))
    yield url
    postgresql_server.drop_database(url)


@pytest.fixture
def installation(company_on_postgresql, postgresql_server, tmp_path):
    """The settings of an installation on a copy of it."""
    url = postgresql_server.create_database(like=company_on_postgresql)
    yield replace(config.load(tmp_path, environ={}), database_url=url)
    postgresql_server.drop_database(url)


def test_lists_search_and_orders_work_on_postgresql_too(visitor, database):
    stories.asked(database, subject="Ноутбук разряжен")
    order = stories.asked(database, subject="The screen stays dark")
    it, sales = visitor("it"), visitor("sales")

    assert "Mine and free 2" in it.text("/inbox")
    assert "Ноутбук разряжен" in it.text("/inbox?q=НОУТБУК")
    assert "Ноутбук" not in it.text("/inbox?q=screen&chip=free")
    assert it.get("/inbox?after=7~2020-01-01T00:00:00%2B00:00~5").status_code == 200
    assert it.get("/inbox?after=8~~5").status_code == 200
    assert "The screen stays dark" in sales.text("/orders")
    assert "Waits for somebody of IT" in sales.text(f"/orders/{order}")
    assert it.get("/readyz").json["checks"] == {"database": True, "migrations": True}


def test_of_two_who_complete_at_the_same_moment_one_wins_and_the_other_reads_who(visitor, database):
    task = stories.step_of(database, stories.asked(database))
    answers = {"worker": "it", "promised_date": "2099-01-31"}
    people = [visitor("it") for _ in range(4)]
    for person in people:
        assert person.token
    found = []

    def press(person):
        found.append(person.submit(f"/user-tasks/{task.key}/complete", answers))

    threads = [threading.Thread(target=press, args=(person,)) for person in people]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(answer.status_code for answer in found) == [200, 409, 409, 409]
    assert all(
        a.json["title"].startswith("You have completed this already") for a in found if a.status_code == 409
    )
    with engine.database.reading(database) as session:
        done = select(func.count()).where(
            History.process_instance_key == task.process_instance_key,
            History.element_id == task.element_id,
            History.kind == "completed",
        )
        assert session.scalar(done) == 1


def test_the_counter_of_changes_moves_on_postgresql_too(database):
    with database.connect() as connection:
        before = live._counter(connection)
        connection.rollback()
        assert live._counter(connection) == before
        connection.rollback()
        stories.asked(database)
        assert live._counter(connection) != before
