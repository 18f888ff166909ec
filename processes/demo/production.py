"""Own production of the demo company: what it makes from what, who works there, what that earns, and an order in planning."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from processes.records import audit, production_catalogue, products, stock, stock_documents
from processes.records.production_catalogue import Step
from processes.records.wage_schemes import WageScheme

# login, name, language, roles beside Requester, roles they lead
PEOPLE: list[tuple[str, str, str, list[str], list[str]]] = [
    ("planner", "P. L.", "en", ["Planner"], ["Planner"]),
    ("foreman", "Ф. Р.", "ru", ["Production"], ["Production"]),
    ("worker1", "Б. О.", "ru", ["Worker"], ["Worker"]),
    ("worker2", "I. N.", "ro", ["Worker"], []),
]

# number, kind, unit, name in en, ro, ru
PRODUCTS: list[tuple[str, str, str, str, str, str]] = [
    ("M-TUBE", "part", "m", "Steel tube 25 mm", "Țeavă de oțel 25 mm", "Стальная труба 25 мм"),
    ("M-FOOT", "part", "pc", "Rubber foot", "Picior de cauciuc", "Резиновая ножка"),
    (
        "F-STAND",
        "part",
        "pc",
        "Stand for a washing machine",
        "Suport pentru mașină de spălat",
        "Подставка для стиральной машины",
    ),
    ("F-BRACKET", "part", "pc", "Wall bracket", "Consolă de perete", "Настенный кронштейн"),
    ("O-CUT", "work", "pc", "Cut tubes", "Tăierea țevilor", "Резка труб"),
    ("O-WELD", "work", "pc", "Weld the frame", "Sudarea cadrului", "Сварка рамы"),
    ("O-ASSEMBLE", "work", "pc", "Fit the feet", "Montarea picioarelor", "Установка ножек"),
]

#: {product: (route, material of one piece in thousandths)}
MADE: dict[str, tuple[list[Step], dict[str, int]]] = {
    "F-STAND": (
        [
            Step("O-CUT", "processing", 50),
            Step("O-WELD", "processing", 200, is_inspected=True),
            Step("O-ASSEMBLE", "assembly", 50),
        ],
        {"M-TUBE": 4000, "M-FOOT": 4000},
    ),
    "F-BRACKET": ([Step("O-CUT", "processing", 30)], {"M-TUBE": 500}),
}

# id, hours a week in thousandths, operations, name in en, ro, ru
DEPARTMENTS: list[tuple[str, int, list[str], str, str, str]] = [
    ("hall1", 160_000, ["O-CUT", "O-WELD", "O-ASSEMBLE"], "Metal shop", "Atelierul de metal", "Цех металла"),
    ("hall2", 80_000, ["O-CUT", "O-WELD", "O-ASSEMBLE"], "Small series", "Serii mici", "Малые серии"),
    ("saw", 40_000, ["O-CUT"], "Sawing", "Debitare", "Заготовка"),
]

# name, and what makes it special
SCHEMES: list[tuple[str, dict[str, Any]]] = [
    ("Workers, by the hour", {"basis": "hour", "rate_cents": 90_00, "role_id": "Worker"}),
    ("Welding, for each piece", {"basis": "piece", "rate_cents": 20_00, "sku": "O-WELD"}),
    ("Cutting, for each piece", {"basis": "piece", "rate_cents": 3_00, "sku": "O-CUT"}),
]

_OPENED_AT = datetime(2025, 12, 29, 7, 0, tzinfo=UTC)

#: As REQUESTS in `internal_requests`: one order that planning has verified and given to the metal shop.
ORDERS: list[dict[str, Any]] = [
    {
        "process": "production_order",
        "by": "seller",
        "hours_ago": 26,
        "submission": {
            "product_no": "F-STAND",
            "quantity": 40,
            "delivery_date": "wanted",
            "source": "stock",
            "stock_reason": "The store is below its minimum before the season",
        },
        "wanted_in_days": 14,
        "steps": [
            (
                "planner",
                {"info_ok": True, "materials_ok": True, "capacity_ok": True, "feasible": "yes"},
            ),
            ("planner", {"urgency": 3, "complexity": 2, "department": "hall1"}),
        ],
    }
]


def fill(session: Session) -> None:
    """Add what is made, how, where, and what that earns."""
    audit.acting(session, "orderlane", _OPENED_AT)
    for sku, kind, unit, *names in PRODUCTS:
        products.add(session, sku, _names(names), kind=kind, unit=unit)
    for sku, (route, recipe) in MADE.items():
        production_catalogue.describe(session, sku, route, recipe)
    for department_id, hours, operations, *names in DEPARTMENTS:
        production_catalogue.add_department(session, department_id, _names(names), hours, operations)
    session.add_all(
        WageScheme(name=name, valid_from=date(2026, 1, 1), **special) for name, special in SCHEMES
    )
    opening = stock_documents.without_order("opening stock of production", _OPENED_AT, "orderlane")
    delivered = [
        stock.Delivered("M-TUBE", 600_000, 12_00, None),
        stock.Delivered("M-FOOT", 600_000, 2_00, None),
    ]
    stock.receive(session, opening, delivered, "Opening stock")
    session.flush()


def _names(names: list[str]) -> dict[str, str]:
    return dict(zip(("en", "ro", "ru"), names, strict=True))
