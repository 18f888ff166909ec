"""The installation that stands for all tests: each finds it as on the first day, or as an order has left it once."""

from __future__ import annotations

from sqlalchemy import text

import engine.database


def _rename(database, name):
    with engine.database.transaction(database) as session:
        session.execute(text("UPDATE person SET name = :name WHERE login = 'it'"), {"name": name})
    return name


def _name(database):
    with engine.database.reading(database) as session:
        return session.scalar(text("SELECT name FROM person WHERE login = 'it'"))


def test_what_is_begun_with_is_done_once_and_what_a_test_adds_is_gone_in_the_next(
    begin_with, standing, database, visitor
):
    done = []

    def renamed(database):
        done.append(_rename(database, "O. O."))
        return done[-1]

    for _test in range(3):
        standing.furnish()
        assert _name(database) == "M. T."
        assert begin_with("of these tests", renamed) == "O. O."
        assert _name(database) == "O. O."
        assert "O. O." in visitor("it").text("/me")
        _rename(database, "X. X.")

    assert len(done) == 1


def test_what_was_written_before_it_is_not_lost(begin_with, standing, database):
    begin_with("of this test", lambda database: _rename(database, "O. O."))
    standing.furnish()
    with engine.database.transaction(database) as session:
        session.execute(text("UPDATE person SET name = 'Y. Y.' WHERE login = 'sales'"))

    begin_with("of this test", lambda database: _rename(database, "O. O."))

    assert _name(database) == "O. O."
    with engine.database.reading(database) as session:
        assert session.scalar(text("SELECT name FROM person WHERE login = 'sales'")) == "Y. Y."
