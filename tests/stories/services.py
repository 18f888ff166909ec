"""Service orders as their people live them over HTTP: booked on the web, planned, done at the customer's, signed for."""

from __future__ import annotations

import json
import re
from typing import Any

from engine import database
from processes import doctor
from processes.records import appointments
from processes.records.appointments import Appointment
from tests.http_client import Client
from tests.stories.company import Company
from tests.stories.repairs import Repair


def started(company: Company, process_id: str, subject: str, email: str, **answers: Any) -> Repair:
    """The receiver starts an order of a process with its start form; `subject` is what it is called in every list."""
    client, address = company["receiver"].client, f"/orders/new/{process_id}"
    assert client.get(address).status == 200
    sent = client.post(address, {"submission": json.dumps(answers)}, as_program=True)
    assert sent.status == 200, sent.text
    return Repair(company, company.order_with(subject), email)


def booked(company: Company, service: str, subject: str, email: str) -> Repair:
    """A customer books the first free time of a service on the public page."""
    browser = Client(company.server.url)
    try:
        free = re.findall(rf'href="(/book/{service}/at/[^"?]+)', browser.get(f"/book/{service}?lang=en").text)
        page = browser.get(f"{free[0]}?lang=en")
        request_id = re.search(r'name="request_id" value="([^"]+)"', page.text)[1]
        who = {
            "name": "T. O.",
            "phone": "+373 60 000 301",
            "email": email,
            "address": "11 Example Street, Centru",
            "subject": subject,
            "consent": "1",
            "request_id": request_id,
        }
        answer = browser.post(f"{free[0]}?lang=en", who)
        assert answer.status == 303, answer.text
    finally:
        browser.close()
    return Repair(company, company.order_with(subject), email)


def confirms(order: Repair, least: int = 1) -> str:
    """The customer confirms the time in our newest mail, when there are so many; returns who comes."""
    answer = order.answers_at(order.links("booking", least)[-1], visit_answer="confirmed")
    assert answer.status == 303, answer.text
    with database.reading(order.company.engine) as session:
        return appointments.people(session, visits(order)[-1].key)[0]


def visits(order: Repair) -> list[Appointment]:
    """The appointments of the order, in the order they were made."""
    with database.reading(order.company.engine) as session:
        return appointments.of_order(session, order.order.number)


def pays(order: Repair, amount: float, by: str = "cashier") -> None:
    """So much is paid in cash, at the counter or on the spot."""
    paid = {"payment_way": "now", "amount": amount, "payment_method": "cash"}
    order.does(by, "Take the payment", paid)


def broken_promises(company: Company) -> list[str]:
    """What the doctor finds in the records, in sentences."""
    with database.reading(company.engine) as session:
        return [str(each.sentence) for each in doctor.findings(session, company.now())]
