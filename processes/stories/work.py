"""What stories find in quotes, work orders, the cost of an order, wages and part warranties."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from processes.records import money, quantities, warranties, work_orders
from processes.records import order_costs as costs
from processes.records import quotes as quote_versions
from processes.records import wages as wage_ledger


def quotes(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The versions of an order's quote: version, state, total, answered_through, decided_by, reason, evidence."""
    return [
        {
            "version": row.version,
            "state": row.state,
            "total": money.units(row.total_cents),
            "answered_through": row.answered_through,
            "decided_by": row.decided_by,
            "reason": row.reason,
            "evidence": row.evidence,
        }
        for row in quote_versions.versions(session, order_no)
    ]


def work_order(session: Session, order_no: str) -> dict[str, Any] | None:
    """The work order: number, state, version, outcome, completed_by, hours (rows of employee, work, hours)."""
    row = work_orders.find(session, order_no)
    if row is None:
        return None
    return {
        "number": row.number,
        "state": row.state,
        "version": row.version,
        "outcome": row.outcome,
        "completed_by": row.completed_by,
        "hours": [
            {"employee": each.login, "work": each.operation, "hours": quantities.plain(each.hours_milli)}
            for each in work_orders.employees(session, order_no)
        ],
    }


def order_costs(session: Session, order_no: str) -> list[dict[str, Any]]:
    """What an order cost: kind, payer, amount, reverses (true for a reversing row)."""
    return [
        {
            "kind": row.kind,
            "payer": row.payer,
            "amount": money.units(row.amount_cents),
            "reverses": row.reverses is not None,
        }
        for row in costs.entries(session, order_no)
    ]


def wages(session: Session, order_no: str) -> list[dict[str, Any]]:
    """What people earned with an order: employee, work, amount, period, reverses."""
    return [
        {
            "employee": row.login,
            "work": row.operation,
            "amount": money.units(row.amount_cents),
            "period": row.period,
            "reverses": row.reverses is not None,
        }
        for row in wage_ledger.entries(session, order_no)
    ]


def part_warranties(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The warranties on fitted parts: part, quantity, months, starts_on, ends_on (null before hand-out), claims, reverses."""
    found = []
    for row in warranties.entries(session, order_no):
        term = warranties.term_of(session, row)
        found.append(
            {
                "part": row.sku,
                "quantity": quantities.plain(row.quantity_milli),
                "months": row.months,
                "starts_on": term.starts_on.isoformat() if term else None,
                "ends_on": term.ends_on.isoformat() if term else None,
                "claims": row.claims is not None,
                "reverses": row.reverses is not None,
            }
        )
    return found


FINDERS = (quotes, work_order, order_costs, wages, part_warranties)
CHANGES = ()
