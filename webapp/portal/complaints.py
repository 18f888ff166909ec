"""What customers read of complaints: which they have made about an order and how each stands, what we offer, what can be said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from engine.sentences import Money
from processes.records import complaints, invoices, money
from processes.records.complaints import Complaint
from processes.records.customer_doors import Door
from webapp.language import label


@dataclass(frozen=True, slots=True)
class Made:
    """A complaint as whoever made it reads it. state: in words."""

    number: str
    kind: str
    text: str
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """What we offer: in our words, by name, and the amount that the customer gets, if there is one."""

    kind: str
    complaint: str
    text: str
    remedies: list[str]
    amount: Money | None


def read(session: Session, door: Door, typed: dict[str, str]) -> dict[str, Any]:
    """The page on which one complains: the kinds to choose from, what was typed, what was complained about before."""
    return {
        "kinds": [(kind, label(text)) for kind, text in complaints.KINDS.items()],
        "typed": typed,
        "made": [_made(each) for each in complaints.of_order(session, door.order.order_no)],
    }


def offer(session: Session, door: Door) -> dict[str, Any]:
    """The page on which one answers our offer; the order behind the link is the complaint."""
    found = complaints.get(session, door.order.order_no)
    amount = Money(money.units(found.offered_cents), invoices.currency(session))
    remedies = [label(complaints.REMEDIES[each]) for each in found.offered]
    return {
        "offer": Offer(
            label(complaints.KINDS[found.kind]),
            found.text,
            found.offer_text or "",
            remedies,
            amount if found.offered_cents else None,
        ),
        "decisions": {"accepted": gettext("You accepted it."), "declined": gettext("You did not accept it.")},
    }


def _made(complaint: Complaint) -> Made:
    return Made(
        complaint.complaint_no,
        label(complaints.KINDS[complaint.kind]),
        complaint.text,
        _state(complaint),
        complaint.registered_at,
    )


def _state(complaint: Complaint) -> str:
    if complaint.outcome is not None:
        return label(complaints.OUTCOME_LABELS[complaint.outcome])
    if complaint.decision == "accepted":
        return gettext("We are making it good")
    if complaint.offer_version:
        return gettext("We have sent you an offer")
    return gettext("We are looking into it")
