"""Operations that tell somebody something."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from engine import errors, mail
from engine.operations import Step, operation
from engine.sentences import Sentence, _l, in_language
from engine.tables import Person

#: What can be said, by the header `about` of the service task: the head of the mail and its text.
MESSAGES = {
    "request_declined": (
        _l("Declined: {order}, {subject}"),
        _l("Your request was declined. The reason: {reason}"),
    ),
    "wanted_date_passed": (
        _l("Not done yet: {order}, {subject}"),
        _l("The date you wanted has passed and your request is not closed. Its page says who has it now."),
    ),
}


@operation("people.tell")
def tell(
    session: Session, step: Step, login: str, subject: str | None = None, reason: str | None = None
) -> dict[str, Any]:
    """Write a mail to a person about an order; the header "about" says which of our messages it is.

    The mail is in the language of that person.

    Result: told (false when the person has no mail address).
    """
    about = step.headers.get("about", "")
    if about not in MESSAGES:
        raise errors.Refused(
            f'Expected the header "about" to be one of {", ".join(sorted(MESSAGES))}, but found "{about}".'
        )
    person = session.get(Person, login)
    if person is None or not person.email:
        return {"told": False}
    head, text = MESSAGES[about]
    facts = {"order": step.business_key, "subject": subject or "", "reason": reason or "-"}
    mail.write(
        session,
        to=person.email,
        subject=in_language(Sentence(head, **facts), person.language),
        body=in_language(Sentence(text, **facts), person.language),
        process_instance_key=step.process_instance_key,
        now=step.now,
    )
    return {"told": True}
