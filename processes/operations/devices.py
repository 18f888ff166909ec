"""Operations on devices."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from engine.operations import Step, operation
from engine.sentences import Sentence, _l, in_language
from engine.tables import Person
from processes.records import audit, intake, orders, warranties
from processes.records import devices as cards


@operation(
    "devices.remember", errors={cards.INCOMPLETE: "A device needs its type, its model and its serial number."}
)
def remember(
    session: Session,
    step: Step,
    customer_key: str,
    device_key: str | None = None,
    item_type: str | None = None,
    brand: str | None = None,
    model: str | None = None,
    serial_no: str | None = None,
    plate: str | None = None,
    vin: str | None = None,
) -> dict[str, Any]:
    """Find the device of an order by its key or its serial number, or write a new one down.

    A device that somebody else brings belongs to them from now on, unless an order for it is open. A vehicle has a number
    plate and a VIN; those that are given replace what was known.
    Result: device_key, device_name ("Bosch SMS 45"), open_order_no (another open order for it, or null), earlier_repairs.
    """
    audit.acting(session, step.actor, step.now)
    owner_key = int(customer_key)
    if device_key:
        device = cards.get(session, int(device_key))
    else:
        device = cards.register(
            session, owner_key, item_type=item_type, brand=brand, model=model, serial_no=serial_no
        )
    device.note_vehicle(plate, vin)
    open_order = intake.open_order(session, device.key, but=step.business_key)
    if open_order is None:
        device.hand_to(owner_key)
    repairs = [each for each in cards.repairs(session, device.key) if each.order_no != step.business_key]
    return {
        "device_key": str(device.key),
        "device_name": device.name,
        "open_order_no": open_order.order_no if open_order else None,
        "earlier_repairs": len(repairs) - (open_order is not None),
    }


@operation("devices.check_warranty")
def check_warranty(session: Session, step: Step, device_key: str) -> dict[str, Any]:
    """Look whether a warranty covers a device today: that of its sale, or that of a part which we fitted.

    Result: warranty_covered, warranty_until (day or null), warranty_basis (a text for whoever acts, or null).
    """
    device = cards.get(session, int(device_key))
    today = orders.day(session, step.now)
    found: list[tuple[date, Sentence]] = []
    if device.under_sale_warranty(today):
        found.append((device.warranty_until, Sentence(_SALE, document=device.sale_document)))
    found += [
        (term.ends_on, Sentence(_PART, part=part.description, order_no=part.order_no))
        for part, term in warranties.covering(session, device.key, today)
    ]
    person = session.get(Person, step.actor)
    language = person.language if person else "en"
    found.sort(key=lambda each: each[0], reverse=True)
    return {
        "warranty_covered": bool(found),
        "warranty_until": found[0][0].isoformat() if found else None,
        "warranty_basis": "; ".join(in_language(basis, language) for _until, basis in found) or None,
    }


_SALE = _l("Sold with document {document}")
_PART = _l("{part}, fitted in order {order_no}")
