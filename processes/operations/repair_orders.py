"""Operations on repair orders: open, diagnose, price, hurry."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine import messages, roles
from engine.operations import Step, operation
from processes.records import audit, billing, comments, money, order_lines, order_plan, orders
from processes.records.ledger import Posting

_NO_PRICE = {order_plan.PRICE_MISSING: "The price list of the day has no price for something on the order."}


@operation("repair_orders.open")
def open(
    session: Session,
    step: Step,
    customer_key: str,
    device_key: str,
    repair_kind: str,
    complaint: str,
    channel: str = "walk_in",
    urgent: bool = False,
    promised_date: str | None = None,
    parent_order_no: str | None = None,
    place: str = orders.POINT,
    address: str | None = None,
    mileage: Decimal | None = None,
    contract_no: str | None = None,
) -> dict[str, Any]:
    """Open the repair order of this instance, with its terms: short ones when it is urgent.

    mileage: whole kilometres that a vehicle has run when it comes.

    Result: promised_date (day), target_at, limit_at (moments), target_term, limit_term (durations).
    """
    audit.acting(session, step.actor, step.now)
    order = orders.open_order(
        session,
        Posting.of_step(step),
        order_type=step.process_id,
        customer_key=int(customer_key),
        device_key=int(device_key),
        repair_kind=repair_kind,
        complaint=complaint,
        channel=channel or "walk_in",
        urgent=bool(urgent),
        promised_date=date.fromisoformat(promised_date) if promised_date else None,
        parent_order_no=parent_order_no or None,
        place=place or orders.POINT,
        address=address,
        mileage_km=None if mileage is None else int(mileage),
        contract_no=contract_no or None,
    )
    return {"promised_date": order.promised_date.isoformat(), **_terms(order)}


@operation("repair_orders.request")
def request(session: Session, step: Step, device_key: str, complaint: str) -> dict[str, Any]:
    """Ask for a repair in the workshop of a device of this order's customer, on the same account: the reception takes it in when it comes.

    Result: none.
    """
    order = _order(session, step)
    messages.publish(
        session,
        "repair_requested",
        "",
        {
            "customer_key": str(order.customer_key),
            "device_key": device_key,
            "complaint": complaint,
            "channel": order.channel,
            "urgent": order.urgent,
            "repair_kind": order.repair_kind,
            "contract_no": order.contract_no,
            "parent_order_no": order.order_no,
        },
        actor=roles.SYSTEM,
        now=step.now,
        message_id=step.effect_key,
        time_to_live=timedelta(days=1),
    )
    return {}


@operation("repair_orders.change_kind")
def change_kind(session: Session, step: Step, repair_kind: str) -> dict[str, Any]:
    """Say anew on whose account the repair is; its lines are paid accordingly from then on.

    Result: repair_kind, client_total.
    """
    order = _order(session, step)
    order.change_kind(repair_kind)
    order_plan.follow_kind(session, order)
    return {"repair_kind": order.repair_kind, "client_total": _client_total(session, order)}


@operation("repair_orders.set_urgent")
def set_urgent(session: Session, step: Step, urgent: bool, reason: str | None = None) -> dict[str, Any]:
    """Make an order urgent, or not any more: its terms and its surcharge follow. A reason is noted on the order.

    Result: urgent, client_total, target_at, limit_at, target_term, limit_term.
    """
    order = _order(session, step)
    if urgent:
        order.make_urgent(step.now)
    else:
        order.make_normal()
    order_plan.follow_urgency(session, order)
    if (reason or "").strip():
        comments.add(session, step.process_instance_key, reason, author=step.actor, now=step.now)
    return {"urgent": order.urgent, "client_total": _client_total(session, order), **_terms(order)}


@operation("repair_orders.waive_surcharge")
def waive_surcharge(session: Session, step: Step, reason: str) -> dict[str, Any]:
    """Charge nothing more for urgency on this order, with a reason; it stays urgent.

    Result: client_total.
    """
    order = _order(session, step)
    order_plan.waive_surcharge(session, order, reason)
    return {"client_total": _client_total(session, order)}


@operation("repair_orders.record_diagnosis", errors=_NO_PRICE)
def record_diagnosis(
    session: Session,
    step: Step,
    fault_code: str,
    cause: str,
    findings: str | None = None,
    works: list[dict[str, Any]] | None = None,
    parts: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Write the diagnosis down and price its works and parts from the list of today.

    works: [{work, hours, payer}], parts: [{part, quantity, payer}]; the payer counts on a mixed repair. A later diagnosis takes the
    place of an earlier one; prices that the client has agreed to stay.
    Result: client_total, planned_total (by the price list, whoever pays), part_count. The error PRICE_MISSING carries missing_prices.
    """
    order = _order(session, step)
    order.diagnose(fault_code, cause, findings)
    order_plan.diagnose(session, order, works or [], parts or [], orders.day(session, step.now))
    lines = order_lines.planned(session, order.order_no)
    return {
        "client_total": _client_total(session, order),
        "planned_total": money.units(order_lines.list_total_cents(lines)),
        "part_count": sum(line.kind == order_lines.PART for line in lines),
    }


@operation("repair_orders.add_diagnosis_fee", errors=_NO_PRICE)
def add_diagnosis_fee(session: Session, step: Step) -> dict[str, Any]:
    """Leave nothing on the order but the fee for the diagnosis: the device goes back unrepaired.

    The setting diagnosis_fee says whether there is one; nobody pays it on a warranty repair or one at our own cost.
    Result: client_total.
    """
    order = _order(session, step)
    order_plan.charge_diagnosis_only(session, order, orders.day(session, step.now))
    return {"client_total": _client_total(session, order)}


def _order(session: Session, step: Step) -> orders.CustomerOrder:
    """The order of this instance, held, with whoever acts on it known to the audit."""
    audit.acting(session, step.actor, step.now)
    return orders.get(session, step.business_key, hold=True)


def _client_total(session: Session, order: orders.CustomerOrder) -> Decimal:
    return money.units(billing.client_planned_cents(order_lines.planned(session, order.order_no)))


def _terms(order: orders.CustomerOrder) -> dict[str, str]:
    return {
        "target_at": order.target_at.isoformat(),
        "limit_at": order.limit_at.isoformat(),
        "target_term": order.terms["target"],
        "limit_term": order.terms["limit"],
    }
