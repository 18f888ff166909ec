"""Complaints that customers make themselves, through a link of theirs: registered at once, without an account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from engine import errors, messages, roles
from engine.sentences import Sentence, _l
from processes.records import complaints, customer_links
from processes.records.complaints import Complaint
from processes.records.customer_doors import Door

#: The message that starts the process of a complaint.
MADE = "complaint_made"
#: Through which links one can complain: the one that is for nothing else, and the page of the order.
DOORS = (customer_links.COMPLAINT, customer_links.STATUS)


class ComplaintIncomplete(errors.Refused):
    """Choose what it is about and say what is wrong, then send it."""


def is_open(door: Door) -> bool:
    """Whether somebody can complain through this door: about their order, but not about a complaint."""
    return door.purpose in DOORS and door.order.order_type != complaints.PROCESS_ID


def complain(
    session: Session, door: Door, *, kind: str, text: str, wanted: str | None, now: datetime
) -> Complaint:
    """Register what the customer of an open door complains about; what one of that kind is open for is added to it.

    The same words again change nothing. Raises ComplaintIncomplete, and Refused through a door that is for something else.
    """
    if not is_open(door):
        raise errors.Refused(_l("Complaints are made through the page of the order. Open it, or call us."))
    text = text.strip()
    if kind not in complaints.KINDS or not text:
        raise ComplaintIncomplete
    if len(text) > complaints.LONGEST:
        raise ComplaintIncomplete(
            Sentence(
                _l("A complaint has at most {most} characters. Say it shorter."), most=complaints.LONGEST
            )
        )
    known = complaints.open_of(session, door.order.order_no, kind)
    if known is None or known.text != text:
        answer = {
            "about_order_no": door.order.order_no,
            "complaint_kind": kind,
            "complaint_text": text,
            "wanted_solution": (wanted or "").strip() or None,
            "channel": "web",
        }
        # Nobody's key: each complaint is an order of its own, and the process itself finds the one that is open already.
        messages.publish(session, MADE, "", answer, actor=roles.customer(door.customer.name), now=now)
        if door.purpose == customer_links.COMPLAINT:
            customer_links.use(session, door.link, answer, now=now)
    found = complaints.open_of(session, door.order.order_no, kind)
    if found is None:
        raise errors.Refused(_l("Complaints are not taken here at the moment. Call us, please."))
    return found
