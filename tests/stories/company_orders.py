"""Forty orders of a small company, drawn with a fixed seed: of every kind, and each tenth of them is not as it should be."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from tests.stories.company_answers import Answers

#: Not today: the step stays open until the people look at it again.
LATER: Answers = {}
CANCEL = "cancel"
#: What is worn out, and what puts it right: work, parts.
FAULTS = [
    ("Pump worn out", "W-PUMP", ["P-PUMP"]),
    ("Heater burnt", "W-HEAT", ["P-HEATER"]),
    ("Seal torn", "W-SEAL", ["P-SEAL"]),
    ("Filter blocked", "W-CLEAN", []),
    ("Filter torn", "W-CLEAN", ["P-FILTER"]),
    ("Valve leaks", "W-CLEAN", ["P-VALVE"]),
]


@dataclass
class Wanted:
    """An order that somebody wants. on_day: when it is started; says: {step: answers in their order}, before the usual ones.

    cancelled_at: the step at which a manager cancels it; about: the label of the order a complaint is about.
    """

    label: str
    process: str
    by: str
    start: Answers
    email: str | None = None
    says: dict[str, list[Answers]] = field(default_factory=dict)
    cancelled_at: str | None = None
    about: str | None = None
    on_day: int = 0


def forty(seed: int) -> list[Wanted]:
    """The orders of 45 days, the same for the same seed. `on_day` counts the days on which the company is looked at."""
    chance = random.Random(seed)
    found = [
        *_repairs(chance),
        *_visits(chance),
        *_windows(),
        *_at_the_counter(chance),
        *_goods(),
        *_inside(chance),
    ]
    chance.shuffle(found)
    for position, order in enumerate(found):
        order.on_day = position // 5
    # Whoever complains has had something done before; the contract begins the month it is billed for.
    for order in found:
        if order.about:
            order.on_day = 9
        if order.process == "contract_setup":
            order.on_day = 0
    return found


def _diagnosis(chance: random.Random, **more: Any) -> Answers:
    cause, work, parts = chance.choice(FAULTS)
    rows = {"parts": [{"part": part, "quantity": 1} for part in parts]} if parts else {}
    return {
        "diagnosis": "repairable",
        "fault_code": "Fault",
        "cause": cause,
        "works": [{"work": work}],
        **rows,
        **more,
    }


def _customer(label: str, **more: Any) -> Answers:
    return {
        "customer_name": f"C. {label}",
        "customer_phone": f"069 {sum(map(ord, label)) * 977 % 1_000_000:06}",
        "customer_email": _email(label),
        "customer_language": "en",
        **more,
    }


def _email(label: str) -> str:
    return f"{label}@customer.example"


def _repairs(chance: random.Random) -> list[Wanted]:
    own = {"repair_variant": "own"}
    twists: dict[str, dict[str, Any]] = {
        "r-plain": {},
        "r-declined": {"Answer the quote": [{"decision": "declined", "reason": "Too dear"}]},
        "r-changed": {"Answer the quote": [{"decision": "change", "reason": "Only what must be"}]},
        "r-silent": {"Answer the quote": [LATER] * 3},
        "r-own-cost": {},
        "r-urgent": {},
        "r-rework": {
            "Inspect the work": [
                {
                    "fault_is_gone": "not_ok",
                    **dict.fromkeys(("works_fully", "is_safe", "is_clean", "is_complete"), "ok"),
                    "inspection_failed": "rework",
                    "defects": "It drips",
                }
            ]
        },
        "r-fetched-late": {"Hand the item out": [LATER] * 4},
        "r-beyond": {},
        "r-partner": {},
        "r-cancelled": {},
    }
    found = []
    for label, says in twists.items():
        kind = {"r-own-cost": "at_own_cost"}.get(label, "paid")
        start = {"repair_kind": kind, "customer_email": _email(label), "complaint": f"Does not work: {label}"}
        if label == "r-urgent":
            start["urgent"] = "1"
        diagnosis = _diagnosis(chance, **own)
        if label == "r-beyond":
            diagnosis = {"diagnosis": "not_repairable", "fault_code": "Tub", "cause": "Frost", **own}
        if label == "r-partner":
            diagnosis = {
                "diagnosis": "repairable",
                "fault_code": "Board",
                "cause": "Burnt",
                "repair_variant": "third_party",
            }
        order = Wanted(label, "repair_intake", "receiver", start, _email(label), dict(says))
        order.says["Find the fault"] = [diagnosis, diagnosis]
        if label == "r-cancelled":
            order.cancelled_at = "Do the repair"
        found.append(order)
    return found


def _visits(chance: random.Random) -> list[Wanted]:
    twists: dict[str, dict[str, Any]] = {
        "v-plain": {},
        "v-absent": {"Come to the customer": [{"customer_is_there": "no", "absence_note": "Rang twice"}]},
        "v-declined": {"Answer the quote": [{"decision": "declined", "reason": "A new one is cheaper"}]},
        "v-hums": {"Let the customer sign": [{"it_works": "no", "not_working": "It hums"}]},
        "v-own-cost": {},
        "v-cancelled": {},
    }
    found = []
    for label, says in twists.items():
        start = _customer(
            label,
            item_type="Washing machine",
            brand="Indesit",
            model="IWSB 5105",
            serial_no=f"SN-{label}",
            complaint=f"Does not start: {label}",
            address="3 Example Street, Centru",
            repair_kind="at_own_cost" if label == "v-own-cost" else "paid",
        )
        order = Wanted(label, "repair_on_site", "receiver", start, _email(label), dict(says))
        order.says["Find the fault"] = [_diagnosis(chance)]
        if label == "v-cancelled":
            order.cancelled_at = "Do the repair"
        found.append(order)
    return found


def _windows() -> list[Wanted]:
    twists: dict[str, dict[str, Any]] = {
        "w-plain": {},
        "w-lost": {"Answer the quote": [{"decision": "declined", "reason": "Another shop is cheaper"}]},
        "w-cancelled": {},
    }
    found = []
    for label, says in twists.items():
        subject = {"subject": f"A window: {label}", "address": "5 Example Street, Centru", "consent": True}
        order = Wanted(
            label, "estimate_install", "receiver", _customer(label, **subject), _email(label), says
        )
        if label == "w-cancelled":
            order.cancelled_at = "Pick the parts"
        found.append(order)
    return found


def _at_the_counter(chance: random.Random) -> list[Wanted]:
    found = []
    for label, prepayment, goods in (
        ("s-half", {"prepayment": "part", "prepayment_percent": 50}, True),
        ("s-whole", {"prepayment": "whole"}, True),
        ("s-work", {"prepayment": "none"}, False),
        ("s-credit", {"prepayment": "none"}, True),
        ("s-cancelled", {"prepayment": "part", "prepayment_percent": 50}, True),
    ):
        start = _customer(label, complaint=f"Clean the drain: {label}")
        order = Wanted(label, "service_order_simple", "receiver", start, _email(label))
        rows = [{"part": chance.choice(["P-BRUSH", "P-GASKET"]), "quantity": 1}] if goods else []
        order.says["Write the order"] = [
            {"works": [{"work": "W-CLEAN"}], "goods": rows, "signature": "Q. Z.", **prepayment}
        ]
        if label == "s-credit":
            unpaid = {"payment_way": "later", "why_not_paid": "Pays at the end of the month"}
            order.says["Take the payment"] = [unpaid]
        if label == "s-cancelled":
            order.cancelled_at = "Let the act be signed"
        found.append(order)
    return found


def _goods() -> list[Wanted]:
    found = []
    for label, product in (
        ("d-fridge", "G-FRIDGE"),
        ("d-wash", "G-WASH"),
        ("d-dented", "G-FRIDGE"),
        ("d-television", "G-TV"),
        ("d-back", "G-FRIDGE"),
    ):
        start = _customer(label, address="7 Example Street, Botanica")
        order = Wanted(label, "delivery_install", "receiver", start, _email(label))
        sold = {
            "goods": [{"product": product, "quantity": 1}],
            "policy_told": True,
            "agreement": "Order signed",
            "install": product != "G-FRIDGE",
            "charge_delivery": True,
        }
        order.says["Sell the goods"] = [sold]
        if label in ("d-dented", "d-back"):
            dented = {"intact": "no", "damage": "Dented", "damaged_skus": [product]}
            kept = {"intact": "agreed", "instructions_told": True, "signature": "Q. Z."}
            order.says["Hand the goods over"] = [dented, kept]
        if label == "d-back":
            refused = {"damage_remedy": "refuse", "damage_agreement": "They buy elsewhere"}
            order.says["Agree about the damage"] = [refused]
        found.append(order)
    return found


def _inside(chance: random.Random) -> list[Wanted]:
    complaints = [
        Wanted(f"c-{about}", "complaint", "receiver", _complains(about), _email(about), about=about)
        for about in ("r-plain", "s-work")
    ]
    complaints[1].says["Propose a solution"] = [
        {
            "remedies": ["refund"],
            "offer_text": "20 back.",
            "amount": 20,
            "refund_method": "cash",
        }
    ]
    stands = [
        Wanted(f"p-{count}", "production_order", "receiver", {"product_no": "F-STAND", "quantity": count})
        for count in (5, 10)
    ]
    bought = [
        Wanted(f"b-{name}", "purchase_receipt", "storekeeper", {"purpose": name})
        for name in ("winter", "spring")
    ]
    bought[1].cancelled_at = "Prepare to receive the goods"
    issued = [Wanted(f"i-{name}", "stock_issue", "master", {"purpose": name}) for name in ("wire", "hoses")]
    for order, part in zip(issued, ("P-WIRE", "P-HOSE"), strict=True):
        order.says["List the goods"] = [
            {
                "wanted": [{"part": part, "quantity": 2}],
                "charge_to": "cost_centre",
                "cost_centre": "ADMIN",
            }
        ]
    screen = Wanted(
        "h-screen", "internal_request", "inspector", {"subject": "A dark screen", "item_kind": "it"}
    )
    screen.says["Describe the IT problem"] = [
        {
            "item": "computer_repair",
            "device": "PC 14",
            "problem": "No picture",
            "cost_centre": "SALES",
            "estimated_cost": 300,
        }
    ]
    contract = Wanted("k-laundry", "contract_setup", "receiver", {"address": "12 Example Street, Centru"})
    return [*complaints, *stands, *bought, *issued, screen, contract]


def _complains(about: str) -> Answers:
    return {"complaint_kind": "service", "complaint_text": f"Not content: {about}", "channel": "phone"}
