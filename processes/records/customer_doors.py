"""What a customer's link opens now: the order behind it, whether an answer is still awaited, what was answered; and the answer.

The pages of the portal and the stories of the processes go through the same door.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import roles, user_tasks
from engine.errors import Conflict, Refused, UserTaskClosed
from engine.sentences import Sentence, _l
from engine.tables import History, UserTask
from processes.records import customer_links, customers, devices, orders, quotes
from processes.records.customer_links import CustomerLink

#: The pages that answer a user task; the others only show.
ASKING = (
    customer_links.QUOTE,
    customer_links.CLARIFY,
    customer_links.SURVEY,
    customer_links.BOOKING,
    customer_links.SOLUTION,
)


class LinkOver(Refused):
    """This link is over. Ask us for a new one."""

    status = 410

    def __init__(self, sentence: Sentence | str, *, has_newer: bool = False):
        super().__init__(sentence)
        self.has_newer = has_newer


class AnsweredAlready(Conflict):
    """This was answered already, so your answer was not taken. Call us if you want it otherwise."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered to a question, and when. through: link, phone or office; None when nobody knows."""

    at: datetime
    through: str | None
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Door:
    """An open door. user_task: the question that waits for the customer; None when it was answered, or is no longer asked."""

    link: CustomerLink
    order: orders.CustomerOrder
    customer: customers.Customer
    subject: str
    user_task: UserTask | None
    answered: Answered | None

    @property
    def purpose(self) -> str:
        """What the link is for."""
        return self.link.purpose

    @property
    def is_asking(self) -> bool:
        """Whether the customer can answer something here now."""
        return self.user_task is not None


def open_door(session: Session, link: CustomerLink, now: datetime) -> Door:
    """What stands behind a link. Raises LinkOver, with a sentence that tells nothing of the order."""
    _refuse_what_is_over(session, link, now)
    order = orders.get(session, link.order_no)
    asked = link.purpose if link.purpose in ASKING else None
    user_task = user_tasks.open_page(session, link.process_instance_key, asked) if asked else None
    if link.used_at is not None:
        # A later question comes with a link of its own: this one has had its answer.
        user_task = None
    answered = _answered(session, link) if asked and user_task is None else None
    return Door(
        link,
        order,
        customers.get(session, order.customer_key),
        devices.subject(session, order),
        user_task,
        answered,
    )


def answer(session: Session, door: Door, submission: Mapping[str, Any], *, now: datetime) -> None:
    """Complete the question of an open door as its customer, once, and note it on the link.

    The same answer again changes nothing. Raises AnsweredAlready for another one, forms.SubmissionInvalid when the form of
    the question refuses it.
    """
    if door.user_task is None:
        _refuse_another(door.link, submission)
        return
    actor = roles.customer(door.customer.name)
    try:
        user_tasks.complete(session, door.user_task.key, submission, actor=actor, now=now)
    except UserTaskClosed as closed:
        raise AnsweredAlready from closed
    customer_links.use(session, door.link, dict(submission), now=now)


def is_newer_asked(session: Session, link: CustomerLink) -> bool:
    """Whether a newer version of what the link shows waits for an answer."""
    if link.purpose != customer_links.QUOTE:
        return False
    newest = quotes.newest(session, link.order_no)
    return newest is not None and str(newest.version) != link.record_key and newest.state == "sent"


def _refuse_another(link: CustomerLink, submission: Mapping[str, Any]) -> None:
    """Pressing twice is no fault: only an answer that differs from what was taken is refused."""
    taken = link.answer
    if taken is None or any(taken.get(name) != value for name, value in submission.items()):
        raise AnsweredAlready


def _refuse_what_is_over(session: Session, link: CustomerLink, now: datetime) -> None:
    state = link.state(now)
    if state == "withdrawn":
        raise LinkOver(_l("This link was withdrawn. Call us if you want to know how your order stands."))
    if state == "expired":
        raise LinkOver(
            Sentence(
                _l("This link worked until {until}. Call us: we tell you how it goes on."),
                until=link.expires_at,
            )
        )
    if link.purpose == customer_links.QUOTE and _has_newer_version(session, link):
        raise LinkOver(
            _l("There is a newer quote. This one can no longer be answered."),
            has_newer=is_newer_asked(session, link),
        )
    if state == "superseded":
        raise LinkOver(_l("There is a newer version of this. Open the link in our latest mail."))


def _has_newer_version(session: Session, link: CustomerLink) -> bool:
    newest = quotes.newest(session, link.order_no)
    return newest is not None and str(newest.version) != link.record_key


def _answered(session: Session, link: CustomerLink) -> Answered | None:
    if link.purpose == customer_links.QUOTE:
        return _answered_quote(session, link)
    if link.used_at is not None:
        return Answered(link.used_at, "link", dict(link.answer or {}))
    return _answered_question(session, link)


def _answered_quote(session: Session, link: CustomerLink) -> Answered | None:
    quote = quotes.newest(session, link.order_no)
    if quote is None or quote.decided_at is None:
        return None
    return Answered(
        quote.decided_at, quote.answered_through, {"decision": quote.state, "reason": quote.reason}
    )


def _answered_question(session: Session, link: CustomerLink) -> Answered | None:
    """What the last user task of this page was completed with, by whomever."""
    rows = session.execute(
        select(UserTask, History.detail)
        .join(
            History,
            (History.process_instance_key == UserTask.process_instance_key)
            & (History.token_id == UserTask.token_id)
            & (History.kind == "completed"),
        )
        .where(UserTask.process_instance_key == link.process_instance_key, UserTask.state == "completed")
        .order_by(UserTask.key.desc())
    )
    for user_task, detail in rows:
        if user_tasks.page_of(user_task) == link.purpose:
            values = dict((detail or {}).get("submission", {}))
            through = "phone" if values.get(user_tasks.ANSWERED_BY_STAFF) else "link"
            return Answered(user_task.closed_at, through, values)
    return None
