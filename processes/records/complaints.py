"""Complaints: about which order, what the customer wants, what was found, offered and agreed (E23, F23).

A complaint is an order of its own (`CustomerOrder` of the type complaint, whose parent is the order that it is about). Of one
order and one kind only one is open: the database refuses a second.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Index, exc, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base, PlainJson
from engine.sentences import Sentence, _l
from processes.records import audit, frozen, orders, reversing
from processes.records.ledger import Posting

ORDER_UNKNOWN = "ORDER_UNKNOWN"
PROCESS_ID = "complaint"
#: What a complaint is about, with its name for people.
KINDS = {
    "quality": _l("Quality"),
    "delivery": _l("Delivery"),
    "installation": _l("Installation"),
    "service": _l("Service"),
    "billing": _l("Billing"),
}
#: Which role looks into it.
DEPARTMENTS = {
    "quality": "Inspector",
    "delivery": "Delivery",
    "installation": "Installer",
    "service": "Master",
    "billing": "Accountant",
}
#: What the customer gets.
REMEDIES = {
    "repair": _l("It is repaired"),
    "replace": _l("Another one is delivered"),
    "refund": _l("Money back"),
    "discount": _l("A lower price"),
    "explanation": _l("An explanation"),
}
#: Where it came from.
CAUSES = {
    "material": _l("Faulty material or part"),
    "workmanship": _l("Faulty work"),
    "transport": _l("Damage on the way"),
    "delay": _l("Too late"),
    "behaviour": _l("Behaviour of staff"),
    "wrong_information": _l("Wrong information"),
    "invoice_error": _l("Error in the invoice"),
    "use": _l("Use by the customer"),
    "none": _l("Nothing was wrong"),
}
SOLVED, UNRESOLVED, WITHDRAWN = OUTCOMES = ("solved", "unresolved", "withdrawn")
OUTCOME_LABELS = {
    SOLVED: _l("Solved"),
    UNRESOLVED: _l("Not solved"),
    WITHDRAWN: _l("Withdrawn"),
}
LONGEST = 4000


class Complaint(audit.Audited, Base):
    """One complaint. complaint_no: its own number as an order; about_order_no: the order that it is about.

    offer_version: how many offers were made; the offered_ columns hold the last. cost_cents: what the remedies cost us.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        # One that is open of an order and a kind.
        Index(
            "uq_complaint_open",
            "about_order_no",
            "kind",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        CheckConstraint(f"kind IN {tuple(KINDS)!r}", name="kind"),
        CheckConstraint(f"cause IN {tuple(CAUSES)!r}", name="cause"),
        CheckConstraint(f"outcome IN {OUTCOMES!r}", name="outcome"),
        CheckConstraint("length(text) > 0", name="text"),
        CheckConstraint("about_order_no <> complaint_no", name="about"),
        CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed"),
        # What is solved has a cause: else nothing is learnt from it.
        CheckConstraint("coalesce(outcome, '') <> 'solved' OR cause IS NOT NULL", name="root_cause"),
        CheckConstraint("offered_cents >= 0 AND cost_cents >= 0 AND offer_version >= 0", name="amounts"),
    )
    complaint_no: Mapped[str] = mapped_column(ForeignKey("customer_order.order_no"), primary_key=True)
    process_instance_key: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("process_instance.key"), unique=True
    )
    about_order_no: Mapped[str] = mapped_column(ForeignKey("customer_order.order_no"))
    kind: Mapped[str] = mapped_column(index=True)
    text: Mapped[str]
    wanted: Mapped[str | None]
    channel: Mapped[str]
    registered_at: Mapped[datetime] = mapped_column(index=True)
    registered_by: Mapped[str]
    first_answer_at: Mapped[datetime | None]
    cause: Mapped[str | None] = mapped_column(index=True)
    findings: Mapped[str | None]
    lot_no: Mapped[str | None]
    employee: Mapped[str | None] = mapped_column(ForeignKey("person.login"))
    in_warranty: Mapped[bool] = mapped_column(Boolean, default=False)
    offer_version: Mapped[int] = mapped_column(default=0)
    offered: Mapped[list[Any]] = mapped_column(PlainJson, default=list)
    offer_text: Mapped[str | None]
    offered_cents: Mapped[int] = mapped_column(default=0)
    cost_cents: Mapped[int] = mapped_column(default=0)
    decision: Mapped[str | None]
    decision_reason: Mapped[str | None]
    outcome: Mapped[str | None]
    closed_at: Mapped[datetime | None]

    def answer_first(self, at: datetime) -> None:
        """Note when the customer heard from us first; the first time counts."""
        self.first_answer_at = self.first_answer_at or at

    def find_out(
        self,
        cause: str,
        findings: str,
        *,
        lot_no: str | None = None,
        employee: str | None = None,
        in_warranty: bool = False,
    ) -> None:
        """Write down what the department found. Raises Refused for a cause that there is not."""
        if cause not in CAUSES:
            raise errors.Refused(f'Expected a cause of {", ".join(CAUSES)}, but found "{cause}".')
        self.cause, self.findings = cause, findings.strip()
        self.lot_no, self.employee = (lot_no or "").strip() or None, employee or None
        self.in_warranty = bool(in_warranty)

    def offer(self, remedies: Iterable[str], text: str, amount_cents: int, cost_cents: int) -> int:
        """Offer a solution: the next version of it, which is given back. Raises Refused for one that is none.

        amount_cents: what the customer gets back, for a refund or a lower price.
        """
        remedies = [remedy for remedy in REMEDIES if remedy in set(remedies)]
        if not remedies or not text.strip():
            raise errors.Refused(_l("An offer needs at least one remedy and a word to the customer."))
        gives_money = bool({"refund", "discount"} & set(remedies))
        if gives_money != (amount_cents > 0):
            raise errors.Refused(
                _l("Money back or a lower price needs an amount above 0; without them there is none.")
            )
        self.offer_version += 1
        self.offered, self.offer_text = remedies, text.strip()
        self.offered_cents, self.cost_cents = amount_cents, cost_cents
        self.decision = self.decision_reason = None
        return self.offer_version

    def decide(self, decision: str, reason: str | None) -> None:
        """Write the customer's answer to the last offer: accepted, declined or expired."""
        self.decision, self.decision_reason = decision, (reason or "").strip() or None

    def close(self, outcome: str, at: datetime) -> None:
        """End it; a closed one stays as it is. Raises Refused when it is solved and nobody says what was the cause."""
        if self.closed_at is not None:
            return
        if outcome == SOLVED and self.cause is None:
            raise errors.Refused(_l("Say what the cause was before the complaint is closed as solved."))
        self.outcome, self.closed_at = outcome, at


