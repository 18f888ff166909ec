"""A PostgreSQL database that is lent again is as a new one."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from engine import database
from engine.tables import Role
from tests import emptied, postgres
from tests.conftest import all_tables, connect


@pytest.fixture
def lender(postgresql_server: postgres.Cluster) -> emptied.Lender:
    return emptied.Lender(postgresql_server, all_tables())


def test_what_was_written_is_gone_and_a_forgotten_connection_is_ended(lender: emptied.Lender) -> None:
    url = lender.lend()
    engine = connect(url)
    with database.transaction(engine) as session:
        session.add(Role(role_id="buyer", name="Buyer"))
    forgotten = engine.connect()
    forgotten.execute(text("SELECT 1"))

    lender.take_back(url)

    assert lender.lend() == url
    forgotten.invalidate()
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM role")) == 0
        assert connection.scalar(text("SELECT pg_relation_size('role')")) == 0
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        assert connection.scalar(text(others)) == 1
    engine.dispose()
    lender.take_back(url)


@pytest.mark.parametrize(
    "changed",
    [
        "CREATE TABLE more (key integer)",
        "DROP INDEX ix_history_instance",
        "ALTER TABLE role ADD COLUMN more text",
        "ALTER TABLE role RENAME COLUMN name TO called",
        "ALTER TABLE stock_move DISABLE TRIGGER stock_move_only_grows",
        "ALTER TABLE role ALTER COLUMN name DROP NOT NULL",
        "CREATE FUNCTION more() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    ],
)
def test_a_database_with_more_than_other_rows_is_lent_to_nobody(lender: emptied.Lender, changed: str) -> None:
    url = lender.lend()
    engine = connect(url)
    with engine.begin() as connection:
        connection.execute(text(changed))
    engine.dispose()

    lender.take_back(url)

    other = lender.lend()
    assert other != url
    lender.take_back(other)
