"""What stories find of complaints, credit notes and violations, and the completed order that somebody complains about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import instances, roles
from engine.tables import ProcessInstance
from processes.records import (
    complaint_desk,
    completion,
    credit_notes,
    customer_doors,
    customer_links,
    money,
    order_lines,
    orders,
    payments,
    quotes,
    remedy_orders,
    violations,
    work_reports,
)
from processes.records import complaints as records
from processes.records.ledger import Posting
from processes.stories import shared
from processes.stories.portal import newest_link


def complaint(session: Session, order_no: str) -> dict[str, Any] | None:
    """A complaint: about, kind, cause, in_warranty, employee, offers, offered, cost, decision, outcome; null when there is none."""
    row = records.find(session, order_no)
    if row is None:
        return None
    return {
        "about": row.about_order_no,
        "kind": row.kind,
        "text": row.text,
        "channel": row.channel,
        "cause": row.cause,
        "in_warranty": row.in_warranty,
        "employee": row.employee,
        "offers": row.offer_version,
        "offered": list(row.offered),
        "cost": money.units(row.cost_cents),
        "decision": row.decision,
        "outcome": row.outcome,
        "answered": row.first_answer_at is not None,
    }


def complaints_of(session: Session, order_no: str) -> list[str]:
    """The numbers of the complaints about an order, oldest first."""
    return [row.complaint_no for row in records.of_order(session, order_no)]


def credited(session: Session, order_no: str) -> list[dict[str, Any]]:
    """What an order's customer was credited: amount, lowered (the debt), refunded (given back), method."""
    return [
        {
            "amount": money.units(row.amount_cents),
            "lowered": money.units(row.lowered_cents),
            "refunded": money.units(row.refunded_cents),
            "method": row.method,
        }
        for row in credit_notes.of_order(session, order_no)
    ]


def violations_of(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The violations that a complaint brought to light: login, rule, measure, loss, by."""
    return [
        {
            "login": row.login,
            "rule": row.rule,
            "measure": row.measure,
            "loss": money.units(row.loss_cents),
            "by": row.by,
        }
        for row in violations.of_order(session, order_no)
    ]


def root_causes(session: Session, _order_no: str) -> list[dict[str, Any]]:
    """How often each cause stood behind closed complaints: kind, cause, count, cost; the most frequent first."""
    return [
        {
            "kind": row.kind,
            "cause": row.cause,
            "count": row.count,
            "cost": money.units(row.cost_cents),
        }
        for row in records.root_causes(session)
    ]


def state_of_order(session: Session, order_no: str) -> str:
    """How an order that a complaint began stands: running, done or cancelled."""
    return remedy_orders.state(session, order_no)


def remedy_order(session: Session, order_no: str) -> list[str]:
    """The numbers of the orders that belong to the order that a complaint is about, complaints aside."""
    row = records.find(session, order_no)
    if row is None:
        return []
    about = row.about_order_no
    query = select(orders.CustomerOrder.order_no).where(
        orders.CustomerOrder.parent_order_no == about,
        orders.CustomerOrder.order_type != records.PROCESS_ID,
    )
    return list(session.scalars(query.order_by(orders.CustomerOrder.order_no)))


def order_was_completed(session: Session, now: datetime, serial_no: str, paid: bool = False) -> None:
    """A device of ours was cleaned and its work order completed, with an invoice of 120; paid in cash or not yet."""
    shared.repair_order(session, now, serial_no, [{"work": "W-CLEAN"}], [])
    order = session.scalars(
        select(orders.CustomerOrder).order_by(orders.CustomerOrder.order_no.desc())
    ).first()
    quote = quotes.freeze(
        session,
        _posting(order, "quote", now),
        order_lines.planned(session, order.order_no),
        now + timedelta(14),
    )
    quotes.decide(
        session,
        _posting(order, "consent", now),
        quote.version,
        "approved",
        answered_through="office",
        evidence="Signed at the counter",
    )
    work_reports.write(
        session,
        _posting(order, "report", now),
        hours=[{"employee": "master", "hours": 1}],
        parts_used=[],
        operations_done=["W-CLEAN"],
    )
    completion.complete(session, _posting(order, "close", now), "repaired")
    if paid:
        payments.book(session, _posting(order, "payment", now), 120_00, "cash")


def order_is_over(session: Session, now: datetime, order_no: str) -> None:
    """An order ends here, so that a story need not play it to its end."""
    instance = orders.find(session, order_no)
    key = instance.process_instance_key if instance else _instance_key(session, order_no)
    instances.terminate(
        session, key, actor=roles.actor(session, "manager"), now=now, reason="A story goes on"
    )


def customer_complains(
    session: Session, now: datetime, order_no: str, kind: str, text: str, wanted: str | None = None
) -> None:
    """The customer of an order complains on its status page, or through the link that we sent for it."""
    link = newest_link(session, order_no, (customer_links.COMPLAINT, customer_links.STATUS))
    door = customer_doors.open_door(session, link, now)
    complaint_desk.complain(session, door, kind=kind, text=text, wanted=wanted, now=now)


def customer_answers_offer(
    session: Session, now: datetime, order_no: str, decision: str, reason: str | None = None
) -> None:
    """The customer opens the link to our offer and answers it: accepted, or declined with a reason."""
    link = newest_link(session, order_no, (customer_links.SOLUTION,))
    door = customer_doors.open_door(session, link, now)
    submission = {"decision": decision, **({"reason": reason} if reason else {})}
    customer_doors.answer(session, door, submission, now=now)


def _instance_key(session: Session, order_no: str) -> int:
    return session.scalar(select(ProcessInstance.key).where(ProcessInstance.business_key == order_no))


def _posting(order: orders.CustomerOrder, effect: str, now: datetime) -> Posting:
    return Posting(order.process_instance_key, order.order_no, f"{order.order_no} {effect}", now, "master")


FINDERS = (
    complaint,
    complaints_of,
    credited,
    violations_of,
    root_causes,
    state_of_order,
    remedy_order,
)
CHANGES = (order_was_completed, order_is_over, customer_complains, customer_answers_offer)
