"""What was thrown to others, as due jobs: each is delivered by a worker in a transaction of its own, once.

A signal reaches what waits for it at the moment it is thrown: one job for each waiting instance (with the waits it had
then) and one for each start event. A thrown message is published by one job.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine.keys import new_key
from engine.tables import EventSubscription, Job, StartSubscription

SIGNAL = "signal"
SIGNAL_START = "signal_start"
MESSAGE = "message"

_INSERT_JOBS = insert(Job.__table__)


def signal(
    session: Session,
    name: str,
    variables: Mapping[str, Any],
    now: datetime,
    *,
    thrown_by: int | None = None,
    actor: str | None = None,
) -> int:
    """Write the jobs of one signal for all who wait for it now; returns how many.

    thrown_by: the instance that threw it; what waits in it has fired already, in the step of the throw. actor: the person
    outside who threw it.
    """
    detail = {"name": name, "variables": dict(variables), "thrown_by": thrown_by, "actor": actor}
    waits: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for key, token_id, event_id in session.execute(
        select(EventSubscription.process_instance_key, EventSubscription.token_id, EventSubscription.event_id)
        .where(EventSubscription.kind == SIGNAL, EventSubscription.name == name)
        .order_by(EventSubscription.process_instance_key, EventSubscription.token_id)
    ):
        if key != thrown_by:
            waits[key].append((token_id, event_id))
    jobs = [
        _job(SIGNAL, name, now, {**detail, "waits": found}, process_instance_key=key)
        for key, found in waits.items()
    ]
    starts = session.scalars(
        select(StartSubscription)
        .where(StartSubscription.signal_name == name)
        .order_by(StartSubscription.process_id)
    )
    jobs += [
        _job(
            SIGNAL_START,
            each.process_id,
            now,
            {**detail, "process_definition_key": each.process_definition_key},
            element_id=each.element_id,
        )
        for each in starts
    ]
    if jobs:
        session.execute(_INSERT_JOBS, jobs)
    return len(jobs)


def message(
    session: Session,
    name: str,
    correlation_key: str,
    variables: Mapping[str, Any],
    time_to_live_s: float,
    now: datetime,
    *,
    thrown_by: int,
) -> None:
    """Write the job that publishes a thrown message."""
    detail = {
        "correlation_key": correlation_key,
        "variables": dict(variables),
        "time_to_live_s": str(time_to_live_s),
        "thrown_by": thrown_by,
    }
    session.execute(_INSERT_JOBS, [_job(MESSAGE, name, now, detail)])


def _job(
    kind: str,
    name: str,
    now: datetime,
    detail: dict[str, Any],
    process_instance_key: int | None = None,
    element_id: str | None = None,
) -> dict[str, Any]:
    # Without a token: what was thrown is delivered even when the thrower has ended.
    return {
        "key": new_key(),
        "kind": kind,
        "name": name,
        "process_instance_key": process_instance_key,
        "element_id": element_id,
        "due_at": now,
        "detail": detail,
    }
