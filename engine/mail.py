"""Mail: written inside a step, sent after it, kept for ever. The sender is given by the house that has the SMTP settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.tables import Job, Mail

#: Sends one mail; raises OSError or smtplib's errors (which are OSErrors) when it could not.
Sender = Callable[[Mail], None]


def write(
    session: Session, *, to: str, subject: str, body: str, process_instance_key: int | None, now: datetime
) -> Mail:
    """Write a mail in this step; a worker sends it when the step is committed. Line breaks in the head are refused."""
    mail = Mail(
        process_instance_key=process_instance_key,
        recipient=_one_line(to),
        subject=_one_line(subject),
        body=body,
        state="waiting",
        written_at=now,
    )
    session.add(mail)
    session.flush()
    session.add(Job(kind="mail", name="mail", due_at=now, retries=8, detail={"mail_key": mail.key}))
    session.flush()
    return mail


def of(session: Session, process_instance_key: int) -> list[Mail]:
    """The mails that an order has caused, oldest first."""
    return list(
        session.scalars(
            select(Mail).where(Mail.process_instance_key == process_instance_key).order_by(Mail.key)
        )
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