frozen.keep(Complaint.__table__, "complaint_no", "about_order_no", "kind", "text", "registered_at")


@dataclass(frozen=True, slots=True)
class Cause:
    """How often a cause stood behind complaints of a kind, and what that cost."""

    kind: str
    cause: str
    count: int
    cost_cents: int


def register(
    session: Session,
    posting: Posting,
    *,
    about_order_no: str,
    kind: str,
    text: str,
    wanted: str | None = None,
    channel: str = "phone",
) -> Complaint | None:
    """Register the complaint of `posting` as an order of its own, once; None when one of that kind is open for the order.

    Raises BusinessError ORDER_UNKNOWN for an order that there is not, Refused for an empty text or an unknown kind.
    """
    known = find(session, posting.order_no)
    if known is not None:
        return known
    about = about_of(session, about_order_no)
    if kind not in KINDS:
        raise errors.Refused(f'Expected a complaint about {", ".join(KINDS)}, but found "{kind}".')
    if not text.strip():
        raise errors.Refused(_l("Write down what the customer complains about."))
    if open_of(session, about.order_no, kind) is not None:
        return None
    orders.open_order(
        session,
        posting,
        order_type=PROCESS_ID,
        customer_key=about.customer_key,
        device_key=about.device_key,
        repair_kind=orders.AT_OWN_COST,
        complaint=text.strip()[:LONGEST],
        channel=channel,
        parent_order_no=about.order_no,
    )
    row = Complaint(
        complaint_no=posting.order_no,
        process_instance_key=posting.process_instance_key,
        about_order_no=about.order_no,
        kind=kind,
        text=text.strip()[:LONGEST],
        wanted=(wanted or "").strip() or None,
        channel=channel,
        registered_at=posting.at,
        registered_by=posting.by,
        offered=[],
    )
    try:
        with session.begin_nested():
            session.add(row)
    except exc.IntegrityError:
        # Somebody registered the same between our look and our writing. Any other fault finds none and goes on.
        if open_of(session, about.order_no, kind) is None:
            raise
        return None
    return row


def withdraw(session: Session, posting: Posting, _reason: str | None) -> int:
    """End the complaint of `posting` without a result, as its order is cancelled; returns 1 where there was an open one."""
    row = find(session, posting.order_no)
    if row is None or row.closed_at is not None:
        return 0
    row.close(WITHDRAWN, posting.at)
    session.flush()
    return 1


reversing.on_cancel(withdraw)


def about_of(session: Session, order_no: str) -> orders.CustomerOrder:
    """The order that a complaint is about. Raises BusinessError ORDER_UNKNOWN: none, or itself a complaint."""
    found = orders.find(session, (order_no or "").strip())
    if found is None or found.order_type == PROCESS_ID:
        raise errors.BusinessError(
            ORDER_UNKNOWN,
            Sentence(
                _l('There is no order "{order}" that a complaint could be about. Look its number up.'),
                order=order_no or "-",
            ),
        )
    return found


def get(session: Session, complaint_no: str) -> Complaint:
    """The complaint of that number. Raises NotFound."""
    found = session.get(Complaint, complaint_no)
    if found is None:
        raise errors.NotFound(f"There is no complaint {complaint_no}.")
    return found


def find(session: Session, complaint_no: str) -> Complaint | None:
    """The complaint of that number, or None."""
    return session.get(Complaint, complaint_no)


def open_of(session: Session, about_order_no: str, kind: str) -> Complaint | None:
    """The complaint of a kind that is open for an order, or None."""
    query = select(Complaint).where(
        Complaint.about_order_no == about_order_no, Complaint.kind == kind, Complaint.closed_at.is_(None)
    )
    return session.scalar(query)


def of_order(session: Session, about_order_no: str) -> list[Complaint]:
    """The complaints about an order, oldest first."""
    query = select(Complaint).where(Complaint.about_order_no == about_order_no)
    return list(session.scalars(query.order_by(Complaint.registered_at, Complaint.complaint_no)))


def root_causes(
    session: Session, since: datetime | None = None, until: datetime | None = None
) -> list[Cause]:
    """How often each cause stood behind closed complaints of each kind, and what it cost; the most frequent first."""
    query = select(
        Complaint.kind, Complaint.cause, func.count(), func.coalesce(func.sum(Complaint.cost_cents), 0)
    ).where(Complaint.closed_at.is_not(None), Complaint.cause.is_not(None))
    if since is not None:
        query = query.where(Complaint.closed_at >= since)
    if until is not None:
        query = query.where(Complaint.closed_at < until)
    rows = session.execute(query.group_by(Complaint.kind, Complaint.cause)).all()
    found = [Cause(kind, cause, count, int(cents)) for kind, cause, count, cents in rows]
    return sorted(found, key=lambda each: (-each.count, each.kind, each.cause))
