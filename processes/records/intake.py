"""Intake and hand-over (Прием и передача в ремонт): the marks of a repair, and the status that follows from them (E13).

Nobody sets a status. It is a function of the marks, read from the document here and, for lists, inside the database.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, case, select
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.keys import new_key
from engine.tables import ProcessInstance
from processes.records import audit
from processes.records.order_status import ACCEPTED, IN_WORK, ISSUED, READY
from processes.records.orders import RepairOrder

OWN, THIRD_PARTY = VARIANTS = ("own", "third_party")
REPAIRED, WITHOUT_REPAIR = OUTCOMES = ("repaired", "without_repair")
NOT_ALLOWED = "MARK_NOT_ALLOWED"


class IntakeDocument(audit.Audited, Base):
    """What was taken in for an order, the marks made since, and to whom it was handed out.

    Marks: the variant (own workshop or a service centre), repair_done_at (own), accepted_back_at (service centre), issued_at.
    outcome: with which result it is ready; a device that comes back unrepaired is no status of its own (J16).
    """

    __tablename__ = "intake_document"
    __table_args__ = (
        CheckConstraint("variant IN ('own', 'third_party')", name="variant"),
        CheckConstraint("(variant IS NULL) = (variant_set_at IS NULL)", name="variant_set"),
        CheckConstraint(
            "(partner IS NOT NULL) = (variant IS NOT NULL AND variant = 'third_party')", name="partner"
        ),
        CheckConstraint(
            "repair_done_at IS NULL OR (variant IS NOT NULL AND variant = 'own')", name="repair_done"
        ),
        CheckConstraint(
            "accepted_back_at IS NULL OR (variant IS NOT NULL AND variant = 'third_party')",
            name="accepted_back",
        ),
        CheckConstraint("outcome IN ('repaired', 'without_repair')", name="outcome"),
        CheckConstraint(
            "(outcome IS NULL) = (repair_done_at IS NULL AND accepted_back_at IS NULL)", name="outcome_marked"
        ),
        CheckConstraint("outcome <> 'without_repair' OR outcome_reason IS NOT NULL", name="outcome_reason"),
        CheckConstraint(
            "issued_at IS NULL OR (outcome IS NOT NULL AND recipient IS NOT NULL)", name="issued"
        ),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    order_no: Mapped[str] = mapped_column(ForeignKey("repair_order.order_no"), unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    accepted_at: Mapped[datetime]
    accepted_by: Mapped[str]
    completeness: Mapped[str]
    appearance: Mapped[str | None]
    accessories: Mapped[str | None]
    variant: Mapped[str | None]
    partner: Mapped[str | None]
    variant_set_at: Mapped[datetime | None]
    repair_done_at: Mapped[datetime | None]
    accepted_back_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    outcome_reason: Mapped[str | None]
    issued_at: Mapped[datetime | None]
    issued_by: Mapped[str | None]
    recipient: Mapped[str | None]
    id_checked: Mapped[bool | None] = mapped_column(Boolean)
    accessories_returned: Mapped[bool | None] = mapped_column(Boolean)
    signature: Mapped[str | None]

    @hybrid_property
    def status(self) -> str:
        """The status, by the order of precedence of the marks: accepted, in_work, ready or issued. Nothing sets it."""
        if self.issued_at is not None:
            return ISSUED
        if (self.variant == OWN and self.repair_done_at is not None) or (
            self.variant == THIRD_PARTY and self.accepted_back_at is not None
        ):
            return READY
        return IN_WORK if self.variant is not None else ACCEPTED

    @status.inplace.expression
    @classmethod
    def _status_in_lists(cls) -> Any:
        return case(
            (cls.issued_at.is_not(None), ISSUED),
            ((cls.variant == OWN) & cls.repair_done_at.is_not(None), READY),
            ((cls.variant == THIRD_PARTY) & cls.accepted_back_at.is_not(None), READY),
            (cls.variant.is_not(None), IN_WORK),
            else_=ACCEPTED,
        )


def of(session: Session, order_no: str) -> IntakeDocument | None:
    """The intake document of an order; None for one that has none (not taken in yet, or repaired on site)."""
    return session.scalar(select(IntakeDocument).where(IntakeDocument.order_no == order_no))


def get(session: Session, order_no: str) -> IntakeDocument:
    """The intake document of an order, read anew and held until the transaction ends. Raises NotFound."""
    query = select(IntakeDocument).where(IntakeDocument.order_no == order_no)
    found = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise errors.NotFound(f"Order {order_no} has no intake document. Take the device in first.")
    return found


def open_order(session: Session, device_key: int, but: str | None = None) -> RepairOrder | None:
    """The oldest open order for a device, other than `but`: it runs, and the device was not handed out yet."""
    handed_out = select(IntakeDocument.order_no).where(IntakeDocument.issued_at.is_not(None))
    query = (
        select(RepairOrder)
        .join(ProcessInstance, ProcessInstance.key == RepairOrder.process_instance_key)
        .where(
            RepairOrder.device_key == device_key,
            RepairOrder.order_no != (but or ""),
            RepairOrder.cancelled_at.is_(None),
            ProcessInstance.state == "active",
            RepairOrder.order_no.not_in(handed_out),
        )
        .order_by(RepairOrder.created_at, RepairOrder.order_no)
    )
    return session.scalar(query.limit(1))
