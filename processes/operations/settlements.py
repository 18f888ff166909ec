"""Operations at the end of a production order: receive its goods, compare, settle."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from processes.records import audit, languages, ledger, money, production_receipts, quantities
from processes.records import settlements as records


@operation(
    "settlements.receive_goods",
    errors={production_receipts.NOT_READY: "Pieces are still in work, or a wage scheme is missing."},
)
def receive_goods(session: Session, step: Step) -> dict[str, Any]:
    """Take the accepted pieces into the store at what they cost: material is used up and wages are accrued with it, once.

    Result: goods_receipt_no. The error NOT_READY_TO_RECEIVE carries reasons (sentences).
    """
    audit.acting(session, step.actor, step.now)
    return {"goods_receipt_no": production_receipts.receive(session, ledger.Posting.of_step(step)).number}


@operation("settlements.compare")
def compare(session: Session, step: Step) -> dict[str, Any]:
    """Compare what was ordered with what came of it. Changes nothing.

    Result: ordered, produced, scrapped, difference, tolerance, verdict (equal, within_tolerance, short, over), missing (of a
    short one), material_cost, labour_cost, unit_cost (null without a good piece), labour_hours, used_materials (rows of part,
    name, issued, returned, used), was_on_time, first_pass_percent.
    """
    found = records.compare(session, step.business_key)
    unit = found.unit_cost_cents
    return {
        "ordered": quantities.plain(found.ordered_milli),
        "produced": quantities.plain(found.good_milli),
        "scrapped": quantities.plain(found.scrap_milli),
        "difference": quantities.plain(found.difference_milli),
        "missing": quantities.plain(max(0, -found.difference_milli)),
        "tolerance": quantities.plain(found.tolerance_milli),
        "verdict": found.verdict,
        "material_cost": money.units(found.material_cents),
        "labour_cost": money.units(found.labour_cents),
        "unit_cost": None if unit is None else money.units(unit),
        "labour_hours": quantities.plain(found.hours_milli),
        "used_materials": records.material_rows(session, found, languages.of_role(session, "Planner")),
        "was_on_time": found.on_time,
        "first_pass_percent": found.first_pass_percent,
    }


@operation("settlements.note_comparison")
def note_comparison(session: Session, step: Step) -> dict[str, Any]:
    """Remember who has compared: whoever completed the step in front of this one. Somebody else settles.

    Result: compared_by.
    """
    return {"compared_by": step.actor}


@operation(
    "settlements.settle",
    errors={records.NOT_READY: "Something is still in work, or the difference has no code."},
)
def settle(
    session: Session,
    step: Step,
    compared_by: str,
    outcome: str | None = None,
    difference_code: str | None = None,
    resolution: str | None = None,
) -> dict[str, Any]:
    """Settle the order: nothing of it is in work, a difference has a code and a resolution; the sheet is issued.

    outcome: supplementary or reduced, for an order that is short beyond the tolerance. The error NOT_READY_TO_SETTLE carries
    reasons (sentences).

    Result: settlement_outcome.
    """
    audit.acting(session, step.actor, step.now)
    row = records.settle(
        session,
        ledger.Posting.of_step(step),
        compared_by=compared_by,
        outcome=outcome or "reduced",
        difference_code=difference_code,
        resolution=resolution,
    )
    return {"settlement_outcome": row.outcome}
