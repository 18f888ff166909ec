"""A vehicle at the counter: plate, VIN and mileage, which stay on its card, on the order and on the receipt."""

import re
import subprocess

import pytest
from sqlalchemy import select

import engine.database
from processes.records.devices import Device
from tests.webapp.counter.new_repair import NEW

CAR = {
    **NEW,
    "item_type": "Car",
    "brand": "Dacia",
    "model": "Logan",
    "plate": "abc 106",
    "vin": "uu1lsdaah00003391",
    "mileage": "120 500",
}


def _device(database) -> Device:
    with engine.database.reading(database) as session:
        return session.scalars(select(Device).where(Device.serial_no == NEW["serial_no"])).one()


def _printed(pdf: bytes) -> str:
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return found.stdout.decode()


def test_a_vehicle_is_known_by_plate_and_vin_and_its_receipt_says_what_it_has_run(visitor, database):
    person = visitor("frontdesk")

    taken_in = person.post("/counter/new", CAR).location

    device = _device(database)
    assert (device.plate, device.vin) == ("ABC 106", "UU1LSDAAH00003391")
    receipt = re.search(r'href="(/documents/\d+)"', person.get(taken_in).text).group(1)
    on_paper = _printed(person.get(receipt).data)
    order = person.text(f"/orders/{taken_in.rsplit('/', 1)[1]}")
    card = person.text(f"/devices/{device.key}")
    for fact in ("ABC 106", "UU1LSDAAH00003391", "120,500"):
        assert fact in on_paper.replace("\u200b", "")
        assert fact in order
        assert fact in card


def test_a_vehicle_that_comes_again_shows_its_plate_and_asks_for_its_mileage_alone(visitor, database):
    person = visitor("frontdesk")
    person.post("/counter/new", CAR)
    device = _device(database)

    page = person.get(f"/counter/who?device_key={device.key}").text

    assert "<details open>" in page
    assert 'value="ABC 106"' in page
    assert re.search(r'<input[^>]*value=""[^>]*name="mileage"', page)
    assert device.serial_no in person.text("/counter/devices?find_device=abc+106")


def test_nobody_is_asked_for_the_plate_of_a_drill(visitor, database):
    person = visitor("frontdesk")
    person.post("/counter/new", NEW)

    page = person.get(f"/counter/who?device_key={_device(database).key}").text

    assert "<details>" in page


@pytest.mark.parametrize("mileage", ["-1", "many", "1.5", "10000000"])
def test_a_mileage_that_is_none_is_said_beside_its_field(visitor, mileage):
    answer = visitor("frontdesk").post("/counter/new", {**CAR, "mileage": mileage})

    assert answer.status_code == 422
    assert "<details open>" in answer.text
    assert f'value="{mileage}"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
