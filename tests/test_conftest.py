"""The fixtures of conftest.py keep their promises."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from engine import database
from engine.tables import Role


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
