"""Messages from outside and from other processes: published once, met by the token that waits for them.

A message meets, per process id, exactly one waiting subscription of its name and correlation key, and starts an instance
of each process with such a message start event. What it met nobody for is kept until its time to live is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import errors, execution, history, series, versions
from engine.roles import Actor
from engine.tables import Message, MessageReceipt, MessageSubscription, ProcessInstance, StartSubscription


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
    if message_id is not None and session.scalar(
        select(Message.key).where(
            Message.name == name,
            Message.correlation_key == correlation_key,
            Message.message_id == message_id,
            Message.expires_at > now,
        )
    ):
        raise MessageAlreadyPublished()
    forget_expired(session, now)
    message = Message(
        name=name,
        correlation_key=correlation_key,
        message_id=message_id,
        variables=dict(variables or {}),
        published_at=now,
        expires_at=now + time_to_live,
    )
    session.add(message)
    session.flush()
    met = _wake_waiting(session, message, actor, now) + _start_processes(session, message, actor, now)
    return Published(message.key, met)


def forget_expired(session: Session, now: datetime, limit: int = 100) -> int:
    """Delete messages whose time is over, at most `limit`; returns how many."""
    over = session.scalars(select(Message.key).where(Message.expires_at <= now).limit(limit)).all()
    if over:
        session.execute(delete(MessageReceipt).where(MessageReceipt.message_key.in_(over)))
        session.execute(delete(Message).where(Message.key.in_(over)))
    return len(over)


def any_expired(session: Session, now: datetime) -> bool:
    """Whether `forget_expired` would find something."""
    return session.scalar(select(Message.key).where(Message.expires_at <= now).limit(1)) is not None


def _wake_waiting(session: Session, message: Message, actor: Actor, now: datetime) -> list[int]:
    waiting = session.scalars(
        select(MessageSubscription)
        .where(
            MessageSubscription.message_name == message.name,
            MessageSubscription.correlation_key == message.correlation_key,
        )
        .order_by(MessageSubscription.opened_at, MessageSubscription.process_instance_key)
    ).all()
    one_per_process = {each.process_id: each for each in reversed(waiting)}
    met = []
    for process_id, each in sorted(one_per_process.items()):
        key, token_id, event_id = each.process_instance_key, each.token_id, each.event_id
        session.add(MessageReceipt(message_key=message.key, process_id=process_id))
        history.write(
            session,
            key,
            "message",
            actor=actor.login,
            now=now,
            element_id=event_id,
            detail={"name": message.name},
        )

        def wake(instance: Any, token_id: int = token_id, event_id: str = event_id) -> None:
            instance.fire(token_id, event_id, message.variables)

        execution.advance(session, key, wake, actor=actor, now=now)
        met.append(key)
    return met


def _start_processes(session: Session, message: Message, actor: Actor, now: datetime) -> list[int]:
    started = []
    found = session.scalars(
        select(StartSubscription).where(StartSubscription.message_name == message.name)
    ).all()
    for each in found:
        if message.correlation_key and _has_active(session, each.process_id, message.correlation_key):
            continue
        ready = versions.loaded(session, each.process_definition_key)
        session.add(MessageReceipt(message_key=message.key, process_id=each.process_id))
        row = execution.start(
            session,
            ready,
            message.variables,
            business_key=series.next_business_key(session, ready.process),
            actor=actor,
            now=now,
            start_event=each.element_id,
            correlation_key=message.correlation_key or None,
        )
        started.append(row.key)
    return started


def _has_active(session: Session, process_id: str, correlation_key: str) -> bool:
    return (
        session.scalar(
            select(ProcessInstance.key)
            .where(
                ProcessInstance.process_id == process_id,
                ProcessInstance.correlation_key == correlation_key,
                ProcessInstance.state == "active",
            )
            .limit(1)
        )
        is not None
    )
