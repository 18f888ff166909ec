"""Meter readings of devices: hours run, pages printed, litres; each reading a row, never below the one before."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.sentences import Sentence, _l
from processes.records import ledger, quantities
from processes.records.ledger import Posting

READING_BELOW = "METER_BELOW_LAST"
_BELOW = _l(
    "The meter showed {last} before and shows {value} now. Read it again; if it was replaced, tick that it is a new meter."
)


class MeterReading(ledger.LedgerRow, Base):
    """What the meter of a device showed. is_new_meter: the meter was replaced, so it counts from its own beginning."""

    __tablename__ = "meter_reading"
    __table_args__ = (
        UniqueConstraint("effect_key", "device_key"),
        CheckConstraint("value_milli >= 0", name="value"),
    )
    device_key: Mapped[int] = mapped_column(ForeignKey("device.key"), index=True)
    value_milli: Mapped[int] = mapped_column(BigInteger)
    unit: Mapped[str]
    is_new_meter: Mapped[bool]


ledger.only_grows(MeterReading.__table__)


def record(
    session: Session,
    posting: Posting,
    device_key: int,
    value: Decimal,
    unit: str,
    *,
    is_new_meter: bool = False,
) -> MeterReading:
    """Write down a reading, once for each effect. Raises BusinessError METER_BELOW_LAST for one below the last of the same meter."""
    query = select(MeterReading).where(
        MeterReading.effect_key == posting.effect_key, MeterReading.device_key == device_key
    )
    known = session.scalar(query)
    if known is not None:
        return known
    value_milli = quantities.milli(value)
    before = last(session, device_key)
    if before is not None and value_milli < before.value_milli and not is_new_meter:
        shown = {"last": quantities.plain(before.value_milli), "value": quantities.plain(value_milli)}
        raise errors.BusinessError(READING_BELOW, Sentence(_BELOW, **shown))
    row = MeterReading(
        device_key=device_key,
        value_milli=value_milli,
        unit=unit.strip(),
        is_new_meter=is_new_meter,
        **ledger.columns(posting),
    )
    session.add(row)
    session.flush()
    return row


def last(session: Session, device_key: int) -> MeterReading | None:
    """The newest reading of a device."""
    query = select(MeterReading).where(MeterReading.device_key == device_key)
    return session.scalar(query.order_by(MeterReading.at.desc(), MeterReading.key.desc()).limit(1))


def of(session: Session, device_key: int) -> list[MeterReading]:
    """All readings of a device, oldest first."""
    query = select(MeterReading).where(MeterReading.device_key == device_key)
    return list(session.scalars(query.order_by(MeterReading.at, MeterReading.key)))
