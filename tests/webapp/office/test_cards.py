"""The cards of the office: a customer is mended, a payment is booked once, wrong input keeps what was typed."""

from sqlalchemy import select

import engine.database
from processes.records import customers, devices, products
from tests.webapp.visitors import words


def _first(database, kind):
    with engine.database.reading(database) as session:
        return session.scalars(select(kind).limit(1)).one()


def test_the_card_of_a_customer_shows_devices_and_is_mended(visitor, database):
    key = _first(database, customers.Customer).key
    person = visitor("frontdesk")
    address = f"/customers/{key}"

    assert "Devices" in person.text(address)
    answer = person.post(
        address, {"name": "N. N.", "kind": "person", "phone": "068 111 222", "language": "en"}
    )

    assert answer.status_code == 302
    assert "068 111 222" in person.text(address)


def test_a_customer_without_a_way_to_reach_them_is_refused_and_nothing_typed_is_lost(visitor, database):
    key = _first(database, customers.Customer).key
    person = visitor("frontdesk")

    answer = person.post(f"/customers/{key}", {"name": "Typed name", "kind": "person", "language": "en"})

    assert answer.status_code == 422
    assert "needs a telephone number or an e-mail address" in words(answer.text)
    assert 'value="Typed name"' in answer.text


def test_who_may_only_see_customers_cannot_mend_them(visitor, database):
    key = _first(database, customers.Customer).key

    assert visitor("cashier").post(f"/customers/{key}", {"name": "X"}).status_code == 403
    assert 'id="change"' not in visitor("cashier").get(f"/customers/{key}").text


def test_the_cards_of_a_device_and_of_a_part_open(visitor, database):
    device = _first(database, devices.Device)
    person = visitor("manager")

    assert device.serial_no in person.text(f"/devices/{device.key}")
    with engine.database.reading(database) as session:
        sku = session.scalars(select(products.Product.sku).where(products.Product.kind == "part")).first()
    assert "Where it lies" in person.text(f"/stock/{sku}")


def test_what_is_not_there_is_said_so(visitor):
    person = visitor("manager")

    for address in ("/customers/7", "/devices/7", "/stock/NO-SUCH", "/invoices/NO-SUCH"):
        assert person.get(address).status_code == 404, address
