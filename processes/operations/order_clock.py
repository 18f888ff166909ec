"""Operations on the clock of an order: what is left of its term, who hears that it is late, the promised date."""

from __future__ import annotations

import math
from typing import Any

from sqlalchemy.orm import Session

from engine import errors, mail, roles
from engine.operations import Step, operation
from engine.sentences import Sentence, _l, in_language
from processes.records import audit, order_clock, orders

#: What the leads can be told, by the header `about` of the service task: the head of the mail and its text.
MESSAGES = {
    "target_passed": (
        _l("Late: {order}, {subject}"),
        _l(
            "This order has taken longer than its target; the time we waited for the customer does not count. Its page "
            "says who has it now."
        ),
    ),
    "limit_passed": (
        _l("Very late: {order}, {subject}"),
        _l(
            "This order has taken longer than it may at most; the time we waited for the customer does not count. Your "
            "inbox asks what is done about it."
        ),
    ),
}


@operation("order_clock.look")
def look(session: Session, step: Step) -> dict[str, Any]:
    """Look how much is left of a term of the order: the header "term" says of which, target or limit.

    The time in which the customer was asked something does not count.

    Result: time_left (a duration after which to look again; null when the term is over).
    """
    order = orders.get(session, step.business_key)
    left = order_clock.time_left(session, order, step.headers.get("term", ""), step.now)
    return {"time_left": None if left is None else f"PT{math.ceil(left.total_seconds())}S"}


@operation("order_clock.tell")
def tell(session: Session, step: Step, subject: str | None = None) -> dict[str, Any]:
    """Write to the leads of the roles in the header "roles" that an order is late, each in their language.

    The header "about" says which of our messages it is. A role without a lead is told as a whole.

    Result: told (how many people).
    """
    about = step.headers.get("about", "")
    if about not in MESSAGES:
        raise errors.Refused(
            f'Expected the header "about" to be one of {", ".join(sorted(MESSAGES))}, but found "{about}".'
        )
    head, text = MESSAGES[about]
    people = {
        person.login: person
        for role in step.headers.get("roles", "").split(",")
        for person in roles.members(session, role.strip(), leads_only=True)
        or roles.members(session, role.strip())
        if person.email
    }
    for _login, person in sorted(people.items()):
        mail.write(
            session,
            to=person.email,
            subject=in_language(
                Sentence(head, order=step.business_key, subject=subject or "-"), person.language
            ),
            body=in_language(Sentence(text), person.language),
            process_instance_key=step.process_instance_key,
            now=step.now,
        )
    return {"told": len(people)}


@operation("order_clock.promise")
def promise(session: Session, step: Step, promised_date: str) -> dict[str, Any]:
    """Promise the customer of the order another day.

    Result: promised_date.
    """
    audit.acting(session, step.actor, step.now)
    order_clock.promise(session, step.business_key, promised_date)
    return {"promised_date": promised_date}
