"""What stories do as customers, through the links in our mails, and what they find of links and surveys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import mail
from engine.scenarios import StoryBroken
from engine.tables import Mail, ProcessInstance
from processes.records import customer_doors, customer_links, surveys
from processes.records.customer_links import CustomerLink

_LINK = re.compile(r"/c/([\w-]{43})")


def links_of(session: Session, order_no: str) -> list[dict[str, Any]]:
    """The links of an order, oldest first: purpose, record (version or number), used, superseded, withdrawn, expires_at."""
    return [
        {
            "purpose": each.purpose,
            "record": each.record_key,
            "used": each.used_at is not None,
            "superseded": each.superseded_at is not None,
            "withdrawn": each.revoked_at is not None,
            "expires_at": each.expires_at.isoformat(),
        }
        for each in customer_links.of(session, order_no)
    ]


def survey_of(session: Session, order_no: str) -> list[dict[str, Any]]:
    """What the customer said after the order: score, comment; empty without an answer."""
    answer = surveys.of(session, order_no)
    return [] if answer is None else [{"score": answer.score, "comment": answer.comment}]


def customer_answers(
    session: Session,
    now: datetime,
    order_no: str,
    decision: str | None = None,
    reason: str | None = None,
    answer: str | None = None,
    score: int | None = None,
    comment: str | None = None,
    version: int | None = None,
) -> None:
    """The customer opens the link in our newest mail and answers a quote, a question or a survey.

    `decision` (and reason) answers a quote, `answer` a question, `score` (and comment) a survey. With `version` it is the
    newest link to that version of the quote.
    """
    if decision is not None:
        purpose, submission = customer_links.QUOTE, {"decision": decision, "reason": reason}
    elif score is not None:
        purpose, submission = customer_links.SURVEY, {"score": score, "comment": comment}
    else:
        purpose, submission = customer_links.CLARIFY, {"customer_answer": answer}
    link = _link(session, order_no, purpose, None if version is None else str(version))
    door = customer_doors.open_door(session, link, now)
    given = {name: value for name, value in submission.items() if value is not None}
    customer_doors.answer(session, door, given, now=now)


def customer_opens_old_link(session: Session, now: datetime, order_no: str, purpose: str = "quote") -> None:
    """The customer opens the first link of this purpose that we ever sent for the order."""
    customer_doors.open_door(session, _links(session, order_no, purpose)[-1], now)


def links_are_withdrawn(session: Session, now: datetime, order_no: str) -> None:
    """Somebody withdraws all links of an order."""
    customer_links.revoke(session, order_no, now=now)


def newest_link(session: Session, order_no: str, purposes: Iterable[str]) -> CustomerLink:
    """The newest link of an order in our mails, of the first of these purposes that there is."""
    for purpose in purposes:
        if found := _links(session, order_no, purpose):
            return found[0]
    raise StoryBroken(f"Order {order_no} has no mail with a link to {' or '.join(purposes)}.")


def _link(session: Session, order_no: str, purpose: str, record_key: str | None) -> CustomerLink:
    """The newest link of an order in our mails, of this purpose (and this version, if one is named)."""
    found = _links(session, order_no, purpose)
    fitting = [each for each in found if record_key is None or each.record_key == record_key]
    if not fitting:
        raise StoryBroken(f'Order {order_no} has no mail with a link to its "{purpose}".')
    return fitting[0]


def _links(session: Session, order_no: str, purpose: str) -> list[CustomerLink]:
    """The links of an order that are in mails, the newest first: a story knows a token only as the customer does."""
    found = [customer_links.find(session, token) for token in _tokens(session, order_no)]
    return [each for each in found if each.order_no == order_no and each.purpose == purpose]


def _tokens(session: Session, order_no: str) -> Iterator[str]:
    # Nothing is sent on this stage: what a mail opens is kept with it.
    query = select(Mail).join(ProcessInstance, ProcessInstance.key == Mail.process_instance_key)
    for each in session.scalars(
        query.where(ProcessInstance.business_key == order_no).order_by(Mail.key.desc())
    ):
        yield from dict.fromkeys(_LINK.findall(mail.text(each)))


FINDERS = (links_of, survey_of)
CHANGES = (customer_answers, customer_opens_old_link, links_are_withdrawn)
