"""Messages from outside and from other processes: published once, met by the token that waits for them.

A message meets, per process id, exactly one waiting subscription of its name and correlation key, or starts an instance of
the process with such a message start event. What it met nobody for is kept until its time to live is over; what met nobody
at all is remembered for some days, so that a wrong key can be seen.

Rules: Camunda 8, concepts/messages. A called process counts for itself, beside the process that called it. Among several
waits of one process the oldest instance takes the message, in it the outermost owner of a wait, then the lowest token
(Camunda does not fix it).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, exc, exists, insert, or_, select
from sqlalchemy.orm import Session

from engine import errors, execution, history, meeting, series, spiff, versions
from engine.keys import new_key, plain
from engine.roles import SYSTEM, Actor
from engine.tables import (
    Job,
    Message,
    MessageReceipt,
    MessageSubscription,
    MissedMessage,
    ProcessInstance,
    StartSubscription,
)

#: A message that met nobody is remembered so long.
REMEMBERED = timedelta(days=7)

#: Whether `forget_expired` would find something; see `moments`.
ANY_EXPIRED = or_(
    exists().where(Message.expires_at <= bindparam("now")),
    exists().where(MissedMessage.published_at <= bindparam("remembered_since")),
)

_WAITS_OF_PROCESS = select(MessageSubscription.token_id, MessageSubscription.event_id).where(
    MessageSubscription.process_instance_key == bindparam("instance"),
    MessageSubscription.process_id == bindparam("process"),
    MessageSubscription.message_name == bindparam("name"),
    MessageSubscription.correlation_key == bindparam("key"),
)


class MessageAlreadyPublished(errors.Conflict):
    """A message with this name, key and id is waiting already; it was not published again."""


@dataclass(frozen=True, slots=True)
class Published:
    """process_instance_keys: the instances that took the message at once, moved or started by it."""

    message_key: int
    process_instance_keys: list[int]


def publish(
    session: Session,
    name: str,
    correlation_key: str,
    variables: Mapping[str, Any] | None = None,
    *,
    actor: Actor,
    now: datetime,
    time_to_live: timedelta = timedelta(0),
    message_id: str | None = None,
) -> Published:
    """Publish a message and let whoever waits for it go on.

    correlation_key "" starts processes without looking for a running one. Raises MessageAlreadyPublished.
    """
    forget_expired(session, now)
    message = Message(
        name=name,
        correlation_key=correlation_key,
        plain_key=plain(correlation_key),
        message_id=message_id,
        variables=dict(variables or {}),
        published_at=now,
        expires_at=now + time_to_live,
    )
    _keep(session, message, now)
    if time_to_live and not meeting.is_alone(session, name, correlation_key, publishing=True):
        meeting.look_again(session, now, {"message_key": message.key})
    return Published(message.key, _meet(session, message, actor, now))


def publish_thrown(session: Session, job: Job, now: datetime) -> None:
    """Publish what an instance has thrown (kind `message`)."""
    detail = job.detail or {}
    publish(
        session,
        job.name,
        detail["correlation_key"],
        detail["variables"],
        actor=SYSTEM,
        now=now,
        time_to_live=timedelta(seconds=float(detail["time_to_live_s"])),
    )


def look_again(session: Session, job: Job, now: datetime) -> None:
    """A message and a wait may have passed each other, or the instance that kept a message from starting one has ended."""
    detail = job.detail or {}
    if "message_key" in detail:
        message = session.get(Message, detail["message_key"])
        if message is None or message.expires_at <= now:
            return
        if not meeting.is_alone(session, message.name, message.correlation_key, publishing=True):
            meeting.look_again(session, now, detail)
        _meet(session, message, SYSTEM, now)
    elif "process_id" in detail:
        _start_from_buffer(session, detail["process_id"], detail["correlation_key"], now)
    else:
        row = execution.lock(session, job.process_instance_key)
        if row.state == "active":
            # The wait itself leaves a new job when it passes by another message once more.
            session.delete(job)
            session.flush()
            execution.advance_locked(session, row, lambda _i: None, actor=SYSTEM, now=now, meet_again=True)


def forget_expired(session: Session, now: datetime, limit: int = 100) -> int:
    """Delete messages whose time is over, at most `limit`; returns how many. Those that met nobody are noted as missed."""
    met = select(MessageReceipt.process_id).where(MessageReceipt.message_key == Message.key).exists()
    over = session.execute(
        select(Message.key, Message.name, Message.correlation_key, Message.published_at, met.label("met"))
        .where(Message.expires_at <= now)
        .limit(limit)
        .with_for_update(of=Message, skip_locked=True)
    ).all()
    _forget(session, over)
    return len(over) + _forget_missed(session, now, limit)


def moments(now: datetime) -> dict[str, datetime]:
    """What ANY_EXPIRED asks for."""
    return {"now": now, "remembered_since": now - REMEMBERED}


def _forget(session: Session, over: Any) -> None:
    if not over:
        return
    keys = [each.key for each in over]
    missed = [
        {
            "key": new_key(),
            "name": each.name,
            "correlation_key": each.correlation_key,
            "plain_key": plain(each.correlation_key),
            "published_at": each.published_at,
        }
        for each in over
        if not each.met
    ]
    if missed:
        session.execute(insert(MissedMessage), missed)
    session.execute(delete(MessageReceipt).where(MessageReceipt.message_key.in_(keys)))
    session.execute(delete(Message).where(Message.key.in_(keys)))


def _forget_missed(session: Session, now: datetime, limit: int) -> int:
    old = select(MissedMessage.key).where(MissedMessage.published_at <= now - REMEMBERED).limit(limit)
    keys = session.scalars(old).all()
    if keys:
        session.execute(delete(MissedMessage).where(MissedMessage.key.in_(keys)))
    return len(keys)


def _keep(session: Session, message: Message, now: datetime) -> None:
    """Write the message; its id may be used again as soon as the one before is over."""
    if message.message_id is not None:
        same = select(Message).where(
            Message.name == message.name,
            Message.correlation_key == message.correlation_key,
            Message.message_id == message.message_id,
        )
        known = session.scalar(same)
        if known is not None and known.expires_at > now:
            raise MessageAlreadyPublished()
        if known is not None:
            session.execute(delete(MessageReceipt).where(MessageReceipt.message_key == known.key))
            session.execute(delete(Message).where(Message.key == known.key))
    try:
        with session.begin_nested():
            session.add(message)
            session.flush()
    except exc.IntegrityError as at_this_moment:
        if message.message_id is None:  # nothing else can be there twice: something else is wrong
            raise
        raise MessageAlreadyPublished() from at_this_moment


def _meet(session: Session, message: Message, actor: Actor, now: datetime) -> list[int]:
    """Let one instance of each process that waits take the message, then start those that have a start event for it."""
    had = set(
        session.scalars(select(MessageReceipt.process_id).where(MessageReceipt.message_key == message.key))
    )
    woken = _wake_waiting(session, message, had, actor, now)
    return woken + _start_processes(session, message, had, actor, now)


def _wake_waiting(
    session: Session, message: Message, had: set[str], actor: Actor, now: datetime
) -> list[int]:
    waiting = session.execute(
        select(MessageSubscription.process_id, MessageSubscription.process_instance_key)
        .where(
            MessageSubscription.message_name == message.name,
            MessageSubscription.correlation_key == message.correlation_key,
        )
        .distinct()
        .order_by(MessageSubscription.process_id, MessageSubscription.process_instance_key)
    ).all()
    met = []
    for process_id, key in waiting:
        if process_id not in had and _wake(session, message, process_id, key, actor, now):
            had.add(process_id)
            met.append(key)
    return list(dict.fromkeys(met))


def _wake(session: Session, message: Message, process_id: str, key: int, actor: Actor, now: datetime) -> bool:
    """Whether this instance took the message; a wait that was seen may be over when the instance is locked."""
    row = execution.lock(session, key)
    if row.state != "active":
        return False
    waits = {"instance": key, "process": process_id, "name": message.name, "key": message.correlation_key}
    of_process = {(each.token_id, each.event_id) for each in session.execute(_WAITS_OF_PROCESS, waits)}

    def take(instance: spiff.Instance) -> None:
        wait = _outermost(instance, of_process)
        if wait is None or not meeting.take(session, message, process_id):
            raise _Passed
        history.write(
            session,
            key,
            "message",
            actor=actor.login,
            now=now,
            element_id=wait.element_id,
            detail={"name": message.name},
        )
        instance.fire(wait.token_id, wait.event_id, message.variables)

    try:
        execution.advance_locked(session, row, take, actor=actor, now=now)
    except _Passed:
        return False
    return True


class _Passed(Exception):
    """The instance does not wait for the message any more."""


def _outermost(instance: spiff.Instance, among: set[tuple[int, str]]) -> spiff.Wait | None:
    """The wait of these (token id, event id) that takes the message; None when there is none any more."""
    found = [each for each in instance.waits() if (each.token_id, each.event_id) in among]
    if not found:
        return None
    parents = {each.token_id: each.parent_id for each in instance.tokens()}

    def depth(token_id: int) -> int:
        levels = 0
        while (above := parents[token_id]) is not None:
            token_id, levels = above, levels + 1
        return levels

    return min(found, key=lambda each: (depth(each.token_id), each.token_id))


def _start_processes(
    session: Session, message: Message, had: set[str], actor: Actor, now: datetime
) -> list[int]:
    found = session.scalars(
        select(StartSubscription)
        .where(StartSubscription.message_name == message.name)
        .order_by(StartSubscription.process_id)
    ).all()
    started = (_start(session, message, each, actor, now) for each in found if each.process_id not in had)
    return [key for key in started if key is not None]


def _start_from_buffer(session: Session, process_id: str, correlation_key: str, now: datetime) -> None:
    """The instance with this key has ended: the oldest message that found it active starts the next one."""
    starts = session.scalars(
        select(StartSubscription).where(
            StartSubscription.process_id == process_id, StartSubscription.message_name.is_not(None)
        )
    ).all()
    waiting = [
        (message, each)
        for each in starts
        if (message := meeting.oldest(session, each.message_name, correlation_key, process_id, now))
    ]
    if waiting:
        message, start = min(waiting, key=lambda each: (each[0].published_at, each[0].key))
        _start(session, message, start, SYSTEM, now)


def _start(
    session: Session, message: Message, start: StartSubscription, actor: Actor, now: datetime
) -> int | None:
    """The new instance; None while one that was started by the same key is active."""
    key = message.correlation_key or None
    ready = versions.loaded(session, start.process_definition_key)
    for attempt in (1, 2):
        if key is not None and _is_active(session, start.process_id, key, message.expires_at > now):
            return None
        try:
            with session.begin_nested():
                if not meeting.take(session, message, start.process_id):
                    return None
                row = execution.start(
                    session,
                    ready,
                    message.variables,
                    business_key=series.next_business_key(session, ready.process),
                    actor=actor,
                    now=now,
                    start_event=start.element_id,
                    correlation_key=key,
                )
                return row.key
        except exc.IntegrityError:
            # Somebody else publishes the same key at this moment: the index on active keys lets one of us through.
            if key is None or attempt == 2:
                raise
    return None


def _is_active(session: Session, process_id: str, correlation_key: str, is_kept: bool) -> bool:
    """is_kept: the message lives on, so the active instance is held: its end will see the message, or we see its end."""
    query = select(ProcessInstance.key).where(
        ProcessInstance.process_id == process_id,
        ProcessInstance.correlation_key == correlation_key,
        ProcessInstance.state == "active",
    )
    if is_kept:
        query = query.with_for_update(key_share=True)
    return session.scalar(query.limit(1)) is not None
