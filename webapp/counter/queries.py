"""What the counter looks up while somebody types: customers, their devices, and what was repaired before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from processes.records import customers, devices, intake, warranties
from processes.records.customers import Customer
from processes.records.devices import Device
from processes.records.orders import CustomerOrder

SUGGESTED = 6
EARLIER = 3


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device that came before: whose it is, its last repairs, an order that is open, and whether a warranty covers it."""

    device: Device
    owner: Customer
    earlier: list[CustomerOrder]
    repairs: int
    open_order: CustomerOrder | None
    is_covered: bool


def find_customers(session: Session, text: str) -> list[Customer]:
    """The customers that fit what was typed; none for less than two signs."""
    return customers.search(session, text, SUGGESTED) if len(text) > 1 else []


def find_devices(session: Session, text: str, owner: Customer | None) -> list[Device]:
    """The devices that fit what was typed; without words all of the chosen customer."""
    if len(text) > 1:
        return devices.search(session, text, None, SUGGESTED)
    return devices.search(session, "", owner.key, SUGGESTED) if owner else []


def known_device(session: Session, device_key: int, today: date) -> KnownDevice:
    """What there is to know of a device when it comes again (R-082). Raises NotFound."""
    device = devices.get(session, device_key)
    repairs = devices.repairs(session, device.key)
    covered = device.under_sale_warranty(today) or bool(warranties.covering(session, device.key, today))
    return KnownDevice(
        device,
        customers.get(session, device.owner_key),
        repairs[:EARLIER],
        len(repairs),
        intake.open_order(session, device.key),
        covered,
    )
