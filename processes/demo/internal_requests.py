"""The data of the demo company, as tables: in English, Romanian and Russian, as such a company would have it."""

from __future__ import annotations

from typing import Any

from engine.sentences import _l

_SERVES = "Service department"
#: Roles that no lane of a diagram names: they are texts too.
_ACCOUNTING, _ADMINISTRATOR = _l("Accounting"), _l("Administrator")

# login, name, language, roles beside Requester, roles they lead
PEOPLE: list[tuple[str, str, str, list[str], list[str]]] = [
    ("sales", "A. K.", "en", [], []),
    ("workshop", "И. Ч.", "ru", [], []),
    ("office", "Ș. M.", "ro", [], []),
    ("head", "D. H.", "en", ["Department head"], ["Department head"]),
    ("deputy", "Л. В.", "ru", ["Department head"], []),
    ("personnel", "E. Ț.", "ro", ["Personnel", _SERVES], ["Personnel"]),
    ("it", "M. T.", "en", ["IT", _SERVES], ["IT"]),
    ("marketing", "C. L.", "en", ["Marketing", _SERVES], ["Marketing"]),
    ("fitter", "П. С.", "ru", ["Maintenance", _SERVES], ["Maintenance"]),
    ("electrician", "G. Ă.", "ro", ["Maintenance", _SERVES], []),
    ("secretary", "Н. О.", "ru", ["Secretariat", _SERVES], ["Secretariat"]),
    ("accountant", "V. Î.", "ro", [_ACCOUNTING, "Accountant", "Cashier"], [_ACCOUNTING, "Accountant"]),
    ("buyer", "B. Y.", "en", ["Buyer"], ["Buyer"]),
    ("receiver", "Р. П.", "ru", ["Receiver"], ["Receiver"]),
    ("frontdesk", "F. D.", "en", ["Receiver"], []),
    ("master", "М. А.", "ru", ["Master"], ["Master"]),
    ("fitter2", "J. W.", "en", ["Master"], []),
    ("inspector", "В. К.", "ru", ["Master", "Inspector"], ["Inspector"]),
    ("storekeeper", "I. Ș.", "ro", ["Storekeeper"], ["Storekeeper"]),
    ("cashier", "C. N.", "en", ["Cashier"], ["Cashier"]),
    ("manager", "O. M.", "en", ["Manager"], ["Manager"]),
    ("admin", "S. A.", "en", [_ADMINISTRATOR], [_ADMINISTRATOR]),
]

# id, name, role of its people, cents an hour
DEPARTMENTS: list[tuple[str, str, str, int]] = [
    ("personnel", "Personnel", "Personnel", 120_00),
    ("it", "IT", "IT", 150_00),
    ("marketing", "Marketing", "Marketing", 130_00),
    ("maintenance", "Technical maintenance", "Maintenance", 140_00),
    ("secretariat", "Secretariat", "Secretariat", 90_00),
]

# id, name, open
COST_CENTRES: list[tuple[str, str, bool]] = [
    ("SALES", "Sales", True),
    ("HALL1", "Цех 1", True),
    ("ADMIN", "Administrație", True),
    ("OLDSHOP", "Magazinul vechi", False),
]

# id, name, location, serial number
EQUIPMENT: list[tuple[str, str, str, str]] = [
    ("EQ-001", "Hydraulic press HP-40", "Hall 1", "HP40-0117"),
    ("EQ-002", "Токарный станок ТС-20", "Цех 1", "TC20-3381"),
    ("EQ-003", "Compresor cu șurub CS-15", "Hala 2", "CS15-0042"),
    ("EQ-004", "Forklift FL-25", "Warehouse", "FL25-7790"),
]

