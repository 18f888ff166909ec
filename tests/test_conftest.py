"""The fixtures of conftest.py keep their promises."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import database
from engine.tables import Role
from tests.conftest import begin_with


@pytest.mark.parametrize("round_number", [1, 2])
def test_each_test_gets_an_empty_database_with_all_tables(any_database: Engine, round_number: int) -> None:
    with database.reading(any_database) as session:
        found = session.scalars(select(Role)).all()

    assert found == []
    with database.transaction(any_database) as session:
        session.add(Role(role_id=f"buyer_{round_number}", name="Buyer"))


def test_the_database_is_the_one_that_the_test_asked_for(any_database: Engine, engine: Engine) -> None:
    assert engine is any_database


def test_what_a_test_writes_in_its_session_it_reads_there(session: Session) -> None:
    session.add(Role(role_id="buyer", name="Buyer"))
    session.flush()

    assert session.scalars(select(Role.name)).all() == ["Buyer"]


@pytest.mark.parametrize("round_number", [1, 2])
def test_what_was_made_once_is_there_in_every_test_and_can_be_changed(
    any_database: Engine, round_number: int
) -> None:
    with database.transaction(any_database) as session:
        begin_with(session, "a buyer", _a_buyer)
        session.get_one(Role, "buyer").name = f"Buyer {round_number}"

    with database.reading(any_database) as session:
        assert session.scalars(select(Role.name)).all() == [f"Buyer {round_number}"]


def test_what_a_test_has_written_already_is_not_taken_away(session: Session) -> None:
    session.add(Role(role_id="seller", name="Seller"))
    session.flush()

    begin_with(session, "a buyer", _a_buyer)

    assert session.scalars(select(Role.role_id).order_by(Role.role_id)).all() == ["buyer", "seller"]


def _a_buyer(session: Session) -> None:
    session.add(Role(role_id="buyer", name="Buyer"))
    session.flush()
