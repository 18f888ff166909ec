"""Operations on service centres: choose one, send a device there, price their work, take it back, book what they charge."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from processes.records import (
    audit,
    devices,
    documents,
    intake,
    money,
    orders,
    partner_jobs,
    partner_lines,
    places,
    purchase_letters,
    supplier_invoices,
    suppliers,
    work_orders,
    work_reports,
)
from processes.records.ledger import Posting

_REFUSED = {
    partner_jobs.REFUSED: "What was entered about the service centre does not fit; the sentence says why."
}
_CHARGE = {**_REFUSED, supplier_invoices.REFUSED: "The act or invoice was entered before."}


@operation("partners.offer")
def offer(session: Session, step: Step) -> dict[str, Any]:
    """Offer the service centres that repair such a device, as options for a form.

    Result: offered_partners (list of value and label), item_is_away (whether the device is at a service centre now).
    """
    order = orders.get(session, step.business_key)
    device = devices.of_order(session, order)
    found = [
        each
        for each in suppliers.offered(session, suppliers.SERVICE_CENTRE)
        if device is None or each.repairs(device.item_type)
    ]
    away = device is not None and places.of(session, device.key) == places.PARTNER
    return {"offered_partners": suppliers.choices(found), "item_is_away": away}


@operation(
    "partners.choose",
    errors={**_REFUSED, intake.NOT_ALLOWED: "The marks of the order do not allow a service centre now."},
)
def choose(
    session: Session,
    step: Step,
    partner: str,
    expected_back_on: str,
    expected_price: Decimal | None = None,
    vendor_warranty: bool = False,
    reason: str | None = None,
) -> dict[str, Any]:
    """Choose the service centre for the order's device: its job, and the repair variant third_party with its name.

    After a job that was no good this is a claim. Result: partner_name, is_claim, status.
    """
    audit.acting(session, step.actor, step.now)
    posting = Posting.of_step(step)
    job = partner_jobs.choose(
        session,
        posting,
        partner,
        date.fromisoformat(expected_back_on),
        expected_cents=None if expected_price is None else money.cents(expected_price),
        vendor_warranty=bool(vendor_warranty),
    )
    name = suppliers.get(session, partner).name
    document = intake.get(session, step.business_key)
    document.set_variant(intake.THIRD_PARTY, posting, step.element_id, partner=name, reason=reason)
    return {"partner_name": name, "is_claim": job.claim_of is not None, "status": document.status}


@operation("partners.send")
def send(session: Session, step: Step, packing_list: str, tracking: str | None = None) -> dict[str, Any]:
    """Send the device to the chosen service centre, with a transfer note: it is there from now on.

    Result: sent_on (day).
    """
    audit.acting(session, step.actor, step.now)
    posting = Posting.of_step(step)
    job = partner_jobs.send(session, posting, packing_list, tracking)
    documents.issue(session, "transfer_note", posting)
    return {"sent_on": orders.day(session, job.sent_at).isoformat()}


@operation("partners.quote")
def quote(session: Session, step: Step, partner_price: Decimal, partner_work: str) -> dict[str, Any]:
    """Price the order by what the service centre asks for: its work is one line, with our margin where the client pays.

    Result: client_total.
    """
    audit.acting(session, step.actor, step.now)
    cents = partner_lines.plan(session, step.business_key, money.cents(partner_price), partner_work)
    return {"client_total": money.units(cents)}


@operation("partners.receive_back", errors=_CHARGE)
def receive_back(
    session: Session,
    step: Step,
    condition: str,
    partner_cost: Decimal | None = None,
    act_no: str | None = None,
    warranty_until: str | None = None,
) -> dict[str, Any]:
    """Take the device back from the service centre, and book once what it charges, against its act.

    Result: partner_cost.
    """
    audit.acting(session, step.actor, step.now)
    posting = Posting.of_step(step)
    partner_jobs.take_back(session, posting, condition)
    job = partner_jobs.charge(
        session,
        posting,
        money.cents(partner_cost),
        act_no,
        date.fromisoformat(warranty_until) if warranty_until else None,
    )
    _report(session, posting)
    return {"partner_cost": money.units(job.cost_cents)}


@operation("partners.call_back")
def call_back(session: Session, step: Step, reason: str) -> dict[str, Any]:
    """Ask the service centre to send the device back unrepaired: by mail, where it has an address; its price is forgotten.

    Result: partner_refusal, return_reason (why it comes back unrepaired).
    """
    audit.acting(session, step.actor, step.now)
    posting = Posting.of_step(step)
    partner_lines.drop(session, step.business_key)
    purchase_letters.call_back(session, posting, reason)
    return {"partner_refusal": reason, "return_reason": reason}


@operation("partners.find_item")
def find_item(session: Session, step: Step) -> dict[str, Any]:
    """Look whether the device of the order is at a service centre.

    Result: item_is_away.
    """
    order = orders.find(session, step.business_key)
    known = order is not None and order.device_key is not None
    return {"item_is_away": known and places.of(session, order.device_key) == places.PARTNER}


@operation("partners.fetch")
def fetch(session: Session, step: Step, condition: str | None = None) -> dict[str, Any]:
    """Fetch the device of an order that has ended from its service centre; nothing is charged to the order.

    Result: none.
    """
    audit.acting(session, step.actor, step.now)
    partner_jobs.take_back(session, Posting.of_step(step), condition)
    return {}


@operation("partners.give_up")
def give_up(session: Session, step: Step, reason: str) -> dict[str, Any]:
    """Let nobody else repair the device: a service centre that was chosen and has not got it is given up, and so is its price.

    Result: none.
    """
    audit.acting(session, step.actor, step.now)
    partner_jobs.end(session, Posting.of_step(step), reason)
    partner_lines.drop(session, step.business_key)
    return {}


def _report(session: Session, posting: Posting) -> None:
    """Nobody of us has worked on it: the work order says so, and can be completed."""
    work_orders.open_for(session, posting)
    documents.issue(session, "work_order", posting)
    work_reports.write(session, posting, hours=[], parts_used=[], operations_done=(), extra_work=())
