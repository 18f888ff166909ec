"""Appliances that the demo company sells with delivery and installation, and who sells, delivers and hears complaints."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from processes.records import audit, price_lists, product_groups, products, stock, stock_documents

PEOPLE: list[tuple[str, str, str, list[str], list[str]]] = [
    ("seller", "S. L.", "en", ["Sales"], ["Sales"]),
    ("aftersales", "А. С.", "ru", ["After-sales"], ["After-sales"]),
    ("driver", "D. R.", "ro", ["Delivery"], ["Delivery"]),
]

# id, is it installed, certificate, minutes, work that is charged, name in en, ro, ru
GROUPS: list[tuple[str, bool, str | None, int, str | None, str, str, str]] = [
    (
        "washing",
        True,
        "appliance_installation",
        90,
        "W-INST-WASH",
        "Washing machines",
        "Mașini de spălat",
        "Стиральные машины",
    ),
    (
        "television",
        True,
        "appliance_installation",
        60,
        "W-INST-TV",
        "Televisions",
        "Televizoare",
        "Телевизоры",
    ),
    (
        "climate",
        True,
        "refrigeration",
        180,
        "W-INST-AC",
        "Air conditioners",
        "Aparate de aer condiționat",
        "Кондиционеры",
    ),
    ("refrigerator", False, None, 0, None, "Refrigerators", "Frigidere", "Холодильники"),
]

# number, group, brand, model, price in cents, cost in cents, serial numbers, name in en, ro, ru
GOODS: list[tuple[str, str, str, str, int, int, list[str], str, str, str]] = [
    (
        "G-WASH",
        "washing",
        "Aurora",
        "WM 712",
        7_400_00,
        5_100_00,
        ["WM712-1001", "WM712-1002", "WM712-1003", "WM712-1004"],
        "Washing machine Aurora WM 712",
        "Mașină de spălat Aurora WM 712",
        "Стиральная машина Aurora WM 712",
    ),
    (
        "G-TV",
        "television",
        "Aurora",
        "TV 55",
        8_900_00,
        6_300_00,
        ["TV55-2001", "TV55-2002"],
        "Television Aurora TV 55",
        "Televizor Aurora TV 55",
        "Телевизор Aurora TV 55",
    ),
    (
        "G-AC",
        "climate",
        "Borea",
        "AC 12",
        9_600_00,
        6_900_00,
        ["AC12-3001"],
        "Air conditioner Borea AC 12",
        "Aparat de aer condiționat Borea AC 12",
        "Кондиционер Borea AC 12",
    ),
    (
        "G-FRIDGE",
        "refrigerator",
        "Borea",
        "RF 300",
        6_200_00,
        4_400_00,
        ["RF300-4001", "RF300-4002", "RF300-4003"],
        "Refrigerator Borea RF 300",
        "Frigider Borea RF 300",
        "Холодильник Borea RF 300",
    ),
]

# number, norm hours in thousandths, price in cents, name in en, ro, ru
WORKS: list[tuple[str, int, int, str, str, str]] = [
    (
        "W-INST-WASH",
        1500,
        350_00,
        "Connect a washing machine",
        "Racordarea mașinii de spălat",
        "Подключение стиральной машины",
    ),
    ("W-INST-TV", 1000, 250_00, "Mount a television", "Montarea televizorului", "Монтаж телевизора"),
    (
        "W-INST-AC",
        3000,
        1_200_00,
        "Install an air conditioner",
        "Montarea aparatului de aer condiționat",
        "Монтаж кондиционера",
    ),
    (
        "W-INST-PIPE",
        500,
        180_00,
        "Lengthen pipes and cables",
        "Prelungirea conductelor și cablurilor",
        "Удлинение труб и кабелей",
    ),
]
_OPENED_AT = datetime(2026, 7, 2, 6, 0, tzinfo=UTC)


def fill(session: Session) -> None:
    """Add them to the company; its people and the certificates of the installers are there already."""
    audit.acting(session, "orderlane", _OPENED_AT)
    for sku, norm_milli, _price, *names in WORKS:
        products.add(session, sku, _names(names), kind="work", norm_milli=norm_milli)
    for group_id, is_installed, skill_id, minutes, work, *names in GROUPS:
        product_groups.add(
            session,
            group_id,
            _names(names),
            needs_installation=is_installed,
            skill_id=skill_id,
            install_minutes=minutes,
            install_sku=work,
        )
    for sku, group_id, brand, model, _price, _cost, _serials, *names in GOODS:
        products.add(session, sku, _names(names), kind="part", tracking="serial")
        product_groups.put(session, sku, group_id, brand=brand, model=model)
    prices = {row[0]: row[4] for row in GOODS} | {row[0]: row[2] for row in WORKS}
    # Whoever else brings prices into the company has done so on an earlier day.
    newest = price_lists.versions(session, price_lists.STANDARD)[0]
    price_lists.publish(session, price_lists.STANDARD, newest.valid_from + timedelta(days=1), prices)
    opening = stock_documents.without_order("opening stock of goods", _OPENED_AT, "orderlane")
    goods = [stock.Delivered(row[0], 1000 * len(row[6]), row[5], None, tuple(row[6])) for row in GOODS]
    stock.receive(session, opening, goods, "Opening stock")


def _names(names: list[str]) -> dict[str, str]:
    return dict(zip(("en", "ro", "ru"), names, strict=True))
