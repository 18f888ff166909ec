"""Devices: one card for a serial number, also when two people register it at the same moment."""

from __future__ import annotations

import multiprocessing
import threading
from datetime import date

import pytest
from sqlalchemy import Engine, exc, func, select, text
from sqlalchemy.orm import Session

from engine import database, errors
from processes.records import customers, devices
from processes.records.devices import Device
from tests.processes.company import NOW
from tests.processes.repair_shop import (
    customer,
    device,
    open_shop,
    posting,
    register_at_once,
    register_drill,
    repair,
)


@pytest.fixture
def shop(session: Session) -> Session:
    open_shop(session)
    return session


def test_a_serial_number_is_known_however_it_is_spelt(shop: Session) -> None:
    known = device(shop)

    again = devices.register(
        shop, customer(shop, 2).key, item_type="?", brand=" BOSCH ", model="sms-45", serial_no="fd 9401/00123"
    )

    assert again is known
    assert again.owner_key == customer(shop, 1).key


def test_a_cyrillic_letter_that_looks_latin_is_the_same_letter(shop: Session) -> None:
    known = device(shop, "BK-20-771904")

    again = devices.by_serial(shop, "ВЕКО", "RСNА 406", "ВК-20-771904")

    assert again is known


def test_the_same_number_on_another_model_is_another_device(shop: Session) -> None:
    other = devices.register(
        shop,
        customer(shop).key,
        item_type="Dishwasher",
        brand="Bosch",
        model="SMS 46",
        serial_no="FD-9401-00123",
    )

    assert other is not device(shop, "SMS 45")


@pytest.mark.parametrize("missing", ["item_type", "model", "serial_no"])
def test_a_device_without_type_model_or_serial_number_is_incomplete(shop: Session, missing: str) -> None:
    facts = {"item_type": "Drill", "model": "DF333", "serial_no": "1", missing: " - "}
    if missing == "item_type":
        facts[missing] = " "

    with pytest.raises(errors.BusinessError) as refused:
        devices.register(shop, customer(shop).key, **facts)

    assert refused.value.code == "DEVICE_INCOMPLETE"


def test_the_database_refuses_a_second_card_for_a_serial_number(shop: Session) -> None:
    known = device(shop)

    shop.add(
        Device(
            item_type="x",
            model="x",
            serial_no="x",
            brand_norm=known.brand_norm,
            model_norm=known.model_norm,
            serial_norm=known.serial_norm,
            owner_key=known.owner_key,
            search_text="",
        )
    )

    with pytest.raises(exc.IntegrityError):
        shop.flush()


def test_a_fault_that_is_no_second_card_is_not_hidden(shop: Session) -> None:
    with pytest.raises(exc.IntegrityError):
        devices.register(shop, 404, item_type="Drill", model="DF333", serial_no="1")


def test_two_processes_that_register_a_serial_number_at_once_get_one_card(any_database: Engine) -> None:
    owners = _owners(any_database)
    url = any_database.url.render_as_string(hide_password=False)
    # Connections must not be shared with the children.
    any_database.dispose()
    context = multiprocessing.get_context("fork")
    start, found = context.Barrier(2), context.Queue()
    running = [context.Process(target=register_at_once, args=(url, owner, start, found)) for owner in owners]

    for each in running:
        each.start()
    keys = {found.get(timeout=60) for _each in running}
    for each in running:
        each.join(timeout=60)

    assert [each.exitcode for each in running] == [0, 0]
    assert len(keys) == 1
    with Session(any_database) as session:
        assert session.scalar(select(func.count()).select_from(Device)) == 1


def test_who_registers_a_serial_number_that_somebody_is_just_writing_gets_that_card(
    any_database: Engine,
) -> None:
    first_owner, second_owner = _owners(any_database)
    keys: list[int] = []

    def register_too() -> None:
        with database.transaction(any_database) as session:
            keys.append(register_drill(session, second_owner).key)

    second = threading.Thread(target=register_too)
    with database.transaction(any_database) as session:
        first_key = register_drill(session, first_owner).key
        second.start()
        _until_somebody_waits(any_database)
    second.join(timeout=60)

    assert keys == [first_key]


def _owners(engine: Engine) -> list[int]:
    with database.transaction(engine) as session:
        return [customers.add(session, name, phone="069 111 222", now=NOW).key for name in ("Z. Z.", "Y. Y.")]


def _until_somebody_waits(engine: Engine) -> None:
    """On PostgreSQL, until another transaction waits for ours; on SQLite the other one cannot even begin."""
    if engine.dialect.name == "sqlite":
        return
    with engine.connect() as connection:
        for _look in range(2000):
            if connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                return
    pytest.fail("Expected the second registration to wait for the first, but it did not.")


def test_a_device_is_found_by_words_and_by_parts_of_its_number(shop: Session) -> None:
    assert [each.name for each in devices.search(shop, "bosch")] == ["Bosch SMS 45"]
    assert [each.name for each in devices.search(shop, "9401 00123")] == ["Bosch SMS 45"]
    assert [each.name for each in devices.search(shop, "стиральная")] == ["Electrolux W555H", "LG F2J3"]
    assert [each.name for each in devices.search(shop, "xxx 106")] == ["Dacia Logan"]
    assert devices.search(shop, "bosch", customer_key=customer(shop, 2).key) == []
    assert len(devices.search(shop, "", customer_key=customer(shop, 1).key)) == 2
    assert len(devices.search(shop, "", limit=3)) == 3


def test_a_device_without_a_brand_is_called_by_its_model(shop: Session) -> None:
    assert device(shop, "TY-17").name == "Typhoon 17"


def test_the_warranty_of_a_sale_runs_to_its_last_day_and_needs_the_document(shop: Session) -> None:
    laptop = device(shop, "PF-3XK7Q2")

    assert laptop.under_sale_warranty(date(2028, 2, 11))
    assert not laptop.under_sale_warranty(date(2028, 2, 12))
    laptop.sale_document = None
    assert not laptop.under_sale_warranty(date(2026, 11, 23))


def test_earlier_repairs_are_listed_newest_first_without_cancelled_ones(shop: Session) -> None:
    for order_no in ("R-0001", "R-0002", "R-0003"):
        repair(shop, order_no)
    devices.repairs(shop, device(shop).key)[1].cancel("A slip", posting(shop, "x").at)

    assert [each.order_no for each in devices.repairs(shop, device(shop).key)] == ["R-0003", "R-0001"]


def test_there_is_no_device_with_an_unknown_key(shop: Session) -> None:
    with pytest.raises(errors.NotFound, match="no device with the key 5"):
        devices.get(shop, 5, hold=True)
