"""Repairs on their way in the demo company: one at the counter to be paid, one that waits for its customer, one just taken in."""

from __future__ import annotations

from typing import Any

#: As REQUESTS in `internal_requests`: who took it in how long ago, the intake, and the steps behind it.
REPAIRS: list[dict[str, Any]] = [
    {
        "process": "repair_intake",
        "by": "receiver",
        "hours_ago": 76,
        "submission": {
            "customer_name": "J. K.",
            "customer_phone": "+373 69 100 200",
            "customer_email": "j.k@customer.example",
            "customer_language": "en",
            "item_type": "Dishwasher",
            "brand": "Bosch",
            "model": "SMS 45",
            "serial_no": "FD-77-001",
            "complaint": "Leaves water in the tub",
            "completeness": "Dishwasher, both baskets",
            "repair_kind": "paid",
        },
        "steps": [
            (
                "master",
                {
                    "diagnosis": "repairable",
                    "fault_code": "No drain",
                    "cause": "Filter blocked",
                    "repair_variant": "own",
                    "works": [{"work": "W-CLEAN"}],
                },
            ),
            (
                "receiver",
                {
                    "decision": "approved",
                    "answered_through": "phone",
                    "evidence": "J. K. said yes on the telephone",
                },
            ),
            (
                "master",
                {
                    "operations_done": ["W-CLEAN"],
                    "hours": [{"employee": "master", "hours": 0.5}],
                    "repair_notes": "Cleaned, tested with a full load",
                    "safety_ok": True,
                    "clean_up": True,
                },
            ),
            (
                "inspector",
                {
                    "fault_is_gone": "ok",
                    "works_fully": "ok",
                    "is_safe": "ok",
                    "is_clean": "ok",
                    "is_complete": "ok",
                    "inspection_result": "pass",
                },
            ),
            ("master", {"item_complete": True}),
        ],
    },
    {
        "process": "repair_intake",
        "by": "frontdesk",
        "hours_ago": 27,
        "submission": {
            "customer_name": "Л. Д.",
            "customer_phone": "+373 69 300 400",
            "customer_email": "l.d@customer.example",
            "customer_language": "ru",
            "item_type": "Стиральная машина",
            "brand": "Indesit",
            "model": "IWSB 5105",
            "serial_no": "IW-5105-774",
            "complaint": "Не сливает воду",
            "completeness": "Машина без шланга",
            "repair_kind": "paid",
        },
        "steps": [
            (
                "fitter2",
                {
                    "diagnosis": "repairable",
                    "fault_code": "No drain",
                    "cause": "Pump worn out",
                    "repair_variant": "own",
                    "works": [{"work": "W-PUMP"}],
                    "parts": [{"part": "P-PUMP", "quantity": 1}],
                },
            ),
        ],
    },
    {
        "process": "repair_intake",
        "by": "receiver",
        "hours_ago": 1,
        "submission": {
            "customer_name": "A. R.",
            "customer_phone": "+373 68 500 600",
            "customer_language": "ro",
            "item_type": "Aparat de cafea",
            "brand": "Barista",
            "model": "220",
            "serial_no": "88-20417-C",
            "complaint": "Nu încălzește apa",
            "completeness": "Aparat, cablu",
            "repair_kind": "paid",
            "urgent": True,
        },
        "steps": [],
    },
]
