"""Work of service centres on devices of ours: where the device went, what it is to cost, when it is back (F02).

A device at a service centre has exactly one open job. What the service centre charges is booked once as cost of the order; a claim
because its work was no good is a job of its own that costs nothing more.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base, Key, key_column
from engine.sentences import Sentence, _l
from processes.records import (
    audit,
    journal,
    ledger,
    order_costs,
    order_lines,
    orders,
    places,
    supplier_invoices,
    suppliers,
)

REFUSED = "PARTNER_REFUSED"
CHOSEN, SENT, BACK, ENDED = STATES = ("chosen", "sent", "back", "ended")
#: {repair kind: who bears what a service centre charges}
_BEARERS = {
    orders.WARRANTY: order_lines.WARRANTY,
    orders.AT_OWN_COST: order_lines.COMPANY,
    orders.CONTRACT: order_lines.CONTRACT,
}
_ACCOUNTS = {
    order_lines.CLIENT: journal.COST_OF_REPAIRS,
    order_lines.COMPANY: journal.COST_OF_REPAIRS,
    order_lines.WARRANTY: journal.WARRANTY_COST,
    order_lines.CONTRACT: journal.COST_OF_CONTRACTS,
}
_NO_CENTRE = _l('"{supplier}" is no service centre that takes work now. Choose another one.')
_NONE = _l("Order {order_no} is with no service centre. Choose one first.")
_NOT_SENT = _l("The device of order {order_no} was not sent to {partner} yet, or is back already.")
_NO_ACT = _l("Say the number of the act or invoice of {partner}: without it its charge cannot be booked.")


class PartnerJob(audit.Audited, Base):
    """One stay at a service centre. number: 1, 2, 3 ... of the order; claim_of: the job that was no good.

    quoted_cents: what they say it will cost; cost_cents: what they charge, None until it is back.
    """

    __tablename__ = "partner_job"
    __table_args__ = (
        UniqueConstraint("order_no", "number"),
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        CheckConstraint("quoted_cents >= 0 AND cost_cents >= 0 AND expected_cents >= 0", name="money"),
        CheckConstraint("state = 'chosen' OR sent_at IS NOT NULL OR state = 'ended'", name="sent"),
        CheckConstraint("state <> 'back' OR back_at IS NOT NULL", name="back"),
        # The item is at one place at most.
        Index(
            "uq_partner_job_open",
            "order_no",
            unique=True,
            sqlite_where=text("state IN ('chosen', 'sent')"),
            postgresql_where=text("state IN ('chosen', 'sent')"),
        ),
    )
    key: Key = key_column()
    process_instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"), index=True)
    order_no: Mapped[str] = mapped_column(ForeignKey("customer_order.order_no"))
    number: Mapped[int]
    supplier_id: Mapped[str] = mapped_column(ForeignKey("supplier.supplier_id"), index=True)
    claim_of: Mapped[int | None] = mapped_column(ForeignKey("partner_job.key"))
    vendor_warranty: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str]
    expected_back_on: Mapped[date]
    expected_cents: Mapped[int | None]
    packing_list: Mapped[str | None]
    tracking: Mapped[str | None]
    chosen_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    quoted_cents: Mapped[int | None]
    quoted_work: Mapped[str | None]
    back_at: Mapped[datetime | None]
    condition: Mapped[str | None]
    act_no: Mapped[str | None]
    cost_cents: Mapped[int | None]
    warranty_until: Mapped[date | None]
    end_reason: Mapped[str | None]


def choose(
    session: Session,
    posting: ledger.Posting,
    supplier_id: str,
    expected_back_on: date,
    *,
    expected_cents: int | None = None,
    vendor_warranty: bool = False,
) -> PartnerJob:
    """Begin a job for the order of `posting`; one that is chosen and not sent yet is changed.

    After a job that came back and was no good this is a claim. Raises BusinessError PARTNER_REFUSED.
    """
    centre = suppliers.get(session, supplier_id)
    if centre.kind != suppliers.SERVICE_CENTRE or not centre.is_active:
        raise errors.BusinessError(REFUSED, Sentence(_NO_CENTRE, supplier=centre.name))
    jobs = of(session, posting.order_no)
    row = next((each for each in jobs if each.state == CHOSEN), None)
    if row is None:
        before = next((each for each in reversed(jobs) if each.state == BACK), None)
        is_claim = before is not None and before.supplier_id == supplier_id
        row = PartnerJob(
            process_instance_key=posting.process_instance_key,
            order_no=posting.order_no,
            number=len(jobs) + 1,
            claim_of=before.key if is_claim else None,
            state=CHOSEN,
            chosen_at=posting.at,
        )
    row.supplier_id, row.expected_back_on = supplier_id, expected_back_on
    row.expected_cents, row.vendor_warranty = expected_cents, vendor_warranty
    session.add(row)
    session.flush()
    return row


def send(session: Session, posting: ledger.Posting, packing_list: str, tracking: str | None) -> PartnerJob:
    """The device leaves for the service centre: workshop or reception -> service centre (L3), once."""
    row = current(session, posting.order_no)
    if row.state == CHOSEN:
        order = orders.get(session, posting.order_no)
        partner = suppliers.get(session, row.supplier_id)
        places.bring(session, order.device_key, places.PARTNER, posting, partner.name)
        row.state, row.sent_at = SENT, posting.at
        row.packing_list, row.tracking = packing_list.strip(), (tracking or "").strip() or None
        session.flush()
    return row


def take_back(session: Session, posting: ledger.Posting, condition: str | None = None) -> PartnerJob:
    """The device is here again: service centre -> workshop (L3), once. Raises BusinessError PARTNER_REFUSED."""
    row = latest(session, posting.order_no)
    if row is not None and row.state == BACK:
        return row
    if row is None or row.state != SENT:
        partner = suppliers.get(session, row.supplier_id).name if row else "-"
        raise errors.BusinessError(REFUSED, Sentence(_NOT_SENT, order_no=posting.order_no, partner=partner))
    order = orders.get(session, posting.order_no)
    places.bring(session, order.device_key, places.WORKSHOP, posting)
    row.state, row.back_at, row.condition = BACK, posting.at, condition
    session.flush()
    return row


def charge(
    session: Session,
    posting: ledger.Posting,
    cost_cents: int,
    act_no: str | None,
    warranty_until: date | None = None,
) -> PartnerJob:
    """Book what the service centre charges for the job that is back: its invoice, and the order's cost, once.

    Nothing to pay makes no row. Raises BusinessError PARTNER_REFUSED for a charge without the number of its act.
    """
    row = latest(session, posting.order_no)
    if row is None or row.state != BACK:
        raise errors.BusinessError(REFUSED, Sentence(_NONE, order_no=posting.order_no))
    if row.cost_cents is not None:
        return row
    partner = suppliers.get(session, row.supplier_id)
    if cost_cents and not (act_no or "").strip():
        raise errors.BusinessError(REFUSED, Sentence(_NO_ACT, partner=partner.name))
    row.cost_cents, row.warranty_until = cost_cents, warranty_until
    row.act_no = (act_no or "").strip() or None
    if cost_cents:
        day = orders.day(session, posting.at)
        description = row.quoted_work or partner.name
        supplier_invoices.of_partner(
            session, posting, partner.supplier_id, row.act_no, day, cost_cents, description
        )
        payer = bearer(session, posting.order_no)
        order_costs.book(session, posting, "third_party", f"partner_job:{row.key}", {payer: cost_cents})
        line = journal.Line(_ACCOUNTS[payer], journal.PARTNERS, cost_cents)
        journal.post(session, posting, f"{partner.supplier_id} {row.act_no}", [line])
    session.flush()
    return row


def end(session: Session, posting: ledger.Posting, reason: str) -> None:
    """A job that was chosen and not sent is given up: somebody else repairs it."""
    row = latest(session, posting.order_no)
    if row is not None and row.state == CHOSEN:
        row.state, row.end_reason = ENDED, reason.strip()
        session.flush()


def bearer(session: Session, order_no: str) -> str:
    """Who bears what a service centre charges for an order, by the kind of the repair."""
    return _BEARERS.get(orders.get(session, order_no).repair_kind, order_lines.CLIENT)


def of(session: Session, order_no: str) -> list[PartnerJob]:
    """The jobs of an order, oldest first."""
    query = select(PartnerJob).where(PartnerJob.order_no == order_no)
    return list(session.scalars(query.order_by(PartnerJob.number)))


def latest(session: Session, order_no: str) -> PartnerJob | None:
    """The newest job of an order that was not given up."""
    return next((each for each in reversed(of(session, order_no)) if each.state != ENDED), None)


def current(session: Session, order_no: str) -> PartnerJob:
    """The job that is chosen or sent. Raises BusinessError PARTNER_REFUSED."""
    row = latest(session, order_no)
    if row is None or row.state not in (CHOSEN, SENT):
        raise errors.BusinessError(REFUSED, Sentence(_NONE, order_no=order_no))
    return row
