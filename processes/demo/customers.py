"""Customers and their devices of the demo company.

Nobody here is a real person: people have initials for names, companies have names that say they are invented, and no mail
reaches an address under `.example`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from processes.records import audit, customers, devices

_SINCE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

# kind, name, phone, e-mail, language, preferred channel, tax id, credit limit in cents, notes
CUSTOMERS: list[tuple[str, str, str | None, str | None, str, str, str | None, int, str | None]] = [
    ("person", "А. К.", "+373 69 000 101", "a.k@customer.example", "ru", "email", None, 0, None),
    ("person", "Б. С.", "+373 79 000 102", None, "ru", "phone", None, 0, "Звонить после 17:00"),
    ("person", "В. М.", "069 000 103", "v.m@customer.example", "ru", "email", None, 0, None),
    ("person", "D. P.", "+373 69 000 104", "d.p@customer.example", "ro", "email", None, 0, None),
    ("person", "E. R.", "+373 78 000 105", None, "ro", "phone", None, 0, "Preferă să fie sunată"),
    ("person", "F. T.", "+373 60 000 106", "f.t@customer.example", "ro", "phone", None, 0, None),
    ("person", "G. W.", "+44 20 0000 0107", "g.w@customer.example", "en", "email", None, 0, None),
    ("person", "H. L.", None, "h.l@customer.example", "en", "email", None, 0, "Writes only"),
    (
        "company",
        "ООО «Пример-Прачечная»",
        "+373 22 000 108",
        "office@laundry.example",
        "ru",
        "email",
        "1000000000108",
        5000_00,
        None,
    ),
    (
        "company",
        "SRL Exemplu Cafenea",
        "+373 22 000 109",
        "cafenea@cafe.example",
        "ro",
        "email",
        "1000000000109",
        3000_00,
        "Aparatele se ridică înainte de ora 9",
    ),
    (
        "company",
        "Example Hotel Ltd",
        "+373 22 000 110",
        "desk@hotel.example",
        "en",
        "email",
        "1000000000110",
        10000_00,
        None,
    ),
    ("company", "SRL Exemplu Birou", "+373 22 000 111", None, "ro", "phone", "1000000000111", 0, None),
]

# owner (number of the customer above, from 1), item type, brand, model, serial number, and what else is known
DEVICES: list[tuple[int, str, str | None, str, str, dict[str, Any]]] = [
    (1, "Посудомоечная машина", "Bosch", "SMS 45", "FD-9401-00123", {}),
    (
        1,
        "Ноутбук",
        "Lenovo",
        "ThinkPad E14",
        "PF-3XK7Q2",
        {"sale_document": "S-2026-0118", "sold_on": date(2026, 2, 11), "warranty_until": date(2028, 2, 11)},
    ),
    (2, "Стиральная машина", "LG", "F2J3", "912-KWSB-4410", {}),
    (
        3,
        "Телефон",
        "Samsung",
        "Galaxy A54",
        "R5CW-1108-77",
        {"sale_document": "S-2024-0877", "sold_on": date(2024, 6, 3), "warranty_until": date(2026, 6, 3)},
    ),
    (
        4,
        "Mașină de spălat",
        "Whirlpool",
        "FFB 7259",
        "WH-8590-2231",
        {"sale_document": "S-2026-0301", "sold_on": date(2026, 4, 20), "warranty_until": date(2028, 4, 20)},
    ),
    (4, "Aspirator", "Miele", "C3", "ML-00418832", {}),
    (5, "Frigider", "Beko", "RCNA 406", "BK-20-771904", {}),
    (6, "Autoturism", "Dacia", "Logan", "UU1-LSDAAH-3391", {"plate": "XXX 106", "vin": "UU1LSDAAH00003391"}),
    (7, "Coffee machine", "DeLonghi", "ECAM 22.110", "DL-2211-5560", {}),
    (
        7,
        "Laptop",
        "Dell",
        "Latitude 5440",
        "DL5440-9XK2",
        {"sale_document": "S-2026-0412", "sold_on": date(2026, 7, 1), "warranty_until": date(2028, 7, 1)},
    ),
    (8, "Amplifier", "Marantz", "PM6007", "MZ-6007-0042", {}),
    (9, "Промышленная стиральная машина", "Electrolux", "W555H", "EL-555-80017", {}),
    (9, "Сушильная машина", "Electrolux", "T5250", "EL-525-80021", {}),
    (10, "Espressor", "Saeco", "Aulika", "SA-AUL-1190", {}),
    (11, "Floor polisher", None, "Typhoon 17", "TY-17-3008", {}),
    (12, "Imprimantă", "HP", "LaserJet M404", "VNB3-K10552", {}),
]


def add(session: Session) -> None:
    """Add them to an empty database, in the order of their numbers."""
    audit.acting(session, "orderlane", _SINCE)
    owners = [_customer(session, *facts) for facts in CUSTOMERS]
    for owner, item_type, brand, model, serial_no, more in DEVICES:
        devices.register(
            session,
            owners[owner - 1].key,
            item_type=item_type,
            brand=brand,
            model=model,
            serial_no=serial_no,
            **more,
        )


def _customer(
    session: Session,
    kind: str,
    name: str,
    phone: str | None,
    email: str | None,
    language: str,
    preferred_channel: str,
    tax_id: str | None,
    credit_limit_cents: int,
    notes: str | None,
) -> customers.Customer:
    return customers.add(
        session,
        name,
        kind=kind,
        phone=phone,
        email=email,
        language=language,
        preferred_channel=preferred_channel,
        tax_id=tax_id,
        credit_limit_cents=credit_limit_cents,
        notes=notes,
        now=_SINCE,
    )
