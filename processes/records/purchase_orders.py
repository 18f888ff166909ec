"""Purchase orders: what was ordered from whom at which price, what came of it, what is still open (E18).

What was accepted and invoiced is kept on the line, where the database itself refuses to accept more than was ordered with its
tolerance (I5), and to pay for more than was accepted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base, Key, key_column
from engine.sentences import Label, Sentence, _l
from processes.records import audit, ledger, products, quantities, suppliers

REFUSED = "PURCHASE_REFUSED"
PLANNED, ISSUED, CLOSED, CLOSED_SHORT, CANCELLED = STATES = (
    "planned",
    "issued",
    "closed",
    "closed_short",
    "cancelled",
)
STATE_LABELS = {
    PLANNED: _l("Planned"),
    ISSUED: _l("Ordered"),
    CLOSED: _l("Complete"),
    CLOSED_SHORT: _l("Closed short"),
    CANCELLED: _l("Cancelled"),
}
_NO_LINES = _l("A purchase order needs at least one line. Say what to buy.")
_TWICE = _l('"{part}" is on two lines of the purchase order. Put it on one.')
_NOT_STOCKED = _l('Only spare parts are bought for the store, but "{part}" is none. Choose a spare part.')
_OVER = _l('Purchase order {number} is "{state}", so it stays as it is.')
_OWN = _l("Whoever planned purchase order {number} does not approve it. Let a colleague look at it.")
_WHY = _l("Purchase order {number} ends before everything has come. Say why.")
_OPEN_LINES = _l("Purchase order {number} still waits for goods. Close it short, with a reason.")


@dataclass(frozen=True, slots=True)
class Ordered:
    """A line that is to be bought. tolerance_percent: how much more may come than was ordered."""

    sku: str
    quantity_milli: int
    unit_cost_cents: int
    tolerance_percent: int = 0
    needs_inspection: bool = False


class PurchaseOrder(audit.Audited, Base):
    """One order to one supplier; `number` is the business key of its process instance."""

    __tablename__ = "purchase_order"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        CheckConstraint(
            "(state IN ('closed', 'closed_short', 'cancelled')) = (ended_at IS NOT NULL)", name="ended"
        ),
        CheckConstraint("state NOT IN ('closed_short', 'cancelled') OR end_reason IS NOT NULL", name="why"),
        CheckConstraint(
            "state NOT IN ('issued', 'closed', 'closed_short') OR issued_at IS NOT NULL", name="issued"
        ),
        CheckConstraint("approved_by IS NULL OR approved_by <> planned_by", name="second_person"),
    )
    number: Mapped[str] = mapped_column(primary_key=True)
    process_instance_key: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("process_instance.key"), unique=True
    )
    supplier_id: Mapped[str] = mapped_column(ForeignKey("supplier.supplier_id"), index=True)
    state: Mapped[str] = mapped_column(index=True)
    expected_on: Mapped[date]
    planned_at: Mapped[datetime]
    planned_by: Mapped[str]
    approved_by: Mapped[str | None]
    issued_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]

    def approve(self, by: str) -> None:
        """A second person agrees to it. Raises BusinessError PURCHASE_REFUSED for whoever planned it."""
        self._refuse_unless(PLANNED)
        if by == self.planned_by:
            raise errors.BusinessError(REFUSED, Sentence(_OWN, number=self.number))
        self.approved_by = by

    def issue(self, at: datetime) -> None:
        """It goes to the supplier; one that has gone already stays so."""
        if self.state == ISSUED:
            return
        self._refuse_unless(PLANNED)
        self.state, self.issued_at = ISSUED, at

    def confirm(self, at: datetime, expected_on: date | None = None) -> None:
        """The supplier has said that it comes, and when."""
        self._refuse_unless(ISSUED)
        self.confirmed_at = at
        self.expected_on = expected_on or self.expected_on

    def expect(self, on: date) -> None:
        """It comes on another day than was thought."""
        self._refuse_unless(ISSUED)
        self.expected_on = on

    def end(self, state: str, at: datetime, reason: str | None = None) -> None:
        """It is over: closed (everything came), closed_short or cancelled, with a reason; one that is over stays so."""
        if self.ended_at is not None:
            return
        if state != CLOSED and not (reason or "").strip():
            raise errors.BusinessError(REFUSED, Sentence(_WHY, number=self.number))
        self.state, self.ended_at, self.end_reason = state, at, (reason or "").strip() or None

    def _refuse_unless(self, state: str) -> None:
        if self.state != state:
            label = Label(STATE_LABELS[self.state])
            raise errors.BusinessError(REFUSED, Sentence(_OVER, number=self.number, state=label))


class PurchaseOrderLine(Base):
    """One product on a purchase order; what changes on it follows from receipts and invoices, which are audited.

    accepted_milli: what went into the store of it. refused_milli: what came, was refused and is not sent again.
    invoiced_milli: what the supplier was paid for, or is to be.
    """

    __tablename__ = "purchase_order_line"
    __table_args__ = (
        UniqueConstraint("po_no", "sku"),
        CheckConstraint("quantity_milli > 0", name="quantity"),
        CheckConstraint("unit_cost_cents >= 0", name="unit_cost"),
        CheckConstraint("tolerance_percent BETWEEN 0 AND 100", name="tolerance"),
        CheckConstraint("accepted_milli >= 0 AND refused_milli >= 0 AND invoiced_milli >= 0", name="counts"),
        # I5: whatever comes at once and from wherever it is entered, no more is accepted than was ordered.
        CheckConstraint(
            "accepted_milli * 100 <= quantity_milli * (100 + tolerance_percent)", name="not_more_than_ordered"
        ),
        CheckConstraint("invoiced_milli <= accepted_milli", name="paid_is_accepted"),
    )
    key: Key = key_column()
    po_no: Mapped[str] = mapped_column(ForeignKey("purchase_order.number"))
    position: Mapped[int]
    sku: Mapped[str] = mapped_column(ForeignKey("product.sku"), index=True)
    quantity_milli: Mapped[int]
    unit_cost_cents: Mapped[int]
    tolerance_percent: Mapped[int] = mapped_column(default=0)
    needs_inspection: Mapped[bool] = mapped_column(Boolean, default=False)
    accepted_milli: Mapped[int] = mapped_column(default=0)
    refused_milli: Mapped[int] = mapped_column(default=0)
    invoiced_milli: Mapped[int] = mapped_column(default=0)

    @property
    def open_milli(self) -> int:
        """What is still to come."""
        return max(0, self.quantity_milli - self.accepted_milli - self.refused_milli)

    @property
    def most_milli(self) -> int:
        """How much more may be accepted, tolerance included."""
        return self.quantity_milli * (100 + self.tolerance_percent) // 100 - self.accepted_milli


def plan(
    session: Session,
    posting: ledger.Posting,
    supplier_id: str,
    expected_on: date,
    wanted: Iterable[Ordered],
) -> PurchaseOrder:
    """Plan the purchase order of `posting`; planned again it has the new lines.

    Raises BusinessError PURCHASE_REFUSED for no lines, a product twice or one that lies in no store, and once it is ordered.
    """
    wanted = list(wanted)
    _refuse_lines(session, wanted)
    supplier = suppliers.get(session, supplier_id)
    order = find(session, posting.order_no) or PurchaseOrder(
        number=posting.order_no, process_instance_key=posting.process_instance_key, state=PLANNED
    )
    order._refuse_unless(PLANNED)
    order.supplier_id, order.expected_on = supplier.supplier_id, expected_on
    order.planned_at, order.planned_by, order.approved_by = posting.at, posting.by, None
    session.add(order)
    session.flush()
    for line in lines(session, order.number):
        session.delete(line)
    session.flush()
    for position, each in enumerate(wanted, start=1):
        session.add(
            PurchaseOrderLine(
                po_no=order.number,
                position=position,
                sku=each.sku,
                quantity_milli=each.quantity_milli,
                unit_cost_cents=each.unit_cost_cents,
                tolerance_percent=each.tolerance_percent,
                needs_inspection=each.needs_inspection,
                accepted_milli=0,
                refused_milli=0,
                invoiced_milli=0,
            )
        )
    session.flush()
    return order


def find(session: Session, number: str) -> PurchaseOrder | None:
    """The purchase order of that number, or None."""
    return session.get(PurchaseOrder, number)


def get(session: Session, number: str, *, hold: bool = False) -> PurchaseOrder:
    """The purchase order of that number; with `hold` nobody else changes it until the transaction ends. Raises NotFound."""
    found = session.get(PurchaseOrder, number, populate_existing=hold, with_for_update=hold or None)
    if found is None:
        raise errors.NotFound(Sentence(_l("There is no purchase order {number}."), number=number))
    return found


def lines(session: Session, number: str, *, anew: bool = False) -> list[PurchaseOrderLine]:
    """The lines of a purchase order; `anew`: as they are in the database now."""
    query = select(PurchaseOrderLine).where(PurchaseOrderLine.po_no == number)
    query = query.order_by(PurchaseOrderLine.position)
    return list(session.scalars(query.execution_options(populate_existing=anew)))


def total_cents(found: Iterable[PurchaseOrderLine]) -> int:
    """What the lines come to, each rounded by itself."""
    return sum(quantities.cost_cents(line.unit_cost_cents, line.quantity_milli) for line in found)


def on_order_milli(session: Session) -> dict[str, int]:
    """What is planned or ordered and still to come, of all purchase orders: {sku: thousandths}."""
    line = PurchaseOrderLine
    rest = line.quantity_milli - line.accepted_milli - line.refused_milli
    query = (
        select(line.sku, func.sum(rest))
        .join(PurchaseOrder, PurchaseOrder.number == line.po_no)
        .where(PurchaseOrder.state.in_((PLANNED, ISSUED)), rest > 0)
        .group_by(line.sku)
    )
    return {sku: int(milli) for sku, milli in session.execute(query)}


def last_bought(session: Session, sku: str) -> tuple[str, int] | None:
    """From whom a product was ordered last, and at what a unit: (supplier, cents)."""
    query = (
        select(PurchaseOrder.supplier_id, PurchaseOrderLine.unit_cost_cents)
        .join(PurchaseOrder, PurchaseOrder.number == PurchaseOrderLine.po_no)
        .where(PurchaseOrderLine.sku == sku, PurchaseOrder.issued_at.is_not(None))
        .order_by(PurchaseOrder.issued_at.desc())
        .limit(1)
    )
    found = session.execute(query).first()
    return (found[0], found[1]) if found else None


def close(session: Session, posting: ledger.Posting) -> PurchaseOrder:
    """Everything has come. Raises BusinessError PURCHASE_REFUSED while something is open."""
    order = get(session, posting.order_no, hold=True)
    if order.ended_at is None and any(line.open_milli for line in lines(session, order.number, anew=True)):
        raise errors.BusinessError(REFUSED, Sentence(_OPEN_LINES, number=order.number))
    order.end(CLOSED, posting.at)
    session.flush()
    return order


def give_up(session: Session, posting: ledger.Posting, reason: str) -> PurchaseOrder:
    """What has not come is not awaited any more: closed short, or cancelled where nothing has come."""
    order = get(session, posting.order_no, hold=True)
    came = any(line.accepted_milli or line.refused_milli for line in lines(session, order.number, anew=True))
    order.end(CLOSED_SHORT if came else CANCELLED, posting.at, reason)
    session.flush()
    return order


def _refuse_lines(session: Session, wanted: Iterable[Ordered]) -> None:
    seen: set[str] = set()
    for each in wanted:
        if each.sku in seen:
            raise errors.BusinessError(REFUSED, Sentence(_TWICE, part=each.sku))
        seen.add(each.sku)
        if not products.get(session, each.sku).is_stocked:
            raise errors.BusinessError(REFUSED, Sentence(_NOT_STOCKED, part=each.sku))
        quantities.positive_milli(quantities.plain(each.quantity_milli), each.sku)
    if not seen:
        raise errors.BusinessError(REFUSED, _NO_LINES)
