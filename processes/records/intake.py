"""Intake and hand-over (Прием и передача в ремонт): the marks of a repair, and the status that follows from them (E13).

Nobody sets a status. It is a function of the marks, read from the document here and, for lists, inside the database. Each
mark is noted in the status history and moves the device: own repair takes it into the workshop, a finished one back to the
reception.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, bindparam, case, select
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from engine import errors
from engine.columns import Base
from engine.keys import new_key
from engine.sentences import Label, Sentence, _l
from engine.tables import ProcessInstance
from processes.records import audit, devices, ledger, order_status, orders, places
from processes.records.order_status import ACCEPTED, IN_WORK, ISSUED, READY
from processes.records.orders import CustomerOrder

OWN, THIRD_PARTY = VARIANTS = ("own", "third_party")
REPAIRED, WITHOUT_REPAIR = OUTCOMES = ("repaired", "without_repair")
NOT_ALLOWED = "MARK_NOT_ALLOWED"
_TOO_LATE = _l(
    'Order {order_no} is "{status}", so who repairs it can no longer be changed. Clear its last mark first.'
)
_PARTNER = _l("A service centre repairs it, so say which one.")
_NO_PARTNER = _l("Our own workshop repairs it, so there is no service centre to name.")
_WHY = _l("Order {order_no} has a repair variant already. Give a reason for choosing another one.")
_NOT_DONE = _l(
    'The mark "Repair done" is made by our own workshop on an order in work. Order {order_no} is not: look at its marks.'
)
_NOT_BACK = _l(
    'The mark "Accepted from service centre" is made on an order that a service centre has in work. '
    "Order {order_no} is not: look at its marks."
)
_WHY_UNREPAIRED = _l("Order {order_no} goes back without a repair. Say why.")
_WHY_CLEAR = _l("Clearing a mark of order {order_no} needs a reason. Give one.")
_GONE = _l("Order {order_no} is handed out, so its marks stay. Take the device in with a new order.")
_NO_MARK = _l("Order {order_no} has no mark that could be cleared.")
_POSTED = _l("The work order {number} is completed. Reverse it first, then clear the mark.")
_NOT_READY = _l('Order {order_no} is "{status}", but only a device that is ready can be handed out.')
_TO_WHOM = _l("Say who receives the device.")
_ON_SITE = _l("Order {order_no} is repaired on site, so nothing is taken in.")
_NOT_CANCELLED = _l("Order {order_no} is not cancelled. Hand its device out when it is ready.")


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
    order_no: Mapped[str] = mapped_column(ForeignKey("customer_order.order_no"), unique=True)
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

    def set_variant(
        self,
        variant: str,
        posting: ledger.Posting,
        cause: str,
        *,
        partner: str | None = None,
        reason: str | None = None,
    ) -> None:
        """State who repairs: our own workshop, or a service centre (`partner`). Another one later needs a reason (J5).

        Raises BusinessError MARK_NOT_ALLOWED once the device is ready, and without the partner or the reason.
        """
        partner = (partner or "").strip() or None
        if variant not in VARIANTS:
            raise errors.Refused(
                f'Expected the repair variant to be own or third_party, but found "{variant}".'
            )
        if (self.variant, self.partner) == (variant, partner):
            return
        if self.status not in (ACCEPTED, IN_WORK):
            _refuse(_TOO_LATE, order_no=self.order_no, status=Label(order_status.LABELS[self.status]))
        if (variant == THIRD_PARTY) != (partner is not None):
            _refuse(_PARTNER if partner is None else _NO_PARTNER)
        if self.variant is not None and not (reason or "").strip():
            _refuse(_WHY, order_no=self.order_no)
        self.variant, self.partner, self.variant_set_at = variant, partner, posting.at
        self._noted(posting, cause, reason)
        self._bring(places.WORKSHOP if variant == OWN else places.RECEPTION, posting)

    def mark_repair_done(
        self, outcome: str, posting: ledger.Posting, cause: str, reason: str | None = None
    ) -> None:
        """The mark "Repair done" (Ремонт выполнен): our own workshop has finished. Raises BusinessError MARK_NOT_ALLOWED."""
        if self._is_noted(posting):
            return
        if self.variant != OWN or self.status != IN_WORK:
            _refuse(_NOT_DONE, order_no=self.order_no)
        self._end(outcome, reason)
        self.repair_done_at = posting.at
        self._noted(posting, cause, reason)
        self._bring(places.RECEPTION, posting)

    def mark_accepted_back(
        self, outcome: str, posting: ledger.Posting, cause: str, reason: str | None = None
    ) -> None:
        """The mark "Accepted from service centre" (Принят из сервисного центра). Raises BusinessError MARK_NOT_ALLOWED."""
        if self._is_noted(posting):
            return
        if self.variant != THIRD_PARTY or self.status != IN_WORK:
            _refuse(_NOT_BACK, order_no=self.order_no)
        self._end(outcome, reason)
        self.accepted_back_at = posting.at
        self._noted(posting, cause, reason)
        self._bring(places.RECEPTION, posting)

    def clear_last_mark(self, reason: str, posting: ledger.Posting, cause: str) -> None:
        """Take back the mark that was made last, before hand-out. Raises BusinessError MARK_NOT_ALLOWED.

        A completed work order is re-opened first: what it has booked would not fit a repair that is not done.
        """
        if self._is_noted(posting):
            return
        if not reason.strip():
            _refuse(_WHY_CLEAR, order_no=self.order_no)
        if self.status == ISSUED:
            _refuse(_GONE, order_no=self.order_no)
        if self.status == ACCEPTED:
            _refuse(_NO_MARK, order_no=self.order_no)
        if self.status == READY:
            self._refuse_if_posted()
            self.outcome = self.outcome_reason = self.repair_done_at = self.accepted_back_at = None
        else:
            self.variant = self.partner = self.variant_set_at = None
        self._noted(posting, cause, reason)
        self._bring(places.WORKSHOP if self.variant == OWN else places.RECEPTION, posting)

    def mark_issued(
        self,
        recipient: str,
        posting: ledger.Posting,
        cause: str,
        *,
        id_checked: bool,
        accessories_returned: bool,
        signature: str | None = None,
    ) -> None:
        """The mark "Issued to buyer" (Выдан покупателю), final. `hand_out.hand_out` asks first whether it may be.

        Raises BusinessError MARK_NOT_ALLOWED unless the device is ready.
        """
        if self._is_noted(posting):
            return
        if self.status != READY:
            _refuse(_NOT_READY, order_no=self.order_no, status=Label(order_status.LABELS[self.status]))
        if not recipient.strip():
            _refuse(_TO_WHOM)
        self.issued_at, self.issued_by, self.recipient = posting.at, posting.by, recipient.strip()
        self.id_checked, self.accessories_returned, self.signature = (
            id_checked,
            accessories_returned,
            signature,
        )
        self._noted(posting, cause)
        session = object_session(self)
        _leave(session, orders.get(session, self.order_no), posting, self.recipient)

    def _end(self, outcome: str, reason: str | None) -> None:
        if outcome not in OUTCOMES:
            raise errors.Refused(
                f'Expected the outcome to be repaired or without_repair, but found "{outcome}".'
            )
        if outcome == WITHOUT_REPAIR and not (reason or "").strip():
            _refuse(_WHY_UNREPAIRED, order_no=self.order_no)
        self.outcome, self.outcome_reason = outcome, (reason or "").strip() or None

    def _refuse_if_posted(self) -> None:
        # Here, because the work order is a printed document, and what is printed reads this record.
        from processes.records import work_orders

        work_order = work_orders.find(object_session(self), self.order_no)
        if work_order is not None and work_order.state == "completed":
            _refuse(_POSTED, number=work_order.number)

    def _is_noted(self, posting: ledger.Posting) -> bool:
        """Whether this effect has made its mark already: an effect that is repeated does nothing."""
        changes = order_status.history(object_session(self), self.order_no)
        return any(each.effect_key == posting.effect_key for each in changes)

    def _noted(self, posting: ledger.Posting, cause: str, reason: str | None = None) -> None:
        session = object_session(self)
        session.flush()
        order_status.note(session, posting, self.status, cause, reason)

    def _bring(self, place: str, posting: ledger.Posting) -> None:
        session = object_session(self)
        places.bring(session, orders.get(session, self.order_no).device_key, place, posting)


def accept(
    session: Session,
    posting: ledger.Posting,
    cause: str,
    *,
    number: str,
    completeness: str,
    appearance: str | None = None,
    accessories: str | None = None,
) -> IntakeDocument:
    """Take the device of an order in: its document, with the first status, and the device at the reception.

    An order that has its document gives that one. Raises BusinessError MARK_NOT_ALLOWED for a repair on site.
    """
    known = of(session, posting.order_no)
    if known is not None:
        return known
    order = orders.get(session, posting.order_no, hold=True)
    if order.place == orders.ON_SITE:
        _refuse(_ON_SITE, order_no=order.order_no)
    document = IntakeDocument(
        order_no=order.order_no,
        number=number,
        accepted_at=posting.at,
        accepted_by=posting.by,
        completeness=completeness.strip(),
        appearance=appearance,
        accessories=accessories,
    )
    session.add(document)
    document._noted(posting, cause)
    document._bring(places.RECEPTION, posting)
    return document


def give_back(session: Session, posting: ledger.Posting, recipient: str) -> None:
    """Give the device of a cancelled order back to its customer; no mark is made, the order has ended.

    Raises BusinessError MARK_NOT_ALLOWED for an order that is not cancelled: its device is handed out when ready.
    """
    order = orders.get(session, posting.order_no)
    if order.cancelled_at is None:
        _refuse(_NOT_CANCELLED, order_no=order.order_no)
    if not recipient.strip():
        _refuse(_TO_WHOM)
    _leave(session, order, posting, recipient.strip())


def of(session: Session, order_no: str) -> IntakeDocument | None:
    """The intake document of an order; None for one that has none (not taken in yet, or repaired on site)."""
    return session.scalar(_OF_ORDER, {"order": order_no})


# Built once, because building a statement costs more than running it.
_OF_ORDER = select(IntakeDocument).where(IntakeDocument.order_no == bindparam("order"))
_HELD = _OF_ORDER.with_for_update().execution_options(populate_existing=True)


def get(session: Session, order_no: str) -> IntakeDocument:
    """The intake document of an order, read anew and held until the transaction ends. Raises NotFound."""
    found = session.scalar(_HELD, {"order": order_no})
    if found is None:
        raise errors.NotFound(f"Order {order_no} has no intake document. Take the device in first.")
    return found


def open_order(session: Session, device_key: int, but: str | None = None) -> CustomerOrder | None:
    """The oldest open order for a device, other than `but`: it runs, and the device was not handed out yet."""
    handed_out = select(IntakeDocument.order_no).where(IntakeDocument.issued_at.is_not(None))
    query = (
        select(CustomerOrder)
        .join(ProcessInstance, ProcessInstance.key == CustomerOrder.process_instance_key)
        .where(
            CustomerOrder.device_key == device_key,
            CustomerOrder.order_no != (but or ""),
            CustomerOrder.cancelled_at.is_(None),
            ProcessInstance.state == "active",
            CustomerOrder.order_no.not_in(handed_out),
        )
        .order_by(CustomerOrder.created_at, CustomerOrder.order_no)
    )
    return session.scalar(query.limit(1))


def _refuse(pattern: str, **places_in_it: Any) -> NoReturn:
    raise errors.BusinessError(NOT_ALLOWED, Sentence(pattern, **places_in_it))


def _leave(session: Session, order: orders.CustomerOrder, posting: ledger.Posting, recipient: str) -> None:
    """The device goes to its customer, unless another order has it in repair still: it leaves with the last of them (I9)."""
    # Two orders of one device that are handed out at once: the second one must see what the first has done.
    devices.get(session, order.device_key, hold=True)
    if open_order(session, order.device_key, but=order.order_no) is None:
        places.bring(session, order.device_key, places.CUSTOMER, posting, recipient)
