"""A delivery as its people live it over HTTP: sold, driven to the door, exchanged, installed, signed for."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy.orm import Session

from engine import database
from processes.records import appointments, products
from tests.stories.company import Company
from tests.stories.repairs import Repair

SAFE = dict.fromkeys(("power_off", "level", "earthed", "tight", "clean"), True)


def bought(company: Company, name: str, product: str) -> Repair:
    """A customer buys one piece of a product: the seller starts the order and sells it."""
    seller, email = company["seller"], f"{name.casefold().replace(' ', '')}@customer.example"
    address = "/orders/new/delivery_install"
    assert seller.client.get(address).status == 200
    answers = {
        "customer_name": name,
        "customer_phone": "069 777 001",
        "customer_email": email,
        "customer_language": "en",
        "address": "7 Example Street, Botanica",
        "storey": "4",
    }
    started = seller.client.post(address, {"submission": json.dumps(answers)}, as_program=True)
    assert started.status == 200, started.text
    step = int(started.json()["go_to"].partition("?")[0].rpartition("/")[2])
    untold = sold(product) | {"policy_told": False}
    assert seller.completes_step(step, untold).status == 422
    assert seller.completes_step(step, sold(product)).status == 200
    with database.reading(company.engine) as session:
        order = company.order_with(_name(session, product))
    return Repair(company, order, email)


def sold(product: str) -> dict[str, Any]:
    """What the seller enters when one piece is sold."""
    return {
        "goods": [{"product": product, "quantity": 1}],
        "policy_told": True,
        "agreement": "Order signed",
        "install": True,
        "charge_delivery": True,
    }


def confirms(order: Repair, least: int) -> None:
    """The customer confirms the time in our newest mail, when there are so many of them."""
    answer = order.answers_at(order.links("booking", least)[-1], visit_answer="confirmed")
    assert answer.status == 303, answer.text


def is_loaded(order: Repair) -> None:
    """The storekeeper hands the goods to the driver."""
    order.does("storekeeper", "Pick the parts")
    handed = {"parts_receiver": "driver", "parts_signature": True}
    order.does("storekeeper", "Hand the parts over", handed)


def visits(order: Repair) -> list[appointments.Appointment]:
    """The appointments of the order, in the order they were made."""
    with database.reading(order.company.engine) as session:
        return appointments.of_order(session, order.order.number)


def _name(session: Session, product: str) -> str:
    return products.get(session, product).name_in("en")
