"""Service orders of the demo company: the fee for coming, windows and what they take, parts in the vans, orders on their way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from processes.records import audit, price_lists, products, stock, stock_documents, van_stock

# number, kind, unit, norm hours in thousandths, price in cents, name in en, ro, ru
SERVICES: list[tuple[str, str, str, int, int, str, str, str]] = [
    ("CALLOUT", "fee", "pc", 0, 150_00, "Coming to you", "Deplasare", "Выезд"),
    ("W-WINDOW", "work", "pc", 2000, 600_00, "Install a window", "Montarea ferestrei", "Установка окна"),
    ("W-SILL", "work", "pc", 500, 150_00, "Install a sill", "Montarea pervazului", "Установка подоконника"),
    ("W-REMOVE", "work", "pc", 1000, 200_00, "Remove a window", "Demontarea ferestrei", "Демонтаж окна"),
]

# number, unit, months of warranty, price in cents, name in en, ro, ru
PARTS: list[tuple[str, str, int, int, str, str, str]] = [
    ("P-WINDOW", "pc", 60, 2400_00, "Window, to measure", "Fereastră, la comandă", "Окно по размеру"),
    ("P-SILL", "m", 24, 180_00, "Window sill", "Pervaz", "Подоконник"),
    ("P-FOAM", "pc", 0, 90_00, "Mounting foam", "Spumă de montaj", "Монтажная пена"),
    ("P-RELAY", "pc", 12, 160_00, "Start relay", "Releu de pornire", "Пусковое реле"),
    ("P-GASKET", "pc", 6, 25_00, "Gasket", "Garnitură", "Прокладка"),
]

# part, quantity in thousandths, cost of one in cents. Windows are made to measure: few are there.
STORE: list[tuple[str, int, int]] = [
    ("P-WINDOW", 3000, 1500_00),
    ("P-SILL", 12000, 95_00),
    ("P-FOAM", 20000, 42_00),
    ("P-RELAY", 6000, 70_00),
    ("P-GASKET", 12000, 8_00),
]

# login, parts in thousandths
VANS: list[tuple[str, dict[str, int]]] = [
    ("technician", {"P-RELAY": 1000, "P-GASKET": 2000}),
    ("technician2", {"P-RELAY": 1000, "P-GASKET": 2000}),
]
_OPENED_AT = datetime(2026, 7, 1, 7, 0, tzinfo=UTC)

#: As in `repairs`: who began it how long ago, and the steps behind it.
ORDERS: list[dict[str, Any]] = [
    {
        "process": "service_order_simple",
        "by": "receiver",
        "hours_ago": 6,
        "submission": {
            "customer_name": "M. T.",
            "customer_phone": "+373 69 000 404",
            "customer_language": "ro",
            "complaint": "Curățarea filtrului, un furtun nou",
        },
        "steps": [
            (
                "receiver",
                {
                    "works": [{"work": "W-CLEAN"}],
                    "goods": [{"part": "P-HOSE", "quantity": 1}],
                    "prepayment": "none",
                    "signature": "M. T.",
                },
            ),
        ],
    },
    {
        "process": "repair_on_site",
        "by": "receiver",
        "hours_ago": 3,
        "submission": {
            "customer_name": "О. К.",
            "customer_phone": "+373 69 000 303",
            "customer_email": "o.k@customer.example",
            "customer_language": "ru",
            "item_type": "Стиральная машина",
            "brand": "Bosch",
            "model": "WAN 24",
            "serial_no": "WN-24-118",
            "complaint": "Не сливает воду",
            "address": "7 Example Street, Centru",
            "repair_kind": "paid",
        },
        "steps": [],
    },
]


def fill(session: Session) -> None:
    """Add them to the company; its store and its people are there already."""
    audit.acting(session, "orderlane", _OPENED_AT)
    for sku, kind, unit, norm_milli, _price, *names in SERVICES:
        products.add(session, sku, _names(names), kind=kind, unit=unit, norm_milli=norm_milli)
    for sku, unit, months, _price, *names in PARTS:
        products.add(session, sku, _names(names), kind="part", unit=unit, warranty_months=months)
    prices = {row[0]: row[4] for row in SERVICES} | {row[0]: row[3] for row in PARTS}
    newest = price_lists.versions(session)[0]
    price_lists.publish(session, price_lists.STANDARD, newest.valid_from + timedelta(days=1), prices)
    stock.receive(
        session,
        stock_documents.without_order("opening stock of service orders", _OPENED_AT, "orderlane"),
        [stock.Delivered(sku, milli, cost) for sku, milli, cost in STORE],
        "Opening stock",
    )
    for login, parts in VANS:
        posting = stock_documents.without_order(f"opening of the van of {login}", _OPENED_AT, "orderlane")
        van_stock.load(session, posting, login, parts)


def _names(names: list[str]) -> dict[str, str]:
    return dict(zip(("en", "ro", "ru"), names, strict=True))
