"""Orders of customers, of every type: what is wanted, for which device if any, on whose account, until when (E10).

The lines are in `order_lines`, the marks and the status of a repair in `intake`. An order has no status of its own to set.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Index, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from engine import calendars, errors, settings
from engine.columns import Base
from engine.sentences import Sentence, _l
from processes.records import audit, ledger, order_lines

PAID, WARRANTY, MIXED, AT_OWN_COST, CONTRACT = KINDS = (
    "paid",
    "warranty",
    "mixed",
    "at_own_cost",
    "contract",
)
KIND_LABELS = {
    PAID: _l("Paid repair"),
    WARRANTY: _l("Warranty repair"),
    MIXED: _l("Mixed repair"),
    AT_OWN_COST: _l("Repair at our own cost"),
    CONTRACT: _l("Covered by a contract"),
}
#: Where the work is done. On site there is no intake document.
POINT, ON_SITE = PLACES = ("point", "on_site")
TERMS_SETTING = "order_terms"
#: How long an order may take when the setting `order_terms` says nothing else: {normal | urgent: {target, limit}}.
DEFAULT_TERMS: Mapping[str, Mapping[str, str]] = {
    "normal": {"target": "P30D", "limit": "P60D"},
    "urgent": {"target": "PT24H", "limit": "PT48H"},
}


class CustomerOrder(audit.Audited, Base):
    """One order of a customer; `order_no` is the business key of its process instance.

    order_type: the process that the order follows, such as repair_intake. complaint: what the customer wants, in a few words.
    device_key: what is repaired or looked after; None when the order is about no device that we know.
    address: where the work is done when it is done at the customer's. contract_no: the contract that it belongs to.
    target_at: until when we want to be done; limit_at: until when we must be. urgent_since: from when an urgent order counts.
    mileage_km: what the counter of a vehicle showed when it came; it differs from order to order, so it is no fact of the device.
    """

    __tablename__ = "customer_order"
    __table_args__ = (
        CheckConstraint(f"repair_kind IN {KINDS!r}", name="repair_kind"),
        CheckConstraint(f"place IN {PLACES!r}", name="place"),
        CheckConstraint("length(complaint) > 0", name="complaint"),
        CheckConstraint("limit_at >= target_at", name="terms"),
        CheckConstraint("mileage_km >= 0", name="mileage"),
        CheckConstraint("urgent = (urgent_since IS NOT NULL)", name="urgent"),
        CheckConstraint("surcharge_waived_reason IS NULL OR urgent", name="waived"),
        CheckConstraint("cancelled_at IS NULL OR cancelled_reason IS NOT NULL", name="cancelled"),
        Index("ix_customer_order_device", "device_key", "created_at"),
        Index("ix_customer_order_customer", "customer_key", "created_at"),
        Index("ix_customer_order_contract", "contract_no", "created_at"),
        CheckConstraint("place = 'point' OR coalesce(length(address), 0) > 0", name="address"),
        CheckConstraint("repair_kind <> 'contract' OR contract_no IS NOT NULL", name="contract"),
    )
    order_no: Mapped[str] = mapped_column(primary_key=True)
    process_instance_key: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("process_instance.key"), unique=True
    )
    order_type: Mapped[str]
    customer_key: Mapped[int] = mapped_column(ForeignKey("customer.key"))
    device_key: Mapped[int | None] = mapped_column(ForeignKey("device.key"))
    contract_no: Mapped[str | None]
    repair_kind: Mapped[str]
    place: Mapped[str]
    address: Mapped[str | None]
    urgent: Mapped[bool] = mapped_column(Boolean)
    urgent_since: Mapped[datetime | None]
    channel: Mapped[str]
    complaint: Mapped[str]
    mileage_km: Mapped[int | None]
    fault_code: Mapped[str | None]
    cause: Mapped[str | None]
    findings: Mapped[str | None]
    promised_date: Mapped[date]
    target_at: Mapped[datetime]
    limit_at: Mapped[datetime]
    surcharge_waived_reason: Mapped[str | None]
    parent_order_no: Mapped[str | None] = mapped_column(ForeignKey("customer_order.order_no"))
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    cancelled_at: Mapped[datetime | None]
    cancelled_reason: Mapped[str | None]

    @property
    def terms(self) -> dict[str, str]:
        """How long it may take, as ISO durations: {target: "PT24H", limit: "PT48H"}."""
        return terms(object_session(self), urgent=self.urgent)

    def change_kind(self, repair_kind: str) -> None:
        """Say on whose account it is. The lines follow in `order_lines.follow_kind`. Raises Refused."""
        self.repair_kind = _known_kind(repair_kind)

    def make_urgent(self, at: datetime) -> None:
        """Let the short terms count from now; an order that is urgent already keeps its own."""
        if not self.urgent:
            self.urgent, self.urgent_since = True, at
            self._count_terms(at)

    def make_normal(self) -> None:
        """Let the long terms count again from the day the order came; a waived surcharge is forgotten."""
        if self.urgent:
            self.urgent, self.urgent_since, self.surcharge_waived_reason = False, None, None
            self._count_terms(self.created_at)

    def waive_surcharge(self, reason: str) -> None:
        """Charge nothing more for being urgent. Raises Refused without a reason, or when it is not urgent."""
        if not self.urgent:
            raise errors.Refused(
                Sentence(
                    _l("Order {number} is not urgent, so it has no surcharge to waive."), number=self.order_no
                )
            )
        if not reason.strip():
            raise errors.Refused(_l("Waiving the surcharge for urgency needs a reason. Give one."))
        self.surcharge_waived_reason = reason.strip()

    def diagnose(self, fault_code: str, cause: str, findings: str | None) -> None:
        """Write down what is broken and why."""
        self.fault_code, self.cause, self.findings = fault_code, cause, findings

    def cancel(self, reason: str, at: datetime) -> None:
        """The order ends without a result; what it booked is taken back elsewhere. A cancelled one stays as it is."""
        if self.cancelled_at is None:
            self.cancelled_at, self.cancelled_reason = at, reason

    def _count_terms(self, start: datetime) -> None:
        self.target_at, self.limit_at = _moments(object_session(self), self.terms, start)


def open_order(
    session: Session,
    posting: ledger.Posting,
    *,
    order_type: str,
    customer_key: int,
    device_key: int | None,
    repair_kind: str,
    complaint: str,
    channel: str = "walk_in",
    urgent: bool = False,
    promised_date: date | None = None,
    parent_order_no: str | None = None,
    place: str = POINT,
    address: str | None = None,
    contract_no: str | None = None,
    mileage_km: int | None = None,
) -> CustomerOrder:
    """Open the order of `posting`; one that is open already is given back. Without a promised day it is the target's.

    Raises Refused for a kind or a place that there is not, and for work at the customer's without an address.
    """
    known = find(session, posting.order_no)
    if known is not None:
        return known
    if place not in PLACES:
        raise errors.Refused(f'Expected the place to be point or on_site, but found "{place}".')
    if place == ON_SITE and not (address or "").strip():
        raise errors.Refused(_l("Work at the customer's needs an address. Write it down."))
    target_at, limit_at = _moments(session, terms(session, urgent=urgent), posting.at)
    order = CustomerOrder(
        order_no=posting.order_no,
        process_instance_key=posting.process_instance_key,
        order_type=order_type,
        customer_key=customer_key,
        device_key=device_key,
        contract_no=contract_no,
        repair_kind=_known_kind(repair_kind),
        place=place,
        address=(address or "").strip() or None,
        urgent=urgent,
        urgent_since=posting.at if urgent else None,
        channel=channel,
        complaint=complaint.strip(),
        mileage_km=mileage_km,
        promised_date=promised_date or day(session, target_at),
        target_at=target_at,
        limit_at=limit_at,
        parent_order_no=parent_order_no,
        created_at=posting.at,
        created_by=posting.by,
    )
    session.add(order)
    session.flush()
    return order


#: Built once, because building a statement costs more than running it.
_HELD = (
    select(CustomerOrder)
    .where(CustomerOrder.order_no == bindparam("order"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def get(session: Session, order_no: str, *, hold: bool = False) -> CustomerOrder:
    """The order of that number; with `hold` nobody else changes it until the transaction ends. Raises NotFound."""
    found = session.scalar(_HELD, {"order": order_no}) if hold else session.get(CustomerOrder, order_no)
    if found is None:
        raise errors.NotFound(f"There is no order {order_no} of a customer.")
    return found


def find(session: Session, order_no: str) -> CustomerOrder | None:
    """The order of that number, or None."""
    return session.get(CustomerOrder, order_no)


def lines(session: Session, order_no: str) -> list[order_lines.OrderLine]:
    """The lines of an order, dropped ones included, in the order they were written."""
    return order_lines.of(session, order_no)


def terms(session: Session, *, urgent: bool) -> dict[str, str]:
    """How long an order may take, as ISO durations: {target, limit}; what the setting leaves out is as in DEFAULT_TERMS."""
    name = "urgent" if urgent else "normal"
    chosen = settings.get(session, TERMS_SETTING, {})
    return {**DEFAULT_TERMS[name], **chosen.get(name, {})}


def day(session: Session, at: datetime) -> date:
    """The day that it is at the shop at that moment."""
    return at.astimezone(ZoneInfo(settings.calendar(session).time_zone)).date()


def _moments(session: Session, found: Mapping[str, str], start: datetime) -> tuple[datetime, datetime]:
    zone = settings.calendar(session).time_zone
    target, limit = (calendars.duration(found[name]).after(start, zone) for name in ("target", "limit"))
    return target, limit


def _known_kind(repair_kind: str) -> str:
    if repair_kind not in KINDS:
        raise errors.Refused(
            f'Expected the repair kind to be one of {", ".join(KINDS)}, but found "{repair_kind}".'
        )
    return repair_kind