# id, department, limit in cents, always needs approval, name in en, ro, ru
CATALOGUE: list[tuple[str, str, int, bool, str, str, str]] = [
    ("staff_selection", "personnel", 0, True, "Staff selection", "Selecția personalului", "Подбор персонала"),
    (
        "computer_repair",
        "it",
        2000_00,
        False,
        "Repair of a computer",
        "Repararea calculatorului",
        "Ремонт компьютера",
    ),
    ("new_device", "it", 1000_00, False, "New device", "Dispozitiv nou", "Новое устройство"),
    ("account", "it", 500_00, False, "Account or access", "Cont sau acces", "Учётная запись или доступ"),
    ("business_cards", "marketing", 1000_00, False, "Business cards", "Cărți de vizită", "Визитные карточки"),
    ("event", "marketing", 5000_00, True, "Event", "Eveniment", "Мероприятие"),
    ("promotion", "marketing", 3000_00, False, "Promotion", "Promoție", "Акция"),
    ("site_update", "marketing", 1000_00, False, "Site update", "Actualizarea site-ului", "Обновление сайта"),
    (
        "advertising_material",
        "marketing",
        2000_00,
        False,
        "Advertising material",
        "Materiale publicitare",
        "Рекламные материалы",
    ),
    (
        "equipment_repair",
        "maintenance",
        5000_00,
        False,
        "Repair of equipment",
        "Repararea utilajului",
        "Ремонт оборудования",
    ),
    ("correspondence", "secretariat", 300_00, False, "Correspondence", "Corespondență", "Корреспонденция"),
]

_CARDS = {
    "item": "business_cards",
    "quantity": 200,
    "wishes": "Limba română și engleză",
    "cost_centre": "ADMIN",
    "estimated_cost": 450,
}
_LATHE = {
    "item": "equipment_repair",
    "equipment": "EQ-002",
    "fault": "Шум в коробке подач, станок остановлен",
    "line_stopped": True,
    "cost_centre": "HALL1",
    "estimated_cost": 3500,
}
_LETTER = {
    "item": "correspondence",
    "addressee": "Customs office, Chișinău",
    "document": "Export declaration, 3 pages",
    "post_method": "registered",
    "cost_centre": "SALES",
    "estimated_cost": 40,
}
_LAPTOP = {
    "item": "new_device",
    "device": "Laptop",
    "problem": "The new accountant starts on Monday and needs a laptop with the accounting programme.",
    "cost_centre": "ADMIN",
    "estimated_cost": 14500,
}
_PRINTER = {
    "item": "computer_repair",
    "device": "Imprimanta din contabilitate",
    "problem": "Nu trage hârtia",
    "cost_centre": "ADMIN",
    "estimated_cost": 300,
}

# by, how long ago, subject, kind, wanted in days, and the steps behind it: (who, answers); "wanted" is the wanted date
REQUESTS: list[dict[str, Any]] = [
    {
        "by": "workshop",
        "hours_ago": 3,
        "subject": "Токарный станок ТС-20 стоит",
        "item_kind": "maintenance",
        "wanted_in_days": 1,
        "steps": [("workshop", _LATHE)],
    },
    {
        "by": "accountant",
        "hours_ago": 30,
        "subject": "Laptop for the new accountant",
        "item_kind": "it",
        "wanted_in_days": 4,
        "steps": [("accountant", _LAPTOP)],
    },
    {
        "by": "office",
        "hours_ago": 26,
        "subject": "Cărți de vizită pentru recepție",
        "item_kind": "marketing",
        "wanted_in_days": 7,
        "steps": [("office", _CARDS), ("marketing", {"worker": "marketing", "promised_date": "wanted"})],
    },
    {
        "by": "sales",
        "hours_ago": 50,
        "subject": "Export papers to the customs office",
        "item_kind": "secretariat",
        "wanted_in_days": 2,
        "steps": [
            ("sales", _LETTER),
            ("secretary", {"worker": "secretary", "promised_date": "wanted"}),
            (
                "secretary",
                {"work_notes": "Отправлено заказным письмом", "hours": 0.5, "dispatch_number": "RR-20417"},
            ),
        ],
    },
    {
        "by": "accountant",
        "hours_ago": 28,
        "subject": "Imprimanta nu trage hârtia",
        "item_kind": "it",
        "wanted_in_days": 3,
        "steps": [("accountant", _PRINTER), ("it", {"worker": "it", "promised_date": "wanted"})],
    },
    {
        "by": "head",
        "hours_ago": 1,
        "subject": "A storekeeper for hall 2",
        "item_kind": "personnel",
        "wanted_in_days": 30,
        "steps": [],
    },
]
