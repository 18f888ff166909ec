"""Products, price lists and what lies in the store of the demo company: a shop that repairs household appliances."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from processes.records import audit, price_lists, products, stock, stock_documents

# number, unit, norm hours in thousandths, price in cents (of an hour where that is the unit), name in en, ro, ru
WORKS: list[tuple[str, str, int, int, str, str, str]] = [
    ("W-DIAG", "h", 500, 260_00, "Fault finding", "Depistarea defectului", "Поиск неисправности"),
    ("W-PUMP", "pc", 750, 280_00, "Replace the pump", "Înlocuirea pompei", "Замена насоса"),
    ("W-HEAT", "pc", 1000, 350_00, "Replace the heater", "Înlocuirea rezistenței", "Замена нагревателя"),
    (
        "W-BEAR",
        "pc",
        2500,
        780_00,
        "Replace the drum bearings",
        "Înlocuirea rulmenților",
        "Замена подшипников барабана",
    ),
    (
        "W-BOARD",
        "pc",
        1250,
        450_00,
        "Replace the control board",
        "Înlocuirea plăcii de comandă",
        "Замена платы управления",
    ),
    (
        "W-SEAL",
        "pc",
        1000,
        300_00,
        "Replace a door seal",
        "Înlocuirea garniturii ușii",
        "Замена уплотнителя двери",
    ),
    (
        "W-CLEAN",
        "pc",
        500,
        120_00,
        "Clean filter and drain",
        "Curățarea filtrului și a scurgerii",
        "Чистка фильтра и слива",
    ),
    (
        "W-GAS",
        "pc",
        1500,
        620_00,
        "Refill with refrigerant",
        "Încărcarea cu agent frigorific",
        "Заправка хладагентом",
    ),
]

# number, kind, price in cents, name in en, ro, ru
FEES: list[tuple[str, str, int, str, str, str]] = [
    ("DIAGNOSIS", "fee", 100_00, "Diagnosis", "Diagnosticare", "Диагностика"),
    ("URGENT", "fee", 0, "Surcharge for urgency", "Supliment de urgență", "Надбавка за срочность"),
    ("STORAGE", "fee", 10_00, "Storage, one day", "Păstrare, o zi", "Хранение, один день"),
    ("DELIVERY", "service", 80_00, "Delivery in town", "Livrare în oraș", "Доставка по городу"),
]

# number, unit, tracking, least stock in thousandths, months of warranty, price in cents, name in en, ro, ru
PARTS: list[tuple[str, str, str, int, int, int, str, str, str]] = [
    ("P-PUMP", "pc", "lot", 2000, 12, 420_00, "Drain pump", "Pompă de evacuare", "Сливной насос"),
    ("P-HEATER", "pc", "lot", 2000, 12, 380_00, "Heating element", "Rezistență", "Нагревательный элемент"),
    (
        "P-BEARING",
        "set",
        "lot",
        1000,
        6,
        350_00,
        "Drum bearing set",
        "Set de rulmenți",
        "Подшипники барабана",
    ),
    ("P-BOARD", "pc", "serial", 0, 12, 1450_00, "Control board", "Placă de comandă", "Плата управления"),
    ("P-DISPLAY", "pc", "serial", 0, 12, 680_00, "Display module", "Modul de afișaj", "Модуль дисплея"),
    ("P-COMPR", "pc", "serial", 0, 24, 2600_00, "Compressor", "Compresor", "Компрессор"),
    ("P-SEAL", "pc", "lot", 2000, 6, 290_00, "Door seal", "Garnitură de ușă", "Уплотнитель двери"),
    ("P-BELT", "pc", "lot", 3000, 6, 140_00, "Drive belt", "Curea de transmisie", "Приводной ремень"),
    ("P-LOCK", "pc", "lot", 2000, 6, 230_00, "Door lock", "Încuietoare de ușă", "Замок двери"),
    ("P-VALVE", "pc", "lot", 2000, 6, 210_00, "Inlet valve", "Electrovalvă de admisie", "Впускной клапан"),
    ("P-HOSE", "pc", "none", 2000, 3, 95_00, "Drain hose", "Furtun de evacuare", "Сливной шланг"),
    ("P-FILTER", "pc", "none", 3000, 3, 60_00, "Pump filter", "Filtru de pompă", "Фильтр насоса"),
    ("P-BRUSH", "set", "none", 2000, 3, 110_00, "Motor brushes", "Perii de motor", "Щётки двигателя"),
    ("P-THERMO", "pc", "lot", 1000, 6, 180_00, "Thermostat", "Termostat", "Термостат"),
    (
        "P-SENSOR",
        "pc",
        "lot",
        1000,
        6,
        160_00,
        "Temperature sensor",
        "Senzor de temperatură",
        "Датчик температуры",
    ),
    ("P-FAN", "pc", "lot", 1000, 12, 320_00, "Fan motor", "Motor de ventilator", "Мотор вентилятора"),
    (
        "P-CAPAC",
        "pc",
        "none",
        2000,
        3,
        85_00,
        "Start capacitor",
        "Condensator de pornire",
        "Пусковой конденсатор",
    ),
    ("P-WIRE", "m", "none", 5000, 0, 12_00, "Heat-proof wire", "Cablu termorezistent", "Термостойкий провод"),
    ("P-GAS", "kg", "lot", 1000, 0, 950_00, "Refrigerant R600a", "Agent frigorific R600a", "Хладагент R600a"),
    ("P-SHOCK", "set", "lot", 1000, 6, 260_00, "Shock absorbers", "Amortizoare", "Амортизаторы"),
]

# What lies in the store of a part, the oldest first: (lot number, quantity in thousandths, cost of one in cents). Of the
# shock absorbers there are none.
LOTS: dict[str, list[tuple[str | None, int, int]]] = {
    "P-PUMP": [("DP-2411", 2000, 210_00), ("DP-2603", 3000, 235_00)],
    "P-HEATER": [("HE-19", 4000, 170_00)],
    "P-BEARING": [("BR-77", 3000, 160_00)],
    "P-BOARD": [("CB-10442", 1000, 820_00), ("CB-10457", 1000, 820_00)],
    "P-DISPLAY": [("DM-0091", 1000, 390_00)],
    "P-COMPR": [("KX-55821", 1000, 1580_00)],
    "P-SEAL": [("DS-3", 5000, 120_00)],
    "P-BELT": [("BT-1195", 6000, 52_00)],
    "P-LOCK": [("DL-8", 3000, 96_00)],
    "P-VALVE": [("IV-31", 4000, 88_00)],
    "P-HOSE": [(None, 8000, 36_00)],
    "P-FILTER": [(None, 10000, 21_00)],
    "P-BRUSH": [(None, 6000, 40_00)],
    "P-THERMO": [("TH-204", 3000, 74_00)],
    "P-SENSOR": [("TS-12", 3000, 63_00)],
    "P-FAN": [("FM-9", 1000, 150_00)],
    "P-CAPAC": [(None, 5000, 30_00)],
    "P-WIRE": [(None, 25500, 4_50)],
    "P-GAS": [("RG-0326", 3750, 480_00)],
}

CURRENCY = "MDL"
FIRST_PRICES_FROM = date(2025, 1, 1)
#: From then on works cost a tenth more; parts stay.
PRESENT_PRICES_FROM = date(2026, 7, 1)
_OPENED_AT = datetime(2026, 7, 1, 6, 0, tzinfo=UTC)


def add(session: Session) -> None:
    """Add them to an empty database."""
    audit.acting(session, "orderlane", _OPENED_AT)
    for sku, unit, norm_milli, _price, *names in WORKS:
        products.add(session, sku, _names(names), kind="work", unit=unit, norm_milli=norm_milli)
    for sku, kind, _price, *names in FEES:
        products.add(session, sku, _names(names), kind=kind)
    for sku, unit, tracking, least, months, _price, *names in PARTS:
        products.add(
            session,
            sku,
            _names(names),
            kind="part",
            unit=unit,
            tracking=tracking,
            min_stock_milli=least,
            warranty_months=months,
        )
    _add_prices(session)
    opening = stock_documents.without_order("opening stock", _OPENED_AT, "orderlane")
    stock.receive(session, opening, _opening_stock(), "Opening stock")


def _names(names: list[str]) -> dict[str, str]:
    return dict(zip(("en", "ro", "ru"), names, strict=True))


def _add_prices(session: Session) -> None:
    price_lists.add(session, price_lists.STANDARD, "Standard prices", CURRENCY)
    present = {sku: price for sku, _unit, _norm, price, *_names in WORKS}
    others = {sku: price for sku, _kind, price, *_names in FEES} | {row[0]: row[5] for row in PARTS}
    first = {sku: price * 10 // 11 // 100 * 100 for sku, price in present.items()}
    price_lists.publish(session, price_lists.STANDARD, FIRST_PRICES_FROM, first | others)
    price_lists.publish(session, price_lists.STANDARD, PRESENT_PRICES_FROM, present)


def _opening_stock() -> list[stock.Delivered]:
    by_serial = {sku for sku, _unit, tracking, *_rest in PARTS if tracking == "serial"}
    return [
        stock.Delivered(sku, quantity_milli, cost, lot_no, (lot_no,) if sku in by_serial else ())
        for sku, lots in LOTS.items()
        for lot_no, quantity_milli, cost in lots
    ]
