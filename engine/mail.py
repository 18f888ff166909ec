"""Mail: written inside a step, sent after it, kept for ever. The sender is given by the house that has the SMTP settings.

What opens a door (the address of a customer's link) is not part of the body that is kept: the body has a place for it, such as
`{link}`, and the row's `secrets` hold it only until the mail is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.keys import new_key
from engine.tables import Job, Mail

#: Built once, because building a statement costs more than running it.
_INSERT_JOB = insert(Job.__table__)
#: The place of a customer's address in a body.
LINK = "{link}"
#: The states of a mail that are final: nothing is tried any more.
SENT, KEPT = "sent", "kept"
#: Sends one mail, as `text` gives it; False says that there is no way to its recipient, so it is kept. Raises OSError or
#: smtplib's errors (which are OSErrors) when it could not.
Sender = Callable[[Mail], bool | None]


def write(
    session: Session,
    *,
    to: str,
    subject: str,
    body: str,
    process_instance_key: int | None,
    now: datetime,
    link: str | None = None,
) -> Mail:
    """Write a mail in this step; a worker sends it when the step is committed. Line breaks in the head become blanks.

    link: what the place `LINK` of the body stands for. It is forgotten as soon as the mail is sent.
    """
    mail = Mail(
        process_instance_key=process_instance_key,
        recipient=_one_line(to),
        subject=_one_line(subject),
        body=body,
        secrets=None if link is None else {"link": link},
        state="waiting",
        written_at=now,
    )
    session.add(mail)
    session.flush()
    job = {"key": new_key(), "kind": "mail", "name": "mail", "due_at": now, "retries": 8}
    session.execute(_INSERT_JOB, {**job, "detail": {"mail_key": mail.key}})
    return mail


def text(mail: Mail) -> str:
    """The whole text, as the reader gets it. Only a sender, and whoever plays the reader, has a use for it."""
    return _filled(mail.body, mail.secrets or {})


def shown(mail: Mail, link_word: str, *, with_link: bool) -> str:
    """The text as colleagues see it: `link_word` stands for the address.

    with_link: they may see the address; they do where the mail is only kept, because nobody else will ever get it.
    """
    visible = mail.secrets if with_link and mail.state == KEPT and mail.secrets else {"link": link_word}
    return _filled(mail.body, visible)


def mark_sent(mail: Mail, now: datetime) -> None:
    """It has left the house; what it opens is from now on known to its reader alone."""
    mail.state, mail.sent_at, mail.secrets = SENT, now, None


def mark_kept(mail: Mail) -> None:
    """Nobody sends it: it stays to be shown, with what it opens, so that the house can be tried without a mail server."""
    mail.state, mail.sent_at = KEPT, None


def of(session: Session, process_instance_key: int) -> list[Mail]:
    """The mails that an order has caused, oldest first."""
    return list(
        session.scalars(
            select(Mail).where(Mail.process_instance_key == process_instance_key).order_by(Mail.key)
        )
    )


def _filled(body: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        body = body.replace(f"{{{name}}}", value)
    return body


def _one_line(text: str) -> str:
    return " ".join(text.split())
