"""Timers of processes: a due catch event, and start events that start an instance by the clock.

Timers inside an instance are jobs written by its steps. A timer start event is one job: each occurrence starts one
instance and puts the job on to the next; occurrences missed while nothing ran are made up for by one start.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from engine import execution, feel, series, spiff, versions
from engine.roles import SYSTEM
from engine.tables import Job, ProcessDefinition


def schedule_start(session: Session, row: ProcessDefinition, start: spiff.StartEvent, now: datetime) -> None:
    """Write the job for the first occurrence of a timer start event."""
    _write(session, row.process_id, start.element_id, row.key, 1, _schedule(start, now).first(now))


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
    schedule = _schedule(start, now)
    if start.timer.kind == "cycle" and (
        schedule.repetitions is None or job.occurrence < schedule.repetitions
    ):
        following = schedule.after(job.due_at, now)
        _write(session, job.name, start.element_id, ready.key, job.occurrence + 1, following)


def _schedule(start: spiff.StartEvent, now: datetime) -> spiff.Schedule:
    text = start.timer.text
    if text.startswith("="):
        text = str(feel.to_json(feel.compile(text[1:]).evaluate({}, now=now).value))
    return spiff.read_schedule(start.timer.kind, text)


def _write(
    session: Session, process_id: str, element_id: str, definition_key: int, occurrence: int, due_at: datetime
) -> None:
    session.add(
        Job(
            kind="start_timer",
            name=process_id,
            element_id=element_id,
            occurrence=occurrence,
            due_at=due_at,
            detail={"process_definition_key": definition_key},
        )
    )
