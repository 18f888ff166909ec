"""The history of an order's status (L4): one row a change, each beginning where the one before ended (I10, I28).

The database itself keeps the chain (a foreign key to the row before) and the transitions (a check). Nobody writes a status:
`intake` notes a change when a mark has changed what the status is.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session

from engine import errors
from engine.columns import Base
from engine.sentences import _l
from processes.records import ledger

ACCEPTED, IN_WORK, READY, ISSUED = STATUSES = ("accepted", "in_work", "ready", "issued")
#: What people read for a status, in the words of a repair shop.
LABELS = {
    ACCEPTED: _l("Accepted for repair"),
    IN_WORK: _l("In work"),
    READY: _l("Ready for hand-out"),
    ISSUED: _l("Issued to the customer"),
}
#: From which status which others can follow; None: an order that has none yet. Back only by clearing the last mark.
TRANSITIONS = {
    None: (ACCEPTED,),
    ACCEPTED: (IN_WORK,),
    IN_WORK: (READY, ACCEPTED),
    READY: (ISSUED, IN_WORK),
    ISSUED: (),
}
_PAIRS = " OR ".join(
    f"(from_status IS NOT NULL AND from_status = '{before}' AND to_status IN ({', '.join(repr(each) for each in following)}))"
    for before, following in TRANSITIONS.items()
    if before and following
)


class StatusChange(ledger.LedgerRow, Base):
    """An order went from one status to the next. number: 1, 2, 3 ... for each order.

    cause_element: the flow node that changed the mark; reason: why a mark was cleared.
    """

    __tablename__ = "status_change"
    __table_args__ = (
        UniqueConstraint("effect_key"),
        UniqueConstraint("order_no", "number"),
        UniqueConstraint("order_no", "number", "to_status"),
        ForeignKeyConstraint(["order_no"], ["customer_order.order_no"]),
        ForeignKeyConstraint(
            ["order_no", "previous_number", "from_status"],
            ["status_change.order_no", "status_change.number", "status_change.to_status"],
            name="fk_status_change_chain",
        ),
        CheckConstraint(f"(from_status IS NULL AND to_status = '{ACCEPTED}') OR {_PAIRS}", name="transition"),
        CheckConstraint(
            "(number = 1 AND previous_number IS NULL AND from_status IS NULL) OR "
            "(number > 1 AND previous_number IS NOT NULL AND previous_number = number - 1 "
            "AND from_status IS NOT NULL)",
            name="chain",
        ),
    )
    number: Mapped[int]
    previous_number: Mapped[int | None]
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    cause_element: Mapped[str]
    reason: Mapped[str | None]


ledger.only_grows(StatusChange.__table__)

# Built once, because building a statement costs more than running it.
_OF_EFFECT = select(StatusChange).where(StatusChange.effect_key == bindparam("effect"))
_OF_ORDER = select(StatusChange).where(StatusChange.order_no == bindparam("order"))
_HISTORY = _OF_ORDER.order_by(StatusChange.number)
_LAST = _OF_ORDER.order_by(StatusChange.number.desc()).limit(1)


def note(
    session: Session,
    posting: ledger.Posting,
    to_status: str,
    cause_element: str,
    reason: str | None = None,
) -> StatusChange | None:
    """Note that an order's marks now say `to_status`; nothing when they said so before. An effect notes one change.

    Raises Refused for a change that skips a status.
    """
    known = session.scalar(_OF_EFFECT, {"effect": posting.effect_key})
    if known is not None:
        return known
    last = _last(session, posting.order_no)
    from_status = last.to_status if last else None
    if from_status == to_status:
        return None
    if to_status not in TRANSITIONS[from_status]:
        raise errors.Refused(
            f'Order {posting.order_no} cannot go from "{from_status}" to "{to_status}". '
            f"Expected {' or '.join(TRANSITIONS[from_status]) or 'no change any more'}."
        )
    row = StatusChange(
        number=last.number + 1 if last else 1,
        previous_number=last.number if last else None,
        from_status=from_status,
        to_status=to_status,
        cause_element=cause_element,
        reason=reason,
        **ledger.columns(posting),
    )
    session.add(row)
    session.flush()
    return row


def current(session: Session, order_no: str) -> str | None:
    """The status an order has come to; None when it has none (nothing was taken in)."""
    last = _last(session, order_no)
    return last.to_status if last else None


def history(session: Session, order_no: str) -> list[StatusChange]:
    """The changes of an order's status, oldest first."""
    return list(session.scalars(_HISTORY, {"order": order_no}))


def _last(session: Session, order_no: str) -> StatusChange | None:
    return session.scalar(_LAST, {"order": order_no})
