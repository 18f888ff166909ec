"""The rows of jobs, as a step opens them: work for outside workers, operations that broke and are tried again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import spiff
from engine.surroundings import StepSurroundings
from engine.tables import Incident, Job, ProcessInstance, UserTask

#: How long a broken operation waits before its n-th new try.
BACK_OFF = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))


def back_off(tries_left: int) -> timedelta:
    """The pause before the next try, longer the fewer tries are left."""
    return BACK_OFF[max(0, min(len(BACK_OFF) - 1, 3 - tries_left))]


def open_all(
    session: Session, row: ProcessInstance, facts: list[Any], gone: set[int], around: StepSurroundings
) -> None:
    """Write a row for each job that this step opened and that is still wanted at its end.

    detail: headers; of a listener also listener ({kind, event}) and scope (of its effect); of one that directs an ad-hoc
    sub-process kind and scope. The job of a canceling listener outlives its token: its detail holds the variables as they
    were.
    """
    for fact in facts:
        if isinstance(fact, spiff.JobWithdrawn):
            session.execute(delete(Job).where(*_work_of(row, fact.token_id)))
        elif isinstance(fact, spiff.JobOpened) and (fact.token_id not in gone or fact.variables is not None):
            _open(session, row, fact, around)


def is_detached(job: Job) -> bool:
    """Whether the job tells somebody of what is over: no token waits for it."""
    return "variables" in (job.detail or {})


def is_listener(job: Job) -> bool:
    """Whether this is the work of an execution or task listener; `job.detail["listener"]` has kind and event."""
    return "listener" in (job.detail or {})


def park(session: Session, job: Job) -> None:
    """Nobody may work on it before its incident is resolved (Camunda 8, error events)."""
    job.state, job.lease_until = "failed", None
    session.flush()


def directs(job: Job) -> bool:
    """Whether the answer to the job directs an ad-hoc sub-process."""
    return (job.detail or {}).get("kind") == spiff.DIRECTION


def user_task_header(session: Session, job: Job) -> dict[str, str]:
    """Which user task a task listener is asked about, under Camunda's name; one that is being created has no key yet."""
    listener = (job.detail or {}).get("listener")
    if listener is None or listener["kind"] != "task_listener":
        return {}
    key = session.scalar(
        select(UserTask.key).where(
            UserTask.process_instance_key == job.process_instance_key, UserTask.token_id == job.token_id
        )
    )
    return {} if key is None else {"io.camunda.zeebe:userTaskKey": str(key)}


def _open(session: Session, row: ProcessInstance, fact: spiff.JobOpened, around: StepSurroundings) -> None:
    broke = around.failed.get(fact.scope or str(fact.token_id))
    retries = fact.retries if broke is None else fact.retries - 1
    detail: dict[str, Any] = {"headers": fact.headers}
    if fact.event is not None:
        detail |= {"listener": {"kind": fact.kind, "event": fact.event}, "scope": fact.scope}
    if fact.kind == spiff.DIRECTION:
        detail |= {"kind": fact.kind, "scope": fact.scope}
    if fact.variables is not None:
        detail["variables"] = fact.variables
    # A retried incident opens the job of the same token again.
    session.execute(delete(Job).where(*_work_of(row, fact.token_id), Job.name == fact.type))
    job = Job(
        kind="worker" if broke is None else "operation",
        name=fact.type,
        process_instance_key=row.key,
        token_id=fact.token_id,
        element_id=fact.element_id,
        state="offered" if broke is None else ("ready" if retries > 0 else "failed"),
        due_at=around.now if broke is None else around.now + back_off(retries),
        retries=retries,
        priority=fact.priority,
        detail=detail,
        problem=broke,
    )
    session.add(job)
    if job.state == "failed" and is_detached(job):
        raise_detached(session, job, around.now)


def _work_of(row: ProcessInstance, token_id: int) -> tuple[Any, ...]:
    """Not the timers of the token, which are jobs, too."""
    return (
        Job.process_instance_key == row.key,
        Job.token_id == token_id,
        Job.kind.in_(("worker", "operation")),
    )


def raise_detached(session: Session, job: Job, now: datetime) -> None:
    """An incident of a job for which no token waits: it is resolved by offering the job again."""
    session.flush()
    session.add(
        Incident(
            process_instance_key=job.process_instance_key,
            token_id=job.token_id,
            element_id=job.element_id,
            kind=spiff.TASK_LISTENER_NO_RETRIES,
            sentence=f'The listener "{job.name}", which is told that "{job.element_id}" was cancelled, failed: {job.problem}',
            job_key=job.key,
            raised_at=now,
        )
    )
