"""Operations on orders of customers that are no workshop repairs: open one, plan its lines."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from processes.records import agreed_lines, audit, billing, money, order_lines, order_plan, orders
from processes.records.ledger import Posting


@operation("orders.open")
def open_order(
    session: Session,
    step: Step,
    customer_key: str,
    complaint: str,
    device_key: str | None = None,
    repair_kind: str = orders.PAID,
    channel: str = "walk_in",
    urgent: bool = False,
    promised_date: str | None = None,
    place: str = orders.POINT,
    address: str | None = None,
    contract_no: str | None = None,
    parent_order_no: str | None = None,
) -> dict[str, Any]:
    """Open the order of this instance as one of its process, with its terms; one that is open already is given back.

    complaint: what is wanted. repair_kind: on whose account (paid, warranty, mixed, at_own_cost, contract). place: point, or
    on_site with an address.

    Result: promised_date (day), target_at, limit_at (moments), target_term, limit_term (durations).
    """
    audit.acting(session, step.actor, step.now)
    order = orders.open_order(
        session,
        Posting.of_step(step),
        order_type=step.process_id,
        customer_key=int(customer_key),
        device_key=int(device_key) if device_key else None,
        repair_kind=repair_kind or orders.PAID,
        complaint=complaint,
        channel=channel or "walk_in",
        urgent=bool(urgent),
        promised_date=date.fromisoformat(promised_date) if promised_date else None,
        parent_order_no=parent_order_no or None,
        place=place or orders.POINT,
        address=address,
        contract_no=contract_no or None,
    )
    return {
        "promised_date": order.promised_date.isoformat(),
        "target_at": order.target_at.isoformat(),
        "limit_at": order.limit_at.isoformat(),
        "target_term": order.terms["target"],
        "limit_term": order.terms["limit"],
    }


@operation(
    "orders.plan_lines",
    errors={order_plan.PRICE_MISSING: "The price list of the day has no price for something on the order."},
)
def plan_lines(
    session: Session,
    step: Step,
    works: list[dict[str, Any]] | None = None,
    parts: list[dict[str, Any]] | None = None,
    fees: list[dict[str, Any]] | None = None,
    fault_code: str | None = None,
    cause: str | None = None,
    findings: str | None = None,
) -> dict[str, Any]:
    """Let the order have these works, parts and fees, priced from the list of today; what was planned before is replaced.

    works: [{work, hours, payer, discount_percent}], parts: [{part, quantity, payer, discount_percent}], fees: [{fee, quantity,
    discount_percent}]; the payer counts on a mixed order. Prices that the client has agreed to stay. fault_code, cause, findings: what
    was found, where it is a repair.

    Result: client_total, planned_total (by the price list, whoever pays), work_count, part_count. The error PRICE_MISSING
    carries missing_prices.
    """
    audit.acting(session, step.actor, step.now)
    order = orders.get(session, step.business_key, hold=True)
    if fault_code:
        order.diagnose(fault_code, cause or fault_code, findings)
    order_plan.plan(session, order, works or [], parts or [], fees or [], orders.day(session, step.now))
    lines = order_lines.planned(session, order.order_no)
    return {
        "client_total": money.units(billing.client_planned_cents(lines)),
        "planned_total": money.units(order_lines.list_total_cents(lines)),
        "work_count": sum(line.kind == order_lines.WORK for line in lines),
        "part_count": sum(line.kind == order_lines.PART for line in lines),
    }


@operation("orders.back_to_agreed")
def back_to_agreed(session: Session, step: Step) -> dict[str, Any]:
    """Leave on the order what the customer has agreed to: what was planned beyond that is dropped.

    Result: client_total.
    """
    audit.acting(session, step.actor, step.now)
    return {"client_total": money.units(agreed_lines.restore(session, step.business_key))}
