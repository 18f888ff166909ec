"""Invoices: frozen lines whose sums add up (I11, I32); what is paid of one is read from the receivables, never set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors, settings
from engine.columns import Base, PlainJson
from engine.sentences import _l
from processes.records import documents, ledger, receivables, reversing, taxes

#: The name of the setting that holds the currency of this installation.
CURRENCY = "currency"

OPEN = "open"
PART_PAID = "part_paid"
PAID = "paid"
CREDITED = "credited"
WRITTEN_OFF = "written_off"
#: {status: what people read}
STATUSES: dict[str, str] = {
    OPEN: _l("Open"),
    PART_PAID: _l("Partly paid"),
    PAID: _l("Paid"),
    CREDITED: _l("Credited"),
    WRITTEN_OFF: _l("Written off"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """What an invoice asks money for. The price holds the tax; `quantity_milli` in thousandths of the unit."""

    sku: str
    description: str
    kind: str
    quantity_milli: int
    unit: str
    price_cents: int

    @property
    def total_cents(self) -> int:
        """Price times quantity, half a cent rounded up."""
        exact = Decimal(self.price_cents) * self.quantity_milli / 1000
        return int(exact.to_integral_value(ROUND_HALF_UP))


class Invoice(ledger.LedgerRow, Base):
    """An issued invoice; it never changes. `at` is when it was issued.

    `lines`: dicts with sku, description, kind, quantity_milli, unit, price_cents, total_cents, net_cents, tax_cents.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("number"),
        UniqueConstraint("effect_key"),
        CheckConstraint("total_cents = net_cents + tax_cents", name="total"),
        CheckConstraint("total_cents > 0", name="positive"),
    )
    number: Mapped[str]
    customer_key: Mapped[int] = mapped_column(ForeignKey("customer.key"), index=True)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(PlainJson)
    tax_percent: Mapped[Decimal] = mapped_column(PlainJson)
    net_cents: Mapped[int]
    tax_cents: Mapped[int]
    total_cents: Mapped[int]
    currency: Mapped[str]
    due_at: Mapped[datetime]

    def is_overdue(self, session: Session, now: datetime) -> bool:
        """Whether something is still owed on it after its due moment."""
        return now > self.due_at and status(session, self) in (OPEN, PART_PAID)


ledger.only_grows(Invoice.__table__)


_OF_ORDER = select(Invoice).where(Invoice.order_no == bindparam("order_no"))
_OLDEST_FIRST = _OF_ORDER.order_by(Invoice.key)
_LATEST = _OF_ORDER.order_by(Invoice.key.desc()).limit(1)


def issue(
    session: Session, posting: ledger.Posting, customer_key: int, lines: Iterable[Line], due_at: datetime
) -> Invoice:
    """Issue an invoice with the next number of its series. Issuing it again in the same effect gives the first one.

    Charge it with `receivables.charge`. Raises Refused when there is nothing to pay: then there is no invoice.
    """
    known = session.scalar(select(Invoice).where(Invoice.effect_key == posting.effect_key))
    if known is not None:
        return known
    rate = taxes.percent(session)
    frozen = [_frozen(line, rate) for line in lines]
    total = sum(line["total_cents"] for line in frozen)
    if total <= 0:
        raise errors.Refused(
            f"Expected lines that add up to more than 0 for order {posting.order_no}, but they add up to {total}. "
            "An order without anything to pay has no invoice."
        )
    row = Invoice(
        number=documents.next_number(session, "invoice", posting.at),
        customer_key=customer_key,
        lines=frozen,
        tax_percent=rate,
        net_cents=sum(line["net_cents"] for line in frozen),
        tax_cents=sum(line["tax_cents"] for line in frozen),
        total_cents=total,
        currency=currency(session),
        due_at=due_at,
        **ledger.columns(posting),
    )
    session.add(row)
    session.flush()
    return row


def get(session: Session, number: str) -> Invoice:
    """The invoice of that number. Raises NotFound."""
    found = session.scalar(select(Invoice).where(Invoice.number == number))
    if found is None:
        raise errors.NotFound(f'There is no invoice "{number}".')
    return found


def of_order(session: Session, order_no: str) -> list[Invoice]:
    """All invoices of an order, credited ones included, oldest first."""
    return list(session.scalars(_OLDEST_FIRST, {"order_no": order_no}))


def latest(session: Session, order_no: str) -> Invoice | None:
    """The newest invoice of an order: the one that holds, unless it is credited."""
    return session.scalar(_LATEST, {"order_no": order_no})


def status(session: Session, invoice: Invoice) -> str:
    """One of STATUSES, from what was booked on it."""
    return statuses(session, [invoice.number])[invoice.number]


def statuses(session: Session, numbers: Iterable[str]) -> dict[str, str]:
    """The status of many invoices by number, with one query."""
    numbers = list(numbers)
    rows: dict[str, list[receivables.ReceivableEntry]] = defaultdict(list)
    entry = receivables.ReceivableEntry
    for row in session.scalars(select(entry).where(entry.invoice_no.in_(numbers))):
        rows[row.invoice_no].append(row)
    return {number: _status(rows[number]) for number in numbers}


def credit(session: Session, posting: ledger.Posting, number: str, reason: str | None) -> None:
    """Take an invoice back because its work was re-opened; what was paid for it waits as an advance for the next one."""
    receivables.credit(session, posting, number, reason)


def currency(session: Session) -> str:
    """The currency of this installation."""
    return settings.get(session, CURRENCY, "MDL")


def _status(rows: list[receivables.ReceivableEntry]) -> str:
    kinds: dict[str, int] = defaultdict(int)
    for row in reversing.standing(rows):
        kinds[row.kind] += row.amount_cents
    if rows and (receivables.CREDITED in kinds or receivables.INVOICED not in kinds):
        return CREDITED
    owed = sum(kinds.values())
    if owed > 0 or not rows:
        return PART_PAID if {receivables.PAID, receivables.SETTLED} & kinds.keys() else OPEN
    return WRITTEN_OFF if receivables.WRITTEN_OFF in kinds else PAID


def _frozen(line: Line, rate: Decimal) -> dict[str, Any]:
    total = line.total_cents
    tax = taxes.included_cents(total, rate)
    return {**asdict(line), "total_cents": total, "net_cents": total - tax, "tax_cents": tax}
