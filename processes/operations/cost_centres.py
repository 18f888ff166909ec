"""Operations on cost centres."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from processes.records import cost_centres, departments, money
from processes.records.ledger import Posting


@operation(
    "cost_centres.book", errors={cost_centres.CLOSED: "The cost centre is closed and takes no more bookings."}
)
def book(
    session: Session,
    step: Step,
    cost_centre: str,
    department: str,
    hours: Decimal | None = None,
    material: Decimal | None = None,
    outside: Decimal | None = None,
    note: str | None = None,
) -> dict[str, Any]:
    """Book the cost of an order to its cost centre, once: hours at the department's rate, material, outside help.

    Result: booked_cost. The error COST_CENTRE_CLOSED carries open_cost_centres to choose from.
    """
    amounts = {
        "labour": departments.get(session, department).labour_cents(hours),
        "material": money.cents(material),
        "outside": money.cents(outside),
    }
    rows = cost_centres.get(session, cost_centre).book(amounts, Posting.of_step(step), note)
    return {"booked_cost": money.units(sum(row.amount_cents for row in rows))}
