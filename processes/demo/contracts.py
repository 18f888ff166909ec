"""Tariff plans and checklists of the demo company, and its contract manager. Contracts are concluded by their process."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from processes.records import audit, checklists, products, tariffs

PEOPLE: list[tuple[str, str, str, list[str], list[str]]] = [
    ("contracts", "К. Д.", "ru", ["Contract manager"], ["Contract manager"])
]

_SINCE = datetime(2026, 1, 2, 8, 0, tzinfo=UTC)

# number, unit, name in en, ro, ru
SERVICES: list[tuple[str, str, str, str, str]] = [
    ("S-CARE", "pc", "Care of the appliances", "Îngrijirea aparatelor", "Обслуживание приборов"),
    ("S-HOTLINE", "pc", "Telephone line around the clock", "Linie telefonică 24/24", "Горячая линия 24/7"),
]

# id, name, months, first day, lines: sku, quantity, price, included hours
PLANS: list[tuple[str, str, int, date, list[dict[str, Any]]]] = [
    ("BASIC", "Basic care", 1, date(2020, 1, 1), [{"sku": "S-CARE", "price": 500}]),
    (
        "FULL",
        "Full care",
        1,
        date(2020, 1, 1),
        [
            {"sku": "S-CARE", "price": 900},
            {"sku": "S-HOTLINE", "price": 150},
            {"sku": "P-FILTER", "quantity": 2, "price": 55},
            {"sku": "W-CLEAN", "price": 100, "included": 2},
        ],
    ),
    (
        "QUARTER",
        "Care by the quarter",
        3,
        date(2020, 1, 1),
        [{"sku": "S-CARE", "price": 1350}, {"sku": "W-DIAG", "price": 0, "included": 3}],
    ),
]

# id, name, type of item, points
CHECKLISTS: list[tuple[str, str, str, list[dict[str, Any]]]] = [
    (
        "WASHING",
        "Washing machine, yearly",
        "Промышленная стиральная машина",
        [
            {"text": "Hoses and seals are tight"},
            {"text": "Drum bearings run quietly"},
            {"text": "Motor current under load", "unit": "A", "least": 4, "most": 9},
        ],
    ),
    (
        "DRYING",
        "Dryer, yearly",
        "Сушильная машина",
        [{"text": "Lint filter and duct are clean"}, {"text": "Heater works on both stages"}],
    ),
    (
        "COFFEE",
        "Coffee machine, half-yearly",
        "Espressor",
        [
            {"text": "No scale in the boiler"},
            {"text": "Pressure of the pump", "unit": "bar", "least": 8, "most": 10},
        ],
    ),
]


def fill(session: Session) -> None:
    """Add them to a database with the base of the company in it."""
    audit.acting(session, "orderlane", _SINCE)
    for sku, unit, en, ro, ru in SERVICES:
        products.add(session, sku, {"en": en, "ro": ro, "ru": ru}, kind="service", unit=unit)
    for plan_id, name, months, valid_from, lines in PLANS:
        tariffs.add(session, plan_id, name, months=months, currency="MDL")
        tariffs.publish(session, plan_id, valid_from, lines, by="orderlane", at=_SINCE)
    for checklist_id, name, item_type, points in CHECKLISTS:
        checklists.publish(session, checklist_id, name, item_type, points)
