"""Live pages: who is told what, and that a stream holds no connection to the database."""

import json
import time

import pytest

import engine.database
from engine import clock, roles, user_tasks
from processes.records import comments
from tests.webapp import stories
from webapp import live


@pytest.fixture
def notifier(database):
    """A notifier that is asked by the test, not by its own thread."""
    notifier = live.Notifier(database)
    with database.connect() as connection:
        assert notifier.news(connection) is None
    return notifier


def _news(notifier, database):
    with database.connect() as connection:
        return notifier.news(connection)


def test_a_change_is_told_to_the_role_that_may_take_it_and_to_the_requester(notifier, database):
    order = stories.asked(database)

    change = _news(notifier, database)

    assert change.concerns >= {"role:IT", "person:sales"}
    assert not change.concerns & {"role:Marketing", "person:office", "role:Buyer"}
    assert change.orders == (str(order),)
    task = stories.step_of(database, order)
    assert change.user_tasks[str(task.key)] == "open"


def test_what_somebody_took_or_completed_is_told_to_those_who_saw_it_free(notifier, database):
    task = stories.step_of(database, stories.asked(database))
    _news(notifier, database)
    with engine.database.transaction(database) as session:
        user_tasks.claim(session, task.key, actor=roles.actor(session, "it"), now=clock.now())

    taken = _news(notifier, database)
    stories.promise(database, task.process_instance_key)
    done = _news(notifier, database)

    assert taken.user_tasks[str(task.key)] == "taken"
    assert "role:IT" in taken.concerns
    assert done.user_tasks[str(task.key)] == "completed"
    assert done.concerns >= {"person:it", "person:sales"}


def test_the_same_change_is_told_once_and_nothing_when_nothing_happened(notifier, database):
    stories.asked(database)
    assert _news(notifier, database) is not None

    assert _news(notifier, database) is None


def test_the_counter_moves_when_another_connection_writes(database):
    with database.connect() as connection:
        before = live._counter(connection)
        connection.rollback()
        assert live._counter(connection) == before
        order = stories.asked(database)
        connection.rollback()
        moved = live._counter(connection)
        connection.rollback()
        with engine.database.transaction(database) as session:
            comments.add(session, order, "Any news?", author="sales", now=clock.now())
        assert before != moved != live._counter(connection)


def test_only_those_concerned_are_told(notifier):
    it, marketing = notifier.listen({"role:IT"}), notifier.listen({"role:Marketing"})

    notifier.tell(live.Change(frozenset({"role:IT"}), ("7",), {"8": "open"}))

    assert it.waiting.get_nowait().orders == ("7",)
    assert marketing.waiting.empty()


def test_a_stream_gives_events_holds_no_connection_and_ends_when_the_server_stops(app, visitor, database):
    with app.app_context():
        notifier = live.start(app)
    try:
        answer = visitor("it").client.get("/live", buffered=False)
        stream = iter(answer.response)
        assert answer.mimetype == "text/event-stream"
        assert next(stream) == b"retry: 3000\n\n"
        with app.app_context():
            from webapp.database import db

            # One for the notifier at most; none for the stream.
            assert db.engine.pool.checkedout() <= 1
        time.sleep(2 * live.EVERY_S)
        order = stories.asked(database)

        name, data = next(stream).decode().strip().split("\n")

        assert name == "event: orders"
        assert str(order) in json.loads(data.removeprefix("data: "))["orders"]
        notifier.end_streams()
        assert list(stream) == []
        answer.close()
    finally:
        live.stop(app)


def test_when_all_threads_would_be_streams_the_next_one_is_told_to_ask_instead(app, visitor, monkeypatch):
    monkeypatch.setattr(live, "MOST_STREAMS", 0)
    with app.app_context():
        live.start(app)
    try:
        assert visitor("it").client.get("/live").status_code == 204
    finally:
        live.stop(app)
