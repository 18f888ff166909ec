"""What our letters to customers say about a visit: the texts, what stands in their places, and what their link shows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine.sentences import _l
from processes.records import appointments, moments, resources
from processes.records.appointments import Appointment

#: By the header `about` of the step: head, text, the page of the link ("booking": confirm it or choose another time).
#: Besides what every letter may use there are {visit} (when), {person} (who comes) and {address}.
TEXTS = {
    "appointment": (
        _l("Your appointment: {visit}, order {order}"),
        _l(
            "We can come on {visit}: {device}. {person} will come to {address}. Confirm the time, or choose another one."
        ),
        "booking",
    ),
    "appointment_confirmed": (
        _l("It is agreed: {visit}, order {order}"),
        _l("We come on {visit}: {device}. {person} will come to {address}."),
        "status",
    ),
    "appointment_moved": (
        _l("Another time: {visit}, order {order}"),
        _l(
            "We had to move your appointment: we now come on {visit}. {person} will come to {address}. Call us if that does not suit you."
        ),
        "status",
    ),
    "appointment_reminder": (
        _l("We come on {visit}, order {order}"),
        _l("A reminder: we come on {visit}, {device}. {person} will come to {address}."),
        "status",
    ),
    "appointment_cancelled": (
        _l("Your appointment is cancelled: order {order}"),
        _l("We do not come on the day that we had agreed on: {device}. The reason: {reason}"),
        "status",
    ),
    "nobody_there": (
        _l("We were there and met nobody: order {order}"),
        _l(
            "We came to {address} as agreed and met nobody. We look for another time and write to you: {device}."
        ),
        "status",
    ),
}


def places(session: Session, order_no: str) -> dict[str, object]:
    """What stands in the places of a visit's letter: the newest appointment of the order that is open, else the newest."""
    found = newest(session, order_no)
    if found is None:
        return {"visit": "-", "person": "-", "address": "-"}
    names = [resources.get(session, login).name for login in appointments.people(session, found.key)]
    return {
        "visit": moments.said(session, found.starts_at, found.ends_at),
        "person": names,
        "address": found.address or "-",
    }


def newest(session: Session, order_no: str) -> Appointment | None:
    """The newest open appointment of an order, else its newest; None without any."""
    found = appointments.of_order(session, order_no)
    return max(found, key=lambda each: (each.is_open, each.key), default=None)


def link(session: Session, order_no: str, now: datetime) -> tuple[str | None, datetime | None]:
    """What the link of a booking shows and until when: the appointment's key, and when the visit begins."""
    found = newest(session, order_no)
    if found is None:
        return None, None
    return str(found.key), found.starts_at if found.starts_at > now else None
