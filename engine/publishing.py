"""When a version of a process comes into force, and how it is taken back. What runs keeps the version it was started with.

A version that waits for its day is a job (kind publication): the worker lets it come into force. Start events listen for the
version in force only.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import errors, roles, spiff, timers, versions
from engine.sentences import Label, Sentence, _l
from engine.tables import Job, ProcessDefinition, StartSubscription

#: The kind of the subscription of a conditional start event.
CONDITION = "condition"
_JOB = "publication"
_NOTHING_BEFORE = _l(
    '"{process}" has no version before version {version}, so there is nothing to go back to.'
)
_WITHDRAWN = _l('Version {version} of "{process}" was taken back already.')


def wait_for_its_day(session: Session, row: ProcessDefinition) -> None:
    """Write the job that lets a waiting version come into force at `effective_from`."""
    session.add(
        Job(
            kind=_JOB,
            name=row.process_id,
            occurrence=row.version,
            due_at=row.effective_from,
            detail={"process_definition_key": row.key},
        )
    )
    session.flush()


def come_into_force(session: Session, job: Job, now: datetime) -> None:
    """The day of a waiting version has come: from now on orders start on it. Nothing happens when it was taken back."""
    row = _locked(session, (job.detail or {})["process_definition_key"])
    if row.state != versions.WAITING:
        return
    row.state = versions.PUBLISHED
    session.flush()
    _listen_again(session, row.process_id, now)


def roll_back(
    session: Session, process_definition_key: int, *, actor: roles.Actor, now: datetime
) -> ProcessDefinition:
    """Take a version back: what starts from now on starts on the one before; what runs on it goes on.

    A version that still waits for its day will not come. Returns the version that is in force then. Raises NotFound, and
    Refused when it was taken back already or no other version could take its place.
    """
    row = _locked(session, process_definition_key)
    places = {"process": Label(row.name), "version": row.version}
    if row.state == versions.WITHDRAWN:
        raise errors.Refused(Sentence(_WITHDRAWN, **places))
    others = (
        ProcessDefinition.process_id == row.process_id,
        ProcessDefinition.state == versions.PUBLISHED,
        ProcessDefinition.key != row.key,
    )
    if session.scalar(select(ProcessDefinition.key).where(*others).limit(1)) is None:
        raise errors.Refused(Sentence(_NOTHING_BEFORE, **places))
    row.state, row.withdrawn_at, row.withdrawn_by = versions.WITHDRAWN, now, actor.login
    session.execute(
        delete(Job).where(Job.kind == _JOB, Job.name == row.process_id, Job.occurrence == row.version)
    )
    session.flush()
    _listen_again(session, row.process_id, now)
    return versions.latest(session, row.process_id)


def listen(session: Session, row: ProcessDefinition, process: spiff.Process, now: datetime) -> None:
    """Let the message, signal, conditional and timer start events of this version listen, and those of no other."""
    # First the subscriptions, then the clocks: a timer that starts at this moment holds them in the same order.
    session.execute(delete(StartSubscription).where(StartSubscription.process_id == row.process_id))
    timers.forget_starts(session, row.process_id)
    for start in process.start_events:
        for message_name in start.message_names:
            _subscribe(session, row, start, "message", message_name=message_name)
        for signal_name in start.signal_names:
            _subscribe(session, row, start, "signal", signal_name=signal_name)
        if start.conditions:
            _subscribe(session, row, start, CONDITION)
        if start.timers:
            _subscribe(session, row, start, "timer")
            timers.schedule_start(session, row, start, now)
    session.flush()


def _subscribe(
    session: Session, row: ProcessDefinition, start: spiff.StartEvent, kind: str, **names: str
) -> None:
    session.add(
        StartSubscription(
            process_definition_key=row.key,
            process_id=row.process_id,
            element_id=start.element_id,
            kind=kind,
            **names,
        )
    )


def _listen_again(session: Session, process_id: str, now: datetime) -> None:
    row = versions.latest(session, process_id)
    heard = session.scalar(
        select(StartSubscription.process_definition_key)
        .where(StartSubscription.process_id == process_id)
        .limit(1)
    )
    # A version that listens already goes on listening: the next occurrence of its timer stays the next one.
    if heard != row.key:
        listen(session, row, versions.process(session, row.key), now)


def _locked(session: Session, process_definition_key: int) -> ProcessDefinition:
    row = session.get(ProcessDefinition, process_definition_key, with_for_update=True, populate_existing=True)
    if row is None:
        raise errors.NotFound("There is no such version of a process.")
    return row
