"""What colleagues do by hand to reach a customer: write a letter, send a link again, withdraw one. All of it stays on the order."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime

from sqlalchemy import exc
from sqlalchemy.orm import Session

from engine import errors, mail, user_tasks
from engine.roles import Actor
from engine.sentences import Sentence, _l, in_language
from engine.tables import Effect, Person
from processes.records import audit, comments, customer_doors, customer_links, customer_messages, customers
from processes.records.customer_links import CustomerLink
from processes.records.customers import Customer
from processes.records.ledger import Posting
from processes.records.orders import CustomerOrder

LONGEST_SUBJECT, LONGEST_TEXT = 200, 3500


class NoAddress(errors.Refused):
    """This customer has no e-mail address. Call them."""


def write(
    session: Session,
    order: CustomerOrder,
    subject: str,
    text: str,
    *,
    request_id: str,
    author: Actor,
    now: datetime,
) -> bool:
    """Mail a letter of a colleague to the customer of an order, and keep it there as a comment of theirs.

    request_id: what was sent twice under one id goes out once; returns whether it was the first time.
    Raises NoAddress, and Refused for an empty or a too long letter.
    """
    subject, text = " ".join(subject.split()), text.strip()
    if not subject or not text:
        raise errors.Refused(_l("A letter needs a subject and a text. Write both."))
    if len(subject) > LONGEST_SUBJECT or len(text) > LONGEST_TEXT:
        raise errors.Refused(
            Sentence(
                _l("A letter has at most {subject} characters in its subject and {text} in its text."),
                subject=LONGEST_SUBJECT,
                text=LONGEST_TEXT,
            )
        )
    customer = _reachable(session, order)
    if not _is_first(session, order, f"letter:{request_id}", now):
        return False
    mail.write(
        session,
        to=customer.email,
        subject=subject,
        body=f"{text}\n\n{author.name}\n",
        process_instance_key=order.process_instance_key,
        now=now,
    )
    _note(session, order, Sentence(_WRITTEN, subject=subject, text=text), author, now)
    return True


def send_link_again(
    session: Session, order: CustomerOrder, link_key: int, *, author: Actor, now: datetime
) -> bool:
    """Mail a new link in the place of one that was lost; those before it no longer work.

    Returns False when a newer one was sent already. Raises NoAddress, and Refused when there is nothing to answer any more.
    """
    customer = _reachable(session, order)
    old = customer_links.get(session, order.order_no, link_key)
    if old.superseded_at is not None:
        return False
    if not can_be_sent_again(old, user_tasks.open_pages(session, old.process_instance_key)):
        raise errors.Refused(
            _l("Nobody waits for an answer through this link any more, so it is not sent again.")
        )
    effect = f"customer_link:{old.key}:again"
    # The question lies where the link before it led, whichever instance asked it.
    posting = Posting(old.process_instance_key, order.order_no, effect, now, author.login)
    new = customer_messages.send_link(session, posting, customer, old.purpose)
    customer_links.replace(session, new)
    _audit(session, old, author, now, {"replaced_by": str(new.key)})
    _note(session, order, Sentence(_SENT_AGAIN, link=_word(session, old, author)), author, now)
    return True


def withdraw(session: Session, order: CustomerOrder, link_key: int, *, author: Actor, now: datetime) -> bool:
    """Let a link open nothing any more; returns False when it was withdrawn already."""
    link = customer_links.get(session, order.order_no, link_key)
    if link.revoked_at is not None:
        return False
    link.revoked_at = now
    _audit(session, link, author, now, {"revoked_at": now.isoformat()})
    _note(session, order, Sentence(_WITHDRAWN, link=_word(session, link, author)), author, now)
    return True


def can_be_sent_again(link: CustomerLink, asked: Container[str]) -> bool:
    """Whether a new link in its place would be of use: it only shows something, or its question still waits for an answer.

    asked: the pages that wait for an answer of the customer.
    """
    if link.superseded_at is not None or link.used_at is not None:
        return False
    return link.purpose not in customer_doors.ASKING or link.purpose in asked


def _reachable(session: Session, order: CustomerOrder) -> Customer:
    customer = customers.get(session, order.customer_key)
    if not customer.email:
        raise NoAddress(
            Sentence(
                _l("{customer} has no e-mail address. Call them: {phone}."),
                customer=customer.name,
                phone=customer.phone,
            )
        )
    return customer


def _is_first(session: Session, order: CustomerOrder, effect_key: str, now: datetime) -> bool:
    if session.get(Effect, effect_key) is not None:
        return False
    effect = Effect(effect_key=effect_key, process_instance_key=order.process_instance_key, at=now, result={})
    try:
        with session.begin_nested():
            session.add(effect)
    except exc.IntegrityError:
        # The same letter is just being sent by somebody who was quicker.
        return False
    return True


def _audit(session: Session, link: CustomerLink, author: Actor, now: datetime, after: dict[str, str]) -> None:
    before = dict.fromkeys(after)
    audit.changed(session, author.login, "customer_link", str(link.key), before, after, now)


def _note(session: Session, order: CustomerOrder, sentence: Sentence, author: Actor, now: datetime) -> None:
    text = in_language(sentence, _language(session, author))
    comments.add(session, order.process_instance_key, text, author=author.login, now=now)


def _word(session: Session, link: CustomerLink, author: Actor) -> str:
    return in_language(Sentence(customer_links.LABELS[link.purpose]), _language(session, author))


def _language(session: Session, author: Actor) -> str:
    person = session.get(Person, author.login)
    return person.language if person else "en"


_WRITTEN = _l("Written to the customer: {subject}\n\n{text}")
_SENT_AGAIN = _l('The link "{link}" was sent again; those before it no longer work.')
_WITHDRAWN = _l('The link "{link}" was withdrawn.')
