"""A repair order of the demo company with an invoice on it: what tests of money begin with."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from engine.tables import ProcessInstance
from processes.records import customers, devices, invoices, orders, receivables
from processes.records.ledger import Posting
from tests.processes.company import NOW, order, posting

#: 120.00 for the work and 2 pumps at 45.50: 211.00 with 20 % tax inside.
WORK = invoices.Line("W-PUMP", "Replace the pump", "work", 1000, "h", 120_00)
PUMPS = invoices.Line("P-PUMP", "Насос", "part", 2000, "pcs", 45_50)
TOTAL = 211_00


def repair(session: Session, order_no: str = "R-0001") -> ProcessInstance:
    """A repair order of a customer with a device, without an invoice."""
    return opened(session, order(session, order_no))


def opened(session: Session, row: ProcessInstance) -> ProcessInstance:
    """The same for an instance that is there already."""
    order_no = row.business_key
    customer = customers.add(session, "I. P.", phone="+373 22 000 001", now=NOW)
    device = devices.register(
        session, customer.key, item_type="Dishwasher", brand="Nordwind", model="S 45", serial_no=order_no
    )
    orders.open_order(
        session,
        posting(row, f"{order_no} opened"),
        order_type="repair_intake",
        customer_key=customer.key,
        device_key=device.key,
        repair_kind="paid",
        complaint="Does not pump",
    )
    return row


def invoice(session: Session, row: ProcessInstance, effect_key: str = "completion") -> invoices.Invoice:
    """The work and the pumps, charged to the customer of the order; due in two weeks."""
    given = Posting(row.key, row.business_key, effect_key, NOW, "master")
    customer_key = orders.get(session, row.business_key).customer_key
    issued = invoices.issue(session, given, customer_key, [WORK, PUMPS], NOW + timedelta(days=14))
    receivables.charge(session, given, customer_key, issued)
    return issued


def charged(session: Session, order_no: str = "R-0001") -> ProcessInstance:
    """A repair order with its invoice of 211.00."""
    row = repair(session, order_no)
    invoice(session, row)
    return row
