"""Signals: thrown once, they reach all who wait for them at that moment, and start the processes that begin with them.

A signal is not kept: who begins to wait a moment later does not hear it (Camunda 8, concepts/signals). Each delivery is a
job of its own, so that one order that cannot take it keeps the signal from nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine import deliveries, execution, history, series, spiff, versions
from engine.keys import new_key
from engine.roles import SYSTEM, Actor
from engine.tables import Job


@dataclass(frozen=True, slots=True)
class Broadcast:
    """signal_key names the broadcast. deliveries: how many orders it reaches, those that it starts included."""

    signal_key: int
    deliveries: int


def broadcast(
    session: Session,
    name: str,
    variables: Mapping[str, Any] | None = None,
    *,
    actor: Actor,
    now: datetime,
) -> Broadcast:
    """Throw a signal from outside: a worker hands it to all who wait for it now, each in its own transaction."""
    reached = deliveries.signal(session, name, variables or {}, now, actor=actor.login)
    return Broadcast(new_key(), reached)


def deliver(session: Session, job: Job, now: datetime) -> None:
    """Hand a signal to one instance: what waited for it when it was thrown and still waits fires, in one step."""
    detail: dict[str, Any] = job.detail or {}
    row = execution.lock(session, job.process_instance_key)
    if row.state != "active":
        return
    meant = {(token_id, event_id) for token_id, event_id in detail["waits"]}

    def take(instance: spiff.Instance) -> None:
        still = [each for each in instance.waits() if (each.token_id, each.event_id) in meant]
        if not still:
            raise _Passed
        history.write(
            session,
            row.key,
            "signal",
            actor=detail["actor"] or SYSTEM.login,
            now=now,
            element_id=still[0].element_id,
            detail={"name": detail["name"]},
        )
        instance.signal(detail["name"], detail["variables"], only=meant)

    try:
        execution.advance_locked(session, row, take, actor=SYSTEM, now=now)
    except _Passed:
        return


def deliver_start(session: Session, job: Job, now: datetime) -> None:
    """Start an instance of a process that begins with a signal."""
    detail: dict[str, Any] = job.detail or {}
    ready = versions.loaded(session, detail["process_definition_key"])
    execution.start(
        session,
        ready,
        detail["variables"],
        business_key=series.next_business_key(session, ready.process),
        actor=SYSTEM,
        now=now,
        start_event=job.element_id,
    )


class _Passed(Exception):
    """Nothing that waited for the signal waits any more."""
