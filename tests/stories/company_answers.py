"""What the people of a small company enter into each form when nothing is special about an order.

An answer is found by the name of the step, or by "process:name" where two steps share a name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.stories.deliveries import SAFE
from tests.stories.repairs import SEEN

Answers = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """An open step as the page shows it to whoever does it."""

    key: int
    version: int
    name: str
    process_id: str
    instance_key: int
    order_no: str
    assignee: str | None
    roles: frozenset[str]
    seen: dict[str, Any]
    today: date

    def day(self, in_days: int) -> str:
        """A date as a form sends it."""
        return (self.today + timedelta(days=in_days)).isoformat()

    @property
    def works(self) -> list[str]:
        """The works that are planned."""
        return [each["value"] for each in self.seen.get("planned_works") or []]


def of(step: Step, actor: str) -> Answers:
    """What somebody enters into this step."""
    found = ANSWERS.get(f"{step.process_id}:{step.name}", ANSWERS.get(step.name))
    assert found is not None, f'{step.order_no}: no answer is known for "{step.name}" of {step.process_id}.'
    return found(step, actor) if callable(found) else dict(found)


def _repair(step: Step, actor: str) -> Answers:
    done = {"operations_done": step.works, "hours": [{"employee": actor, "hours": 1}]}
    return {**done, "safety_ok": True, "clean_up": True}


def _install(step: Step, actor: str) -> Answers:
    return {
        "operations_done": step.works,
        "hours": [{"employee": actor, "hours": 2}],
        "safety_ok": True,
    }


def _hand_over(step: Step, actor: str) -> Answers:
    offered = [each["value"] for each in step.seen["offered_people"]]
    wanted = [step.seen.get("visit_person"), "master", "technician2"]
    return {"parts_receiver": next(each for each in wanted if each in offered), "parts_signature": True}


def _payment(step: Step, actor: str) -> Answers:
    owed = step.seen["balance"]
    return {"payment_way": "now", "amount": float(owed), "payment_method": "cash"}


def _plan_production(step: Step, actor: str) -> Answers:
    count = int(step.seen["quantity"])
    rows = [
        {
            "people": people,
            "quantity": count,
            "starts_on": step.day(0),
            "ends_on": step.day(2),
            "is_inspected": checked,
        }
        for people, checked in ((["storekeeper"], False), (["technician2"], True), (["storekeeper"], False))
    ]
    materials = [{"part": part, "quantity": 4 * count} for part in ("M-FOOT", "M-TUBE")]
    return {"plan_operations": rows, "plan_materials": materials}


def _operation(step: Step, actor: str) -> Answers:
    return {"good": int(step.seen["input_quantity"]), "hours": [{"employee": actor, "hours": 2}]}


def _maintain(step: Step, actor: str) -> Answers:
    points = [
        {"result": "ok", **({"measured": 6.5} if row.get("unit") else {})} for row in step.seen["checklist"]
    ]
    hours = [{"employee": actor, "hours": 1}]
    return {"visit_outcome": "there", "meter": 1200, "checklist": points, "hours": hours}


def _purchase(step: Step, actor: str) -> Answers:
    wanted = step.seen.get("purchase_lines") or [{"part": "P-VALVE", "quantity": 6, "unit_cost": 90}]
    lines = [
        {"part": row["part"], "quantity": row["quantity"], "unit_cost": row.get("unit_cost") or 90}
        for row in wanted
    ]
    return {
        "purchase_choice": "buy",
        "planned_supplier": "PARTS1",
        "expected_on": step.day(4),
        "purchase_lines": lines,
    }


def _review(step: Step, actor: str) -> Answers:
    broken = [
        row["sentence"] for row in step.seen["findings"] if row["kind"] in ("promise", "stuck", "stopped")
    ]
    assert not broken, broken
    told = {"action": "Looked at", "owner": "master", "due_on": step.day(2)}
    rows = [dict(told) for _row in step.seen["findings"]]
    return {"findings": rows, "more_findings": [], **({} if rows else {"nothing_found": True})}


_THERE = {"customer_is_there": "yes"}
_AGREED = {"decision": "approved", "answered_through": "phone", "evidence": "Said yes on the telephone"}
_REVIEWED = {"cancel_review": "Agreed with the customer"}
_SIGNED = {"signature": "Q. Z."}
ANSWERS: dict[str, Answers | Callable[[Step, str], Answers]] = {
    # Every order.
    "Review the cancellation": _REVIEWED,
    "production_order:Review the cancellation": {"cancel_reason": "Not wanted any more"},
    "Answer the quote": _AGREED,
    "Look at the quote again": {"quote_note": "Sent once more"},
    "Take the payment": _payment,
    "Decide about the debt": {"debt_decision": "credit", "debt_reason": "A good customer"},
    "Decide about missing parts": lambda step, _: {"parts_decision": "buy", "expected_on": step.day(4)},
    "Pick the parts": {},
    "Hand the parts over": _hand_over,
    "Inspect the work": {**SEEN, "inspection_result": "pass"},
    "Decide after three checks": {"quality_decision": "rework", "quality_reason": "Once more"},
    "Mend the work order": {"mended_note": "Put right"},
    "Say how it was": {"score": 5},
    "Call the unhappy customer": {"complaint_cause": "It took long", "complaint_measure": "Apologised"},
    "Write the question": {"question": "Is the old one to be kept?"},
    "Answer the question": {"customer_answer": "No"},
    "Phone the customer": {"reached": "yes", "customer_answer": "No"},
    "Take the answer over": {"is_clear": "yes"},
    "Decide without an answer": {"decided_answer": "It is not kept"},
    "Decide about the late step": lambda step, _: {
        "decision": "wait",
        "wait_until": step.day(14),
        "reason": "We are only six",
    },
    # A visit.
    "Confirm the visit": {"visit_answer": "confirmed"},
    "Call about the visit": {"visit_answer": "confirmed"},
    "See why no visit is agreed": {"late_visit_note": "Called: they are on a journey"},
    "See why nobody came": {"late_visit_note": "They stand before the door"},
    # A repair.
    "Take the item in": lambda step, _: {
        "complaint": step.seen.get("complaint") or "As the technician found it",
        "completeness": "The machine",
        "repair_kind": step.seen.get("repair_kind") or "paid",
    },
    "Compare with the open order": {"open_order_choice": "continue", "open_order_reason": "Another fault"},
    "Choose another kind of repair": {"repair_kind": "paid"},
    "Do the repair": _repair,
    "Agree a new date": lambda step, _: {"new_date": step.day(5)},
    "Take unused parts back": {"returned_parts": []},
    "Mark the repair as done": {"item_complete": True},
    "Prepare it to go back": {"return_reason": "Not repaired, as agreed", "parts_refitted": True},
    "Settle what is in the way": {"settled_note": "Settled"},
    "Hand the item out": lambda step, _: {
        **({} if step.seen.get("outcome") == "without_repair" else {"hand_over": "taken"}),
        "recipient": "Q. Z.",
        "id_checked": True,
        "accessories_returned": True,
        **_SIGNED,
    },
    "Give the item back": {"recipient": "Q. Z.", **_SIGNED},
    "Fetch the item from the service centre": {"fetch_condition": "As it was"},
    "Decide about the stored item": {"stored_item_agreement": "They come tomorrow"},
    "Decide about the late order": {"late_cause": "Many orders", "late_measure": "It is next"},
    "Come to the customer": _THERE,
    "Let the customer sign": {"it_works": "yes", "rating": 5, **_SIGNED},
    "Put the fee right": {"settled_note": "In the list now"},
    # A service centre.
    "Choose the service centre": lambda step, _: {
        "partner_choice": "partner",
        "partner": "SERVICE1",
        "expected_back_on": step.day(7),
    },
    "Send the item to the service centre": {"packing_list": "The item", "tracking": "EC-1"},
    "Note what the service centre says": {
        "partner_answer": "quote",
        "partner_price": 400,
        "partner_work": "New board",
    },
    "Take the item back": lambda step, _: {
        "is_repaired_there": "yes",
        "condition": "Clean",
        "partner_cost": 400,
        "act_no": f"SC-{step.order_no}",
    },
    "Ask where the item is": lambda step, _: {"new_date": step.day(3), "chase_note": "On Friday"},
    "Mark it as accepted from the service centre": {"item_complete": True},
    # Windows.
    "Come to measure": _THERE,
    "Measure": {"measurements": [{"width_cm": 120, "height_cm": 140, "window_type": "tilts", "count": 1}]},
    "Prepare the quote": {
        "works": [{"work": "W-WINDOW"}],
        "parts": [{"part": "P-WINDOW", "quantity": 1}, {"part": "P-FOAM", "quantity": 1}],
        "install_hours": 2,
        "crew_size": 1,
    },
    "Say why it was lost": {"lost_reason": "Price"},
    "Come to install": _THERE,
    "Install": _install,
    "Report it done": {"is_done": "yes", **_SIGNED},
    # An order at the counter.
    "service_order_simple:Do the work": lambda _, actor: {"hours": [{"employee": actor, "hours": 0.5}]},
    "Let the act be signed": lambda step, _: {"works_done": step.works, "act_signature": "Q. Z."},
    "service_order_simple:Hand the goods over": {"recipient": "Q. Z.", "waybill_signature": "Q. Z."},
    # A delivery.
    "Agree how it goes on": {"go_on": "again"},
    "Ring at the customer's door": _THERE,
    "delivery_install:Hand the goods over": {"intact": "yes", "instructions_told": True, **_SIGNED},
    "Agree about the damage": {
        "damage_remedy": "discount",
        "damage_percent": 10,
        "damage_agreement": "At the door",
    },
    "Choose another installer": {"installer_choice": "time"},
    "Ring at the door to install": _THERE,
    "Install and try out": {
        "installation_result": "installed",
        "test_ok": True,
        "install_hours": 1.5,
        **SAFE,
    },
    "Decide about the obstacle": {"obstacle_decision": "again"},
    "Sign the acceptance": {"rating": "5", **_SIGNED},
    # A complaint.
    "Answer the customer": {"first_answer": "We are sorry and look into it."},
    "Investigate the complaint": {"cause": "workmanship", "findings": "A seal was forgotten"},
    "Propose a solution": {"remedies": ["explanation"], "offer_text": "We have put it right."},
    "Agree to the cost": {"cost_decision": "agreed"},
    "Answer the offer": {
        "decision": "accepted",
        "answered_through": "phone",
        "evidence": "Said yes on the telephone",
    },
    "See why the customer waits": {"late_answer_measure": "Done today"},
    "Decide what we still offer": {"last_word": "stay", "manager_word": "We stand by it."},
    "Ask whether it is good now": {"satisfied": "yes", "satisfied_note": "Thank you"},
    # A contract, what it costs, what is maintained under it.
    "Check the contract": {"check_result": "ok"},
    "Look at the bill": {"bill_decision": "send"},
    "Perform the maintenance": _maintain,
    "Propose the repair": {"repair_decision": "none", "no_repair_reason": "Greased and adjusted"},
    "planned_maintenance:Let the customer sign": {"signer": "Q. Z.", **_SIGNED},
    "Decide what happens": {"visit_decision": "again"},
    # Production.
    "Verify the order": {"info_ok": True, "materials_ok": True, "capacity_ok": True, "feasible": "yes"},
    "Assign the order": {"urgency": 3, "complexity": 2, "department": "hall1"},
    "Plan in detail": _plan_production,
    "Do the operation": _operation,
    "Inspect the pieces": lambda step, _: {"accepted": int(step.seen["to_inspect"])},
    "Check the progress": lambda step, _: {
        "percent": 40,
        "predicted_finish": step.day(2),
        "progress_decision": "on_track",
    },
    "Agree with the customer": lambda step, _: {
        "delay_answer": "new_date",
        "new_date": step.day(10),
        "delay_note": "They can wait",
    },
    "Agree on the plan with the customer": lambda step, _: {
        "delay_answer": "new_date",
        "new_date": step.day(10),
        "delay_note": "They can wait",
    },
    "Count what is left": {"returned_material": [{"quantity": 0}, {"quantity": 0}]},
    "Compare the output": {},
    "Settle the order": {},
    # Purchases and the store.
    "Plan the purchase": _purchase,
    "Approve the purchase": {"approval": "approved"},
    "Note what the supplier says": lambda step, _: {
        "supplier_answer": "confirmed",
        "confirmed_on": step.day(3),
    },
    "Prepare to receive the goods": {
        "receiving_place": "Ramp",
        "place_is_free": True,
        "tools_are_ready": True,
        "people_are_told": True,
    },
    "Accept the delivery": lambda step, _: {
        "delivery_note": f"DN-{step.order_no}",
        "arrived": [{"lot": f"L-{step.order_no}"} for _row in step.seen["arrived"]],
    },
    "Ask where the goods are": lambda step, _: {"chase_choice": "later", "new_date": step.day(3)},
    "Send refused goods back": {"handed_to": "Their driver"},
    "Decide about the rest": {"rest_choice": "short", "rest_reason": "They give credit"},
    "Enter the invoice": lambda step, _: {
        "invoice_no": f"EP-{step.order_no}",
        "invoice_date": step.day(0),
    },
    "Decide about missing goods": {"shortage_choice": "buy"},
    "Check and prepare the goods": {},
    "stock_issue:Hand the goods over": {"receiver_name": "Q. Z.", "receiver_signature": True},
    # A request of a colleague.
    "Approve the request": {"decision": "approved"},
    "Take the request": lambda step, actor: {"worker": actor, "promised_date": step.day(2)},
    "internal_request:Do the work": {"work_notes": "New cable", "hours": 2},
    "Confirm the result": {"result": "accepted"},
    # The house itself.
    "Review what was found": _review,
    "Put a finding right": {"correction": "Done"},
    "Verify the corrections": lambda step, _: {
        "verdicts": [{"is_ok": "ok"} for _row in step.seen["verdicts"]]
    },
    "Decide about the missed check": {"new_checker": "manager", "missed_reason": "Forgotten"},
    "Choose the process": {"process_id": "internal_request", "days": 30},
    "Evaluate the process": {"bottleneck": "None that matters", "proposal": "none"},
}
