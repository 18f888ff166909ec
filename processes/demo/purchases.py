"""Those whom the demo company buys from: suppliers of parts, service centres, a carrier; and who approves purchases."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine import settings
from processes.records import purchase_plan, suppliers

PEOPLE: list[tuple[str, str, str, list[str], list[str]]] = [
    ("approver", "P. V.", "en", ["Approver"], ["Approver"]),
]

SUPPLIERS: list[dict[str, Any]] = [
    {
        "supplier_id": "PARTS1",
        "name": "Example Parts",
        "email": "orders@parts.example",
        "phone": "+373 22 111 001",
        "lead_days": 5,
    },
    {
        "supplier_id": "PARTS2",
        "name": "Запчасти-Пример",
        "email": "sales@zapchasti.example",
        "phone": "+373 22 111 002",
        "language": "ru",
        "lead_days": 10,
    },
    {
        "supplier_id": "SERVICE1",
        "name": "Example Service Centre",
        "kind": suppliers.SERVICE_CENTRE,
        "email": "service@centre.example",
        "phone": "+373 22 222 001",
        "contract_no": "SC-2026-4",
        "lead_days": 14,
        "margin_percent": 25,
    },
    {
        "supplier_id": "SERVICE2",
        "name": "Laptopuri Exemplu",
        "kind": suppliers.SERVICE_CENTRE,
        "phone": "+373 22 222 002",
        "language": "ro",
        "device_types": "Laptop",
        "lead_days": 7,
    },
    {"supplier_id": "CARRIER1", "name": "Example Couriers", "kind": suppliers.CARRIER, "lead_days": 2},
]


def fill(session: Session) -> None:
    """Add them. The plan of the day is made when somebody switches it on: the demo store is short of parts on purpose."""
    for each in SUPPLIERS:
        suppliers.add(session, **each)
    settings.put(session, purchase_plan.DAILY_SETTING, False)
