"""What the documents after a sale say: delivery note, acceptance act, credit note."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from engine.sentences import _l

# The rooms ask for each other: each is used only when a document is written.
from processes.documents import chapters
from processes.records import (
    credit_notes,
    deliveries,
    installations,
    invoices,
    order_lines,
    skills,
    stock_ledger,
    taxes,
)
from processes.records.ledger import Posting
from processes.records.orders import CustomerOrder

if TYPE_CHECKING:
    from processes.documents.chapters import Chapter


def delivery_note(session: Session, order: CustomerOrder, _posting: Posting) -> Chapter:
    """Which goods were handed over at the door, who signed, and that the installation was explained."""
    attempt = deliveries.delivered(session, order.order_no)
    if attempt is None:
        raise chapters.nothing(_l("Nothing of order {order} is delivered yet."), order)
    return chapters.Chapter(
        {
            "delivered_at": attempt.at.isoformat(),
            "delivered_by": chapters.names_of_people(session).get(attempt.by, attempt.by),
            "place": order.address,
            "recipient": attempt.signature,
            "issued": goods(session, order),
        }
    )


def acceptance_act(session: Session, order: CustomerOrder, _posting: Posting) -> Chapter:
    """What was delivered and installed, by whom with which certificate, and that the customer has taken it over."""
    accepted = installations.accepted(session, order.order_no)
    if accepted is None:
        raise chapters.nothing(_l("The customer of order {order} has not accepted it yet."), order)
    visit = installations.installed(session, order.order_no)
    return chapters.Chapter(
        {
            "place": order.address,
            "recipient": accepted.signature,
            "remarks": accepted.remarks,
            "accepted_at": accepted.at.isoformat(),
            "installed_by": visit and chapters.names_of_people(session).get(visit.installer, visit.installer),
            "certificate": visit and _certificate(session, visit),
            "installed_at": visit and visit.at.isoformat(),
            "issued": goods(session, order),
        }
    )


def credit_note(session: Session, order: CustomerOrder, posting: Posting) -> Chapter:
    """What of an invoice the customer is given back or need not pay."""
    notes = credit_notes.of_order(session, order.order_no)
    note = next(
        (each for each in notes if each.effect_key == posting.effect_key), notes[-1] if notes else None
    )
    if note is None:
        raise chapters.nothing(_l("Order {order} has no credit note."), order)
    rate = invoices.get(session, note.invoice_no).tax_percent
    tax = taxes.included_cents(note.amount_cents, rate)
    return chapters.Chapter(
        {
            "invoice_no": note.invoice_no,
            "note_reason": note.reason,
            "currency": invoices.currency(session),
            "tax_rate_percent": rate,
            "tax_cents": tax,
            "net_cents": note.amount_cents - tax,
            "total_cents": note.amount_cents,
            "lowered_cents": note.lowered_cents,
            "refunded_cents": note.refunded_cents,
        },
        note.number,
    )


def goods(session: Session, order: CustomerOrder) -> list[dict[str, Any]]:
    """The goods of an order with their serial numbers: what it has in work or with the customer."""
    names = {
        line.sku: (line.description, line.unit)
        for line in order_lines.of(session, order.order_no)
        if line.kind == order_lines.PART
    }
    return [
        {
            "sku": held.lot.sku,
            "description": names.get(held.lot.sku, (held.lot.sku, "pc"))[0],
            "lot": held.lot.lot_no,
            "quantity_milli": held.quantity_milli,
            "unit": names.get(held.lot.sku, ("", "pc"))[1],
        }
        for held in stock_ledger.held_by_order(session, order.order_no, "wip", "customer")
    ]


def _certificate(session: Session, visit: installations.InstallationVisit) -> str | None:
    if visit.qualification_key is None:
        return None
    found = session.get_one(skills.Qualification, visit.qualification_key)
    return found.certificate or skills.get(session, found.skill_id).name_in("en")
