"""Where buffered messages meet the waits for them, although a publication and a step may run at the same moment.

Each looks for the other before it commits, and on PostgreSQL neither sees what the other has not committed yet. So both
ask for a lock on name and key (waits share it, a publication has it alone), and nobody waits for it: whoever does not get
it leaves a job that looks again when both are committed. SQLite writes one after the other; there everybody is alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from sqlalchemy import bindparam, exc, func, select
from sqlalchemy.orm import Session

from engine.tables import Job, Message, MessageReceipt

#: The kind of the jobs that look again.
JOB = "message_meeting"
#: When a job looks again: the other side has committed by then, or is asked once more.
SOON = timedelta(seconds=1)


_TAKEN = select(MessageReceipt).where(
    MessageReceipt.message_key == Message.key, MessageReceipt.process_id == bindparam("process")
)
#: Built once, because building a statement costs more than running it.
_OLDEST = (
    select(Message)
    .where(
        Message.name == bindparam("name"),
        Message.correlation_key == bindparam("correlation_key"),
        Message.expires_at > bindparam("now"),
        ~_TAKEN.exists(),
    )
    .order_by(Message.published_at, Message.key)
    .limit(1)
)


def oldest(
    session: Session, name: str, correlation_key: str, process_id: str, now: datetime
) -> Message | None:
    """The oldest buffered message of this name and key that the process has not had yet."""
    wanted = {"name": name, "correlation_key": correlation_key, "process": process_id, "now": now}
    return session.scalar(_OLDEST, wanted)


def take(session: Session, message: Message, process_id: str) -> bool:
    """Note that the process has this message. False: another instance of it was faster."""
    try:
        with session.begin_nested():
            session.add(MessageReceipt(message_key=message.key, process_id=process_id))
            session.flush()
    except exc.IntegrityError:
        return False
    return True


def is_alone(session: Session, name: str, correlation_key: str, *, publishing: bool) -> bool:
    """Whether nobody on the other side is at work with this name and key; if so, until this transaction ends."""
    if session.get_bind().dialect.name == "sqlite":
        return True
    of_both = blake2b(f"{name}\0{correlation_key}".encode(), digest_size=8).digest()
    number = int.from_bytes(of_both, "big", signed=True)
    lock = func.pg_try_advisory_xact_lock if publishing else func.pg_try_advisory_xact_lock_shared
    return bool(session.scalar(select(lock(number))))


def look_again(
    session: Session,
    now: datetime,
    detail: dict[str, Any],
    *,
    process_instance_key: int | None = None,
    token_id: int | None = None,
    event_id: str | None = None,
) -> None:
    """Leave a job that looks again soon: for a message, for one wait of an instance, or for the start events of a process."""
    if token_id is not None and session.scalar(
        select(Job.key).where(
            Job.process_instance_key == process_instance_key,
            Job.token_id == token_id,
            Job.name == f"{JOB} {event_id}",
        )
    ):
        return
    session.add(
        Job(
            kind=JOB,
            name=JOB if event_id is None else f"{JOB} {event_id}",
            process_instance_key=process_instance_key,
            token_id=token_id,
            element_id=event_id,
            due_at=now + SOON,
            detail=detail,
        )
    )
    session.flush()
