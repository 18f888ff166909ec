"""The counter: suggestions while typing, the start of a repair, once however often it is sent, and what is printed."""

import re

import pytest
from sqlalchemy import select

import engine.database
from processes.records import customers, devices, orders
from tests.webapp.counter.new_repair import NEW, repairs_in
from tests.webapp.visitors import words


def test_a_new_customer_with_a_new_device_is_taken_in_with_one_page(visitor, database):
    person = visitor("frontdesk")

    answer = person.post("/counter/new", NEW)

    assert answer.status_code == 302
    page = person.text(answer.location)
    assert "The device is taken in." in page
    with engine.database.reading(database) as session:
        order = session.scalars(select(orders.CustomerOrder)).one()
        assert order.complaint == "It smokes"
        assert session.get(customers.Customer, order.customer_key).name == "Q. Z."
    receipt = re.search(r'href="(/documents/\d+)"', person.get(answer.location).text).group(1)
    assert person.get(receipt).data.startswith(b"%PDF")


def test_what_is_sent_twice_starts_once(visitor, database):
    person = visitor("frontdesk")

    first, second = person.post("/counter/new", NEW), person.post("/counter/new", NEW)

    assert first.location == second.location
    assert len(repairs_in(database)) == 1


def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(visitor, database):
    person = visitor("frontdesk")

    answer = person.post("/counter/new", {**NEW, "complaint": "", "model": ""})

    assert answer.status_code == 422
    assert "2 answers need a change." in words(answer.text)
    assert 'value="B7-0001"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 2
    assert repairs_in(database) == []


def test_customers_are_found_while_typing_and_a_choice_offers_their_devices(visitor, database):
    person = visitor("frontdesk")
    with engine.database.reading(database) as session:
        device = session.scalars(select(devices.Device)).first()
        owner = session.get_one(customers.Customer, device.owner_key)

    assert owner.name in person.text(f"/counter/customers?find_customer={owner.name[:4]}")
    chosen = person.get(f"/counter/who?customer_key={owner.key}&complaint=kept").text
    assert f'name="customer_key" value="{owner.key}"' in chosen
    assert device.name in words(chosen)
    known = person.text(f"/counter/who?device_key={device.key}")
    assert device.serial_no in known and owner.name in known


def test_a_device_with_an_open_order_is_said_so_before_it_is_taken_in_again(visitor, database):
    person = visitor("frontdesk")
    person.post("/counter/new", NEW)
    with engine.database.reading(database) as session:
        device = devices.by_serial(session, "borer", "b7", "b7 0001")

    assert "is open" in person.text(f"/counter/who?device_key={device.key}")


@pytest.mark.parametrize("key", ["7", "-1", "abc", "9" * 30])
def test_a_customer_that_is_none_is_not_found(visitor, key):
    assert visitor("frontdesk").get(f"/counter/new?customer={key}").status_code == 404


def test_only_the_counter_takes_devices_in(visitor):
    assert visitor("fitter2").get("/counter/new").status_code == 403
    assert visitor("fitter2").post("/counter/new", NEW).status_code == 403
    assert "Counter" not in visitor("fitter2").text("/inbox")


def test_a_wrong_file_is_refused_with_its_name(visitor, database):
    import io

    person = visitor("frontdesk")
    answer = person.post("/counter/new", {**NEW, "files::photos": (io.BytesIO(b"MZ\x90"), "virus.exe")})

    assert answer.status_code == 422
    assert repairs_in(database) == []


def test_a_new_customer_whom_nobody_can_reach_is_asked_for_before_the_repair_starts(visitor, database):
    answer = visitor("frontdesk").post("/counter/new", {**NEW, "customer_phone": "later"})

    assert answer.status_code == 422
    assert "We need a telephone number or an e-mail address." in words(answer.text)
    assert repairs_in(database) == []


def test_the_page_after_intake_says_whose_step_is_next(visitor):
    person = visitor("frontdesk")

    assert "Next: Find the fault (Master)." in person.text(person.post("/counter/new", NEW).location)
