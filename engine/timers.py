"""Timers of processes: a due catch event, and start events that start an instance by the clock.

Timers inside an instance are jobs written by its steps. A timer start event is one job: each occurrence starts one
instance and puts the job on to the next; occurrences missed while nothing ran are made up for by one start.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from engine import execution, series, spiff, versions
from engine.roles import SYSTEM
from engine.tables import Job, ProcessDefinition


def schedule_start(session: Session, row: ProcessDefinition, start: spiff.StartEvent, now: datetime) -> None:
    """Write the job for the first occurrence of a timer start event."""
    schedule = start.schedule(now)
    if schedule is not None:
        session.add(
            Job(
                kind="start_timer",
                name=row.process_id,
                element_id=start.element_id,
                occurrence=schedule.occurrence,
                due_at=schedule.due_at,
                detail={"process_definition_key": row.key},
            )
        )


def forget_starts(session: Session, process_id: str) -> None:
    """Stop the timer start events of all versions of a process; running instances go on."""
    session.execute(delete(Job).where(Job.kind == "start_timer", Job.name == process_id))


def fire(session: Session, job: Job, now: datetime) -> None:
    """A timer inside an instance is due."""

    def wake(instance: spiff.Instance) -> None:
        instance.fire(job.token_id, job.name, {})

    execution.advance(session, job.process_instance_key, wake, actor=SYSTEM, now=now)


def fire_start(session: Session, job: Job, now: datetime) -> None:
    """A timer start event is due: start an instance and wait for the next occurrence."""
    detail: dict[str, Any] = job.detail or {}
    ready = versions.loaded(session, detail["process_definition_key"])
    start = next(each for each in ready.process.start_events if each.element_id == job.element_id)
    execution.start(
        session,
        ready,
        {},
        business_key=series.next_business_key(session, ready.process),
        actor=SYSTEM,
        now=now,
        start_event=start.element_id,
    )
    following = start.schedule(now, after=job.due_at, occurrence=job.occurrence)
    if following is not None:
        session.add(
            Job(
                kind="start_timer",
                name=job.name,
                element_id=job.element_id,
                occurrence=following.occurrence,
                due_at=following.due_at,
                detail=detail,
            )
        )
