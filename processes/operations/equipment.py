"""Operations on equipment."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from processes.records import equipment as cards
from processes.records import money
from processes.records.ledger import Posting


@operation(
    "equipment.record_repair",
    errors={cards.WRITTEN_OFF: "The equipment is written off and keeps no more history."},
)
def record_repair(
    session: Session, step: Step, equipment: str, fault: str, work: str, cost: Decimal | None = None
) -> dict[str, Any]:
    """Write a repair into the history of a machine, once.

    Result: repair_no. The error EQUIPMENT_WRITTEN_OFF carries offered_equipment to choose from.
    """
    card = cards.get(session, equipment)
    event = card.record_repair(fault, work, money.cents(cost), Posting.of_step(step))
    return {"repair_no": str(event.key)}
