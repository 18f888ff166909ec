"""Operations on devices: found again, with what is open and what was done; covered by a warranty or not."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engine import errors
from processes.records import audit, devices, intake, ledger
from processes.records.warranties import PartWarranty, PartWarrantyTerm
from tests.processes.repair_shop import (
    TODAY,
    customer,
    device,
    instance,
    open_shop,
    posting,
    ready,
    run,
    taken_in,
)


@pytest.fixture
def shop(session: Session) -> Session:
    open_shop(session)
    return session


def test_a_new_device_is_written_down(shop: Session) -> None:
    instance(shop)

    answer = run(
        shop,
        "devices.remember",
        customer_key=str(customer(shop).key),
        item_type="Drill",
        brand="Makita",
        model="DF333",
        serial_no="MK 100",
    )

    assert answer == {
        "device_key": str(device(shop, "MK 100").key),
        "device_name": "Makita DF333",
        "open_order_no": None,
        "earlier_repairs": 0,
    }


def test_a_device_that_is_in_repair_already_names_that_order_and_keeps_its_owner(shop: Session) -> None:
    taken_in(shop, "R-0001")
    instance(shop, "R-0002")

    answer = run(
        shop,
        "devices.remember",
        "R-0002",
        customer_key=str(customer(shop, 5).key),
        brand="bosch",
        model="SMS45",
        serial_no="FD940100123",
        item_type="Dishwasher",
    )

    assert (answer["open_order_no"], answer["earlier_repairs"]) == ("R-0001", 0)
    assert device(shop).owner_key == customer(shop, 1).key


def test_a_device_that_comes_again_belongs_to_who_brings_it_and_has_its_repairs(shop: Session) -> None:
    ready(shop)
    intake.get(shop, "R-0001").mark_issued(
        "А. К.", posting(shop, "out"), "hand_out", id_checked=True, accessories_returned=True
    )
    instance(shop, "R-0002")

    answer = run(
        shop,
        "devices.remember",
        "R-0002",
        customer_key=str(customer(shop, 5).key),
        device_key=str(device(shop).key),
    )

    assert (answer["open_order_no"], answer["earlier_repairs"]) == (None, 1)
    assert device(shop).owner_key == customer(shop, 5).key


def test_an_incomplete_device_is_a_business_error(shop: Session) -> None:
    instance(shop)

    with pytest.raises(errors.BusinessError) as refused:
        run(shop, "devices.remember", customer_key=str(customer(shop).key), item_type="Drill", model="DF333")

    assert refused.value.code == "DEVICE_INCOMPLETE"


def test_a_device_without_any_warranty_is_not_covered(shop: Session) -> None:
    instance(shop)

    assert run(shop, "devices.check_warranty", device_key=str(device(shop).key)) == {
        "warranty_covered": False,
        "warranty_until": None,
        "warranty_basis": None,
    }


def test_a_sold_device_is_covered_until_its_warranty_ends(shop: Session) -> None:
    instance(shop)

    runs = run(shop, "devices.check_warranty", effect="a", device_key=str(device(shop, "PF-3XK7Q2").key))
    over = run(shop, "devices.check_warranty", effect="b", device_key=str(device(shop, "R5CW").key))

    assert runs == {
        "warranty_covered": True,
        "warranty_until": "2028-02-11",
        "warranty_basis": "Sold with document S-2026-0118",
    }
    assert over["warranty_covered"] is False


def test_a_part_that_we_fitted_is_covered_too(shop: Session) -> None:
    part = PartWarranty(
        device_key=device(shop).key,
        sku="T-PUMP",
        description="Насос",
        source="order_line:1:v1",
        quantity_milli=1000,
        months=6,
        **ledger.columns(posting(shop, "completion")),
    )
    shop.add(part)
    shop.flush()
    shop.add(
        PartWarrantyTerm(warranty_key=part.key, starts_on=TODAY, ends_on=TODAY.replace(year=2027), kept=False)
    )
    shop.flush()

    assert run(shop, "devices.check_warranty", device_key=str(device(shop).key)) == {
        "warranty_covered": True,
        "warranty_until": "2027-11-23",
        "warranty_basis": "Насос, fitted in order R-0001",
    }


def test_a_vehicle_has_a_plate_and_a_vin_and_a_new_plate_takes_the_place_of_the_old_one(
    shop: Session,
) -> None:
    instance(shop, "R-0001")
    instance(shop, "R-0002")
    customer_key = str(customer(shop, 1).key)
    vehicle = {"item_type": "Car", "brand": "Dacia", "model": "Logan", "serial_no": "L-1"}

    first = run(
        shop,
        "devices.remember",
        "R-0001",
        customer_key=customer_key,
        plate=" abc 106",
        vin="uu1 7",
        **vehicle,
    )
    again = run(
        shop,
        "devices.remember",
        "R-0002",
        customer_key=customer_key,
        device_key=first["device_key"],
        plate="XYZ 9",
    )

    assert again["device_key"] == first["device_key"]
    device = devices.get(shop, int(first["device_key"]))
    assert (device.plate, device.vin) == ("XYZ 9", "UU1 7")
    assert devices.search(shop, "xyz 9") == [device]
    assert devices.search(shop, "abc 106") == []
    plates = [row.after["plate"] for row in audit.of(shop, "device", device.key) if "plate" in row.after]
    assert plates == ["ABC 106", "XYZ 9"]
