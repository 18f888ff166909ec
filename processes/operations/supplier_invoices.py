"""Operations on invoices of suppliers: compare one with order and receipt, decide about one that differs."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from processes.records import audit, money, quantities, supplier_invoices
from processes.records.ledger import Posting

_REFUSED = {supplier_invoices.REFUSED: "What was entered for the invoice does not add up."}


@operation("supplier_invoices.enter", errors=_REFUSED)
def enter(
    session: Session, step: Step, invoice_no: str, dated: str, lines: list[dict[str, Any]]
) -> dict[str, Any]:
    """Enter an invoice of the supplier of the purchase order and compare it line by line; one that agrees is booked.

    lines: list of part, quantity, unit_cost. Result: invoice_agrees, invoice_total, invoice_differences (part, quantity, accepted,
    unit_cost, ordered_cost).
    """
    audit.acting(session, step.actor, step.now)
    asked = [
        supplier_invoices.Asked(
            row["part"], quantities.milli(row.get("quantity")), money.cents(row.get("unit_cost"))
        )
        for row in lines
    ]
    row = supplier_invoices.enter(
        session, Posting.of_step(step), invoice_no, date.fromisoformat(dated), asked
    )
    return {
        "invoice_agrees": row.state == supplier_invoices.MATCHED,
        "invoice_total": money.units(row.total_cents),
        "invoice_differences": [
            {
                "part": line["sku"],
                "quantity": quantities.plain(line["quantity_milli"]),
                "accepted": quantities.plain(line["accepted_milli"]),
                "unit_cost": money.units(line["unit_cost_cents"]),
                "ordered_cost": money.units(line["ordered_cents"]),
            }
            for line in row.differences
        ],
    }


@operation("supplier_invoices.settle")
def settle(session: Session, step: Step, invoice_no: str, accept: bool, reason: str) -> dict[str, Any]:
    """Decide about an invoice that differs: accept it (what was accepted is paid at its price), or send it back.

    Result: invoice_state.
    """
    audit.acting(session, step.actor, step.now)
    row = supplier_invoices.settle(
        session, Posting.of_step(step), invoice_no, accept=bool(accept), reason=reason
    )
    return {"invoice_state": row.state}
