"""What a person tries again: incidents (tokens that stopped), and failed jobs of the house that no incident shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from engine import accountability, errors, execution, job_rows
from engine.roles import Actor
from engine.sentences import _l
from engine.tables import Incident, Job, Mail, ProcessInstance


class HasNotFailed(errors.Conflict):
    """This has not failed, or it is being tried again already."""


_STOPPED_THERE = _l("An incident of the order stands for this job: try that one again.")


def open_ones(session: Session, *, limit: int = 50, after: int = 0) -> list[Incident]:
    """Incidents that nobody has resolved, oldest first."""
    return list(
        session.scalars(
            select(Incident)
            .where(Incident.resolved_at.is_(None), Incident.key > after)
            .order_by(Incident.key)
            .limit(limit)
        )
    )


def of(session: Session, process_instance_key: int) -> list[Incident]:
    """The unresolved incidents of one instance."""
    return list(
        session.scalars(
            select(Incident)
            .where(Incident.process_instance_key == process_instance_key, Incident.resolved_at.is_(None))
            .order_by(Incident.key)
        )
    )


def resolve(
    session: Session,
    incident_key: int,
    *,
    actor: Actor,
    now: datetime,
    variables: Mapping[str, Any] | None = None,
    retries: int = 3,
) -> ProcessInstance:
    """Try again where the token stopped, after setting `variables` (the cure). Still wrong means a new incident.

    Raises NotFound, Conflict when it is resolved already.
    """
    incident = session.get(Incident, incident_key)
    if incident is None:
        raise errors.NotFound("There is no such incident.")
    if incident.resolved_at is not None:
        raise errors.Conflict("This incident has been resolved already.")

    job = None if incident.job_key is None else session.get(Job, incident.job_key)
    if job is not None and job_rows.is_detached(job):
        return _tell_again(session, incident, job, actor, now, retries)

    def again(instance: Any) -> None:
        if variables:
            instance.set_variables(dict(variables), incident.token_id)
            if not instance.has_incident(incident.token_id):
                return  # the cure has made a condition true that took the token away
        session.execute(
            update(Job)
            .where(
                Job.process_instance_key == incident.process_instance_key,
                Job.token_id == incident.token_id,
                Job.state == "failed",
            )
            .values(
                state=case((Job.kind == "worker", "offered"), else_="ready"),
                due_at=now,
                retries=retries,
                attempts=0,
            )
        )
        instance.retry(incident.token_id)

    return execution.advance(session, incident.process_instance_key, again, actor=actor, now=now)


def try_again(session: Session, job_key: int, *, now: datetime, retries: int = 1) -> Job:
    """Try a failed job again that no incident shows: a clock that starts a process, a delivery, a mail; returns the job.

    retries: so many tries it gets; one, so that whoever asked sees soon whether the cause is cured.
    Raises NotFound when it is gone, HasNotFailed, and Conflict where an open incident stands for it.
    """
    of_order = session.scalar(select(Job.process_instance_key).where(Job.key == job_key))
    if of_order is not None:
        execution.lock(session, of_order)  # always before the job's row, against deadlocks
    job = session.get(Job, job_key, populate_existing=True, with_for_update=True)
    if job is None:
        raise errors.NotFound("There is no such job; it was done, or nobody waits for it any more.")
    if job.state != "failed":
        raise HasNotFailed()
    shown = select(Incident.key).where(
        Incident.process_instance_key == job.process_instance_key,
        Incident.token_id == job.token_id,
        Incident.resolved_at.is_(None),
    )
    if session.scalar(shown.limit(1)) is not None:
        raise errors.Conflict(_STOPPED_THERE)
    _offer(job, now, retries)
    if job.kind == "mail":
        session.get_one(Mail, (job.detail or {})["mail_key"]).state = "waiting"
    session.flush()
    if of_order is not None and not accountability.faults_of(session, [of_order], now)[of_order]:
        # As the watch does it: no new version of the order, nobody at work on it is refused because of this note.
        note = update(ProcessInstance).where(ProcessInstance.key == of_order).values(silent_since=None)
        session.execute(note.execution_options(synchronize_session=False))
    return job


def _offer(job: Job, now: datetime, retries: int) -> None:
    job.state = "offered" if job.kind == "worker" else "ready"
    job.due_at, job.retries, job.attempts = now, retries, 0


def _tell_again(
    session: Session, incident: Incident, job: Job, actor: Actor, now: datetime, retries: int
) -> ProcessInstance:
    """No token waits for this job (see job_rows.is_detached): it is only offered again."""
    row = execution.lock(session, incident.process_instance_key)
    _offer(job, now, retries)
    incident.resolved_at, incident.resolved_by = now, actor.login
    session.flush()
    return row
