"""Orders that are about no device: their card, the lists, the card of the customer, the status behind the customer's link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

import engine.database
from engine import clock, instances, roles
from engine.tables import UserTask
from processes.records import appointments, customer_links, orders, payments, visits
from processes.records.ledger import Posting
from tests.processes import repair_shop


@pytest.fixture
def window(database):
    """An estimate at the customer's, booked with a representative; the key of its process instance and its number."""
    now = clock.now()
    with engine.database.transaction(database) as session:
        manager = roles.actor(session, "manager")
        row = instances.start(
            session, "sub_clarify", variables={}, business_key="E-7001", actor=manager, now=now
        )
        posting = Posting(row.key, "E-7001", "E-7001:open", now, "manager")
        orders.open_order(
            session,
            posting,
            order_type="estimate_install",
            customer_key=repair_shop.customer(session).key,
            device_key=None,
            repair_kind="paid",
            complaint="Two windows for the kitchen",
            place=orders.ON_SITE,
            address="9 Flower Street",
        )
        starts_at = (now + timedelta(days=7)).replace(hour=9, minute=0, second=0, microsecond=0)
        appointments.book(
            session,
            visits.Visit("estimate", 60, None, "9 Flower Street"),
            starts_at,
            ["representative"],
            by="manager",
            now=now,
            order_no="E-7001",
            process_instance_key=row.key,
        )
        return row.key


def _status_page(database, visitor, key):
    with engine.database.transaction(database) as session:
        made = customer_links.make(
            session, "status", order_no="E-7001", process_instance_key=key, now=clock.now()
        )
    return visitor().text(made.address.partition("8000")[2] + "?lang=en")


def test_the_card_of_an_order_without_a_device_shows_what_where_and_when(visitor, window):
    page = visitor("manager").text(f"/orders/{window}")

    for fact in (
        "Two windows for the kitchen",
        "9 Flower Street",
        "Estimate at your place",
        "Not confirmed yet",
    ):
        assert fact in page, fact
    assert "Label of the device" not in page


def test_a_step_of_an_order_without_a_device_names_no_earlier_repairs(visitor, database, window):
    with engine.database.transaction(database) as session:
        repair_shop.repair(session, "R-7002")
        step = session.scalar(select(UserTask.key).where(UserTask.process_instance_key == window))

    assert "Earlier repairs" not in visitor("manager").text(f"/user-tasks/{step}")


def test_the_list_of_orders_has_every_type_with_the_step_that_each_has_come_to(visitor, database, window):
    with engine.database.transaction(database) as session:
        repair_shop.repair(session, "R-7002")
        step = session.scalar(select(UserTask.name).where(UserTask.process_instance_key == window))
    manager = visitor("manager")

    page = manager.text("/customer-orders")
    assert "E-7001" in page and "R-7002" in page
    assert step in page
    found = manager.text("/customer-orders?q=flower+street&filter=on_site")
    assert "E-7001" in found and "R-7002" not in found
    assert "E-7001" not in manager.text("/repairs")


def test_the_card_of_a_customer_shows_orders_with_and_without_a_device(visitor, database, window):
    with engine.database.transaction(database) as session:
        repair_shop.repair(session, "R-7002")
        key = repair_shop.customer(session).key

    page = visitor("manager").text(f"/customers/{key}")

    assert "Two windows for the kitchen" in page
    assert "R-7002" in page


def test_its_customer_reads_the_steps_in_plain_words(visitor, database, window):
    page = _status_page(database, visitor, window)

    assert "We work on your order: Two windows for the kitchen" in page
    assert (
        page.index("We have your order") < page.index("We come to you on") < page.index("Invoice and payment")
    )


def test_its_customer_reads_of_a_visit_that_was_and_of_money_that_came(visitor, database, window):
    with engine.database.transaction(database) as session:
        now = clock.now()
        [visit] = appointments.of_order(session, "E-7001")
        appointments.arrive(session, visit, by="representative", now=now, tolerance=timedelta(minutes=15))
        appointments.finish(session, visit, by="representative", now=now)
        cashier = roles.actor(session, "cashier")
        payments.take(session, "E-7001", 300_00, "bank", "transfer 1", actor=cashier, now=now)

    page = _status_page(database, visitor, window)

    assert "We were with you" in page
    assert "We have your payment 300.00 MDL" in page
    assert "We come to you on" not in page


def test_an_order_that_is_cancelled_says_why_and_promises_nothing(visitor, database, window):
    with engine.database.transaction(database) as session:
        orders.get(session, "E-7001").cancel("The customer moved house", clock.now())

    page = _status_page(database, visitor, window)

    assert "Order cancelled: Two windows for the kitchen" in page
    assert "The customer moved house" in page
    assert "We come to you on" not in page
