"""The mails to those we buy from, in their language: an order of goods, and that a device comes back unrepaired."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine import mail, settings
from engine.sentences import Sentence, _l, in_language
from processes.documents import facts
from processes.records import (
    invoices,
    ledger,
    money,
    partner_jobs,
    products,
    purchase_orders,
    quantities,
    suppliers,
)

_HEAD = _l("Purchase order {number}")
_TEXT = _l("We order from you, to be delivered by {day}:")
_LINE = _l("{sku} {name}: {quantity} {unit} at {price} {currency}")
_END = _l("Please confirm it and name the day. Put {number} on the delivery note and on the invoice.")

_BACK_HEAD = _l("Please return the device of order {number}")
_BACK_TEXT = _l("Please do not repair the device of our order {number} and send it back: {reason}")


def send(session: Session, posting: ledger.Posting, order: purchase_orders.PurchaseOrder) -> bool:
    """Write to the supplier of a purchase order; false where they have no address: somebody has to call."""
    supplier = suppliers.get(session, order.supplier_id)
    if not supplier.email:
        return False
    language = supplier.language
    currency = invoices.currency(session)
    said = [in_language(Sentence(_TEXT, day=order.expected_on), language), ""]
    for line in purchase_orders.lines(session, order.number):
        product = products.get(session, line.sku)
        places = {
            "sku": line.sku,
            "name": product.name_in(language),
            "quantity": quantities.plain(line.quantity_milli),
            "unit": product.unit,
            "price": money.units(line.unit_cost_cents),
            "currency": currency,
        }
        said.append("- " + in_language(Sentence(_LINE, **places), language))
    company = settings.get(session, facts.COMPANY, {}).get("name") or "Orderlane"
    said += ["", in_language(Sentence(_END, number=order.number), language), "", company]
    mail.write(
        session,
        to=supplier.email,
        subject=in_language(Sentence(_HEAD, number=order.number), language),
        body="\n".join(said),
        process_instance_key=posting.process_instance_key,
        now=posting.at,
    )
    return True


def call_back(session: Session, posting: ledger.Posting, reason: str) -> bool:
    """Ask a service centre to send a device back unrepaired; false where it has no address, or has no device of the order."""
    job = partner_jobs.latest(session, posting.order_no)
    centre = suppliers.get(session, job.supplier_id) if job else None
    if centre is None or not centre.email:
        return False
    said = Sentence(_BACK_TEXT, number=posting.order_no, reason=reason)
    mail.write(
        session,
        to=centre.email,
        subject=in_language(Sentence(_BACK_HEAD, number=posting.order_no), centre.language),
        body=in_language(said, centre.language),
        process_instance_key=posting.process_instance_key,
        now=posting.at,
    )
    return True
