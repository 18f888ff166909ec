"""Whoever upgrades keeps every row: orders from before become orders of the type they always were, on both databases."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, MetaData, exc, insert, select, text

import engine.database
from engine import errors
from processes.records import orders
from tests.postgres import Cluster
from webapp import schema

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
ROWS: dict[str, dict[str, Any]] = {
    "deployment": {"key": 1, "deployed_at": AT, "deployed_by": "admin"},
    "process_definition": {
        "key": 2,
        "process_id": "repair_intake",
        "version": 1,
        "name": "Repair",
        "deployment_key": 1,
        "resource_name": "repair_intake.bpmn",
        "xml": b"<x/>",
        "digest": "0",
    },
    "process_instance": {
        "key": 3,
        "process_definition_key": 2,
        "process_id": "repair_intake",
        "business_key": "R-0001",
        "state": "active",
        "version": 1,
        "tokens": b"",
        "started_at": AT,
        "started_by": "receiver",
    },
    "customer": {
        "key": 4,
        "customer_no": "C-0001",
        "kind": "person",
        "name": "I. P.",
        "phone": "+373 22 000 001",
        "phone_digits": "37322000001",
        "language": "ro",
        "preferred_channel": "phone",
        "credit_limit_cents": 0,
        "created_at": AT,
        "search_text": "i. p.",
    },
    "device": {
        "key": 5,
        "item_type": "Dishwasher",
        "brand": "Nordwind",
        "model": "S 45",
        "serial_no": "1",
        "brand_norm": "nordwind",
        "model_norm": "s45",
        "serial_norm": "1",
        "owner_key": 4,
        "search_text": "nordwind s 45 1",
    },
    "repair_order": {
        "order_no": "R-0001",
        "process_instance_key": 3,
        "customer_key": 4,
        "device_key": 5,
        "repair_kind": "paid",
        "place": "point",
        "urgent": False,
        "channel": "walk_in",
        "complaint": "Does not pump",
        "promised_date": date(2026, 12, 20),
        "target_at": AT,
        "limit_at": AT,
        "created_at": AT,
        "created_by": "receiver",
    },
    "order_line": {
        "key": 6,
        "order_no": "R-0001",
        "kind": "work",
        "sku": "W-PUMP",
        "description": "Pump",
        "quantity_milli": 1000,
        "unit": "h",
        "price_cents": 40000,
        "list_price_cents": 40000,
        "norm_milli": 0,
        "payer": "client",
        "used_milli": 0,
        "state": "planned",
    },
}
TWICE = [{**ROWS["process_instance"], "key": key, "correlation_key": "R 0001"} for key in (11, 12)]
WAITS = {
    "process_instance_key": 11,
    "token_id": 2,
    "event_id": "answer",
    "process_id": "repair_intake",
    "message_name": "answer",
    "correlation_key": "R 0001",
    "opened_at": AT,
}


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file of revision 0002 with one repair order on its way, and two orders that one key has started."""
    file = tmp_path_factory.mktemp("upgrade") / "before.sqlite"
    _filled(engine.database.connect(f"sqlite:///{file}")).dispose()
    return file


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def upgraded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The same after the upgrade, for looking only."""
    if request.param == "sqlite":
        file = tmp_path_factory.mktemp("upgrade") / "upgraded.sqlite"
        shutil.copy(request.getfixturevalue("before"), file)
        made = engine.database.connect(f"sqlite:///{file}")
        schema.upgrade(made)
        yield made
        made.dispose()
        return
    server: Cluster = request.getfixturevalue("postgresql_server")
    address = server.create_database()
    made = _filled(engine.database.connect(address))
    schema.upgrade(made)
    yield made
    made.dispose()
    server.drop_database(address)


def _filled(made: Engine) -> Engine:
    schema.upgrade(made, "0002")
    metadata = MetaData()
    metadata.reflect(made, only=[*ROWS, "message_subscription"])
    with made.begin() as connection:
        for name, row in ROWS.items():
            connection.execute(insert(metadata.tables[name]).values(row))
        connection.execute(insert(metadata.tables["process_instance"]), TWICE)
        connection.execute(insert(metadata.tables["message_subscription"]).values(WAITS))
    return made


def _references(connection: Connection) -> int:
    """How many constraints of the order's lines point at the table of orders under its new name."""
    if connection.dialect.name == "sqlite":
        return len(
            [
                row
                for row in connection.exec_driver_sql("PRAGMA foreign_key_list(order_line)")
                if row[2] == "customer_order"
            ]
        )
    query = "SELECT count(*) FROM pg_constraint WHERE conrelid = 'order_line'::regclass AND confrelid = 'customer_order'::regclass"
    return connection.scalar(text(query)) or 0


def test_an_order_from_before_is_there_afterwards_with_its_type_and_its_lines(upgraded: Engine) -> None:
    with engine.database.transaction(upgraded) as session:
        order = orders.get(session, "R-0001")
        assert (order.order_type, order.device_key, order.complaint) == ("repair_intake", 5, "Does not pump")
        assert [line.price_cents for line in orders.lines(session, "R-0001")] == [40000]
        assert _references(session.connection()) == 1


def test_what_was_frozen_before_is_frozen_afterwards(upgraded: Engine) -> None:
    with pytest.raises(exc.DBAPIError, match="keeps"), upgraded.begin() as connection:
        connection.execute(text("UPDATE order_line SET price_cents = 1"))


def test_of_two_orders_that_one_key_had_started_the_older_one_keeps_it_and_nearly_right_keys_are_found(
    upgraded: Engine,
) -> None:
    with upgraded.connect() as connection:
        keys = connection.execute(
            text("SELECT key, correlation_key FROM process_instance WHERE key > 10 ORDER BY key")
        )
        assert [tuple(row) for row in keys] == [(11, "R 0001"), (12, None)]
        assert connection.scalar(text("SELECT plain_key FROM message_subscription")) == "r1"


def test_an_upgrade_that_would_lose_a_reference_changes_nothing(before: Path, tmp_path: Path) -> None:
    made = engine.database.connect(f"sqlite:///{shutil.copy(before, tmp_path)}")
    with made.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("UPDATE device SET owner_key = 99")
        connection.commit()
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")

    with pytest.raises(errors.Refused, match="row of device that points at no row of customer"):
        schema.upgrade(made)

    assert schema.current(made) == ("0002",)
    with made.connect() as connection:
        assert connection.scalar(select(text("count(*)")).select_from(text("repair_order"))) == 1
    made.dispose()
