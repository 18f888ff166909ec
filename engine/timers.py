"""Timers of processes: a due catch event, and start events that start an instance by the clock.

Timers inside an instance are jobs written by its steps. A timer of a start event is one job: each occurrence starts one
instance and puts the job on to the next one, in one transaction, so that each occurrence starts exactly once.

Occurrences that were missed while nothing ran are made up for by one start, and the schedule goes on in its own rhythm
(Camunda 8 does so after downtime). The property `missed_starts` of the start event says otherwise: "each" starts one
instance for every occurrence that was missed. A time is read when the version comes into force: an expression is evaluated
then, and a date that lies in the past starts at once. Only the version in force has a schedule.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.orm import Session

from engine import errors, execution, feel, series, spiff, versions
from engine.keys import new_key
from engine.roles import SYSTEM
from engine.sentences import Label, Sentence, _l
from engine.tables import Job, ProcessDefinition, StartSubscription

#: The property of a start event that says what becomes of missed occurrences, and its values.
MISSED = "missed_starts"
ONCE, EACH = "once", "each"

_STARTS = StartSubscription.__table__.c
# Statements of every start are built once: building one costs more than running it.
_INSERT_JOB = insert(Job.__table__)
_LISTENING = (
    select(_STARTS.key)
    .where(
        _STARTS.process_definition_key == bindparam("definition"), _STARTS.element_id == bindparam("element")
    )
    .limit(1)
    .with_for_update(read=True)
)
_NO_TIME = _l('The start event "{event}" of "{process}" has no time to start at. {reason}')
_NO_RULE = _l(
    'Expected "{property}" of the start event "{event}" to be "{once}" or "{each}", but it is "{found}".'
)


def schedule_start(session: Session, row: ProcessDefinition, start: spiff.StartEvent, now: datetime) -> None:
    """Write the job for the first occurrence of each timer of a start event. Raises Refused when it has no time."""
    rule = start.properties.get(MISSED, ONCE)
    if rule not in (ONCE, EACH):
        places = {"property": MISSED, "event": Label(start.name or start.element_id)}
        raise errors.Refused(Sentence(_NO_RULE, once=ONCE, each=EACH, found=rule, **places))
    for timer in start.timers:
        try:
            text = _text(timer, now)
            due_at = spiff.read_schedule(timer.kind, text).first(now)
        except (feel.FeelError, ValueError) as wrong:
            event = Label(start.name or start.element_id)
            sentence = Sentence(_NO_TIME, event=event, process=Label(row.name), reason=str(wrong))
            raise errors.Refused(sentence) from wrong
        detail = {
            "process_definition_key": row.key,
            "kind": timer.kind,
            "schedule": text,
            MISSED: rule,
        }
        _write(session, row.process_id, start.element_id, 1, due_at, detail)


def forget_starts(session: Session, process_id: str) -> None:
    """Stop the timer start events of all versions of a process; running instances go on."""
    session.execute(delete(Job).where(Job.kind == "start_timer", Job.name == process_id))


def forget_all_starts_but(session: Session, process_ids: Collection[str]) -> None:
    """Stop the timer start events of all processes that are not among these."""
    session.execute(delete(Job).where(Job.kind == "start_timer", Job.name.not_in(process_ids)))


def fire(session: Session, job: Job, now: datetime) -> None:
    """A timer inside an instance is due."""

    def wake(instance: spiff.Instance) -> None:
        instance.fire(job.token_id, job.name, {})

    execution.advance(session, job.process_instance_key, wake, actor=SYSTEM, now=now)


def fire_start(session: Session, job: Job, now: datetime) -> None:
    """A timer start event is due: start an instance and wait for the next occurrence."""
    detail: dict[str, Any] = job.detail or {}
    if not _is_in_force(session, job, detail["process_definition_key"]):
        return
    ready = versions.loaded(session, detail["process_definition_key"])
    if "schedule" not in detail:  # written before 2026-11: the time was read again at each start
        start = next(each for each in ready.process.start_events if each.element_id == job.element_id)
        detail |= {"kind": start.timer.kind, "schedule": _text(start.timer, now), MISSED: ONCE}
    execution.start(
        session,
        ready,
        {},
        business_key=series.next_business_key(session, ready.process),
        actor=SYSTEM,
        now=now,
        start_event=job.element_id,
    )
    schedule = spiff.read_schedule(detail["kind"], detail["schedule"])
    if detail["kind"] == "cycle" and (schedule.repetitions is None or job.occurrence < schedule.repetitions):
        seen_until = job.due_at if detail[MISSED] == EACH else now
        following = schedule.after(job.due_at, seen_until)
        _write(session, job.name, job.element_id, job.occurrence + 1, following, detail)


def _is_in_force(session: Session, job: Job, process_definition_key: int) -> bool:
    """Whether this version still listens; held, so that another one comes into force before or after this start."""
    start = {"definition": process_definition_key, "element": job.element_id}
    return session.execute(_LISTENING, start).first() is not None


def _text(timer: spiff.Timer, now: datetime) -> str:
    """The time as it is written or as its expression says now."""
    if not timer.text.startswith("="):
        return timer.text
    found = feel.compile(timer.text[1:]).evaluate({}, now=now)
    if found.value is None:
        reasons = "; ".join(str(each) for each in found.diagnostics)
        raise ValueError(f"{timer.text} is null. {reasons}".strip())
    return str(feel.to_json(found.value))


def _write(
    session: Session,
    process_id: str,
    element_id: str,
    occurrence: int,
    due_at: datetime,
    detail: dict[str, Any],
) -> None:
    row = {
        "key": new_key(),
        "kind": "start_timer",
        "name": process_id,
        "element_id": element_id,
        "occurrence": occurrence,
        "due_at": due_at,
        "detail": detail,
    }
    session.execute(_INSERT_JOB, row)
