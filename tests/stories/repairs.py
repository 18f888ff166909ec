"""A repair as its people live it: taken in at the counter, answered through the links in the mails, handed out."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from engine import database
from engine.tables import ProcessInstance
from processes.records import (
    customer_links,
    price_lists,
    products,
    receivables,
    stock,
    stock_documents,
)
from processes.records.orders import day
from tests.http_client import Answer, Client
from tests.stories.company import Company, Order, until

_ADDRESS = re.compile(r"/c/[\w-]{43}")

LAST, PAIR = "P-T19-LAST", "P-T19-PAIR"
#: Parts of which no story but one knows: {number: (pieces, cost of one, price of one)}.
PARTS = {
    "P-T3-BOARD": (3, 200_00, 500_00),
    "P-T3-GLASS": (1, 90_00, 150_00),
    LAST: (1, 70_00, 110_00),
    PAIR: (2, 30_00, 45_00),
}
SEEN = {"fault_is_gone": "ok", "works_fully": "ok", "is_safe": "ok", "is_clean": "ok", "is_complete": "ok"}
CLEAN = {
    "diagnosis": "repairable",
    "fault_code": "No drain",
    "cause": "Filter blocked",
    "repair_variant": "own",
    "works": [{"work": "W-CLEAN"}],
}
CLEANED = {
    "operations_done": ["W-CLEAN"],
    "hours": [{"employee": "master", "hours": 0.5}],
    "repair_notes": "Cleaned",
    "safety_ok": True,
    "clean_up": True,
}
UNREPAIRED = {"return_reason": "Not repaired, as agreed", "parts_refitted": True}


@dataclass
class Repair:
    """A repair order of the company and the customer who brought the item."""

    company: Company
    order: Order
    email: str

    def does(self, login: str, step: str, answers: dict[str, Any] | None = None) -> None:
        """Somebody of the company completes a step of the order."""
        answer = self.company[login].completes(self.order, step, answers or {})
        assert answer.status == 200, answer.text

    def see(self, *logins: str) -> dict[str, list[str]]:
        """The names of the order's open steps, by who sees them in the inbox."""
        return {login: sorted(self.company[login].sees(self.order)) for login in logins}

    def mails(self, beginning: str = "") -> list[EmailMessage]:
        """What the customer has got so far with such a subject, oldest first."""
        return [
            mail
            for mail in self.company.smtp.found(lambda mail: mail["To"] == self.email)
            if str(mail["Subject"]).startswith(beginning) and self.order.number in str(mail["Subject"])
        ]

    def links(self, purpose: str, least: int = 1) -> list[str]:
        """The addresses of that purpose in the customer's mails, the oldest first, as soon as there are so many."""
        until(lambda: len(self._links(purpose)) >= least)
        return self._links(purpose)

    def answers(self, purpose: str = "quote", **fields: Any) -> Answer:
        """The customer opens the link in the newest mail of that purpose and answers on its page."""
        return self.answers_at(self.links(purpose)[-1], **fields)

    def answers_at(self, address: str, **fields: Any) -> Answer:
        """The same, at a link of their choice."""
        browser = Client(self.company.server.url)
        try:
            browser.get(f"{address}?lang=en")
            return browser.post(f"{address}?lang=en", fields)
        finally:
            browser.close()

    def agrees(self, version: int = 1) -> None:
        """The customer approves that version of the quote, through the link to it."""
        until(lambda: version in self._quotes())
        assert self.answers_at(self._quotes()[version], decision="approved").status == 303

    def is_handed_the_parts(self) -> None:
        """The storekeeper picks what is planned and gives it to the master."""
        self.does("storekeeper", "Pick the parts")
        handed = {"parts_receiver": "master", "parts_signature": True}
        self.does("storekeeper", "Hand the parts over", handed)

    def passes(self) -> None:
        """The inspector finds it in order and the master brings it to the counter."""
        self.does("inspector", "Inspect the work", {**SEEN, "inspection_result": "pass"})
        self.does("master", "Mark the repair as done", {"item_complete": True})

    def is_paid(self) -> None:
        """What is owed is paid in cash."""
        with database.reading(self.company.engine) as session:
            owed = receivables.balance(session, self.order.number)
        paid = {"payment_way": "now", "amount": owed / 100, "payment_method": "cash"}
        self.does("cashier", "Take the payment", paid)

    def is_handed_out(self, *, repaired: bool = True) -> None:
        """The customer signs and takes it."""
        signed = {
            "recipient": "Q. Z.",
            "signature": "Q. Z.",
            "id_checked": True,
            "accessories_returned": True,
        }
        self.does("receiver", "Hand the item out", {**signed, **({"hand_over": "taken"} if repaired else {})})

    def _links(self, purpose: str) -> list[str]:
        return [address for address, row in self._addresses() if row.purpose == purpose]

    def _quotes(self) -> dict[int, str]:
        """{version: address} of the quotes in the customer's mails."""
        return {int(row.record_key): place for place, row in self._addresses() if row.purpose == "quote"}

    def _addresses(self) -> list[tuple[str, customer_links.CustomerLink]]:
        found = [
            each for mail in self.mails() for each in dict.fromkeys(_ADDRESS.findall(mail.get_content()))
        ]
        with database.reading(self.company.engine) as session:
            return [(each, customer_links.find(session, each[3:])) for each in found]


def taken_in(company: Company, serial_no: str, *, by: str = "receiver", **facts: str) -> Repair:
    """Somebody brings a dishwasher to the counter; what is different about it is said by `facts`."""
    email = f"{serial_no.casefold()}@customer.example"
    told = {
        "page": serial_no,
        "place": "point",
        "channel": "walk_in",
        "customer_name": "Q. Z.",
        "customer_phone": f"069 {zlib.crc32(serial_no.encode()) % 1_000_000:06}",
        "customer_email": email,
        "customer_language": "en",
        "item_type": "Dishwasher",
        "brand": "Bosch",
        "model": "SMS 45",
        "serial_no": serial_no,
        "complaint": "Leaves water in the tub",
        "completeness": "Dishwasher, both baskets",
        "accessories": "Hose",
        "repair_kind": "paid",
    }
    client = company[by].client
    page = client.get("/counter/new")
    assert page.status == 200, page.text
    answer = client.post("/counter/new", {**told, **facts})
    assert answer.status == 302, answer.text
    key = int(answer.location.rpartition("/")[2])
    with database.reading(company.engine) as session:
        number = session.get_one(ProcessInstance, key).business_key
    return Repair(company, Order(key, number), email)


def stock_up(company: Company, parts: dict[str, tuple[int, int, int]]) -> None:
    """New parts come into the store, of a lot each. parts: {number: (pieces, cost of one, price of one)}, in cents."""
    now = company.now()
    with database.transaction(company.engine) as session:
        for sku in parts:
            names = dict.fromkeys(("en", "ro", "ru"), sku)
            products.add(session, sku, names, kind="part", tracking="lot", warranty_months=12)
        prices = {sku: price for sku, (_pieces, _cost, price) in parts.items()}
        price_lists.publish(session, price_lists.STANDARD, day(session, now), prices)
        posting = stock_documents.without_order(f"story {min(parts)}", now, "storekeeper")
        goods = [
            stock.Delivered(sku, pieces * 1000, cost, f"LOT-{sku}")
            for sku, (pieces, cost, _price) in parts.items()
        ]
        stock.receive(session, posting, goods, "Example Parts")
