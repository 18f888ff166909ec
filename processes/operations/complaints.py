"""Operations on complaints: register one, note what was found, offered, answered and agreed, let its remedies begin."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import messages, roles, settings
from engine.operations import Step, operation
from engine.sentences import Sentence, _l
from engine.tables import Person
from processes.records import (
    audit,
    comments,
    complaints,
    credit_notes,
    customers,
    devices,
    documents,
    money,
    orders,
    remedy_orders,
    violations,
)
from processes.records.ledger import Posting

#: What a solution may cost us before a manager agrees (whole cents), when the setting names nothing else.
LIMIT_SETTING = "complaint_limit"
DEFAULT_LIMIT_CENTS = 500_00


@operation(
    "complaints.register",
    errors={complaints.ORDER_UNKNOWN: "There is no such order that a complaint could be about."},
)
def register(
    session: Session,
    step: Step,
    about_order_no: str,
    complaint_kind: str,
    complaint_text: str,
    wanted_solution: str | None = None,
    channel: str = "phone",
) -> dict[str, Any]:
    """Register the complaint as an order of its own. Where one of that kind is open already, what was said is noted there.

    Result: joined_complaint_no (null, or the number of the open one), customer_name, device_name (what the order was about),
    department (the role that looks into it), subject.
    """
    audit.acting(session, step.actor, step.now)
    row = complaints.register(
        session,
        Posting.of_step(step),
        about_order_no=about_order_no,
        kind=complaint_kind,
        text=complaint_text,
        wanted=wanted_solution,
        channel=channel or "phone",
    )
    about = complaints.about_of(session, about_order_no)
    standing = row or complaints.open_of(session, about.order_no, complaint_kind)
    if row is None:
        comments.add(session, standing.process_instance_key, complaint_text, author=step.actor, now=step.now)
    name = devices.subject(session, about)
    return {
        "joined_complaint_no": None if row else standing.complaint_no,
        "customer_name": customers.get(session, about.customer_key).name,
        "device_name": name,
        "department": complaints.DEPARTMENTS[complaint_kind],
        "subject": f"{about.order_no}: {standing.text}"[:120],
    }


@operation("complaints.answer_first")
def answer_first(session: Session, step: Step) -> dict[str, Any]:
    """Note that the customer has heard from us; the first time counts.

    Result: first_answer_at.
    """
    audit.acting(session, step.actor, step.now)
    row = complaints.get(session, step.business_key)
    row.answer_first(step.now)
    return {"first_answer_at": row.first_answer_at.isoformat()}


@operation("complaints.people")
def people(session: Session, step: Step) -> dict[str, Any]:
    """Offer everybody who works here, as those who can be concerned by a complaint, by name.

    Result: offered_people (list of value and label).
    """
    found = session.scalars(select(Person).where(Person.active).order_by(Person.name, Person.login))
    return {"offered_people": [{"value": each.login, "label": each.name} for each in found]}


@operation("complaints.find_out")
def find_out(
    session: Session,
    step: Step,
    cause: str,
    findings: str,
    lot_no: str | None = None,
    employee: str | None = None,
    in_warranty: bool = False,
) -> dict[str, Any]:
    """Write down what the department found: cause, lot, who was concerned, whether a warranty covers it.

    Result: none.
    """
    audit.acting(session, step.actor, step.now)
    complaints.get(session, step.business_key).find_out(
        cause, findings, lot_no=lot_no, employee=employee, in_warranty=bool(in_warranty)
    )
    return {}


@operation("complaints.offer")
def offer(
    session: Session,
    step: Step,
    remedies: list[str],
    offer_text: str,
    amount: Decimal | None = None,
    cost: Decimal | None = None,
) -> dict[str, Any]:
    """Offer a solution, as its next version. remedies: repair, replace, refund, discount, explanation; amount: what the customer
    gets back; cost: what it costs us in all.

    Result: offer_version, offer_cost, needs_manager (whether it costs more than after-sales decide alone).
    """
    audit.acting(session, step.actor, step.now)
    row = complaints.get(session, step.business_key)
    cents = money.cents(amount or 0)
    version = row.offer(remedies, offer_text, cents, max(money.cents(cost or 0), cents))
    limit = int(settings.get(session, LIMIT_SETTING, DEFAULT_LIMIT_CENTS))
    return {
        "offer_version": version,
        "offer_cost": money.units(row.cost_cents),
        "needs_manager": row.cost_cents > limit,
    }


@operation("complaints.decide")
def decide(session: Session, step: Step, decision: str, reason: str | None = None) -> dict[str, Any]:
    """Write the customer's answer to the last offer: accepted, declined or expired.

    Result: none.
    """
    audit.acting(session, step.actor, step.now)
    complaints.get(session, step.business_key).decide(decision, reason)
    return {}


@operation("complaints.start_repair")
def start_repair(session: Session, step: Step) -> dict[str, Any]:
    """Begin a repair at our cost for the device that the complaint is about, with its card; once.

    Result: repair_order_no.
    """
    audit.acting(session, step.actor, step.now)
    complaint = complaints.get(session, step.business_key)
    return {"repair_order_no": _start(session, step, remedy_orders.repair(session, complaint))}


@operation("complaints.start_replacement")
def start_replacement(session: Session, step: Step) -> dict[str, Any]:
    """Begin a delivery of the same goods at our cost to the customer who complains; once.

    Result: replacement_order_no.
    """
    audit.acting(session, step.actor, step.now)
    complaint = complaints.get(session, step.business_key)
    return {"replacement_order_no": _start(session, step, remedy_orders.replacement(session, complaint))}


@operation("complaints.look_at_order")
def look_at_order(session: Session, step: Step, order_no: str) -> dict[str, Any]:
    """Look how an order that a complaint has begun stands.

    Result: remedy_state (running, done or cancelled).
    """
    return {"remedy_state": remedy_orders.state(session, order_no)}


@operation(
    "complaints.credit",
    errors={credit_notes.ABOVE_INVOICE: "The amount is more than is left of the invoice."},
)
def credit(session: Session, step: Step, amount: Decimal, method: str = "cash") -> dict[str, Any]:
    """Credit an amount on the invoice of the order that the complaint is about: off the debt first, the rest is given back.

    Result: credit_note_no, lowered, refunded.
    """
    audit.acting(session, step.actor, step.now)
    complaint = complaints.get(session, step.business_key)
    about = orders.get(session, complaint.about_order_no)
    posting = Posting(about.process_instance_key, about.order_no, step.effect_key, step.now, step.actor)
    note = credit_notes.give(
        session,
        posting,
        complaint.complaint_no,
        money.cents(amount),
        str(Sentence(_l("Complaint {number}"), number=complaint.complaint_no)),
        method or "cash",
    )
    documents.issue(session, "credit_note", posting)
    return {
        "credit_note_no": note.number,
        "lowered": money.units(note.lowered_cents),
        "refunded": money.units(note.refunded_cents),
    }


@operation("complaints.close")
def close(session: Session, step: Step, outcome: str) -> dict[str, Any]:
    """End the complaint: solved, unresolved or withdrawn; an ended one stays as it is.

    Result: none.
    """
    audit.acting(session, step.actor, step.now)
    complaints.get(session, step.business_key).close(outcome, step.now)
    return {}


@operation("violations.decide")
def decide_violation(
    session: Session,
    step: Step,
    login: str,
    rule: str,
    measure: str,
    reason: str,
    loss: Decimal | None = None,
) -> dict[str, Any]:
    """Write down that somebody broke a rule and what follows: none, talk, training, warning, penalty, dismissal, legal.

    Result: none.
    """
    audit.acting(session, step.actor, step.now)
    violations.decide(
        session,
        Posting.of_step(step),
        login,
        rule=rule,
        loss_cents=money.cents(loss or 0),
        measure=measure,
        reason=reason,
    )
    return {}


def _start(session: Session, step: Step, wanted: remedy_orders.Wanted) -> str:
    """Publish what starts an order; the number that it has got."""
    # Whoever accepted the offer has no account: the order begins by itself.
    published = messages.publish(
        session, wanted.message, "", wanted.variables, actor=roles.SYSTEM, now=step.now
    )
    return remedy_orders.number(session, published.process_instance_keys)
