"""Deliveries of goods that were sold: what the customer was told, each way to the door, what was found there (F16).

A way to the door is a row that stays: delivered and intact, damaged, nobody at home. What is agreed about damage stands on
a row of its own.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.sentences import Sentence, _l
from processes.records import audit, frozen, ledger
from processes.records.ledger import Posting

DELIVERED, DAMAGED, ABSENT = RESULTS = ("delivered", "damaged", "absent")
#: What can be agreed with a customer whose goods came damaged, with its name for people.
REMEDIES = {
    "replace": _l("Another one is brought"),
    "discount": _l("Kept, for a lower price"),
    "refuse": _l("Not taken"),
}
#: {result: what people read}
RESULT_LABELS = {
    DELIVERED: _l("Delivered"),
    DAMAGED: _l("Damaged on delivery"),
    ABSENT: _l("Nobody was there"),
}


class Delivery(audit.Audited, Base):
    """What a sale with delivery agreed. policy_told_by: who explained content, fees and booking of our service (R-269).

    group_id: the group of the goods that are installed; None when nothing is. handed_over_at: when sales passed it on.
    """

    __tablename__ = "delivery"
    __table_args__ = (CheckConstraint("length(policy_told_by) > 0", name="policy_told"),)
    order_no: Mapped[str] = mapped_column(ForeignKey("customer_order.order_no"), primary_key=True)
    process_instance_key: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("process_instance.key"), index=True
    )
    group_id: Mapped[str | None] = mapped_column(ForeignKey("product_group.group_id"))
    floor: Mapped[str | None]
    access: Mapped[str | None]
    wanted_on: Mapped[date | None]
    policy_told_at: Mapped[datetime]
    policy_told_by: Mapped[str]
    handed_over_at: Mapped[datetime | None]
    handed_over_by: Mapped[str | None]

    def hand_over(self, posting: Posting) -> None:
        """Pass the order on to after-sales; the first time counts."""
        if self.handed_over_at is None:
            self.handed_over_at, self.handed_over_by = posting.at, posting.by


frozen.keep(Delivery.__table__, "order_no", "policy_told_at", "policy_told_by")


class DeliveryAttempt(ledger.LedgerRow, Base):
    """One way to the customer's door. number: 1, 2, 3 ... of an order.

    Goods count as delivered only when they were found intact together with the customer, or are kept with damage that was
    agreed upon; when the installation was explained; and when somebody signed.
    """

    __tablename__ = "delivery_attempt"
    __table_args__ = (
        UniqueConstraint("effect_key"),
        UniqueConstraint("order_no", "number"),
        ForeignKeyConstraint(["order_no"], ["delivery.order_no"]),
        CheckConstraint(f"result IN {RESULTS!r}", name="result"),
        CheckConstraint(
            "result <> 'delivered' OR ((intact OR damage_is_agreed) AND instructions_told "
            "AND coalesce(length(signature), 0) > 0)",
            name="delivered",
        ),
        CheckConstraint("result <> 'damaged' OR coalesce(length(damage), 0) > 0", name="damage"),
    )
    number: Mapped[int]
    appointment_key: Mapped[str | None]
    result: Mapped[str]
    is_late: Mapped[bool] = mapped_column(Boolean, default=False)
    intact: Mapped[bool] = mapped_column(Boolean)
    damage_is_agreed: Mapped[bool] = mapped_column(Boolean, default=False)
    instructions_told: Mapped[bool] = mapped_column(Boolean)
    signature: Mapped[str | None]
    damage: Mapped[str | None]


class DamageRemedy(ledger.LedgerRow, Base):
    """What was agreed about damage that a delivery found, once each time. percent: off the price, for a discount."""

    __tablename__ = "damage_remedy"
    __table_args__ = (
        UniqueConstraint("order_no", "attempt_number"),
        ForeignKeyConstraint(
            ["order_no", "attempt_number"], ["delivery_attempt.order_no", "delivery_attempt.number"]
        ),
        CheckConstraint(f"remedy IN {tuple(REMEDIES)!r}", name="remedy"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint("(remedy = 'discount') = (percent > 0)", name="discount"),
        CheckConstraint("length(agreement) > 0", name="agreement"),
    )
    attempt_number: Mapped[int]
    remedy: Mapped[str]
    percent: Mapped[int] = mapped_column(default=0)
    agreement: Mapped[str]


ledger.only_grows(DeliveryAttempt.__table__)
ledger.only_grows(DamageRemedy.__table__)


def agree(
    session: Session,
    posting: Posting,
    *,
    policy_told: bool,
    group_id: str | None,
    floor: str | None = None,
    access: str | None = None,
    wanted_on: date | None = None,
) -> Delivery:
    """Write down what was agreed with the customer of the order of `posting`; an agreement that stands is given back.

    Raises Refused when the customer does not know the terms of delivery and installation.
    """
    known = find(session, posting.order_no)
    if known is not None:
        known.group_id, known.wanted_on = group_id, wanted_on
        return known
    if not policy_told:
        raise errors.Refused(
            _l("Tell the customer what our service covers, what it costs and how it is booked, then tick it.")
        )
    row = Delivery(
        order_no=posting.order_no,
        process_instance_key=posting.process_instance_key,
        group_id=group_id,
        floor=(floor or "").strip() or None,
        access=(access or "").strip() or None,
        wanted_on=wanted_on,
        policy_told_at=posting.at,
        policy_told_by=posting.by,
    )
    session.add(row)
    session.flush()
    return row


def note(
    session: Session,
    posting: Posting,
    result: str,
    *,
    appointment_key: str | None = None,
    is_late: bool = False,
    instructions_told: bool = False,
    signature: str | None = None,
    damage: str | None = None,
) -> DeliveryAttempt:
    """Note how a way to the customer of the order of `posting` ended; an effect notes one.

    Raises Refused for a delivery that nobody signed or at which nothing was explained, and for damage without words.
    """
    known = session.scalar(select(DeliveryAttempt).where(DeliveryAttempt.effect_key == posting.effect_key))
    if known is not None:
        return known
    if result not in RESULTS:
        raise errors.Refused(f'Expected a result of {", ".join(RESULTS)}, but found "{result}".')
    signature, damage = (signature or "").strip() or None, (damage or "").strip() or None
    if result == DELIVERED and not (instructions_told and signature):
        raise errors.Refused(
            _l(
                "Explain the installation and its precautions and let the customer sign, then note the delivery."
            )
        )
    if result == DAMAGED and not damage:
        raise errors.Refused(_l("Say what is damaged, so that it can be replaced or agreed upon."))
    get(session, posting.order_no, hold=True)
    agreed = [each for each in remedies(session, posting.order_no) if each.remedy == "discount"]
    row = DeliveryAttempt(
        number=len(attempts(session, posting.order_no)) + 1,
        appointment_key=appointment_key,
        result=result,
        is_late=is_late,
        intact=result == DELIVERED and not agreed,
        damage_is_agreed=result == DELIVERED and bool(agreed),
        instructions_told=bool(instructions_told),
        signature=signature,
        damage=damage,
        **ledger.columns(posting),
    )
    session.add(row)
    session.flush()
    return row


def settle_damage(
    session: Session, posting: Posting, remedy: str, agreement: str, percent: int = 0
) -> DamageRemedy:
    """Write down what was agreed about the damage that the last way found, once. Raises Refused where there was none."""
    last = (attempts(session, posting.order_no) or [None])[-1]
    if last is None or last.result != DAMAGED:
        raise errors.Refused(
            Sentence(
                _l("The last delivery of order {order} found no damage, so there is nothing to agree upon."),
                order=posting.order_no,
            )
        )
    known = session.scalar(
        select(DamageRemedy).where(
            DamageRemedy.order_no == posting.order_no, DamageRemedy.attempt_number == last.number
        )
    )
    if known is not None:
        return known
    row = DamageRemedy(
        attempt_number=last.number,
        remedy=remedy,
        percent=percent if remedy == "discount" else 0,
        agreement=agreement.strip(),
        **ledger.columns(posting),
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, order_no: str, *, hold: bool = False) -> Delivery:
    """The agreement of an order; with `hold` nobody else notes a way until the transaction ends. Raises NotFound."""
    query = select(Delivery).where(Delivery.order_no == order_no)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise errors.NotFound(f"Order {order_no} has no delivery. Agree it with the customer first.")
    return found


def find(session: Session, order_no: str) -> Delivery | None:
    """The agreement of an order, or None when nothing is delivered for it."""
    return session.get(Delivery, order_no)


def attempts(session: Session, order_no: str) -> list[DeliveryAttempt]:
    """The ways to the customer of an order, oldest first."""
    query = select(DeliveryAttempt).where(DeliveryAttempt.order_no == order_no)
    return list(session.scalars(query.order_by(DeliveryAttempt.number)))


def delivered(session: Session, order_no: str) -> DeliveryAttempt | None:
    """The way on which the goods were handed over intact, the last where goods were exchanged; None before."""
    found = [each for each in attempts(session, order_no) if each.result == DELIVERED]
    return found[-1] if found else None


def remedies(session: Session, order_no: str) -> list[DamageRemedy]:
    """What was agreed about damage in an order, oldest first."""
    query = select(DamageRemedy).where(DamageRemedy.order_no == order_no)
    return list(session.scalars(query.order_by(DamageRemedy.attempt_number)))
