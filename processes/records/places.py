"""Where a device is (L3): each movement starts where the one before ended, so a device is at exactly one place (I4, I9).

The database itself keeps the chain: the place that a movement leaves is a foreign key to the place that the movement
before it reached.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.sentences import _l
from processes.records import ledger

CUSTOMER, RECEPTION, WORKSHOP, PARTNER = PLACES = ("customer", "reception", "workshop", "partner")
LABELS = {
    CUSTOMER: _l("With the customer"),
    RECEPTION: _l("Reception"),
    WORKSHOP: _l("Workshop"),
    PARTNER: _l("Service centre"),
}


class ItemMovement(ledger.LedgerRow, Base):
    """A device went from one place to another.

    number: 1, 2, 3 ... for each device. holder: who has it there, where the place does not say it: the partner, the recipient.
    """

    __tablename__ = "item_movement"
    __table_args__ = (
        UniqueConstraint("effect_key"),
        UniqueConstraint("device_key", "number"),
        UniqueConstraint("device_key", "number", "to_place"),
        ForeignKeyConstraint(
            ["device_key", "previous_number", "from_place"],
            ["item_movement.device_key", "item_movement.number", "item_movement.to_place"],
            name="fk_item_movement_chain",
        ),
        CheckConstraint(f"from_place IN {PLACES!r}", name="from_place"),
        CheckConstraint(f"to_place IN {PLACES!r}", name="to_place"),
        CheckConstraint("from_place <> to_place OR to_place = 'partner'", name="moves"),
        CheckConstraint("to_place <> 'partner' OR holder IS NOT NULL", name="partner_named"),
        CheckConstraint(
            "(number = 1 AND previous_number IS NULL AND from_place = 'customer') OR "
            "(number > 1 AND previous_number IS NOT NULL AND previous_number = number - 1)",
            name="chain",
        ),
    )
    device_key: Mapped[int] = mapped_column(ForeignKey("device.key"), index=True)
    number: Mapped[int]
    previous_number: Mapped[int | None]
    from_place: Mapped[str]
    to_place: Mapped[str]
    holder: Mapped[str | None]


ledger.only_grows(ItemMovement.__table__)

# Built once, because building a statement costs more than running it.
_OF_EFFECT = select(ItemMovement).where(ItemMovement.effect_key == bindparam("effect"))
_LAST = (
    select(ItemMovement)
    .where(ItemMovement.device_key == bindparam("device"))
    .order_by(ItemMovement.number.desc())
    .limit(1)
)


def bring(
    session: Session, device_key: int, to_place: str, posting: ledger.Posting, holder: str | None = None
) -> ItemMovement | None:
    """Move a device to a place; one that is there already does not move (None). An effect moves it once.

    Two movements at once cannot start from the same place: the second number 5 of a device is refused by the database.
    """
    known = session.scalar(_OF_EFFECT, {"effect": posting.effect_key})
    if known is not None:
        return known
    if to_place not in PLACES:
        raise errors.Refused(f'Expected the place to be one of {", ".join(PLACES)}, but found "{to_place}".')
    last = _last(session, device_key)
    here = last.to_place if last else CUSTOMER
    if here == to_place and (to_place != PARTNER or last.holder == holder):
        return None
    row = ItemMovement(
        device_key=device_key,
        number=last.number + 1 if last else 1,
        previous_number=last.number if last else None,
        from_place=here,
        to_place=to_place,
        holder=holder,
        **ledger.columns(posting),
    )
    session.add(row)
    session.flush()
    return row


def of(session: Session, device_key: int) -> str:
    """Where a device is now; one that never came to us is with its customer."""
    last = _last(session, device_key)
    return last.to_place if last else CUSTOMER


def movements(session: Session, device_key: int) -> list[ItemMovement]:
    """Where a device has been, oldest first."""
    query = select(ItemMovement).where(ItemMovement.device_key == device_key)
    return list(session.scalars(query.order_by(ItemMovement.number)))


def _last(session: Session, device_key: int) -> ItemMovement | None:
    return session.scalar(_LAST, {"device": device_key})
