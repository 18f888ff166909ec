"""A repair shop on a test's database: people, the demo customers, a price list of its own, and orders to work on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import processes.operations  # noqa: F401  (registers what is tested)
from engine import database, operations, roles
from engine.tables import ProcessInstance
from processes.demo import customers as demo
from processes.records import devices, documents, intake, orders, price_lists, products
from processes.records.customers import Customer
from processes.records.devices import Device
from processes.records.intake import IntakeDocument
from processes.records.ledger import Posting
from processes.records.orders import CustomerOrder
from tests.conftest import begin_with, connect
from tests.processes.company import NOW, order

TODAY = date(2026, 11, 23)
#: {sku: price in cents}; an hour of repair, a work sold as a whole, two parts, the fee.
PRICES = {"T-HOUR": 400_00, "T-CLEAN": 250_00, "T-PUMP": 820_50, "T-BELT": 95_00, "DIAGNOSIS": 150_00}


def open_shop(session: Session) -> None:
    """People, customers with devices, products with prices from the first day of the year."""
    begin_with(session, "repair shop", _open_shop)


def _open_shop(session: Session) -> None:
    roles.add_person(session, "receiver", "R. A.", ["Receiver"], language="ru")
    roles.add_person(session, "master", "M. A.", ["Master"], language="ru")
    demo.add(session)
    products.add(session, "T-HOUR", {"en": "Repair, by the hour"}, kind="work", unit="h", norm_milli=1500)
    products.add(session, "T-CLEAN", {"en": "Cleaning", "ru": "Чистка"}, kind="work", norm_milli=500)
    products.add(session, "T-PUMP", {"en": "Pump", "ru": "Насос"}, kind="part", warranty_months=6)
    products.add(session, "T-BELT", {"en": "Belt"}, kind="part")
    products.add(session, "DIAGNOSIS", {"en": "Diagnosis"}, kind="fee")
    products.add(session, "T-UNPRICED", {"en": "A part that nobody has priced"}, kind="part")
    price_lists.add(session, "standard", "Repair shop", "MDL")
    price_lists.publish(session, "standard", date(2026, 1, 1), PRICES)


def customer(session: Session, number: int = 1) -> Customer:
    """A customer of the demo company by number."""
    return session.scalars(select(Customer).where(Customer.customer_no == f"C-{number:04}")).one()


def device(session: Session, text: str = "FD-9401") -> Device:
    """A device of the demo company; without a text the dishwasher of the first customer."""
    return devices.search(session, text)[0]


def instance(session: Session, order_no: str = "R-0001") -> ProcessInstance:
    """The running process instance of an order, made when there is none."""
    known = session.scalar(select(ProcessInstance).where(ProcessInstance.business_key == order_no))
    return known or order(session, order_no, started_by="receiver")


def posting(session: Session, effect: str, order_no: str = "R-0001", days: int = 0) -> Posting:
    """An effect of an order, some days later if wanted."""
    return Posting(
        instance(session, order_no).key,
        order_no,
        f"{order_no}:{effect}",
        NOW + timedelta(days=days),
        "master",
    )


def repair(session: Session, order_no: str = "R-0001", **facts: Any) -> CustomerOrder:
    """An open repair order for the dishwasher of the first customer, or for what `facts` say."""
    whose = facts.pop("device", None) or device(session)
    return orders.open_order(
        session,
        posting(session, "open", order_no),
        **{
            "order_type": "repair_intake",
            "customer_key": whose.owner_key,
            "device_key": whose.key,
            "repair_kind": "paid",
            "complaint": "Не сливает воду",
            **facts,
        },
    )


def taken_in(session: Session, order_no: str = "R-0001", **facts: Any) -> IntakeDocument:
    """An open repair order whose device is at the reception."""
    repair(session, order_no, **facts)
    return intake.accept(
        session,
        posting(session, "accept", order_no),
        "take_in",
        number=documents.next_number(session, "intake_receipt", NOW),
        completeness="Complete",
        accessories="Cable",
    )


def ready(session: Session, order_no: str = "R-0001", **facts: Any) -> IntakeDocument:
    """A repair order that our own workshop has finished."""
    document = taken_in(session, order_no, **facts)
    document.set_variant("own", posting(session, "variant", order_no), "choose_variant")
    document.mark_repair_done("repaired", posting(session, "done", order_no), "mark_done")
    return document


def step(session: Session, effect: str, order_no: str = "R-0001", days: int = 0) -> operations.Step:
    """The step of an order in which an operation runs."""
    given = posting(session, effect, order_no, days)
    return operations.Step(
        process_instance_key=given.process_instance_key,
        business_key=order_no,
        process_id="repair_intake",
        element_id=effect,
        effect_key=given.effect_key,
        actor=given.by,
        now=given.at,
    )


def run(
    session: Session, type: str, order_no: str = "R-0001", effect: str | None = None, **inputs: Any
) -> dict[str, Any]:
    """Run an operation as a step runs it; a failure that is no business error fails the test."""
    given = step(session, effect or type, order_no)
    answer = operations.attempt(session, operations.find(type), given, inputs)
    assert not isinstance(answer, operations.Failed), answer.sentence
    return answer


def register_at_once(url: str, owner_key: int, start: Any, found: Any) -> None:
    """In a process of its own: register one serial number when `start` opens; put the key of its card into `found`."""
    engine = connect(url)
    with database.reading(engine) as session:
        session.get(Customer, owner_key)
    start.wait()
    with database.transaction(engine) as session:
        card = register_drill(session, owner_key)
        found.put(card.key)
    engine.dispose()


def register_drill(session: Session, owner_key: int) -> Device:
    """One and the same serial number, whoever registers it."""
    return devices.register(
        session, owner_key, item_type="Drill", brand="Makita", model="DF333", serial_no="MK 100-200"
    )
