"""Cost centres and their ledger: what each order cost, booked once, corrected only by a reversing row (L7, I25, I30)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from engine import errors
from engine.columns import Base
from processes.records import ledger

#: What an order can cost: hours of our people, material from the store, work of others.
KINDS = ("labour", "material", "outside")
CLOSED = "COST_CENTRE_CLOSED"


class CostCentre(Base):
    """A place in the accounts that pays. A closed one takes no bookings; what was booked to it can still be reversed."""

    __tablename__ = "cost_centre"
    cost_centre_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    currency: Mapped[str]
    is_open: Mapped[bool] = mapped_column(Boolean, default=True)

    def book(
        self, amounts_cents: Mapping[str, int], posting: ledger.Posting, note: str | None = None
    ) -> list[CostCentreEntry]:
        """Book what an order cost, by kind; zero amounts make no row. Booking an effect again books nothing.

        Returns the rows of the effect. Raises BusinessError COST_CENTRE_CLOSED, with the open ones to choose from.
        """
        session = object_session(self)
        booked = of_effect(session, posting.effect_key)
        if booked:
            return booked
        for kind, amount in amounts_cents.items():
            if kind not in KINDS or amount < 0:
                raise errors.Refused(
                    f"Expected an amount of zero or more for one of {', '.join(KINDS)}, but found {amount} for {kind}."
                )
        if not self.is_open:
            raise errors.BusinessError(
                CLOSED,
                f'The cost centre "{self.name}" is closed. Choose an open one.',
                {"open_cost_centres": choices(session)},
            )
        rows = [
            CostCentreEntry(
                cost_centre_id=self.cost_centre_id,
                kind=kind,
                amount_cents=amount,
                note=note,
                **ledger.columns(posting),
            )
            for kind, amount in amounts_cents.items()
            if amount
        ]
        session.add_all(rows)
        session.flush()
        return rows

    def close(self) -> None:
        """Take no more bookings."""
        self.is_open = False

    def reopen(self) -> None:
        """Take bookings again."""
        self.is_open = True


class CostCentreEntry(ledger.LedgerRow, Base):
    """One amount that an order cost a cost centre. A reversing row names the row that it takes back."""

    __tablename__ = "cost_centre_entry"
    __table_args__ = (
        Index(
            "uq_cost_centre_entry_effect",
            "effect_key",
            "kind",
            unique=True,
            sqlite_where=text("reverses IS NULL"),
            postgresql_where=text("reverses IS NULL"),
        ),
        UniqueConstraint("reverses"),
        CheckConstraint("kind IN ('labour', 'material', 'outside')", name="kind"),
        CheckConstraint(
            "(reverses IS NULL AND amount_cents > 0) OR (reverses IS NOT NULL AND amount_cents < 0)",
            name="amount",
        ),
    )
    cost_centre_id: Mapped[str] = mapped_column(ForeignKey("cost_centre.cost_centre_id"), index=True)
    kind: Mapped[str]
    amount_cents: Mapped[int]
    note: Mapped[str | None]
    reverses: Mapped[int | None] = mapped_column(ForeignKey("cost_centre_entry.key"))


ledger.only_grows(CostCentreEntry.__table__)


_OF_ORDER = (
    select(CostCentreEntry)
    .where(CostCentreEntry.order_no == bindparam("order_no"))
    .order_by(CostCentreEntry.key)
)


def get(session: Session, cost_centre_id: str) -> CostCentre:
    """The cost centre of that id, held until the transaction ends, so that it is not closed under a booking."""
    found = session.scalar(
        select(CostCentre).where(CostCentre.cost_centre_id == cost_centre_id).with_for_update()
    )
    if found is None:
        raise errors.NotFound(f'There is no cost centre "{cost_centre_id}".')
    return found


def choices(session: Session) -> list[dict[str, str]]:
    """The open cost centres as the options of a form."""
    found = session.scalars(select(CostCentre).where(CostCentre.is_open).order_by(CostCentre.name))
    return [{"value": each.cost_centre_id, "label": each.name} for each in found]


def entries(session: Session, order_no: str) -> list[CostCentreEntry]:
    """All rows of an order, reversing ones included, oldest first."""
    return list(session.scalars(_OF_ORDER, {"order_no": order_no}))


def of_effect(session: Session, effect_key: str) -> list[CostCentreEntry]:
    """The rows that one effect has written."""
    query = select(CostCentreEntry).where(CostCentreEntry.effect_key == effect_key)
    return list(session.scalars(query.order_by(CostCentreEntry.key)))


def balance_cents(session: Session, cost_centre_id: str) -> int:
    """What a cost centre has been charged so far: the sum of its rows."""
    query = select(func.sum(CostCentreEntry.amount_cents))
    return int(session.scalar(query.where(CostCentreEntry.cost_centre_id == cost_centre_id)) or 0)


def reverse_order(session: Session, posting: ledger.Posting, note: str | None) -> list[CostCentreEntry]:
    """Take back what is booked for the order of `posting`; what is reversed already stays so. Returns the new rows."""
    rows = [
        CostCentreEntry(
            cost_centre_id=row.cost_centre_id,
            kind=row.kind,
            amount_cents=-row.amount_cents,
            note=note,
            reverses=row.key,
            **ledger.columns(posting),
        )
        for row in _standing(entries(session, posting.order_no))
    ]
    session.add_all(rows)
    session.flush()
    return rows


def _standing(rows: Iterable[CostCentreEntry]) -> list[CostCentreEntry]:
    rows = list(rows)
    reversed_keys = {row.reverses for row in rows}
    return [row for row in rows if row.reverses is None and row.key not in reversed_keys]
