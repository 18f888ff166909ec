"""Operations on work orders: open one, report what was done, complete it, take the completion back."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from processes.records import (
    audit,
    completion,
    documents,
    languages,
    money,
    order_plan,
    receivables,
    stock,
    work_reports,
)
from processes.records import work_orders as records
from processes.records.ledger import Posting

#: Who takes unused parts back, and reads their names.
_STOREKEEPER = "Storekeeper"


@operation("work_orders.open")
def open_work_order(session: Session, step: Step) -> dict[str, Any]:
    """Open the work order of the order, and its document; one that is open already is given back.

    Result: work_order_no.
    """
    audit.acting(session, step.actor, step.now)
    work_order = records.open_for(session, Posting.of_step(step))
    documents.issue(session, "work_order", Posting.of_step(step))
    return {"work_order_no": work_order.number}


@operation(
    "work_orders.report",
    errors={
        work_reports.USED_MORE: "More parts were used than were issued.",
        order_plan.PRICE_MISSING: "The price list has no price for the extra work.",
    },
)
def report(
    session: Session,
    step: Step,
    hours: list[dict[str, Any]],
    parts_used: list[dict[str, Any]],
    operations_done: list[str] | None = None,
    extra_work: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Write down how the repair stands in all: hours of each employee, parts used, works done, work that was found more.

    hours: rows of employee, hours and, if they are for one work only, work. parts_used: rows of part, quantity.
    operations_done: the works that are done, by their numbers. A later report replaces an earlier one. extra_work: rows of work, hours, payer
    or of part, quantity, payer, each time added to what is planned. USED_MORE_THAN_ISSUED carries parts_over.

    Result: unused_parts, unused (rows of part, name, quantity), approved_total, planned_total, exceeds_approval.
    """
    audit.acting(session, step.actor, step.now)
    found = work_reports.write(
        session,
        Posting.of_step(step),
        hours=hours,
        parts_used=parts_used,
        operations_done=operations_done or (),
        extra_work=extra_work or (),
    )
    return {
        "unused_parts": bool(found.unused_milli),
        "unused": stock.rows(session, found.unused_milli, languages.of_role(session, _STOREKEEPER)),
        "approved_total": money.units(found.approved_cents),
        "planned_total": money.units(found.planned_cents),
        "exceeds_approval": found.exceeds_approval,
    }


@operation(
    "work_orders.complete",
    errors={completion.NOT_READY: "The work order is not ready to be completed."},
)
def complete(session: Session, step: Step, outcome: str = "repaired") -> dict[str, Any]:
    """Complete the work order: revenue, receivable, parts, cost, wages, warranties and documents, all at once or nothing.

    outcome: repaired or without_repair. NOT_READY_TO_COMPLETE carries reasons (sentences).

    Result: invoice_no (null when the client pays nothing), invoice_total, balance.
    """
    audit.acting(session, step.actor, step.now)
    found = completion.complete(session, Posting.of_step(step), outcome)
    return {
        "invoice_no": found.invoice_no,
        "invoice_total": money.units(found.invoice_total_cents),
        "balance": money.units(found.balance_cents),
    }


@operation("work_orders.reverse")
def reverse(session: Session, step: Step, reason: str) -> dict[str, Any]:
    """Take back what the completion posted, by reversing entries, and open the work order again.

    Result: work_order_no, work_order_version, balance (below 0 when the customer has paid already).
    """
    audit.acting(session, step.actor, step.now)
    work_order = completion.reopen(session, Posting.of_step(step), reason)
    return {
        "work_order_no": work_order.number,
        "work_order_version": work_order.version,
        "balance": money.units(receivables.balance(session, work_order.order_no)),
    }
