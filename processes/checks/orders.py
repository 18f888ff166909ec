"""Orders on their way: each device at one place, each status what its marks say, one answer to a quote (I9, I10, I28)."""

from __future__ import annotations

from sqlalchemy import Executable, func, or_, select, union_all
from sqlalchemy.orm import aliased

from engine.sentences import _l
from processes.checks.check import Check, asked
from processes.records import order_status, places
from processes.records.intake import IntakeDocument
from processes.records.order_status import StatusChange
from processes.records.orders import CustomerOrder
from processes.records.places import ItemMovement
from processes.records.quotes import QuoteVersion
from processes.records.work_orders import WorkOrder


@asked
def _jumps() -> Executable:
    before = aliased(ItemMovement)
    query = (
        select(
            ItemMovement.device_key.label("row"),
            ItemMovement.from_place.label("left"),
            before.to_place.label("was_at"),
        )
        .outerjoin(
            before,
            (before.device_key == ItemMovement.device_key) & (before.number == ItemMovement.number - 1),
        )
        .where(
            func.coalesce(before.to_place, places.CUSTOMER) != ItemMovement.from_place,
        )
    )
    twins = (
        select(
            ItemMovement.device_key.label("row"),
            func.min(ItemMovement.from_place).label("left"),
            func.max(ItemMovement.to_place).label("was_at"),
        )
        .group_by(ItemMovement.device_key, ItemMovement.number)
        .having(func.count() > 1)
    )
    return union_all(query, twins)


@asked
def _lost() -> Executable:
    last = (
        select(ItemMovement.to_place)
        .where(ItemMovement.device_key == CustomerOrder.device_key)
        .order_by(ItemMovement.number.desc())
        .limit(1)
        .correlate(CustomerOrder)
        .scalar_subquery()
    )
    at = func.coalesce(last, places.CUSTOMER)
    return (
        select(IntakeDocument.order_no.label("row"), at.label("place"))
        .join(CustomerOrder, CustomerOrder.order_no == IntakeDocument.order_no)
        .where(
            IntakeDocument.issued_at.is_(None),
            CustomerOrder.cancelled_at.is_(None),
            at == places.CUSTOMER,
        )
    )


@asked
def _statuses() -> Executable:
    last = (
        select(StatusChange.to_status)
        .where(StatusChange.order_no == IntakeDocument.order_no)
        .order_by(StatusChange.number.desc())
        .limit(1)
        .correlate(IntakeDocument)
        .scalar_subquery()
    )
    return select(
        IntakeDocument.order_no.label("row"),
        IntakeDocument.status.label("marked"),
        last.label("noted"),
    ).where(func.coalesce(last, "") != IntakeDocument.status)


@asked
def _transitions() -> Executable:
    before = aliased(StatusChange)
    allowed = [
        (StatusChange.from_status == start if start else StatusChange.from_status.is_(None))
        & StatusChange.to_status.in_(following)
        for start, following in order_status.TRANSITIONS.items()
    ]
    return (
        select(
            StatusChange.order_no.label("row"),
            StatusChange.from_status.label("left"),
            StatusChange.to_status.label("reached"),
            before.to_status.label("was"),
        )
        .outerjoin(
            before,
            (before.order_no == StatusChange.order_no) & (before.number == StatusChange.number - 1),
        )
        .where(
            or_(
                ~or_(*allowed),
                func.coalesce(before.to_status, "") != func.coalesce(StatusChange.from_status, ""),
            )
        )
    )


@asked
def _answers() -> Executable:
    """Versions of a quote that still wait for an answer although a newer one was made."""
    newer = aliased(QuoteVersion)
    return select(
        QuoteVersion.order_no.label("row"),
        QuoteVersion.version.label("version"),
        QuoteVersion.state.label("state"),
    ).where(
        QuoteVersion.state.in_(("draft", "sent")),
        select(newer.key)
        .where(newer.order_no == QuoteVersion.order_no, newer.version > QuoteVersion.version)
        .exists(),
    )


@asked
def _cancelled() -> Executable:
    """Cancelled orders whose work order or quote goes on."""
    work = (
        select(WorkOrder.order_no.label("row"), WorkOrder.number.label("document"))
        .join(CustomerOrder, CustomerOrder.order_no == WorkOrder.order_no)
        .where(CustomerOrder.cancelled_at.is_not(None), WorkOrder.state != "cancelled")
    )
    quote = (
        select(QuoteVersion.order_no.label("row"), func.min("quote").label("document"))
        .join(CustomerOrder, CustomerOrder.order_no == QuoteVersion.order_no)
        .where(CustomerOrder.cancelled_at.is_not(None), QuoteVersion.state == "sent")
        .group_by(QuoteVersion.order_no)
    )
    return union_all(work, quote)


_MARKS = _l("Clear or set the mark again; nobody writes a status.")

CHECKS = (
    Check(
        "I9",
        _l("A device moves from the place where it is, so it is at exactly one."),
        _jumps,
        _l("The device {row} left {left}, but it was at {was_at}."),
        _l("Look where it is, and move it there."),
    ),
    Check(
        "I9",
        _l("A device that was taken in and not handed out is in the house or with a partner."),
        _lost,
        _l("The device of {row} was not handed out, but is at {place}."),
        _l("Look where it is, and move it there, or hand it out."),
    ),
    Check(
        "I10",
        _l("The status of an order is what its marks say, and the last that its history noted."),
        _statuses,
        _l("The marks of {row} say {marked}, but its history says {noted}."),
        _MARKS,
    ),
    Check(
        "I28",
        _l("A status follows the one before, by an allowed step."),
        _transitions,
        _l("{row} went from {left} to {reached}, after it was {was}."),
        _MARKS,
    ),
    Check(
        "I28",
        _l("Only the newest version of a quote waits for an answer."),
        _answers,
        _l("Version {version} of the quote of {row} is {state}, although there is a newer one."),
        _l("Withdraw the old version."),
    ),
    Check(
        "I28",
        _l("Nothing goes on of a cancelled order."),
        _cancelled,
        _l("{row} is cancelled, but its {document} goes on."),
        _l("Cancel it too."),
    ),
)
