"""Incidents: tokens that cannot go on until a person has cured the cause."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from engine import errors, execution, job_rows
from engine.roles import Actor
from engine.tables import Incident, Job, ProcessInstance


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


def _tell_again(
    session: Session, incident: Incident, job: Job, actor: Actor, now: datetime, retries: int
) -> ProcessInstance:
    """No token waits for this job (see job_rows.is_detached): it is only offered again."""
    row = execution.lock(session, incident.process_instance_key)
    job.state = "offered" if job.kind == "worker" else "ready"
    job.due_at, job.retries, job.attempts = now, retries, 0
    incident.resolved_at, incident.resolved_by = now, actor.login
    session.flush()
    return row
