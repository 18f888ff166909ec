"""Devices: one card for each thing that customers bring, found again by brand, model and serial number (E5)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, exc, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.keys import new_key
from engine.sentences import Sentence, _l
from processes.records import audit
from processes.records.orders import CustomerOrder

INCOMPLETE = "DEVICE_INCOMPLETE"
_INCOMPLETE = _l("A device needs its type, its model and its serial number. Look at its plate.")
#: Capital Cyrillic letters that look like Latin ones: a serial number is typed on whichever keyboard is on.
_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХІЅЈ", "ABEKMHOPCTYXISJ")


class Device(audit.Audited, Base):
    """A thing that is repaired. brand, model and serial number together name it once (the *_norm columns compare them)."""

    __tablename__ = "device"
    __table_args__ = (
        UniqueConstraint("brand_norm", "model_norm", "serial_norm"),
        CheckConstraint("length(serial_norm) > 0 AND length(model_norm) > 0", name="named"),
        Index("ix_device_serial", "serial_norm"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    item_type: Mapped[str]
    brand: Mapped[str | None]
    model: Mapped[str]
    serial_no: Mapped[str]
    brand_norm: Mapped[str]
    model_norm: Mapped[str]
    serial_norm: Mapped[str]
    owner_key: Mapped[int] = mapped_column(ForeignKey("customer.key"), index=True)
    plate: Mapped[str | None]
    vin: Mapped[str | None]
    sale_document: Mapped[str | None]
    sold_on: Mapped[date | None]
    warranty_until: Mapped[date | None]
    search_text: Mapped[str]

    @property
    def name(self) -> str:
        """What people call it: brand and model, "Bosch SMS 45"."""
        return f"{self.brand} {self.model}" if self.brand else self.model

    def note_vehicle(self, plate: str | None, vin: str | None) -> None:
        """Write down what names a vehicle on the road; what nobody says stays as it was."""
        self.plate, self.vin = _sign(plate) or self.plate, _sign(vin) or self.vin
        self._index()

    def hand_to(self, customer_key: int) -> None:
        """It belongs to somebody else now."""
        if self.owner_key != customer_key:
            self.owner_key = customer_key

    def sold_with(self, document: str, warranty_until: date, sold_on: date | None = None) -> None:
        """Write down the sale that its warranty stands on."""
        self.sale_document, self.warranty_until, self.sold_on = document, warranty_until, sold_on

    def _index(self) -> None:
        named = (self.name, self.item_type, self.serial_no, self.plate, self.vin)
        found = " ".join(each for each in named if each).casefold()
        if found != self.search_text:
            self.search_text = found

    def under_sale_warranty(self, on: date) -> bool:
        """Whether it was sold with a document and the warranty of that sale still runs on that day."""
        return (
            self.sale_document is not None and self.warranty_until is not None and on <= self.warranty_until
        )


def register(
    session: Session,
    owner_key: int,
    *,
    item_type: str | None,
    model: str | None,
    serial_no: str | None,
    brand: str | None = None,
    plate: str | None = None,
    vin: str | None = None,
    sale_document: str | None = None,
    sold_on: date | None = None,
    warranty_until: date | None = None,
) -> Device:
    """The card of a device, made when this serial number is new; two that register it at once get the same card.

    Raises BusinessError DEVICE_INCOMPLETE without type, model or serial number.
    """
    if not (item_type or "").strip() or not normal(model) or not normal(serial_no):
        raise errors.BusinessError(INCOMPLETE, Sentence(_INCOMPLETE))
    known = by_serial(session, brand, model, serial_no)
    if known is not None:
        return known
    device = Device(
        item_type=item_type.strip(),
        brand=(brand or "").strip() or None,
        model=model.strip(),
        serial_no=serial_no.strip(),
        brand_norm=normal(brand),
        model_norm=normal(model),
        serial_norm=normal(serial_no),
        owner_key=owner_key,
        plate=_sign(plate),
        vin=_sign(vin),
        sale_document=sale_document,
        sold_on=sold_on,
        warranty_until=warranty_until,
    )
    device._index()
    try:
        with session.begin_nested():
            session.add(device)
    except exc.IntegrityError:
        # Somebody else has registered it between our look and our writing. Any other fault finds no card and goes on.
        known = by_serial(session, brand, model, serial_no)
        if known is None:
            raise
        return known
    return device


def get(session: Session, device_key: int, *, hold: bool = False) -> Device:
    """The device of that key; with `hold` nobody else moves or changes it until the transaction ends. Raises NotFound."""
    if hold:
        found = session.scalar(select(Device).where(Device.key == device_key).with_for_update())
    else:
        found = session.get(Device, device_key)
    if found is None:
        raise errors.NotFound(f"There is no device with the key {device_key}.")
    return found


def of_order(session: Session, order: CustomerOrder) -> Device | None:
    """The device that an order is about; None when it is about none that we know."""
    return None if order.device_key is None else get(session, order.device_key)


def subject(session: Session, order: CustomerOrder) -> str:
    """What an order is about, in a few words: its device, or else what the customer wants."""
    device = of_order(session, order)
    return device.name if device else order.complaint


def by_serial(session: Session, brand: str | None, model: str | None, serial_no: str | None) -> Device | None:
    """The device of that brand, model and serial number, however they are spelt; None when it never came."""
    return session.scalar(
        select(Device).where(
            Device.brand_norm == normal(brand),
            Device.model_norm == normal(model),
            Device.serial_norm == normal(serial_no),
        )
    )


def search(session: Session, text: str, customer_key: int | None = None, limit: int = 20) -> list[Device]:
    """The devices that have every word of `text` in name, type, serial number, plate or VIN; of one customer if given."""
    query = select(Device)
    if customer_key is not None:
        query = query.where(Device.owner_key == customer_key)
    words: Any = Device.key.is_not(None)
    for word in text.casefold().split():
        words = words & Device.search_text.contains(word, autoescape=True)
    serial = normal(text)
    if serial:
        words = words | Device.serial_norm.contains(serial)
    return list(session.scalars(query.where(words).order_by(Device.search_text, Device.key).limit(limit)))


def repairs(session: Session, device_key: int) -> list[CustomerOrder]:
    """The repairs of a device, newest first; cancelled ones are no repairs."""
    query = select(CustomerOrder).where(
        CustomerOrder.device_key == device_key, CustomerOrder.cancelled_at.is_(None)
    )
    return list(
        session.scalars(query.order_by(CustomerOrder.created_at.desc(), CustomerOrder.order_no.desc()))
    )


def _sign(text: str | None) -> str | None:
    """A number plate or VIN as it is read: capital letters, single blanks."""
    return " ".join((text or "").upper().split()) or None


def normal(text: str | None) -> str:
    """A name or number without its spelling: capital letters and digits alone, Cyrillic look-alikes as Latin letters."""
    plain = unicodedata.normalize("NFKC", text or "").upper().translate(_LOOK_ALIKES)
    return re.sub(r"[\W_]", "", plain)
