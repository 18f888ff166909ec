"""Facts as the records give them, for any kind of document: what tests of printing begin with."""

from __future__ import annotations

from typing import Any

from processes.records import quantities

#: What typst, HTML, LaTeX and shells would read as more than text.
MARKUP = '#let x = 1 *bold* _it_ $x^2$ <b>&amp;</b> \\ @ref `code` [a] {b} "q" // c ~ = - + /* d */'


def lines(count: int) -> list[dict[str, Any]]:
    """So many lines; every fifth is under warranty."""
    found = []
    for at in range(1, count + 1):
        is_charged = at % 5 != 0
        quantity, price = 1500 if at % 2 else 2000, 100_00 + at
        found.append(
            {
                "kind": "work" if at % 2 else "part",
                "sku": f"SKU-{at}",
                "description": f"Line {at} of the repair",
                "unit": "h" if at % 2 else "pc",
                "price_cents": price,
                "quantity_milli": quantity,
                "amount_cents": quantities.cost_cents(price, quantity) if is_charged else 0,
                "payer": "client" if is_charged else "warranty",
                "is_charged": is_charged,
                "accepted_milli": quantity,
                "rejected_milli": 0,
                "reason": f"Q{at}",
                "lot": f"L-{at}",
            }
        )
    return found


def facts(count: int = 3, **others: Any) -> dict[str, Any]:
    """The facts of all kinds at once, with so many lines; `others` wins, by dotted names as well: {"customer.name": "X"}."""
    given = lines(count)
    total = sum(line["amount_cents"] for line in given)
    found: dict[str, Any] = {
        "time_zone": "Europe/Chisinau",
        "currency": "MDL",
        "address": "https://orders.example.org/o/R-0001",
        "company": {
            "name": "Fixit House",
            "address": ["1, Long Street", "Chișinău"],
            "phone": "+373 22 000 000",
            "email": "desk@demo.example",
            "bank": "MD00 0000 0000",
        },
        "issued_by": "Р. П.",
        "order": {
            "order_no": "R-0001",
            "repair_kind": "mixed",
            "urgent": True,
            "promised_on": "2026-11-30",
            "complaint": "Does not pump",
            "fault_code": "E24",
            "cause": "The pump is blocked",
            "findings": None,
        },
        "customer": {
            "customer_no": "C-0001",
            "name": "I. P.",
            "tax_id": None,
            "phone": "+373 69 000 001",
            "email": None,
        },
        "device": {
            "name": "Nordwind S 45",
            "item_type": "Dishwasher",
            "serial_no": "NW-45-0001",
            "plate": None,
            "vin": None,
        },
        "intake": {
            "accepted_at": "2026-11-23T08:00:00+00:00",
            "done_at": None,
            "handed_out_at": None,
            "completeness": "Without the basket",
            "appearance": None,
            "accessories": "Hose",
            "outcome": "repaired",
            "outcome_reason": None,
            "recipient": None,
        },
        "lines": given,
        "tax_rate_percent": 20,
        "tax_cents": total // 6,
        "net_cents": total - total // 6,
        "total_cents": total,
        "expires_at": "2026-12-07T08:00:00+00:00",
        "due_on": "2026-12-10",
        "is_repaired": True,
        "work_order": {"state": "open", "version": 1, "completed_at": None},
        "wages": [{"name": "A. N.", "operation": "Replace the pump", "amount_cents": 150_00}],
        "employees": [{"name": "A. N.", "operation": None, "hours_milli": 1500}],
        "works": [line for line in given if line["kind"] == "work"],
        "parts": [line for line in given if line["kind"] == "part"],
        "warranties": [
            {
                "description": "Pump",
                "quantity_milli": 2000,
                "months": 12,
                "from_on": "2026-11-25",
                "until_on": "2027-11-25",
            },
            {"description": "Hose", "quantity_milli": 1000, "months": 6, "from_on": None, "until_on": None},
        ],
        "supplier": {
            "name": "Example Parts",
            "tax_id": None,
            "phone": "+373 22 111 001",
            "email": "orders@parts.example",
            "contract_no": "SC-4",
        },
        "delivery_note": "DN-17",
        "expected_on": "2026-12-04",
        "purpose": "Filters for the office",
        "charged_to": "ADMIN",
        "packing_list": "The device",
        "tracking": "EC-1",
        "receiver": "A. N.",
        "recipient": "I. P.",
        "requested_cents": 95_40,
        "issued": [
            {"sku": "SKU-2", "description": "Pump", "lot": "L-7", "quantity_milli": 2000, "unit": "pc"}
        ],
        "accessories": "Hose",
        "place": "12 Example Street",
        "delivered_at": "2026-11-23T12:00:00+00:00",
        "delivered_by": "A. N.",
        "installed_at": "2026-11-24T12:00:00+00:00",
        "installed_by": "A. N.",
        "certificate": "GAS-7",
        "remarks": None,
        "contract_no": "SC-0001",
        "from_on": "2026-11-01",
        "until_on": "2026-11-30",
        "invoice_no": "INV-2026-0001",
        "note_reason": "Scratched",
        "lowered_cents": 50_00,
        "refunded_cents": 0,
        "product": "Stand",
        "delivery_on": "2026-12-04",
        "ordered_milli": 10_000,
        "good_milli": 9_000,
        "scrap_milli": 1_000,
        "difference_milli": -1_000,
        "difference_code": "scrap",
        "resolution": None,
        "settlement_outcome": "settled",
        "material_cost_cents": 900_00,
        "labour_cost_cents": 300_00,
        "unit_cost_cents": 133_33,
        "hours_milli": 12_500,
        "first_pass_percent": "90",
        "compared_by": "A. N.",
        "settled_by": "B. O.",
        "materials": [
            {
                "description": "Tube",
                "unit": "pc",
                "issued_milli": 4000,
                "returned_milli": 0,
                "used_milli": 4000,
            }
        ],
        "operations": [
            {
                "number": "1",
                "operation_name": "Cut",
                "stage": "processing",
                "input_milli": 10_000,
                "good_milli": 9_000,
                "scrap_milli": 1_000,
                "rest_milli": 0,
                "reason": "Wrong length",
                "people": "A. N.",
            }
        ],
    }
    for name, value in others.items():
        *path, last = name.split(".")
        place = found
        for each in path:
            place = place[each]
        place[last] = value
    return found


def of(kind: str, count: int = 3, **others: Any) -> dict[str, Any]:
    """The same for one kind: a repair report names its people only."""
    named = {"employees": ["A. N.", "B. O."]} if kind == "repair_report" else {}
    return facts(count, **{**named, **others})
