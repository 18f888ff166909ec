"""Equipment: a card for each machine, and the ledger of what was done to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from engine import errors
from engine.columns import Base
from processes.records import ledger

WRITTEN_OFF = "EQUIPMENT_WRITTEN_OFF"


class Equipment(Base):
    """The card of a machine. A written-off one keeps its history and takes no more of it."""

    __tablename__ = "equipment"
    equipment_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    location: Mapped[str]
    serial_no: Mapped[str | None] = mapped_column(unique=True)
    written_off_at: Mapped[datetime | None]

    def record_repair(
        self, fault: str, work: str, cost_cents: int, posting: ledger.Posting
    ) -> EquipmentEvent:
        """Add a repair to the history. Recording an effect again records nothing and gives the first row.

        Raises BusinessError EQUIPMENT_WRITTEN_OFF, with the equipment in use to choose from.
        """
        session = object_session(self)
        known = session.scalar(select(EquipmentEvent).where(EquipmentEvent.effect_key == posting.effect_key))
        if known is not None:
            return known
        if self.written_off_at is not None:
            raise errors.BusinessError(
                WRITTEN_OFF,
                f'"{self.name}" is written off and takes no more history. Choose the equipment that was repaired.',
                {"offered_equipment": choices(session)},
            )
        row = EquipmentEvent(
            equipment_id=self.equipment_id,
            fault=fault,
            work=work,
            cost_cents=cost_cents,
            **ledger.columns(posting),
        )
        session.add(row)
        session.flush()
        return row

    def write_off(self, at: datetime) -> None:
        """Take the machine out of use."""
        if self.written_off_at is None:
            self.written_off_at = at


class EquipmentEvent(ledger.LedgerRow, Base):
    """One repair of a machine, or the row that takes one back."""

    __tablename__ = "equipment_event"
    __table_args__ = (
        Index(
            "uq_equipment_event_effect",
            "effect_key",
            unique=True,
            sqlite_where=text("reverses IS NULL"),
            postgresql_where=text("reverses IS NULL"),
        ),
        UniqueConstraint("reverses"),
        CheckConstraint(
            "(reverses IS NULL AND cost_cents >= 0) OR (reverses IS NOT NULL AND cost_cents <= 0)",
            name="cost",
        ),
    )
    equipment_id: Mapped[str] = mapped_column(ForeignKey("equipment.equipment_id"), index=True)
    fault: Mapped[str]
    work: Mapped[str]
    cost_cents: Mapped[int]
    reverses: Mapped[int | None] = mapped_column(ForeignKey("equipment_event.key"))


ledger.only_grows(EquipmentEvent.__table__)


def get(session: Session, equipment_id: str) -> Equipment:
    """The card of that id, held until the transaction ends. Raises NotFound."""
    found = session.scalar(select(Equipment).where(Equipment.equipment_id == equipment_id).with_for_update())
    if found is None:
        raise errors.NotFound(f'There is no equipment "{equipment_id}".')
    return found


def choices(session: Session) -> list[dict[str, str]]:
    """The equipment in use as the options of a form."""
    found = session.scalars(
        select(Equipment).where(Equipment.written_off_at.is_(None)).order_by(Equipment.name)
    )
    return [{"value": each.equipment_id, "label": f"{each.name} · {each.location}"} for each in found]


def history(session: Session, equipment_id: str) -> list[EquipmentEvent]:
    """What was done to a machine, oldest first."""
    query = select(EquipmentEvent).where(EquipmentEvent.equipment_id == equipment_id)
    return list(session.scalars(query.order_by(EquipmentEvent.key)))


def entries(session: Session, order_no: str) -> list[EquipmentEvent]:
    """The rows that an order has written, oldest first."""
    query = select(EquipmentEvent).where(EquipmentEvent.order_no == order_no)
    return list(session.scalars(query.order_by(EquipmentEvent.key)))


def reverse_order(session: Session, posting: ledger.Posting) -> list[EquipmentEvent]:
    """Take back what the order of `posting` has recorded; what is reversed already stays so. Returns the new rows."""
    rows = entries(session, posting.order_no)
    reversed_keys = {row.reverses for row in rows}
    new = [
        EquipmentEvent(
            equipment_id=row.equipment_id,
            fault=row.fault,
            work=row.work,
            cost_cents=-row.cost_cents,
            reverses=row.key,
            **ledger.columns(posting),
        )
        for row in rows
        if row.reverses is None and row.key not in reversed_keys
    ]
    session.add_all(new)
    session.flush()
    return new
